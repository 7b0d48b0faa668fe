/// What all frames of one message begin with at one server version, when nothing but numbers follows.
///
/// It comes from the message's layout as the encoder's bytes do. There is none for a message that is
/// protobuf at that version, or whose fields depend on the version or on each other.
package struct NumberFrames: Sendable {
    let head: [UInt8]
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
        self.head = head
    }
}

/// A number as one field of a frame.
package enum FieldNumber: Sendable {
    case integer(Int64)
    /// A decimal, in millionths.
    case millionths(Int64)
}

/// Frames written one behind the other, without a message for each.
package struct FrameBuffer: Sendable {
    /// Longer than what is written.
    private var bytes: [UInt8] = []
    private var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Writes one frame; there must be a number for each of the message's fields.
    package mutating func append(_ frames: NumberFrames, _ numbers: Span<FieldNumber>) {
        precondition(numbers.count == frames.fieldCount, "a frame has all its fields")
        let room = 4 + frames.head.count + numbers.count * (NumberText.maxBytes + 1)
        if bytes.count - count < room {
            bytes.append(contentsOf: repeatElement(0, count: max(bytes.count, room, 512)))
        }
        let start = count
        var end = start + 4
        var span = bytes.mutableSpan
        let head = frames.head.span
        for index in head.indices {
            span[end] = head[index]
            end += 1
        }
        for index in numbers.indices {
            switch numbers[index] {
            case .integer(let number): end = NumberText.put(number, into: &span, at: end)
            case .millionths(let number):
                end = NumberText.put(millionths: number, into: &span, at: end)
            }
            span[end] = 0
            end += 1
        }
        let length = UInt32(truncatingIfNeeded: end - start - 4)
        span[start] = UInt8(truncatingIfNeeded: length >> 24)
        span[start + 1] = UInt8(truncatingIfNeeded: length >> 16)
        span[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
        span[start + 3] = UInt8(truncatingIfNeeded: length)
        count = end
    }

    /// Everything written, and begins anew.
    package mutating func take() -> [UInt8] {
        bytes.removeLast(bytes.count - count)
        defer { self = FrameBuffer() }
        return bytes
    }
}
