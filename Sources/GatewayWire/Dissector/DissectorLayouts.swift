/// The schema in the dissector's notation.
///
/// ```
/// message{"toClient", 3, "orderStatus", legacy=6, untilVersion=130, level=41, text=[[
/// orderId                       a field at every server version
/// mktCapPrice 131               since 131
/// oldFlag 100-130 +2            until 130, and only when two fields are left
/// conditions *conditionsCount 40 ?kind~1|2 ?size>0
///  price                        one space of indent more: within the group above
/// ]]}
/// level(41, "OrderStatus", [[
/// 1 i orderId                   a scalar: its wire form and its name
/// 2 b flags #1 <allOrNone       bit 1 of a number; what protobuf calls it
/// 3 m contract 12 ^hasContract  a message: its level, and the field that says it is there
/// 4 * legs 13                   repeated messages
/// 5 r i _value prices           repeated scalars, by the name of each
/// 6 t tags                      a map
/// ]])
/// ```
struct DissectorLayouts {
    /// How Wireshark keeps a field's value.
    private enum Kind: String {
        case integer = "i", number = "f", flag = "b", string = "s"

        init(_ type: FieldType) {
            self =
                switch type {
                case .int, .long: .integer
                case .float, .decimal: .number
                case .bool: .flag
                case .string: .string
                }
        }

        /// What holds both: a name means one kind of field, whichever message it stands in.
        func joined(with other: Kind) -> Kind {
            switch (self, other) {
            case (.integer, .integer), (.integer, .flag), (.flag, .integer): .integer
            case (.number, .number), (.integer, .number), (.number, .integer): .number
            case (.flag, .flag): .flag
            case (.flag, .number), (.number, .flag), (.string, _), (_, .string): .string
            }
        }
    }

    /// The protobuf levels met so far, each once.
    private(set) var levels: [String] = []
    private var levelNumbers: [String: Int] = [:]
    private var kinds: [String: Kind] = [:]

    mutating func message(_ message: MessageSchema) -> String {
        var line =
            "message{\(Self.quoted(message.direction.rawValue)), \(message.id), "
            + Self.quoted(message.name)
        if let legacy = message.legacyVersion {
            line += ", legacy=\(legacy.value)"
            if let until = legacy.until { line += ", untilVersion=\(until)" }
        }
        if let plan = message.plan {
            line += ", level=\(level(plan.root, message.items))"
        }
        if message.hasTextForm {
            line += ", text=[[\n" + text(message.items, indent: "") + "]]"
        }
        return line + "}\n"
    }

    /// Every field name, by the kind of value Wireshark keeps of it.
    var fieldKinds: String {
        var text = ""
        for kind in [Kind.integer, .number, .flag, .string] {
            text += "fields(\"\(kind.rawValue)\", [[\n"
            var width = 0
            for name in kinds.filter({ $0.value == kind }).keys.sorted() {
                text += width == 0 ? name : width + name.count > 98 ? "\n" + name : " " + name
                width = width + name.count > 98 || width == 0 ? name.count : width + name.count + 1
            }
            text += "\n]])\n"
        }
        return text
    }

    // Helpers, in the order they are called.

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }

    private mutating func note(_ name: String, _ kind: Kind) {
        kinds[name] = kinds[name].map { $0.joined(with: kind) } ?? kind
    }

    // The text form.

    private mutating func text(_ items: [SchemaItem], indent: String) -> String {
        var lines = ""
        for item in items where item.hasTextForm {
            lines += indent + item.name
            switch item {
            case .field(let field):
                note(field.name, Kind(field.type))
                lines += Self.versions(field.versions)
                if let remaining = field.whenRemaining { lines += " +\(remaining)" }
                lines += Self.conditions(field.conditions) + "\n"
            case .group(let group):
                note(group.countName, .integer)
                lines += " *\(group.countName)" + Self.versions(group.versions)
                lines += Self.conditions(group.conditions) + "\n"
                lines += text(group.items, indent: indent + " ")
            }
        }
        return lines
    }

    private static func versions(_ versions: ClosedRange<Int>) -> String {
        let all = SchemaText.allVersions
        if versions.upperBound < all.upperBound {
            return " \(versions.lowerBound)-\(versions.upperBound)"
        }
        return versions.lowerBound > all.lowerBound ? " \(versions.lowerBound)" : ""
    }

    private static func conditions(_ conditions: [FieldCondition]) -> String {
        conditions.map { condition in
            let test =
                switch condition.test {
                case .equals(let value): "=\(unspaced(value))"
                case .differs(let value): "!\(unspaced(value))"
                case .greater(let bound): ">\(bound)"
                case .oneOf(let values): "~" + values.map(unspaced).joined(separator: "|")
                case .nonempty: "$"
                case .positive: "+"
                }
            return " ?\(condition.field)\(test)"
        }.joined()
    }

    private static func unspaced(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "%20")
    }

    // The protobuf form.

    private mutating func level(_ level: ProtobufLevel, _ items: [SchemaItem]) -> Int {
        var lines = ""
        for field in level.fields { lines += line(field, items) + "\n" }
        let body = "\(Self.quoted(level.typeName)), [[\n\(lines)]])\n"
        if let known = levelNumbers[body] { return known }
        levels.append("level(\(levels.count + 1), " + body)
        levelNumbers[body] = levels.count
        return levels.count
    }

    private mutating func line(_ field: ProtobufPlanField, _ items: [SchemaItem]) -> String {
        let line: String
        let name: String
        switch field.target {
        case .scalar(let scalar, let target):
            guard case .field(let shape) = items[target.items[0]] else {
                preconditionFailure("scalar \(field.name) lies in a group")
            }
            note(shape.name, Kind(shape.type))
            name = shape.name
            line = "\(field.number) \(Self.letter(scalar)) \(name)" + Self.options(target)
        case .message(let inner, let presence):
            name = Self.leaf(field.name)
            line =
                "\(field.number) m \(name) \(level(inner, items))"
                + (presence.map { " ^\(items[$0].name)" } ?? "")
        case .rows(let inner, let index, _):
            name = items[index].name
            line = "\(field.number) * \(name) \(level(inner, Self.rows(items[index])))"
        case .list(let scalar, let index, let column, _):
            let element = Self.rows(items[index])[column]
            if case .field(let shape) = element { note(shape.name, Kind(shape.type)) }
            name = items[index].name
            line = "\(field.number) r \(Self.letter(scalar)) \(element.name) \(name)"
        case .tagText(let index):
            name = items[index].name
            note(name, .string)
            line = "\(field.number) t \(name)"
        }
        let leaf = Self.leaf(field.name)
        return leaf == Self.leaf(name) ? line : line + " <\(leaf)"
    }

    private static func options(_ target: ScalarTarget) -> String {
        (target.bit.map { " #\($0)" } ?? "")
            + (target.words.count == 2 ? " /\(target.words[0])|\(target.words[1])" : "")
            + (target.echoes != nil ? " =" : "")
    }

    private static func letter(_ scalar: ProtobufScalar) -> String {
        switch scalar {
        case .bool: "b"
        case .int32: "i"
        case .int64: "l"
        case .double: "d"
        case .string: "s"
        }
    }

    private static func leaf(_ path: String) -> String {
        path.split(separator: ".").last.map(String.init) ?? path
    }

    private static func rows(_ item: SchemaItem) -> [SchemaItem] {
        switch item {
        case .group(let group): group.items
        case .field: preconditionFailure("'\(item.name)' is no group")
        }
    }
}
