/// The names of a message's items, or of a group's, as JSON has them in front of their values.
final class JSONNames: Sendable {
    enum Form: UInt8, Sendable {
        case string, number, flag, group
        /// Repeats what another item says, and is not shown.
        case echo
    }

    /// Everything from `direction` to the colon behind `fields`, by encoding; empty for a group.
    let textHead: [UInt8]
    let protobufHead: [UInt8]
    /// By item.
    let forms: [Form]
    /// By item; of a group, what its rows hold.
    let rows: [JSONNames?]
    /// `"name":` of each item.
    private let text: [UInt8]
    /// Where each item's part ends.
    private let ends: [Int32]

    static func of(_ schema: MessageSchema) -> JSONNames {
        let names = schema.direction == .toClient ? toClient : toGateway
        if schema.id < names.count, let found = names[schema.id], found.schema === schema {
            return found.names
        }
        return JSONNames(schema)
    }

    static func of(_ group: GroupSchema) -> JSONNames { JSONNames(group.items) }

    /// `"name":` of an item.
    @inline(__always)
    func append(_ item: Int, to line: inout JSONLine) {
        let start = item == 0 ? 0 : Int(ends[item - 1])
        let text = text
        line.append(text.span.extracting(start..<Int(ends[item])))
    }

    // Helpers.

    private struct Known: Sendable {
        let schema: MessageSchema
        let names: JSONNames
    }

    private static let toClient = known(.toClient)
    private static let toGateway = known(.toGateway)

    private static func known(_ direction: Direction) -> [Known?] {
        let own = ProtocolSchema.messages.filter { $0.direction == direction }
        var known = [Known?](repeating: nil, count: (own.map(\.id).max() ?? 0) + 1)
        for schema in own { known[schema.id] = Known(schema: schema, names: JSONNames(schema)) }
        return known
    }

    private convenience init(_ schema: MessageSchema) {
        func head(_ encoding: MessageEncoding) -> [UInt8] {
            var line = JSONLine(behind: [])
            line.add("direction", schema.direction.rawValue)
            line.add("id", schema.id)
            line.add("name", schema.name)
            line.add("encoding", encoding.rawValue)
            line.addKey("fields")
            return Array(line.unfinishedBytes().dropFirst())
        }
        self.init(schema.items, textHead: head(.text), protobufHead: head(.protobuf))
    }

    private init(_ items: [SchemaItem], textHead: [UInt8] = [], protobufHead: [UInt8] = []) {
        self.textHead = textHead
        self.protobufHead = protobufHead
        forms = items.map { item in
            if item.pairing == .protobufEcho { return .echo }
            guard case .field(let field) = item else { return .group }
            switch field.type {
            case .bool: return .flag
            case .int, .long, .float, .decimal: return .number
            case .string: return .string
            }
        }
        rows = items.map { item in
            if case .group(let group) = item { JSONNames(group.items) } else { nil }
        }
        var text: [UInt8] = []
        ends = items.map { item in
            text += Array((JSONLine.quoted(item.name) + ":").utf8)
            return Int32(text.count)
        }
        self.text = text
    }
}
