/// What one captured packet turned out to be.
package enum PacketContent: Equatable, Sendable {
    case segment(TCPSegment)
    /// Part of an IP packet that carries TCP; `FragmentStore` puts the whole together.
    case tcpFragment(IPFragment)
    /// ARP, UDP and everything else that is not TCP over IP.
    case otherProtocol
    /// The recorder's snapshot length ended before the TCP header did.
    case headersCut
    /// The headers contradict themselves or the packet's length.
    case malformed
}

/// Finds the TCP segment in a captured packet.
///
/// It trusts no length field. For any bytes the answer is one of the cases above. A wrong checksum is
/// only noted, because packets captured on the sending machine have none yet.
package struct PacketLayers {
    private let linkType: LinkType

    package init(linkType: LinkType) {
        self.linkType = linkType
    }

    /// Reads one packet.
    ///
    /// - Parameter originalLength: Length on the wire in bytes; more than `bytes` holds when the
    ///   recorder cut the packet.
    @inline(__always)
    package func read(_ bytes: Span<UInt8>, originalLength: Int) -> PacketContent {
        let isCut = originalLength > bytes.count
        let length = max(originalLength, bytes.count)
        return readLink(bytes, length: length) ?? (isCut ? .headersCut : .malformed)
    }

    /// Reads the TCP segment that an IP packet put together from fragments carries.
    package static func read(
        transport bytes: Span<UInt8>, from source: IPAddress, to destination: IPAddress
    ) -> PacketContent {
        readTCP(bytes, at: 0, end: bytes.count, from: source, to: destination) ?? .malformed
    }

    // Below, nil means: the captured bytes ended too early.

    @inline(__always)
    private func readLink(_ bytes: Span<UInt8>, length: Int) -> PacketContent? {
        switch linkType {
        case .ethernet:
            readEtherType(bytes.uint16(at: 12), bytes, payload: 14, length: length)
        case .linuxCooked:
            readEtherType(bytes.uint16(at: 14), bytes, payload: 16, length: length)
        case .linuxCooked2:
            readEtherType(bytes.uint16(at: 0), bytes, payload: 20, length: length)
        case .loopback:
            // The family's number and byte order depend on the recording machine; the IP version
            // says the same without guessing.
            readIP(bytes, at: 4, length: length)
        case .raw:
            readIP(bytes, at: 0, length: length)
        }
    }

    @inline(__always)
    private func readEtherType(
        _ first: UInt16?, _ bytes: Span<UInt8>, payload: Int, length: Int
    ) -> PacketContent? {
        guard var etherType = first else { return nil }
        var start = payload
        // VLAN tags: 802.1Q, 802.1ad, and the older QinQ number.
        while etherType == 0x8100 || etherType == 0x88A8 || etherType == 0x9100 {
            guard let inner = bytes.uint16(at: start + 2) else { return nil }
            etherType = inner
            start += 4
        }
        switch etherType {
        case 0x0800: return readIPv4(bytes, at: start, length: length)
        case 0x86DD: return readIPv6(bytes, at: start, length: length)
        default: return .otherProtocol
        }
    }

    private func readIP(_ bytes: Span<UInt8>, at start: Int, length: Int) -> PacketContent? {
        guard let first = bytes.byte(at: start) else { return nil }
        switch first >> 4 {
        case 4: return readIPv4(bytes, at: start, length: length)
        case 6: return readIPv6(bytes, at: start, length: length)
        default: return .otherProtocol
        }
    }

    @inline(__always)
    private func readIPv4(_ bytes: Span<UInt8>, at start: Int, length: Int) -> PacketContent? {
        guard start <= bytes.count &- 20 else { return nil }
        let header = bytes.extracting(start..<start + 20)
        let versionAndSize = header[0]
        let totalLength = header.knownUInt16(at: 2)
        let fragment = header.knownUInt16(at: 6)
        let protocolNumber = header[9]
        let source = header.knownUInt32(at: 12)
        let destination = header.knownUInt32(at: 16)
        let headerSize = Int(versionAndSize & 0x0F) * 4
        guard versionAndSize >> 4 == 4, headerSize >= 20 else { return .malformed }
        guard protocolNumber == 6 else { return .otherProtocol }
        // 0: segmentation offload, with more than 64 KiB or the length still to be filled in.
        let end = totalLength == 0 ? length : start + Int(totalLength)
        // More fragments, or an offset.
        if fragment & 0x3FFF != 0 {
            return Self.fragment(
                bytes, start + headerSize..<max(start + headerSize, end),
                place: Int(fragment & 0x1FFF) * 8,
                isLast: fragment & 0x2000 == 0,
                IPFragment.Key(
                    source: IPAddress(ipv4: source), destination: IPAddress(ipv4: destination),
                    identification: UInt32(header.knownUInt16(at: 4))))
        }
        return Self.readTCP(
            bytes, at: start + headerSize, end: end,
            from: IPAddress(ipv4: source), to: IPAddress(ipv4: destination))
    }

    private func readIPv6(_ bytes: Span<UInt8>, at start: Int, length: Int) -> PacketContent? {
        guard let version = bytes.byte(at: start),
            let payloadLength = bytes.uint16(at: start + 4),
            var nextHeader = bytes.byte(at: start + 6),
            let sourceHigh = bytes.uint64(at: start + 8),
            let sourceLow = bytes.uint64(at: start + 16),
            let destinationHigh = bytes.uint64(at: start + 24),
            let destinationLow = bytes.uint64(at: start + 32)
        else { return nil }
        guard version >> 4 == 6 else { return .malformed }
        var offset = start + 40
        // 0: a jumbogram, as segmentation offload produces above 64 KiB.
        let end = payloadLength == 0 ? length : offset + Int(payloadLength)
        while nextHeader != 6 {
            guard let next = bytes.byte(at: offset), let size = bytes.byte(at: offset + 1),
                let fragment = bytes.uint16(at: offset + 2)
            else { return Self.hasExtension(nextHeader) ? nil : .otherProtocol }
            switch nextHeader {
            case 0, 43, 60:  // hop-by-hop, routing, destination options
                offset += (Int(size) + 1) * 8
            case 51:  // authentication
                offset += (Int(size) + 2) * 4
            case 44:  // fragment; offset and more-fragments flag
                if fragment & 0xFFF9 != 0 {
                    guard next == 6 else { return .otherProtocol }
                    guard let identification = bytes.uint32(at: offset + 4) else { return nil }
                    return Self.fragment(
                        bytes, offset + 8..<max(offset + 8, end), place: Int(fragment & 0xFFF8),
                        isLast: fragment & 1 == 0,
                        IPFragment.Key(
                            source: IPAddress(ipv6High: sourceHigh, low: sourceLow),
                            destination: IPAddress(ipv6High: destinationHigh, low: destinationLow),
                            identification: identification))
                }
                offset += 8
            default:
                return .otherProtocol
            }
            nextHeader = next
        }
        return Self.readTCP(
            bytes, at: offset, end: end,
            from: IPAddress(ipv6High: sourceHigh, low: sourceLow),
            to: IPAddress(ipv6High: destinationHigh, low: destinationLow))
    }

    private static func fragment(
        _ bytes: Span<UInt8>, _ payload: Range<Int>, place: Int, isLast: Bool,
        _ key: IPFragment.Key
    ) -> PacketContent? {
        // What is not there cannot be put together.
        guard payload.upperBound <= bytes.count, !payload.isEmpty else { return nil }
        return .tcpFragment(
            IPFragment(key: key, place: place, isLast: isLast, payload: payload))
    }

    private static func hasExtension(_ nextHeader: UInt8) -> Bool {
        [0, 43, 44, 51, 60].contains(nextHeader)
    }

    /// Reads the TCP header; `end` is where the IP packet ends on the wire.
    @inline(__always)
    private static func readTCP(
        _ bytes: Span<UInt8>, at start: Int, end: Int, from source: IPAddress,
        to destination: IPAddress
    ) -> PacketContent? {
        guard start <= bytes.count &- 16 else { return nil }
        let header = bytes.extracting(start..<start + 16)
        let sourcePort = header.knownUInt16(at: 0)
        let destinationPort = header.knownUInt16(at: 2)
        let sequence = header.knownUInt32(at: 4)
        let acknowledgement = header.knownUInt32(at: 8)
        let sizeField = header[12]
        let flags = header[13]
        let window = header.knownUInt16(at: 14)
        let payloadStart = start + Int(sizeField >> 4) * 4
        guard sizeField >> 4 >= 5, payloadStart <= end else { return .malformed }
        let capturedStart = min(payloadStart, bytes.count)
        let capturedEnd = max(capturedStart, min(end, bytes.count))
        let controls = TCPFlags(rawValue: flags & 0x1F)
        var segment = TCPSegment(
            source: TCPEndpoint(source, port: sourcePort),
            destination: TCPEndpoint(destination, port: destinationPort),
            sequence: sequence, acknowledgement: acknowledgement, flags: controls, window: window,
            payload: capturedStart..<capturedEnd,
            missingBytes: end - max(payloadStart, capturedEnd))
        segment.checksum = checksum(of: bytes, start..<end, segment)
        if controls.contains(.syn) {
            segment.windowShift = Self.windowShift(bytes, options: start + 20..<payloadStart)
        }
        return .segment(segment)
    }

    /// Compares the checksum with the bytes, when they are all there.
    @inline(__always)
    private static func checksum(
        of bytes: Span<UInt8>, _ range: Range<Int>, _ segment: TCPSegment
    ) -> TCPSegment.Checksum {
        guard range.upperBound <= bytes.count, range.count <= 0xFFFF,
            let field = bytes.uint16(at: range.lowerBound + 16)
        else { return .unknown }
        let addresses = segment.source.address.sum + segment.destination.address.sum + 6
        let whole = bytes.onesSum(range)
        if fold(addresses + UInt64(range.count) + UInt64(whole)) == 0xFFFF { return .right }
        // What the kernel leaves to the card: nothing, or the sum over addresses and length.
        let isLeft =
            field == 0 || field == fold(addresses + UInt64(range.count))
            || field == fold(addresses)
        return isLeft ? .offloaded : .wrong
    }

    @inline(__always)
    private static func fold(_ sum: UInt64) -> UInt16 {
        var sum = sum
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
        return UInt16(truncatingIfNeeded: sum)
    }

    private static func windowShift(_ bytes: Span<UInt8>, options: Range<Int>) -> UInt8? {
        var offset = options.lowerBound
        while offset < options.upperBound, let kind = bytes.byte(at: offset) {
            if kind == 0 { return nil }
            if kind == 1 {
                offset += 1
                continue
            }
            guard let size = bytes.byte(at: offset + 1), size >= 2 else { return nil }
            // Above 14 is to be read as 14 (RFC 7323).
            if kind == 3, size == 3 { return bytes.byte(at: offset + 2).map { min($0, 14) } }
            offset += Int(size)
        }
        return nil
    }
}
