/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Comparable, Sendable {
    package let isIPv6: Bool
    /// The first eight bytes; 0 for IPv4.
    package let high: UInt64
    /// The last eight bytes, or the four of IPv4.
    package let low: UInt64

    package init(ipv4: UInt32) {
        isIPv6 = false
        high = 0
        low = UInt64(ipv4)
    }

    package init(ipv6High: UInt64, low: UInt64) {
        isIPv6 = true
        high = ipv6High
        self.low = low
    }

    package static let loopback = IPAddress(ipv4: 0x7F00_0001)
    package static let loopback6 = IPAddress(ipv6High: 0, low: 1)

    /// The sum of its 32-bit words, which is that of its 16-bit words when carries are added.
    var sum: UInt64 {
        (high & 0xFFFF_FFFF) + (high >> 32) + (low & 0xFFFF_FFFF) + (low >> 32)
    }

    /// Any fixed order; IPv4 before IPv6.
    package static func < (one: IPAddress, other: IPAddress) -> Bool {
        if one.isIPv6 != other.isIPv6 { return other.isIPv6 }
        return (one.high, one.low) < (other.high, other.low)
    }
}

extension IPAddress: CustomStringConvertible {
    /// `127.0.0.1`, or IPv6 with its longest run of zeros shortened (`::1`).
    package var description: String {
        if !isIPv6 {
            return [24, 16, 8, 0].map { String(low >> $0 & 0xFF) }.joined(separator: ".")
        }
        let groups = (0..<8).map { group in
            UInt16(truncatingIfNeeded: (group < 4 ? high : low) >> ((3 - UInt64(group) % 4) * 16))
        }
        let zeros = Self.longestZeroRun(groups)
        let front = groups[..<zeros.lowerBound].map { String($0, radix: 16) }
        let back = groups[zeros.upperBound...].map { String($0, radix: 16) }
        return front.joined(separator: ":") + (zeros.isEmpty ? "" : "::")
            + back.joined(separator: ":")
    }

    /// The first longest run of at least two zero groups; empty at the end when there is none.
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
        var longest = groups.count..<groups.count
        var start = 0
        for end in 1...groups.count {
            if groups[end - 1] != 0 { start = end }
            if end - start > max(1, longest.count) { longest = start..<end }
        }
        return longest
    }
}

/// One end of a TCP connection.
package struct TCPEndpoint: Hashable, Comparable, Sendable {
    package let address: IPAddress
    package let port: UInt16

    package init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    package static func < (one: TCPEndpoint, other: TCPEndpoint) -> Bool {
        (one.address, one.port) < (other.address, other.port)
    }
}

extension TCPEndpoint: CustomStringConvertible {
    /// `127.0.0.1:4002` or `[::1]:4002`.
    package var description: String {
        address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
