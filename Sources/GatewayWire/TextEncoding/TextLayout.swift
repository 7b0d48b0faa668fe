/// A message's items, or those of a group, and what their conditions look at.
final class TextItems: Sendable {
    let items: [SchemaItem]
    private let conditions: [TextCondition]
    /// The same, which live as long as `conditions`: using one counts no references.
    private let conditionHandles: [Unmanaged<TextCondition>]
    /// By item: which of the conditions must hold.
    let conditionRanges: [Range<Int>]
    /// By item: items of the same name, when a condition decides between them.
    let twins: [[Int]]
    /// By item: what each row of a group holds.
    let groups: [TextItems?]

    init(_ items: [SchemaItem]) {
        self.items = items
        var conditions: [TextCondition] = []
        conditionRanges = items.map { item in
            let first = conditions.count
            conditions += item.conditions.map { TextCondition($0, in: items) }
            return first..<conditions.count
        }
        self.conditions = conditions
        conditionHandles = conditions.map { Unmanaged.passUnretained($0) }
        twins = items.map { item in
            guard case .field(let field) = item, !field.conditions.isEmpty else { return [] }
            return items.indices.filter {
                if case .field(let other) = items[$0] { other.name == field.name } else { false }
            }
        }
        groups = items.map { item in
            if case .group(let group) = item { TextItems(group.items) } else { nil }
        }
    }

    /// Hands a condition to somebody who does not keep it.
    @inline(__always)
    func withCondition<Answer>(_ index: Int, _ use: (TextCondition) -> Answer) -> Answer {
        conditionHandles[index]._withUnsafeGuaranteedRef(use)
    }

    /// What the text form calls an item; for a group, its count.
    func name(of item: Int) -> String {
        switch items[item] {
        case .field(let field): field.name
        case .group(let group): group.countName
        }
    }

    /// The unset form.
    func unsetText(of item: Int) -> String {
        switch items[item] {
        case .field(let field): field.unsetText
        case .group: "0"
        }
    }

    /// What gateways write for no value.
    func absentText(of item: Int) -> String {
        switch items[item] {
        case .field(let field): field.absentOrUnsetText
        case .group: "0"
        }
    }
}

/// What of a message's items, or of a group's, is on the wire at one server version.
///
/// Steps are plain numbers and refer to the rest by position: a walk over them counts no references.
final class TextScope: Sendable {
    struct Step: Sendable {
        /// Position in the schema's items, and so in a message's values.
        let item: Int
        /// Which of the conditions must hold.
        let conditions: Range<Int>
        /// Left out when fewer fields are left in the frame; zero when it never is.
        let whenRemaining: Int
        /// Which of the scope's groups it is; -1 for a field.
        let group: Int
    }

    let content: TextItems
    let steps: [Step]
    let groups: [TextScope]
    /// The same, which live as long as `groups`: using one counts no references.
    private let groupHandles: [Unmanaged<TextScope>]
    /// Whether every step is one field, whatever the others say.
    let isFlat: Bool
    /// Where each item's field stands when the scope is flat, `absent` when it is not on the wire.
    let flatTape: [Int32]

    /// How many items the schema has, on the wire or not.
    var itemCount: Int { content.items.count }

    init(_ content: TextItems, at version: Int) {
        var steps: [Step] = []
        var groups: [TextScope] = []
        for index in content.items.indices {
            let item = content.items[index]
            guard item.hasTextForm, item.versions.contains(version) else { continue }
            var whenRemaining = 0
            if case .field(let field) = item { whenRemaining = field.whenRemaining ?? 0 }
            var group = -1
            if let rows = content.groups[index] {
                group = groups.count
                groups.append(TextScope(rows, at: version))
            }
            steps.append(
                Step(
                    item: index, conditions: content.conditionRanges[index],
                    whenRemaining: whenRemaining, group: group))
        }
        isFlat = steps.allSatisfy {
            $0.conditions.isEmpty && $0.whenRemaining == 0 && $0.group < 0
        }
        var tape: [Int32] = []
        if isFlat {
            tape = Array(repeating: TextTape.absent, count: content.items.count)
            for (field, step) in steps.enumerated() { tape[step.item] = Int32(field) }
        }
        flatTape = tape
        self.content = content
        self.steps = steps
        self.groups = groups
        groupHandles = groups.map { Unmanaged.passUnretained($0) }
    }

    /// Hands one of its groups to somebody who does not keep it.
    @inline(__always)
    func withGroup<Answer>(_ index: Int, _ use: (TextScope) -> Answer) -> Answer {
        groupHandles[index]._withUnsafeGuaranteedRef(use)
    }
}

/// A condition whose field is known by position.
final class TextCondition: Sendable {
    struct Source: Sendable {
        let item: Int
        /// The condition looks at how many items the group has.
        let isCount: Bool
    }

    /// Ascending; the last one that says anything counts.
    let sources: [Source]
    let test: FieldCondition.Test

    init(_ condition: FieldCondition, in items: [SchemaItem]) {
        test = condition.test
        sources = items.indices.compactMap { index in
            switch items[index] {
            case .field(let field):
                field.name == condition.field ? Source(item: index, isCount: false) : nil
            case .group(let group):
                group.countName == condition.field ? Source(item: index, isCount: true) : nil
            }
        }
    }
}

/// A message's text layout at one server version.
final class TextLayout: Sendable {
    let schema: MessageSchema
    let hasLegacyVersion: Bool
    let scope: TextScope

    init(_ schema: MessageSchema, _ content: TextItems, at version: Int) {
        self.schema = schema
        hasLegacyVersion = schema.carriesLegacyVersion(at: version)
        scope = TextScope(content, at: version)
    }
}

/// The layouts of one direction at one server version, by message id.
final class TextLayouts: Sendable {
    /// What there is to know of a layout before looking into it.
    struct Shape: Sendable {
        var isKnown = false
        var hasLegacyVersion = false
        /// The legacy version that is usual; -1 for none.
        var usualVersion: Int32 = -1
        /// Of a flat layout, without a legacy version; -1 for one that is not flat.
        var fieldCount: Int32 = -1
    }

    private let layouts: [TextLayout?]
    /// Their scopes, which live as long as `layouts`: using one counts no references.
    private let scopes: [Unmanaged<TextScope>?]
    let shapes: [Shape]

    private init(_ layouts: [TextLayout?]) {
        self.layouts = layouts
        scopes = layouts.map { $0.map { Unmanaged.passUnretained($0.scope) } }
        shapes = layouts.map { layout in
            guard let layout else { return Shape() }
            return Shape(
                isKnown: true, hasLegacyVersion: layout.hasLegacyVersion,
                usualVersion: layout.schema.legacyVersion.map {
                    Int32(truncatingIfNeeded: $0.value)
                } ?? -1,
                fieldCount: layout.scope.isFlat ? Int32(layout.scope.steps.count) : -1)
        }
    }

    /// `nil` for a message without a text form.
    func layout(of id: Int) -> TextLayout? {
        layouts.indices.contains(id) ? layouts[id] : nil
    }

    /// The scope of a layout; `nil` for a message without a text form.
    ///
    /// It is there as long as the table is.
    @inline(__always)
    func scope(of id: Int) -> Unmanaged<TextScope>? {
        scopes.indices.contains(id) ? scopes[id] : nil
    }

    /// Versions beyond those described are read as the nearest one.
    static func at(_ version: Int, _ direction: Direction) -> TextLayouts {
        let versions = ProtocolSchema.serverVersions
        let known = min(max(version, versions.lowerBound), versions.upperBound)
        return all[(known - versions.lowerBound) * 2 + (direction == .toGateway ? 0 : 1)]
    }

    /// A table with one message in it.
    static func of(_ schema: MessageSchema, at version: Int) -> TextLayouts {
        var layouts = [TextLayout?](repeating: nil, count: schema.id + 1)
        if schema.hasTextForm {
            layouts[schema.id] = TextLayout(schema, TextItems(schema.items), at: version)
        }
        return TextLayouts(layouts)
    }

    /// Two for each version; versions share what is the same.
    private static let all: [TextLayouts] = {
        let known = ProtocolSchema.messages.filter(\.hasTextForm).map {
            (schema: $0, content: TextItems($0.items), changes: $0.textChanges)
        }
        let idCount = 1 + (known.map(\.schema.id).max() ?? 0)
        var tables = [[TextLayout?]](repeating: Array(repeating: nil, count: idCount), count: 2)
        var latest: [TextLayouts] = []
        var all: [TextLayouts] = []
        for version in ProtocolSchema.serverVersions {
            var isChanged = [false, false]
            for (schema, content, changes) in known
            where changes.contains(version) || latest.isEmpty {
                let side = schema.direction == .toGateway ? 0 : 1
                tables[side][schema.id] = TextLayout(schema, content, at: version)
                isChanged[side] = true
            }
            latest = (0...1).map { isChanged[$0] ? TextLayouts(tables[$0]) : latest[$0] }
            all += latest
        }
        return all
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
