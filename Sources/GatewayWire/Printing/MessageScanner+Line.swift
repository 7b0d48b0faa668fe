/// Writes messages as a line of text without making texts of their fields.
extension MessageScanner {
    /// Appends what `Message.name` and `Message.summary` say of the last text message.
    ///
    /// - Returns: False when that takes more care, because a field holds more than printable ASCII;
    ///   what has been appended is to be taken off again.
    package func appendLine(of body: Span<UInt8>, to line: inout [UInt8]) -> Bool {
        let layout = layout
        let names = LineNames.of(layout.schema)
        let text = names.text
        let ends = names.ends
        let hasGroups = !names.groups.isEmpty
        let start = line.count
        Self.append(text.span.extracting(..<Int(ends[0])), to: &line)
        let end = line.count
        for item in 0..<ends.count - 1 where ends[item] < ends[item + 1] {
            guard let entry = tape.entry(item, of: layout.scope, at: 0) else { continue }
            let before = line.count
            let name = text.span.extracting(Int(ends[item])..<Int(ends[item + 1]))
            if hasGroups, names.groups.contains(item) {
                let (countField, places) = tape.group(entry)
                let text = body.extracting(fields.range(of: countField))
                if places.isEmpty, text.isUnusedCount {
                    guard Self.append(name, text, to: &line) else { continue }
                } else {
                    if places.isEmpty { continue }
                    Self.append(name, to: &line)
                    line.append(contentsOf: "(\(places.count))".utf8)
                }
            } else {
                let text = body.extracting(fields.range(of: entry))
                guard Self.append(name, text, to: &line) else { continue }
            }
            if line.count - end > 110 {
                // A character may be several bytes.
                guard isPlain(line, from: start) else { return false }
                line.removeLast(line.count - before)
                line.append(contentsOf: " …".utf8)
                return true
            }
        }
        return isPlain(line, from: start)
    }

    /// Appends a field, unless it says nothing.
    @inline(__always)
    private static func append(
        _ name: Span<UInt8>, _ text: Span<UInt8>, to line: inout [UInt8]
    ) -> Bool {
        if text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "0") { return false }
        if text.count >= LineNames.unset.count, text[0] == LineNames.unset[0],
            text.extracting(first: LineNames.unset.count).isEqual(to: LineNames.unset.span)
        {
            return false
        }
        append(name, to: &line)
        append(text, to: &line)
        return true
    }

    @inline(__always)
    private static func append(_ text: Span<UInt8>, to line: inout [UInt8]) {
        text.withUnsafeBufferPointer { line.append(contentsOf: $0) }
    }

    /// Whether the line's new bytes are printable ASCII.
    private func isPlain(_ bytes: borrowing [UInt8], from start: Int) -> Bool {
        var index = start
        let span = bytes.span
        while index < span.count {
            if span[index] &- 0x20 > 0x5E { return false }
            index += 1
        }
        return true
    }
}

/// The names of a message and its fields as a line shows them.
final class LineNames: Sendable {
    /// The message's name, and ` name=` for each of its items, none for one that lines leave out.
    let text: [UInt8]
    /// Where the message's name and each item's end.
    let ends: [Int32]
    /// Items that are groups.
    let groups: Set<Int>

    static let unset = Array("1.797693134862315".utf8)

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
        groups = Set(
            schema.items.indices.filter { index in
                if case .group = schema.items[index] { true } else { false }
            })
    }
}
