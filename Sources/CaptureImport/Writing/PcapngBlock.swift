/// The bytes of a pcapng file, block by block, little-endian.
///
/// Knows the four things that are needed here: the section header, interfaces with a name and
/// instants in nanoseconds, packets, and comments. Touches no file.
///
/// - Source: draft-ietf-opsawg-pcapng, sections 4.1 (section header), 4.2 (interface description) and
///   4.3 (enhanced packet).
package enum PcapngBlock {
    /// Most bytes kept of a comment or a name; an option's length has 16 bits.
    package static let maxTextBytes = 4096
    static let maxPacketBytes: UInt32 = 262_144

    /// Opens the file: its byte order, its version, and what wrote it.
    package static func sectionHeader(application: String) -> [UInt8] {
        // Byte-order magic, version 1.0, and a section whose length is left open.
        let body = bytes(0x1A2B_3C4D as UInt32) + bytes(1 as UInt16) + bytes(0 as UInt16)
        return block(
            0x0A0D_0D0A, body + bytes(UInt64.max) + options([text(4, application)]))
    }

    /// Declares the next interface; packets name it by its number, counted from 0.
    package static func interface(name: String, linkType: LinkType) -> [UInt8] {
        let body = bytes(linkType.fileNumber) + bytes(0 as UInt16) + bytes(maxPacketBytes)
        // Name, and instants in units of 10 to the power of -9 seconds.
        return block(1, body + options([text(2, name), (9, [9])]))
    }

    package static func packet(
        _ packet: [UInt8], at instant: CaptureInstant, interface: Int, comment: String?
    ) -> [UInt8] {
        let ticks = UInt64(bitPattern: instant.nanosecondsSinceEpoch)
        let size = UInt32(packet.count)
        var body = bytes(UInt32(interface)) + bytes(UInt32(truncatingIfNeeded: ticks >> 32))
        body += bytes(UInt32(truncatingIfNeeded: ticks)) + bytes(size) + bytes(size)
        body += padded(packet)
        if let comment { body += options([text(1, comment)]) }
        return block(6, body)
    }

    private static func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
        let size = bytes(UInt32(12 + body.count))
        return bytes(type) + size + body + size
    }

    private static func options(_ options: [(code: UInt16, value: [UInt8])]) -> [UInt8] {
        let listed = options.flatMap {
            bytes($0.code) + bytes(UInt16($0.value.count)) + padded($0.value)
        }
        return listed + [0, 0, 0, 0]
    }

    /// Cut to the bound at a character's start.
    private static func text(_ code: UInt16, _ text: String) -> (UInt16, [UInt8]) {
        var value: [UInt8] = []
        for character in text {
            let bytes = Array(String(character).utf8)
            guard value.count + bytes.count <= maxTextBytes else { break }
            value += bytes
        }
        return (code, value)
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        stride(from: 0, to: Number.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

extension LinkType {
    /// The number in a file's header (`LINKTYPE_…`), where it differs from libpcap's own.
    fileprivate var fileNumber: UInt16 {
        switch self {
        case .ethernet: 1
        case .loopback: 0
        case .raw: 101
        case .linuxCooked: 113
        case .linuxCooked2: 276
        }
    }
}
