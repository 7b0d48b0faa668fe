/// What all frames of one message begin with at one server version, when nothing but numbers follows.
///
/// It comes from the message's layout as the encoder's bytes do. There is none for a message that is
/// protobuf at that version, or whose fields depend on the version or on each other.
package struct NumberFrames: Sendable {
    /// Up to eight bytes, the first in the lowest place.
    let head: UInt64
    let headCount: Int
    let fieldCount: Int

    package init?(_ schema: MessageSchema, serverVersion: Int) {
        guard schema.encoding(at: serverVersion) == .text,
            let layout = TextLayouts.at(serverVersion, schema.direction).layout(of: schema.id),
            layout.schema === schema, layout.scope.isFlat,
            layout.scope.steps.map(\.item) == Array(schema.items.indices)
        else { return nil }
        fieldCount = schema.items.count
        var head: [UInt8] = []
        if serverVersion >= SchemaText.rawIDsSince {
            head.appendBigEndian(UInt32(schema.id))
        } else {
            head += Array(String(schema.id).utf8) + [0]
        }
        if layout.hasLegacyVersion, let legacy = schema.legacyVersion {
            head += Array(String(legacy.value).utf8) + [0]
        }
        guard head.count <= 8 else { return nil }
        headCount = head.count
        self.head = head.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// One field of a frame, as a number.
package enum FrameField: Sendable {
    case integer(Int64)
    /// A decimal, in millionths.
    case millionths(Int64)
    /// Up to eight ASCII characters, the first in the lowest byte.
    case letters(UInt64)
}

/// Frames written one behind the other, without a message for each.
package struct FrameBuffer: Sendable {
    /// Longer than what is written.
    private var bytes: [UInt8] = []
    private var count = 0
    /// How much was taken last; the next time it is probably as much.
    private var usualCount = 512

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Writes one frame; there must be one for each of the message's fields.
    package mutating func append(_ frames: NumberFrames, _ fields: Span<FrameField>) {
        precondition(fields.count == frames.fieldCount, "a frame has all its fields")
        let room = 4 + 8 + fields.count * NumberText.maxBytes
        if bytes.count - count < room { grow(by: room) }
        let start = count
        count = bytes.withUnsafeMutableBytes { raw in
            // Nothing is written outside: there is room for the longest numbers.
            guard let base = raw.baseAddress else { return start }
            let frame = base + start
            frame.storeBytes(of: frames.head.littleEndian, toByteOffset: 4, as: UInt64.self)
            var end = 4 + frames.headCount
            for index in fields.indices {
                switch fields[index] {
                case .integer(let number): end += NumberText.write(number, to: frame + end)
                case .millionths(let number):
                    end += NumberText.write(millionths: number, to: frame + end)
                case .letters(let letters):
                    frame.storeBytes(
                        of: letters.littleEndian, toByteOffset: end, as: UInt64.self)
                    end += 8 - letters.leadingZeroBitCount / 8
                }
                frame.storeBytes(of: 0, toByteOffset: end, as: UInt8.self)
                end += 1
            }
            frame.storeBytes(of: UInt32(truncatingIfNeeded: end - 4).bigEndian, as: UInt32.self)
            return start + end
        }
    }

    /// Adds a whole frame.
    package mutating func append(_ frame: [UInt8]) {
        if bytes.count - count < frame.count { grow(by: frame.count) }
        let start = count
        count += frame.count
        bytes.withUnsafeMutableBytes { raw in
            raw[start...].copyBytes(from: frame)
        }
    }

    private mutating func grow(by room: Int) {
        let more = max(bytes.isEmpty ? usualCount + usualCount / 8 : bytes.count, room)
        bytes.append(contentsOf: repeatElement(0, count: more))
    }

    /// Everything written, and begins anew.
    package mutating func take() -> [UInt8] {
        bytes.removeLast(bytes.count - count)
        usualCount = max(count, 512)
        count = 0
        defer { bytes = [] }
        return bytes
    }
}
