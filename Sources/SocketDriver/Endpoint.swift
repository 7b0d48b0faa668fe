internal import Glibc

/// A numeric IP address and a TCP port.
///
/// An IPv4 address inside an IPv6 one (`::ffff:127.0.0.1`, as a Java client's socket shows it) is
/// stored as the IPv4 address, so that both ends of a connection compare equal.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package enum Address: Hashable, Sendable {
        case v4(UInt32)
        case v6(high: UInt64, low: UInt64)
    }

    package let address: Address
    package let port: UInt16

    package init(_ address: Address, port: UInt16) {
        if case .v6(high: 0, let low) = address, low >> 32 == 0xFFFF {
            self.address = .v4(UInt32(truncatingIfNeeded: low))
        } else {
            self.address = address
        }
        self.port = port
    }

    /// `nil` unless `host` is a numeric IPv4 or IPv6 address, without brackets.
    package init?(host: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, host, &v4) == 1 {
            self.init(.v4(UInt32(bigEndian: v4.s_addr)), port: port)
        } else if inet_pton(AF_INET6, host, &v6) == 1 {
            self.init(.init(v6), port: port)
        } else {
            return nil
        }
    }

    /// `127.0.0.1:4002`, `localhost:4002` or `[::1]:4002`; `nil` for anything else.
    ///
    /// `localhost` is 127.0.0.1, without asking anybody.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        self.init(host: host == "localhost" ? "127.0.0.1" : String(host), port: port)
    }

    package static func loopback(port: UInt16) -> Endpoint {
        Endpoint(.v4(0x7F00_0001), port: port)
    }

    package var isLoopback: Bool {
        switch address {
        case .v4(let bits): bits >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    package var description: String {
        switch address {
        case .v4: "\(host):\(port)"
        case .v6: "[\(host)]:\(port)"
        }
    }

    /// The address alone, without brackets.
    package var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch address {
        case .v4(let bits):
            var raw = in_addr(s_addr: bits.bigEndian)
            inet_ntop(AF_INET, &raw, &text, socklen_t(text.count))
        case .v6(let high, let low):
            var raw = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &raw, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension Endpoint.Address {
    init(_ raw: in6_addr) {
        let (high, low) = unsafeBitCast(raw, to: (UInt64, UInt64).self)
        self = .v6(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    }
}

extension Endpoint {
    var family: CInt {
        switch address {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    /// `nil` for an address family that is not IP.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch CInt(storage.ss_family) {
        case AF_INET:
            let raw = withUnsafeBytes(of: &storage) { $0.load(as: sockaddr_in.self) }
            self.init(
                .v4(UInt32(bigEndian: raw.sin_addr.s_addr)), port: UInt16(bigEndian: raw.sin_port))
        case AF_INET6:
            let raw = withUnsafeBytes(of: &storage) { $0.load(as: sockaddr_in6.self) }
            self.init(.init(raw.sin6_addr), port: UInt16(bigEndian: raw.sin6_port))
        default:
            return nil
        }
    }

    /// Our own end of a socket.
    package init?(localOf descriptor: CInt) {
        self.init { getsockname(descriptor, $0, $1) }
    }

    /// The other end of a socket that is connected.
    package init?(remoteOf descriptor: CInt) {
        self.init { getpeername(descriptor, $0, $1) }
    }

    private init?(
        asking ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
    ) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask($0, &length) }
        }
        guard result == 0 else { return nil }
        self.init(storage)
    }

    /// Lends the kernel's form of this endpoint.
    func withSocketAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        switch address {
        case .v4(let bits):
            var raw = sockaddr_in()
            raw.sin_family = sa_family_t(AF_INET)
            raw.sin_port = port.bigEndian
            raw.sin_addr.s_addr = bits.bigEndian
            return Self.lend(&raw, to: body)
        case .v6(let high, let low):
            var raw = sockaddr_in6()
            raw.sin6_family = sa_family_t(AF_INET6)
            raw.sin6_port = port.bigEndian
            raw.sin6_addr = unsafeBitCast((high.bigEndian, low.bigEndian), to: in6_addr.self)
            return Self.lend(&raw, to: body)
        }
    }

    private static func lend<Raw, Result>(
        _ raw: inout Raw, to body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeBytes(of: &raw) { bytes in
            // A `sockaddr_in` or `sockaddr_in6` begins like a `sockaddr`, and is never empty.
            guard let base = bytes.baseAddress else { preconditionFailure("empty socket address") }
            return body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }
}
