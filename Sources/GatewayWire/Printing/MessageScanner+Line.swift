/// Writes messages as a line of text without making texts of their fields.
extension MessageScanner {
    /// Appends what `Message.name` and `Message.summary` say of the last text message.
    ///
    /// - Returns: False when that takes more care, because a field holds more than printable ASCII;
    ///   what has been appended is to be taken off again.
    package func appendLine(of body: Span<UInt8>, to line: inout [UInt8]) -> Bool {
        let layout = layout
        let names = LineNames.of(layout.schema)
        let start = line.count
        line.append(contentsOf: names.message)
        let end = line.count
        for item in names.items.indices where !names.items[item].isEmpty {
            guard let entry = tape.entry(item, of: layout.scope, at: 0) else { continue }
            let before = line.count
            if names.isGroup[item] {
                let (countField, places) = tape.group(entry)
                let text = body.extracting(fields.range(of: countField))
                if places.isEmpty, text.isUnusedCount {
                    guard Self.append(names.items[item], text, to: &line) else { continue }
                } else {
                    if places.isEmpty { continue }
                    line.append(contentsOf: names.items[item])
                    line.append(contentsOf: "(\(places.count))".utf8)
                }
            } else {
                let text = body.extracting(fields.range(of: entry))
                guard Self.append(names.items[item], text, to: &line) else { continue }
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
        _ name: [UInt8], _ text: Span<UInt8>, to line: inout [UInt8]
    ) -> Bool {
        if text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "0") { return false }
        if text.count >= LineNames.unset.count, text[0] == LineNames.unset[0],
            text.extracting(first: LineNames.unset.count).isEqual(to: LineNames.unset.span)
        {
            return false
        }
        line.append(contentsOf: name)
        text.withUnsafeBufferPointer { line.append(contentsOf: $0) }
        return true
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
    let message: [UInt8]
    /// ` name=`; empty for a field that lines leave out.
    let items: [[UInt8]]
    let isGroup: [Bool]

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
        message = Array(schema.name.utf8)
        items = schema.items.map { item in
            if item.name.hasPrefix("_") || item.pairing == .protobufEcho { return [] }
            let short = item.name.split(separator: ".").last.map(String.init) ?? item.name
            return Array(" \(short)=".utf8)
        }
        isGroup = schema.items.map { if case .group = $0 { true } else { false } }
    }
}
