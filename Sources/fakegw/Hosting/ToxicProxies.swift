import Glibc
import Simulation
import SocketDriver
import Toxiproxy

/// Opens the proxies of Toxiproxy's API on the event loop of the gateways.
final class ToxicProxies: ProxyHosting {
    private let loop: EventLoop
    private let seed: SeededRandom
    private let gateway: (String) -> Endpoint?
    private var openedCount = 0

    /// - Parameter gateway: Where one of our own gateways listens, by its name.
    init(seed: UInt64, loop: EventLoop, gateway: @escaping (String) -> Endpoint?) {
        self.seed = SeededRandom(seed: seed).stream("toxiproxy")
        self.loop = loop
        self.gateway = gateway
    }

    /// A name other than `localhost` waits for the resolver.
    ///
    /// It must be one of this machine, so the answer normally stands in /etc/hosts.
    func address(of listen: String) throws(ToxiproxyError) -> String {
        try Self.endpoint(of: listen).description
    }

    func open(
        listen: String, upstream: String, toxics: [Toxic]
    ) throws(ToxiproxyError) -> any OpenProxy {
        let endpoint = try Self.endpoint(of: listen)
        openedCount += 1
        let target = ProxyTarget(upstream, gateway: gateway)
        let proxy = HostedProxy(
            toxics, to: target, listeningOn: endpoint, seed: seed.stream("proxy \(openedCount)"),
            loop: loop)
        do throws(OSFailure) {
            try proxy.start()
        } catch {
            // As Go says it, which clients show.
            let reason = String(cString: strerror(error.code)).lowercased()
            throw ToxiproxyError(500, "listen tcp \(endpoint): bind: \(reason)")
        }
        return proxy
    }

    private static func endpoint(of listen: String) throws(ToxiproxyError) -> Endpoint {
        guard let parts = ProxyTarget.parts(of: listen) else {
            guard listen.isEmpty else {
                throw ToxiproxyError(500, "listen tcp: address \(listen): missing port in address")
            }
            return anyAddress(port: 0)
        }
        guard let port = parts.port.isEmpty ? 0 : UInt16(parts.port) else {
            throw ToxiproxyError(500, "listen tcp: address \(parts.port): invalid port")
        }
        if ["", "0.0.0.0", "::"].contains(parts.host) { return anyAddress(port: port) }
        do throws(ResolverFailure) {
            return try Endpoint.resolve(host: parts.host, port: port)[0]
        } catch {
            throw ToxiproxyError(500, "listen tcp: lookup \(parts.host): \(error.reason)")
        }
    }

    /// Every interface, IPv6 and IPv4, where the machine has both.
    private static func anyAddress(port: UInt16) -> Endpoint {
        access("/proc/net/if_inet6", F_OK) == 0
            ? Endpoint(.v6(high: 0, low: 0), port: port) : Endpoint(.v4(0), port: port)
    }
}

/// Where the connections of a proxy go.
enum ProxyTarget {
    case endpoint(Endpoint)
    /// One of our own gateways: its port may change.
    case gateway(() -> Endpoint?)
    /// It is looked up whenever a client comes.
    case name(host: String, port: UInt16)
    /// It names no server, so that every connection fails.
    case nothing

    init(_ text: String, gateway: @escaping (String) -> Endpoint?) {
        if gateway(text) != nil {
            self = .gateway { gateway(text) }
        } else if let endpoint = Endpoint(text) {
            self = .endpoint(endpoint)
        } else if let parts = Self.parts(of: text), let port = UInt16(parts.port),
            !parts.host.isEmpty
        {
            self = .name(host: parts.host, port: port)
        } else {
            self = .nothing
        }
    }

    /// The host, without brackets, and the port of `host:port`.
    static func parts(of text: String) -> (host: String, port: String)? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return (String(host), String(text[text.index(after: colon)...]))
    }
}
