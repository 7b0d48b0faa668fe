/// The blocks of a pcap or pcapng file: where each packet stands, and when it was recorded.
///
/// ```
/// pcap     header of 24 bytes; then seconds, fraction, captured, original length, packet
/// pcapng   section header, interfaces, packets: type, size, body, size again
/// ```
///
/// Both byte orders, in pcapng section by section. Every number is checked against the bytes there are.
struct CaptureBlocks {
    enum Beginning {
        /// The reader of what follows, and the size of the file header.
        case blocks(CaptureBlocks, Int)
        case incomplete
        case foreign
    }

    enum Found {
        case packet(Packet, end: Int)
        /// A block without a packet.
        case other(end: Int)
        /// So many bytes from here on, to tell more.
        case needs(Int)
        /// Nothing can be found from here on.
        case damaged(String)
    }

    struct Packet {
        let at: CaptureInstant
        let linkType: LinkType?
        let linkNumber: Int
        let offset: Int
        let count: Int
        let originalLength: Int
    }

    private struct Interface {
        var linkType: LinkType?
        var linkNumber = 1
        var snapshotLength = 0
        /// Ticks a second.
        var resolution: UInt64 = 1_000_000
        /// Seconds to be added.
        var offset: Int64 = 0
    }

    /// Interfaces described in one section; more are not told apart.
    static let maxInterfaces = 65_536

    private var isPcapng = false
    private var isSwapped = false
    /// Bytes of a pcap packet's header.
    private var recordSize = 16
    private var interfaces: [Interface] = [Interface()]

    /// Looks at the first bytes of a file.
    static func begin(_ bytes: UnsafeRawBufferPointer) -> Beginning {
        guard bytes.count >= 4 else { return .incomplete }
        let magic = bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
        var blocks = CaptureBlocks()
        // The section header reads the same in both orders.
        if magic == 0x0A0D_0D0A {
            blocks.isPcapng = true
            return bytes.count >= 12 ? .blocks(blocks, 0) : .incomplete
        }
        var resolution: UInt64 = 1_000_000
        for isSwapped in [false, true] {
            switch isSwapped ? magic.byteSwapped : magic {
            case 0xA1B2_C3D4: break
            case 0xA1B2_3C4D: resolution = 1_000_000_000
            // Written by a patched libpcap of long ago: eight more bytes a packet.
            case 0xA1B2_CD34: blocks.recordSize = 24
            default: continue
            }
            guard bytes.count >= 24 else { return .incomplete }
            blocks.isSwapped = isSwapped
            // The upper bits say whether a frame check sequence follows.
            let number = Int(blocks.word(bytes, 20) & 0x0FFF_FFFF)
            blocks.interfaces = [
                Interface(
                    linkType: LinkType(fileNumber: number), linkNumber: number,
                    resolution: resolution)
            ]
            return .blocks(blocks, 24)
        }
        return .foreign
    }

    /// What begins at an offset.
    @inline(__always)
    mutating func next(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Found {
        isPcapng ? nextBlock(bytes, at: start) : nextRecord(bytes, at: start)
    }

    @inline(__always)
    private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isSwapped ? word.byteSwapped : word
    }

    private func half(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        let half = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return Int(isSwapped ? half.byteSwapped : half)
    }

    @inline(__always)
    private func nextRecord(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Found {
        guard bytes.count - start >= recordSize else { return .needs(recordSize) }
        let count = Int(word(bytes, start + 8))
        guard count <= CaptureFile.maxBlockBytes else {
            return .damaged("a packet claims \(count) bytes")
        }
        guard bytes.count - start >= recordSize + count else { return .needs(recordSize + count) }
        let fraction = Int64(word(bytes, start + 4))
        let interface = interfaces[0]
        let at = CaptureInstant(
            seconds: Int64(word(bytes, start)),
            nanoseconds: interface.resolution == 1_000_000 ? fraction * 1000 : fraction)
        let packet = Packet(
            at: at, linkType: interface.linkType, linkNumber: interface.linkNumber,
            offset: start + recordSize, count: count,
            originalLength: Int(word(bytes, start + 12)))
        return .packet(packet, end: start + recordSize + count)
    }

    private mutating func nextBlock(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Found {
        guard bytes.count - start >= 12 else { return .needs(12) }
        var type = word(bytes, start)
        if type == 0x0A0D_0D0A {
            switch bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self) {
            case 0x1A2B_3C4D: isSwapped = false
            case 0x4D3C_2B1A: isSwapped = true
            default: return .damaged("a section has no byte order")
            }
            type = 0x0A0D_0D0A
            interfaces = []
        }
        let size = Int(word(bytes, start + 4))
        guard size >= 12, size % 4 == 0, size <= CaptureFile.maxBlockBytes else {
            return .damaged("a block claims \(size) bytes")
        }
        guard bytes.count - start >= size else { return .needs(size) }
        guard Int(word(bytes, start + size - 4)) == size else {
            return .damaged("a block of \(size) bytes ends with another size")
        }
        let end = start + size
        let body = start + 8..<end - 4
        switch type {
        case 1: return interface(bytes, body, end)
        case 2: return obsoletePacket(bytes, body, end)
        case 3: return simplePacket(bytes, body, end)
        case 6: return enhancedPacket(bytes, body, end)
        default: return .other(end: end)
        }
    }

    private mutating func interface(
        _ bytes: UnsafeRawBufferPointer, _ body: Range<Int>, _ end: Int
    ) -> Found {
        guard body.count >= 8 else { return .damaged("an interface's description is too short") }
        guard interfaces.count < Self.maxInterfaces else {
            return .damaged("more than \(Self.maxInterfaces) interfaces are described")
        }
        let number = half(bytes, body.lowerBound)
        var interface = Interface(linkType: LinkType(fileNumber: number), linkNumber: number)
        interface.snapshotLength = Int(word(bytes, body.lowerBound + 4))
        var offset = body.lowerBound + 8
        while offset + 4 <= body.upperBound {
            let code = half(bytes, offset)
            let size = half(bytes, offset + 2)
            guard code != 0, offset + 4 + size <= body.upperBound else { break }
            if code == 9, size == 1 {
                guard let resolution = Self.resolution(bytes[offset + 4]) else {
                    return .damaged("an interface has an unknown resolution of time")
                }
                interface.resolution = resolution
            }
            if code == 14, size == 8 {
                let low = UInt64(word(bytes, offset + (isSwapped ? 8 : 4)))
                let high = UInt64(word(bytes, offset + (isSwapped ? 4 : 8)))
                interface.offset = Int64(bitPattern: high << 32 | low)
            }
            offset += 4 + (size + 3) / 4 * 4
        }
        interfaces.append(interface)
        return .other(end: end)
    }

    /// Ticks a second from the option's byte: a power of ten, or of two with the upper bit.
    private static func resolution(_ byte: UInt8) -> UInt64? {
        let power = Int(byte & 0x7F)
        if byte & 0x80 != 0 { return power < 64 ? 1 << UInt64(power) : nil }
        guard power <= 19 else { return nil }
        return (0..<power).reduce(1) { product, _ in product * 10 }
    }

    @inline(__always)
    private func enhancedPacket(
        _ bytes: UnsafeRawBufferPointer, _ body: Range<Int>, _ end: Int
    ) -> Found {
        guard body.count >= 20 else { return .damaged("a packet's block is too short") }
        return packet(
            bytes, interface: Int(word(bytes, body.lowerBound)), header: body.lowerBound + 4,
            until: body.upperBound, end)
    }

    private func obsoletePacket(
        _ bytes: UnsafeRawBufferPointer, _ body: Range<Int>, _ end: Int
    ) -> Found {
        guard body.count >= 20 else { return .damaged("a packet's block is too short") }
        return packet(
            bytes, interface: half(bytes, body.lowerBound), header: body.lowerBound + 4,
            until: body.upperBound, end)
    }

    /// A packet whose time, captured and original length begin at `header`.
    @inline(__always)
    private func packet(
        _ bytes: UnsafeRawBufferPointer, interface number: Int, header: Int, until: Int, _ end: Int
    ) -> Found {
        guard number < interfaces.count else {
            return .damaged("a packet names interface \(number), which is not described")
        }
        let count = Int(word(bytes, header + 8))
        guard header + 16 + count <= until else {
            return .damaged("a packet claims \(count) bytes, more than its block")
        }
        let ticks = UInt64(word(bytes, header)) << 32 | UInt64(word(bytes, header + 4))
        let interface = interfaces[number]
        return .packet(
            Packet(
                at: Self.instant(ticks, interface), linkType: interface.linkType,
                linkNumber: interface.linkNumber, offset: header + 16, count: count,
                originalLength: Int(word(bytes, header + 12))), end: end)
    }

    /// A packet without a time.
    private func simplePacket(
        _ bytes: UnsafeRawBufferPointer, _ body: Range<Int>, _ end: Int
    ) -> Found {
        guard body.count >= 4, let interface = interfaces.first else {
            return .damaged("a packet without an interface")
        }
        let original = Int(word(bytes, body.lowerBound))
        let limit = interface.snapshotLength == 0 ? Int.max : interface.snapshotLength
        let count = min(original, limit, body.count - 4)
        return .packet(
            Packet(
                at: CaptureInstant(nanosecondsSinceEpoch: 0), linkType: interface.linkType,
                linkNumber: interface.linkNumber, offset: body.lowerBound + 4, count: count,
                originalLength: original), end: end)
    }

    @inline(__always)
    private static func instant(_ ticks: UInt64, _ interface: Interface) -> CaptureInstant {
        if interface.offset == 0, ticks < 1 << 53 {
            if interface.resolution == 1_000_000 {
                return CaptureInstant(nanosecondsSinceEpoch: Int64(ticks) * 1000)
            }
        }
        if interface.offset == 0, interface.resolution == 1_000_000_000, ticks < 1 << 63 {
            return CaptureInstant(nanosecondsSinceEpoch: Int64(ticks))
        }
        let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: interface.resolution)
        let scaled = rest.multipliedFullWidth(by: 1_000_000_000)
        // The rest is below the resolution, so this cannot overflow.
        let nanoseconds = interface.resolution.dividingFullWidth(scaled).quotient
        let (sum, overflow) = Int64(truncatingIfNeeded: min(seconds, UInt64(Int64.max)))
            .addingReportingOverflow(interface.offset)
        return CaptureInstant(
            seconds: overflow ? .max : sum, nanoseconds: Int64(truncatingIfNeeded: nanoseconds))
    }
}
