/// Pairs a message's text fields with the leaves of its protobuf type.
///
/// What pairs with nothing becomes a field of its own that only protobuf has. A text field that
/// should pair and does not is a mistake in the schema, and traps with its name.
struct ProtobufPairing {
    private(set) var items: [SchemaItem]
    private let message: String
    private var claimed: Set<Int> = []
    private var byName: [String: [Int]] = [:]
    private var byPath: [String: [Int]] = [:]
    private var bits: [String: (item: Int, bit: Int)] = [:]
    private var columns: [(group: Int, item: Int, beside: String)] = []

    static func pair(
        _ items: [SchemaItem], with type: String, in message: String
    ) -> (items: [SchemaItem], plan: ProtobufPlan) {
        var pairing = ProtobufPairing(items, message: message)
        let root = pairing.level(named(type), names: "", path: "")
        let columns = pairing.columns.compactMap { pairing.column($0) }
        pairing.checkComplete()
        return (pairing.items, ProtobufPlan(root: root, columns: columns))
    }

    private init(_ items: [SchemaItem], message: String) {
        self.items = items
        self.message = message
        for (index, item) in items.enumerated() {
            switch item.pairing {
            case .byName: byName[item.name, default: []].append(index)
            case .paths(let paths):
                for path in paths { byPath[path, default: []].append(index) }
            case .bits(let paths):
                for (bit, path) in paths.enumerated() { bits[path] = (index, bit) }
            case .textOnly, .protobufOnly, .protobufEcho: break
            }
        }
    }

    private static func named(_ type: String) -> ProtobufType {
        guard let found = ProtobufTypeText.types[type] else {
            preconditionFailure("no protobuf type '\(type)'")
        }
        return found
    }

    private mutating func level(
        _ type: ProtobufType, names: String, path: String
    ) -> ProtobufLevel {
        ProtobufLevel(
            typeName: type.name,
            fields: type.fields.map { field in
                ProtobufPlanField(
                    number: field.number, name: path + field.name,
                    target: target(field, names: names, path: path + field.name),
                    since: field.since ?? 0, isAlways: field.isAlways,
                    conditions: field.conditions,
                    isAlternative: isAlternative(path + field.name))
            })
    }

    /// Whether the path is one of several that the same text field may be.
    private func isAlternative(_ path: String) -> Bool {
        (byPath[path] ?? []).contains { index in
            if case .paths(let paths) = items[index].pairing { paths.count > 1 } else { false }
        }
    }

    private mutating func target(
        _ field: ProtobufField, names: String, path: String
    ) -> ProtobufPlanField.Target {
        let name = names + (field.alias ?? field.name)
        switch field.kind {
        case .scalar(let scalar):
            return .scalar(scalar, scalarTarget(field, scalar, name: name, path: path))
        case .list(let scalar):
            let group = group(name, path) { _ in [Self.element(scalar)] }
            return listTarget(scalar, group)
        case .message(let type):
            let presence = byPath[path]?.first
            if let presence { claim([presence], absentMeans: "0") }
            let inner = field.alias == "." ? names : name + "."
            return .message(
                level(Self.named(type), names: inner, path: path + "."), presence: presence)
        case .messages(let type):
            return rows(Self.named(type), group(name, path) { _ in [] })
        case .map:
            let known = candidates(name, path)
            if known.contains(where: { if case .group = items[$0] { true } else { false } }) {
                return rows(ProtobufTypeText.mapEntry, group(name, path) { _ in [] })
            }
            let index = known.first ?? append(.field(Self.shape(field, .string, name: name)))
            claim([index], absentMeans: "")
            return .tagText(index)
        }
    }

    /// Text fields that could be meant, those taken already left out.
    private func candidates(_ name: String, _ path: String) -> [Int] {
        byPath[path] ?? (byName[name] ?? []).filter { !claimed.contains($0) }
    }

    private mutating func scalarTarget(
        _ field: ProtobufField, _ scalar: ProtobufScalar, name: String, path: String
    ) -> ScalarTarget {
        var indexes = candidates(name, path)
        if let (item, bit) = bits[path] {
            claim([item], absentMeans: "0")
            return ScalarTarget(
                items: [item], bit: bit, words: [], holdsNumber: false, hasIntSentinel: false,
                echoes: nil)
        }
        var echoes: Int?
        if indexes.isEmpty {
            echoes = byName[name]?.first
            let isEcho = echoes != nil
            indexes = [append(.field(Self.shape(field, scalar, name: name, isEcho: isEcho)))]
        }
        switch scalar {
        case .bool: claim(indexes, absentMeans: field.words.first ?? "0")
        case .string where field.content == nil: claim(indexes, absentMeans: "")
        case .int32, .int64, .double, .string: claim(indexes, absentMeans: nil)
        }
        var hasSentinel = false
        if case .field(let text) = items[indexes[0]] {
            hasSentinel = text.type == .int || text.unset != nil
        }
        return ScalarTarget(
            items: indexes, bit: nil, words: field.words, holdsNumber: field.content != nil,
            hasIntSentinel: hasSentinel, echoes: echoes)
    }

    /// Takes text fields for a protobuf field; a number's absence means what its unset form says.
    private mutating func claim(_ indexes: [Int], absentMeans text: String?) {
        claimed.formUnion(indexes)
        for index in indexes {
            guard case .field(var field) = items[index] else { continue }
            field.impliedText = text ?? field.unset.map { _ in field.unsetText }
            items[index] = .field(field)
        }
    }

    private mutating func append(_ item: SchemaItem) -> Int {
        items.append(item)
        claimed.insert(items.count - 1)
        return items.count - 1
    }

    /// The group of this name, made when there is none.
    private mutating func group(
        _ name: String, _ path: String, fields: (String) -> [SchemaItem]
    ) -> Int {
        if let index = candidates(name, path).first {
            guard case .group = items[index] else {
                preconditionFailure("\(message): '\(name)' is repeated, but no group")
            }
            claimed.insert(index)
            return index
        }
        return append(
            .group(
                GroupSchema(
                    name: name, countName: name + "Count", versions: Self.versions(nil),
                    conditions: [], pairing: .protobufOnly, items: fields(name))))
    }

    private mutating func rows(_ type: ProtobufType, _ index: Int) -> ProtobufPlanField.Target {
        guard case .group(let group) = items[index] else {
            preconditionFailure("\(message): '\(items[index].name)' is no group")
        }
        var inner = ProtobufPairing(group.items, message: "\(message).\(group.name)")
        let level = inner.level(type, names: "", path: "")
        inner.checkComplete()
        items[index] = .group(
            GroupSchema(
                name: group.name, countName: group.countName, versions: group.versions,
                conditions: group.conditions, pairing: group.pairing, items: inner.items))
        for field in type.fields {
            guard let beside = field.beside,
                let item = inner.items.firstIndex(where: { $0.name == field.name })
            else { continue }
            columns.append((index, item, beside))
        }
        return .rows(level, group: index, width: inner.items.count)
    }

    private func listTarget(_ scalar: ProtobufScalar, _ index: Int) -> ProtobufPlanField.Target {
        guard case .group(let group) = items[index],
            let column = group.items.firstIndex(where: { SchemaText.isCurrent($0) })
        else { preconditionFailure("\(message): list '\(items[index].name)' has no field") }
        return .list(scalar, group: index, column: column, width: group.items.count)
    }

    /// The group that keeps a column in the text form, when this message has it.
    private mutating func column(
        _ found: (group: Int, item: Int, beside: String)
    ) -> ProtobufColumn? {
        guard let dot = found.beside.lastIndex(of: "."),
            let index = byName[String(found.beside[..<dot])]?.first,
            case .group(let group) = items[index],
            let item = group.items.firstIndex(where: {
                $0.name == found.beside[found.beside.index(after: dot)...]
            })
        else { return nil }
        claimed.insert(index)
        return ProtobufColumn(
            group: found.group, item: found.item, besideGroup: index, besideItem: item,
            besideWidth: group.items.count)
    }

    private func checkComplete() {
        for (index, item) in items.enumerated() where !claimed.contains(index) {
            let mayLack = item.pairing == .textOnly || item.name.hasPrefix("_")
            precondition(
                mayLack && item.pairing != .protobufOnly || !SchemaText.isCurrent(item),
                "\(message): '\(item.name)' pairs with no protobuf field; say 'protobuf none'")
        }
    }
}

extension ProtobufPairing {
    private static func versions(_ since: Int?) -> ClosedRange<Int> {
        (since ?? SchemaText.rawIDsSince)...SchemaText.allVersions.upperBound
    }

    private static func shape(
        _ field: ProtobufField, _ scalar: ProtobufScalar, name: String, isEcho: Bool = false
    ) -> FieldSchema {
        let type: FieldType =
            switch (scalar, field.content) {
            case (.bool, _): .bool
            case (.int32, _), (.string, .integer): .int
            case (.int64, _): .long
            case (.double, _), (.string, .float): .float
            case (.string, .decimal): .decimal
            case (.string, nil): .string
            }
        return FieldSchema(
            name: name, type: type, versions: versions(field.since), unset: nil, role: field.role,
            conditions: [], integerBelow: nil, escapedSince: nil, whenRemaining: nil,
            pairing: isEcho ? .protobufEcho : .protobufOnly, note: nil)
    }

    private static func element(_ scalar: ProtobufScalar) -> SchemaItem {
        let field = ProtobufField(
            number: 1, name: "_value", kind: .scalar(scalar), content: nil, alias: nil, since: nil,
            isAlways: false, role: nil, words: [], beside: nil, conditions: [])
        return .field(shape(field, scalar, name: "_value"))
    }
}
