/// Builds the bytes of one packet around a TCP segment, with right lengths and checksums.
package struct PacketBuilder: Sendable {
    /// Payload that fits into any packet, whatever its headers.
    package static let maxPayloadBytes = 65_000

    private let linkType: LinkType

    package init(linkType: LinkType) {
        self.linkType = linkType
    }

    /// Builds a packet.
    ///
    /// The endpoints must both be IPv4 or both IPv6, and the payload at most `maxPayloadBytes`
    /// long. Of `segment`, `payload` and `missingBytes` are not looked at.
    package func packet(_ segment: TCPSegment, payload: [UInt8] = []) -> [UInt8] {
        let isIPv6 = segment.source.address.isIPv6
        precondition(
            segment.destination.address.isIPv6 == isIPv6, "endpoints of different IP versions")
        precondition(payload.count <= Self.maxPayloadBytes, "more payload than fits in a packet")
        var bytes = linkHeader(isIPv6: isIPv6)
        bytes.reserveCapacity(bytes.count + 64 + payload.count)
        let tcp = Self.tcp(segment, payload)
        bytes += isIPv6 ? Self.ipv6Header(segment, tcp.count) : Self.ipv4Header(segment, tcp.count)
        return bytes + tcp
    }

    private func linkHeader(isIPv6: Bool) -> [UInt8] {
        let etherType: [UInt8] = isIPv6 ? [0x86, 0xDD] : [0x08, 0x00]
        return switch linkType {
        case .ethernet: [UInt8](repeating: 0, count: 12) + etherType
        case .loopback: [isIPv6 ? 10 : 2, 0, 0, 0]
        case .raw: []
        // Sent to us, Ethernet-like hardware, no address.
        case .linuxCooked: [0, 0, 0, 1, 0, 0] + [UInt8](repeating: 0, count: 8) + etherType
        case .linuxCooked2:
            etherType + [0, 0, 0, 0, 0, 1, 0, 1, 0, 0] + [UInt8](repeating: 0, count: 8)
        }
    }

    private static func ipv4Header(_ segment: TCPSegment, _ size: Int) -> [UInt8] {
        // Version and size, don't-fragment, 64 hops, TCP.
        var header: [UInt8] = [0x45, 0] + (20 + size).bigEndian16
        header += [0, 0, 0x40, 0, 64, 6, 0, 0]
        header += segment.source.address.bytes + segment.destination.address.bytes
        header.replaceSubrange(10..<12, with: checksum(of: header))
        return header
    }

    private static func ipv6Header(_ segment: TCPSegment, _ size: Int) -> [UInt8] {
        [0x60, 0, 0, 0] + size.bigEndian16 + [6, 64]
            + segment.source.address.bytes + segment.destination.address.bytes
    }

    private static func tcp(_ segment: TCPSegment, _ payload: [UInt8]) -> [UInt8] {
        let options: [UInt8] = segment.windowShift.map { [3, 3, $0, 0] } ?? []
        var tcp = Int(segment.source.port).bigEndian16 + Int(segment.destination.port).bigEndian16
        tcp += segment.sequence.bigEndianBytes + segment.acknowledgement.bigEndianBytes
        tcp += [UInt8(5 + options.count / 4) << 4, segment.flags.rawValue]
        tcp += Int(segment.window).bigEndian16 + [0, 0, 0, 0]
        tcp += options + payload
        let addresses = segment.source.address.bytes + segment.destination.address.bytes
        let pseudoHeader = addresses + UInt32(tcp.count).bigEndianBytes + [0, 0, 0, 6]
        tcp.replaceSubrange(16..<18, with: checksum(of: pseudoHeader + tcp))
        return tcp
    }

    /// The Internet checksum (RFC 1071).
    static func checksum(of bytes: [UInt8]) -> [UInt8] {
        var sum: UInt32 = 0
        for (index, byte) in bytes.enumerated() {
            sum += index.isMultiple(of: 2) ? UInt32(byte) << 8 : UInt32(byte)
            if sum > 0xFFFF { sum -= 0xFFFF }
        }
        return Int(~sum & 0xFFFF).bigEndian16
    }
}

extension IPAddress {
    /// The address as it stands in a header: 4 or 16 bytes.
    fileprivate var bytes: [UInt8] {
        isIPv6
            ? high.bigEndianBytes + low.bigEndianBytes
            : UInt32(truncatingIfNeeded: low).bigEndianBytes
    }
}

extension FixedWidthInteger {
    fileprivate var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: self >> $0)
        }
    }
}

extension Int {
    fileprivate var bigEndian16: [UInt8] {
        [UInt8(truncatingIfNeeded: self >> 8), UInt8(truncatingIfNeeded: self)]
    }
}
