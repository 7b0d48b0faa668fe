package import GatewayWire
import Simulation

/// Makes a transcript's text of one line after the other, so that they need not all be at hand.
package struct TranscriptText {
    /// A text that stands in place of another one.
    package struct Replacement: Sendable {
        /// In the frame's body.
        package let range: Range<Int>
        package let text: [UInt8]

        package init(range: Range<Int>, text: [UInt8]) {
            self.range = range
            self.text = text
        }
    }

    private let serverVersion: Int?
    private var bytes: [UInt8] = []

    /// - Parameter serverVersion: The agreed one; `nil` when the handshake ended before it.
    package init(serverVersion: Int?) {
        self.serverVersion = serverVersion
    }

    package mutating func add(_ line: Transcript.Line) {
        begin(line.after)
        bytes += Transcript.text(of: line.event, version: serverVersion ?? 100).utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Adds a message as it stands in its frame, which has nothing but its schema's fields.
    ///
    /// - Parameters:
    ///   - after: Since the line before; `nil` when it left in the same write.
    ///   - fields: The last message that was scanned, or the tape of a protobuf message.
    ///   - replacements: In the order in which they stand in the body.
    /// - Returns: False when that takes more care; then nothing has been added.
    package mutating func add<Fields: PlacedFields & ~Copyable>(
        _ schema: MessageSchema, after: Duration?, _ fields: borrowing Fields,
        of body: Span<UInt8>, isProtobuf: Bool, replacing replacements: [Replacement]
    ) -> Bool {
        let start = bytes.count
        let names = TranscriptNames.of(schema)
        begin(after)
        bytes.append(contentsOf: names.head)
        let isWhole =
            isProtobuf
            ? add(names, fields, fields.context, at: 0, of: body, replacements)
            : add(fieldsOf: body, schema.id, replacements)
        if !isWhole {
            bytes.removeLast(bytes.count - start)
            return false
        }
        bytes.append(UInt8(ascii: "\n"))
        return true
    }

    /// The whole text, once every line has been added.
    ///
    /// - Parameter comments: Notes for the reader.
    package consuming func text(comments: [String]) -> String {
        var lines = [Transcript.heading] + comments.map { "# \($0)" }
        if let serverVersion { lines.append("server-version \(serverVersion)") }
        return lines.joined(separator: "\n") + "\n" + String(decoding: bytes, as: UTF8.self)
    }

    // Helpers, in the order they are called.

    private mutating func begin(_ after: Duration?) {
        if let after {
            bytes.append(UInt8(ascii: "+"))
            FieldText.append(after, to: &bytes)
        } else {
            bytes.append(UInt8(ascii: "&"))
        }
        bytes.append(UInt8(ascii: " "))
    }

    /// The fields of a protobuf message, or of a row.
    private mutating func add<Fields: PlacedFields & ~Copyable>(
        _ names: TranscriptNames, _ fields: borrowing Fields, _ context: Fields.Context,
        at place: Int, of body: Span<UInt8>, _ replacements: [Replacement]
    ) -> Bool {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for item in names.isGroup.indices {
            let value = fields.value(of: item, isGroup: names.isGroup[item], at: place, context)
            if case .absent = value { continue }
            // A reader takes values of one name to be the items' in their order.
            let earlier = Int(names.earlier[item])
            if earlier >= 0 {
                let value = fields.value(
                    of: earlier, isGroup: names.isGroup[earlier], at: place, context)
                if case .absent = value { return false }
            }
            if !isFirst { bytes.append(UInt8(ascii: "|")) }
            isFirst = false
            names.appendName(of: item, to: &bytes)
            switch value {
            case .absent, .noRows: return false
            case .whole(let number): bytes.append(decimal: number)
            case .double(let number): bytes.append(wireTextOf: number)
            case .text(let range):
                let replacement = replacements.first { $0.range == range }
                if let replacement {
                    bytes.append(contentsOf: replacement.text)
                } else {
                    guard append(plain: body.extracting(range)) else { return false }
                }
            case .rows(let record, let count):
                guard let rows = names.rows[item] else { return false }
                bytes.append(UInt8(ascii: "["))
                var place = 0
                for row in 0..<count {
                    place = fields.place(ofRow: row, after: place, in: record)
                    guard add(rows, fields, context, at: place, of: body, replacements) else {
                        return false
                    }
                }
                bytes.append(UInt8(ascii: "]"))
            }
        }
        bytes.append(UInt8(ascii: "}"))
        return true
    }

    /// Appends a text that needs no escapes.
    private mutating func append(plain text: Span<UInt8>) -> Bool {
        for index in text.indices
        where !FieldText.isPlain(text[index]) || text[index] == UInt8(ascii: "}") {
            return false
        }
        text.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        return true
    }

    /// The fields of a text message, its id first.
    private mutating func add(
        fieldsOf body: Span<UInt8>, _ id: Int, _ replacements: [Replacement]
    ) -> Bool {
        var index = 0
        if serverVersion ?? 100 > 200 {
            bytes.append(decimal: Int64(id))
            bytes.append(UInt8(ascii: "|"))
            index = 4
        }
        for replacement in replacements {
            guard append(fields: body.extracting(index..<replacement.range.lowerBound)) else {
                return false
            }
            bytes.append(contentsOf: replacement.text)
            index = replacement.range.upperBound
        }
        return append(fields: body.extracting(index..<body.count))
    }

    /// Appends fields that need no escapes, with `|` for each NUL.
    private mutating func append(fields: Span<UInt8>) -> Bool {
        let start = bytes.count
        fields.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        var added = bytes.mutableSpan
        for index in start..<added.count {
            if added[index] == 0 {
                added[index] = UInt8(ascii: "|")
            } else if !FieldText.isPlain(added[index]) {
                return false
            }
        }
        return true
    }
}

/// What stands in front of a message's fields on a transcript's line.
///
/// Plain arrays, because several threads use one of these: looking at an item counts no references.
private final class TranscriptNames: Sendable {
    /// The direction and the message's name, as in `<- tickPrice `.
    let head: [UInt8]
    /// By item: the one before it that has its name; -1 for none.
    let earlier: [Int32]
    let isGroup: [Bool]
    /// By item: of a group, its rows' items.
    let rows: [TranscriptNames?]
    /// The items' names, each with `=` behind it, and where each ends.
    private let text: [UInt8]
    private let ends: [Int32]

    /// Appends an item's name and `=`.
    func appendName(of item: Int, to bytes: inout [UInt8]) {
        let start = item == 0 ? 0 : Int(ends[item - 1])
        text.withUnsafeBufferPointer { bytes.append(contentsOf: $0[start..<Int(ends[item])]) }
    }

    // Helpers, in the order they are called.

    private static let all: [Direction: [TranscriptNames?]] = {
        var all: [Direction: [TranscriptNames?]] = [:]
        for direction in Direction.allCases {
            let own = ProtocolSchema.messages.filter { $0.direction == direction }
            var names = [TranscriptNames?](repeating: nil, count: (own.map(\.id).max() ?? 0) + 1)
            for schema in own { names[schema.id] = TranscriptNames(schema) }
            all[direction] = names
        }
        return all
    }()
    private static let toClient = all[.toClient] ?? []
    private static let toGateway = all[.toGateway] ?? []

    static func of(_ schema: MessageSchema) -> TranscriptNames {
        let names = schema.direction == .toClient ? toClient : toGateway
        if schema.id < names.count, let found = names[schema.id] { return found }
        return TranscriptNames(schema)
    }

    private convenience init(_ schema: MessageSchema) {
        self.init(
            schema.items, head: "\(schema.direction == .toGateway ? "->" : "<-") \(schema.name) ")
    }

    private init(_ items: [SchemaItem], head: String) {
        self.head = Array(head.utf8)
        earlier = Namesakes.earlier(items).map { Int32($0 ?? -1) }
        var text: [UInt8] = []
        ends = items.map { item in
            text += Array("\(item.name)=".utf8)
            return Int32(text.count)
        }
        self.text = text
        rows = items.map { item in
            if case .group(let group) = item { TranscriptNames(group.items, head: "") } else { nil }
        }
        isGroup = rows.map { $0 != nil }
    }
}
