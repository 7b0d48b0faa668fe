/// Writes messages as a line of text without making texts of their fields.
extension MessageScanner {
    /// Appends what `Message.name` and `Message.summary` say of the last text message.
    ///
    /// - Returns: False when that takes more care, because a field holds more than printable ASCII;
    ///   what has been appended is to be taken off again.
    package func appendLine(of body: Span<UInt8>, to line: inout [UInt8]) -> Bool {
        // A version that is no text makes the message malformed.
        hasUsualVersion(body) && LineNames.of(layout.schema).append(self, of: body, to: &line)
    }

    /// Appends what `Message.name` and `Message.summary` say of the last protobuf message.
    ///
    /// - Parameter tape: Memory that is used again.
    /// - Returns: False when that takes more care; what has been appended is to be taken off again.
    package func appendLine(
        of body: Span<UInt8>, using tape: inout ProtobufTape, to line: inout [UInt8]
    ) -> Bool {
        let schema = schema
        return tape.read(body, schema) && LineNames.of(schema).append(tape, of: body, to: &line)
    }
}

/// The names of a message and its fields as a line shows them.
final class LineNames: Sendable {
    /// The message's name, and ` name=` for each of its items, none for one that lines leave out.
    private let text: [UInt8]
    /// Where the message's name and each item's end.
    private let ends: [Int32]
    /// By item.
    private let isGroup: [Bool]

    static let unset = Array("1.797693134862315".utf8)
    /// Bytes behind the name; a field that goes beyond is left out with all that follow.
    private static let mostBytes = 110

    private static let all: [Direction: [LineNames?]] = {
        var all: [Direction: [LineNames?]] = [:]
        for direction in Direction.allCases {
            let own = ProtocolSchema.messages.filter { $0.direction == direction }
            var names = [LineNames?](repeating: nil, count: (own.map(\.id).max() ?? 0) + 1)
            for schema in own { names[schema.id] = LineNames(schema) }
            all[direction] = names
        }
        return all
    }()
    private static let toClient = all[.toClient] ?? []
    private static let toGateway = all[.toGateway] ?? []

    static func of(_ schema: MessageSchema) -> LineNames {
        let names = schema.direction == .toClient ? toClient : toGateway
        if schema.id < names.count, let found = names[schema.id] { return found }
        return LineNames(schema)
    }

    private init(_ schema: MessageSchema) {
        var text = Array(schema.name.utf8)
        var ends = [Int32(text.count)]
        for item in schema.items {
            if !item.name.hasPrefix("_"), item.pairing != .protobufEcho {
                let short = item.name.split(separator: ".").last.map(String.init) ?? item.name
                text += " \(short)=".utf8
            }
            ends.append(Int32(text.count))
        }
        self.text = text
        self.ends = ends
        isGroup = schema.items.map { if case .group = $0 { true } else { false } }
    }

    /// Appends a message's name and its fields that say something, cut to a line's length.
    ///
    /// - Returns: False when a field holds more than printable ASCII.
    func append<Fields: PlacedFields & ~Copyable>(
        _ fields: borrowing Fields, of body: Span<UInt8>, to line: inout [UInt8]
    ) -> Bool {
        let context = fields.context
        let names = self.text
        let text = names.span
        let start = line.count
        line.append(text.extracting(..<Int(ends[0])))
        let end = line.count
        for item in isGroup.indices where ends[item] < ends[item + 1] {
            let before = line.count
            let name = text.extracting(Int(ends[item])..<Int(ends[item + 1]))
            let value = fields.value(of: item, isGroup: isGroup[item], at: 0, context)
            guard Self.append(name, value, of: body, to: &line) else { continue }
            if line.count - end > Self.mostBytes {
                // A character may be several bytes.
                guard Self.isPlain(line, from: start) else { return false }
                line.removeLast(line.count - before)
                line.append(contentsOf: " …".utf8)
                return true
            }
        }
        return Self.isPlain(line, from: start)
    }

    // Helpers, in the order they are called.

    /// Appends a field, unless it says nothing.
    @inline(__always)
    private static func append(
        _ name: Span<UInt8>, _ value: PlacedValue, of body: Span<UInt8>, to line: inout [UInt8]
    ) -> Bool {
        switch value {
        case .absent, .whole(0): return false
        case .text(let range): return append(name, body.extracting(range), to: &line)
        case .whole(let number):
            line.append(name)
            line.append(decimal: number)
        case .double(let number):
            guard number.millionths != nil else {
                return append(name, number.wireText.utf8.span, to: &line)
            }
            line.append(name)
            line.append(wireTextOf: number)
        case .noRows(let range):
            let count = body.extracting(range)
            return count.isUnusedCount && append(name, count, to: &line)
        case .rows(_, let count):
            line.append(name)
            line.append(UInt8(ascii: "("))
            line.append(decimal: Int64(count))
            line.append(UInt8(ascii: ")"))
        }
        return true
    }

    @inline(__always)
    private static func append(
        _ name: Span<UInt8>, _ text: Span<UInt8>, to line: inout [UInt8]
    ) -> Bool {
        if text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "0") { return false }
        if text.count >= unset.count, text[0] == unset[0],
            text.extracting(first: unset.count).isEqual(to: unset.span)
        {
            return false
        }
        line.append(name)
        line.append(text)
        return true
    }

    /// Whether the line's new bytes are printable ASCII.
    private static func isPlain(_ bytes: borrowing [UInt8], from start: Int) -> Bool {
        var index = start
        let span = bytes.span
        while index < span.count {
            if span[index] &- 0x20 > 0x5E { return false }
            index += 1
        }
        return true
    }
}

extension [UInt8] {
    @inline(__always)
    mutating func append(_ text: Span<UInt8>) {
        text.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
