internal import CLinux
internal import Glibc

/// Looks up the addresses of a host's name while the loop goes on.
///
/// glibc asks the resolver on a thread of its own, which touches nothing of ours. The loop looks whether
/// it is done.
package final class NameLookup {
    private static let longestPause = Duration.milliseconds(20)

    private let lookup: OpaquePointer
    private let port: UInt16
    private unowned let loop: EventLoop
    private let react: (Result<[Endpoint], ResolverFailure>) -> Void
    private var pause = Duration.microseconds(200)

    /// Calls `react` once, on the loop's thread, and never within this call.
    package static func start(
        host: String, port: UInt16, on loop: EventLoop,
        react: @escaping (Result<[Endpoint], ResolverFailure>) -> Void
    ) {
        guard let lookup = clinux_lookup_begin(host) else {
            let failure = ResolverFailure(reason: "no memory for the lookup")
            _ = loop.schedule(afterReal: .zero) { react(.failure(failure)) }
            return
        }
        NameLookup(lookup, port, loop, react).lookLater()
    }

    private init(
        _ lookup: OpaquePointer, _ port: UInt16, _ loop: EventLoop,
        _ react: @escaping (Result<[Endpoint], ResolverFailure>) -> Void
    ) {
        self.lookup = lookup
        self.port = port
        self.loop = loop
        self.react = react
    }

    /// The timer keeps it until the lookup is over: glibc still writes there.
    private func lookLater() {
        _ = loop.schedule(afterReal: pause) { self.look() }
        pause = min(pause * 2, Self.longestPause)
    }

    private func look() {
        var code: CInt = 0
        var list: UnsafeMutablePointer<addrinfo>?
        guard clinux_lookup_goes_on(lookup, &code, &list) == 0 else { return lookLater() }
        let result: Result<[Endpoint], ResolverFailure>
        do throws(ResolverFailure) {
            guard code == 0 else {
                throw ResolverFailure(reason: String(cString: gai_strerror(code)))
            }
            result = .success(try Endpoint.endpoints(in: list, port: port))
        } catch {
            result = .failure(error)
        }
        clinux_lookup_free(lookup)
        react(result)
    }
}
