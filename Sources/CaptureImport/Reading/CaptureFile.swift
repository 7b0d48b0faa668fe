import CPcap

/// One pcap or pcapng file, plain or packed, read from front to back.
///
/// It reads blocks itself, because libpcap refuses pcapng files whose sections differ in byte order or
/// whose interfaces differ in link type, and reads no archive. It owns the buffer, and hands out
/// packets as spans of it that cannot outlive the call. It does not look into packets.
final class CaptureFile {
    /// The largest block or packet accepted, in bytes.
    ///
    /// libpcap's own largest snapshot is 256 KiB.
    static let maxBlockBytes = 16 << 20

    let path: String
    /// Packets found so far; the last one has this number, as in Wireshark.
    private(set) var packetCount = 0
    /// Why reading stopped before the end of the recording, once it has.
    private(set) var note: CaptureNote?
    /// Packets on a link that is not supported, and its number.
    private(set) var foreignLink: (count: Int, number: Int)?

    private let source: ByteSource
    private var format: CaptureBlocks
    private var buffer: UnsafeMutableRawBufferPointer
    /// Bytes of the buffer that are read.
    private var filled = 0
    /// Up to here packets have been found.
    private var parsed = 0
    /// Bytes of the recording before the buffer's first.
    private var passed = 0
    private var isSourceAtEnd = false
    private(set) var isAtEnd = false

    /// Opens the file and reads its header.
    ///
    /// - Parameter bufferSize: Bytes read at once.
    init(path: String, bufferSize: Int = 1 << 20) throws(CaptureError) {
        self.path = path
        source = try ByteSource(path: path)
        // A small file needs no large one.
        let most = source.isPacked || source.size == 0 ? bufferSize : source.size + 1
        buffer = .allocate(byteCount: max(min(bufferSize, most), 4096), alignment: 16)
        format = CaptureBlocks()
        fill(atLeast: 24)
        let head = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
        switch CaptureBlocks.begin(head) {
        case .blocks(let blocks, let size):
            format = blocks
            parsed = size
        case .incomplete:
            let reason = source.failure ?? "\(filled) bytes"
            throw .headerIncomplete(path: path, reason: reason)
        case .foreign:
            throw .notACapture(
                path: path, looksLike: Self.kind(of: head),
                reason: source.failure ?? "unknown file format")
        }
    }

    deinit {
        buffer.deallocate()
    }

    /// Bytes of the file taken so far, and its size; 0 for a pipe.
    var progress: (read: Int, size: Int) { (source.readCount, source.size) }

    /// The time of the first packet; nil when there is none.
    static func firstInstant(path: String) throws(CaptureError) -> CaptureInstant? {
        let file = try CaptureFile(path: path, bufferSize: 1 << 16)
        var records: [PacketRecord] = []
        var kept = Int.max
        while records.isEmpty, file.readMore(into: &records, keepingFrom: &kept) {}
        return records.first?.at
    }

    /// Reads on, and appends the packets found.
    ///
    /// - Parameter kept: The first byte of the buffer that earlier records still need, `Int.max` for
    ///   none. Set to how far the buffer has moved: earlier records' offsets are that much too high.
    /// - Returns: False at the end; then `note` says whether the file was complete.
    func readMore(into records: inout [PacketRecord], keepingFrom kept: inout Int) -> Bool {
        let moved = min(kept, parsed)
        kept = moved
        if isAtEnd {
            kept = 0
            return false
        }
        if moved > 0 {
            let rest = buffer[moved..<filled]
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest))
            filled -= moved
            parsed -= moved
            passed += moved
        }
        fill(atLeast: filled + 1)
        while findPackets(into: &records) {}
        return true
    }

    /// What is read, as long as the buffer has not moved on.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<filled]) }

    // Helpers, in the order they are called.

    private func fill(atLeast count: Int) {
        if count > buffer.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(count, buffer.count * 2), alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
            buffer.deallocate()
            buffer = larger
        }
        while filled < count, !isSourceAtEnd {
            let free = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let read = source.read(into: free)
            filled += read
            if read == 0 { isSourceAtEnd = true }
        }
    }

    /// Finds the packets in what is read.
    ///
    /// - Returns: True when more was read meanwhile, because not even one was whole.
    private func findPackets(into records: inout [PacketRecord]) -> Bool {
        switch findWholePackets(&records) {
        case .needs(let count):
            if isSourceAtEnd {
                stop(isEmpty: parsed == filled)
                return false
            }
            return grow(to: count)
        case .damaged(let reason):
            stop(because: reason)
            return false
        }
    }

    /// Why no packet was found, as in `CaptureBlocks.Found`.
    private enum Missing { case needs(Int), damaged(String) }

    /// Finds packets as long as there are whole ones.
    ///
    /// What changes with each packet stands in variables of its own meanwhile: every access to a
    /// property of an object is checked as the program runs.
    private func findWholePackets(_ records: inout [PacketRecord]) -> Missing {
        let bytes = self.bytes
        var blocks = format
        var place = parsed
        var number = packetCount
        defer {
            format = blocks
            parsed = place
            packetCount = number
        }
        while true {
            switch blocks.next(bytes, at: place) {
            case .packet(let packet, let end):
                number += 1
                if packet.linkType == nil { count(foreign: packet.linkNumber) }
                records.append(
                    PacketRecord(
                        at: packet.at, number: number, linkType: packet.linkType,
                        offset: packet.offset, count: packet.count,
                        originalLength: packet.originalLength))
                place = end
            case .other(let end):
                place = end
            case .needs(let count): return .needs(count)
            case .damaged(let reason): return .damaged(reason)
            }
        }
    }

    /// Makes room when a block is larger than the buffer.
    private func grow(to count: Int) -> Bool {
        // Room for it comes when the buffer moves on, unless the block begins the buffer.
        if parsed + count <= buffer.count || parsed > 0 { return false }
        fill(atLeast: count)
        return true
    }

    private func count(foreign number: Int) {
        foreignLink = (
            (foreignLink?.count ?? 0) + 1, foreignLink?.number ?? number
        )
    }

    private func stop(isEmpty: Bool) {
        isAtEnd = true
        let packet = packetCount + 1
        if let failure = source.failure {
            note = .unreadable(packet: packet, reason: failure)
        } else if !isEmpty {
            note = .endsInPacket(packet: packet)
        }
    }

    private func stop(because reason: String) {
        isAtEnd = true
        note = .unreadable(
            packet: packetCount + 1, reason: "at byte \(passed + parsed) \(reason)")
    }

    /// Kinds of file that are often given by mistake.
    private static func kind(of bytes: UnsafeRawBufferPointer) -> String? {
        let known: [([UInt8], String)] = [
            ([0xFD, 0x37, 0x7A, 0x58], "an xz archive"), ([0x50, 0x4B], "a zip archive"),
            ([0x42, 0x5A, 0x68], "a bzip2 archive"), ([0x7F, 0x45, 0x4C, 0x46], "a program"),
        ]
        return known.first { bytes.starts(with: $0.0) }?.1
    }
}

/// The text in a C buffer up to its zero byte.
func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
