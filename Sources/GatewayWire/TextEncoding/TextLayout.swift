/// What of a message's fields, or of a group's item, is on the wire at one server version.
///
/// Steps are plain numbers and refer to the rest by position: a walk over them counts no references.
final class TextScope: Sendable {
    struct Step: Sendable {
        /// Position in the schema's items, and so in a message's values.
        let item: Int
        /// Which of the scope's conditions must hold.
        let conditions: Range<Int>
        /// Left out when fewer fields are left in the frame; zero when it never is.
        let whenRemaining: Int
        /// Which of the scope's groups it is; -1 for a field.
        let group: Int
    }

    /// How many items the schema has, on the wire or not.
    let itemCount: Int
    let steps: [Step]
    /// By step: the field's name; for a group, its count's.
    let names: [String]
    /// By step: what stands for no value.
    let unsetTexts: [String]
    /// By step: items of the same name, when a condition decides between them.
    let twins: [[Int]]
    let conditions: [TextCondition]
    /// What each item of a group holds.
    let groups: [TextScope]
    /// Whether every step is one field, whatever the others say.
    let isFlat: Bool
    /// Where each item's field stands when the scope is flat, `absent` when it is not on the wire.
    let flatTape: [Int32]

    init(_ items: [SchemaItem], at version: Int) {
        let positions = TextCondition.positions(in: items)
        var steps: [Step] = []
        var names: [String] = []
        var unsetTexts: [String] = []
        var twins: [[Int]] = []
        var conditions: [TextCondition] = []
        var groups: [TextScope] = []
        for (index, item) in items.enumerated()
        where item.hasTextForm && item.versions.contains(version) {
            let first = conditions.count
            conditions += item.conditions.map {
                TextCondition(sources: positions[$0.field] ?? [], test: $0.test)
            }
            var step = (group: -1, whenRemaining: 0)
            switch item {
            case .field(let field):
                step.whenRemaining = field.whenRemaining ?? 0
                names.append(field.name)
                unsetTexts.append(field.unsetText)
                let namesakes = item.conditions.isEmpty ? [] : positions[field.name] ?? []
                twins.append(namesakes.filter { !$0.isCount }.map(\.item))
            case .group(let group):
                step.group = groups.count
                groups.append(TextScope(group.items, at: version))
                names.append(group.countName)
                unsetTexts.append("0")
                twins.append([])
            }
            steps.append(
                Step(
                    item: index, conditions: first..<conditions.count,
                    whenRemaining: step.whenRemaining, group: step.group))
        }
        itemCount = items.count
        isFlat = steps.allSatisfy {
            $0.conditions.isEmpty && $0.whenRemaining == 0 && $0.group < 0
        }
        var tape = [Int32](repeating: TextTape.absent, count: items.count)
        if isFlat {
            for (field, step) in steps.enumerated() { tape[step.item] = Int32(field) }
        }
        flatTape = tape
        self.steps = steps
        self.names = names
        self.unsetTexts = unsetTexts
        self.twins = twins
        self.conditions = conditions
        self.groups = groups
    }
}

/// A condition whose field is known by position.
struct TextCondition: Sendable {
    struct Source: Sendable {
        let item: Int
        /// The condition looks at how many items the group has.
        let isCount: Bool
    }

    /// Ascending; the last one that says anything counts.
    let sources: [Source]
    let test: FieldCondition.Test

    static func positions(in items: [SchemaItem]) -> [String: [Source]] {
        var positions: [String: [Source]] = [:]
        for (index, item) in items.enumerated() {
            switch item {
            case .field(let field):
                positions[field.name, default: []].append(Source(item: index, isCount: false))
            case .group(let group):
                positions[group.countName, default: []].append(Source(item: index, isCount: true))
            }
        }
        return positions
    }
}

/// A message's text layout at one server version.
final class TextLayout: Sendable {
    let schema: MessageSchema
    let hasLegacyVersion: Bool
    let scope: TextScope

    init(_ schema: MessageSchema, at version: Int) {
        self.schema = schema
        hasLegacyVersion = schema.carriesLegacyVersion(at: version)
        scope = TextScope(schema.items, at: version)
    }
}

/// The layouts of one direction at one server version, by message id.
final class TextLayouts: Sendable {
    /// What there is to know of a layout before looking into it.
    struct Shape: Sendable {
        var isKnown = false
        var hasLegacyVersion = false
        /// Of a flat layout, without a legacy version; -1 for one that is not flat.
        var fieldCount = -1
    }

    let layouts: [TextLayout?]
    let shapes: [Shape]

    private init(_ layouts: [TextLayout?]) {
        self.layouts = layouts
        shapes = layouts.map { layout in
            guard let layout else { return Shape() }
            return Shape(
                isKnown: true, hasLegacyVersion: layout.hasLegacyVersion,
                fieldCount: layout.scope.isFlat ? layout.scope.steps.count : -1)
        }
    }

    /// Versions beyond those described are read as the nearest one.
    static func at(_ version: Int, _ direction: Direction) -> TextLayouts {
        let versions = ProtocolSchema.serverVersions
        let known = min(max(version, versions.lowerBound), versions.upperBound)
        return all[(known - versions.lowerBound) * 2 + (direction == .toGateway ? 0 : 1)]
    }

    /// Two for each version. A layout is shared by the versions between which nothing changes.
    private static let all: [TextLayouts] = {
        let versions = ProtocolSchema.serverVersions
        var tables = [[TextLayout?]](
            repeating: Array(repeating: nil, count: 256), count: versions.count * 2)
        for schema in ProtocolSchema.messages where schema.hasTextForm {
            let changes = schema.textChanges
            var layout: TextLayout?
            for version in versions {
                if layout == nil || changes.contains(version) {
                    layout = TextLayout(schema, at: version)
                }
                let side = schema.direction == .toGateway ? 0 : 1
                tables[(version - versions.lowerBound) * 2 + side][schema.id] = layout
            }
        }
        return tables.map { TextLayouts($0) }
    }()
}

extension MessageSchema {
    /// Server versions from which the text layout is another.
    fileprivate var textChanges: Set<Int> {
        var changes: Set<Int> = []
        if let until = legacyVersion?.until { changes.insert(until + 1) }
        func add(_ items: [SchemaItem]) {
            for item in items {
                changes.insert(item.versions.lowerBound)
                changes.insert(item.versions.upperBound + 1)
                if case .group(let group) = item { add(group.items) }
            }
        }
        add(items)
        return changes
    }
}
