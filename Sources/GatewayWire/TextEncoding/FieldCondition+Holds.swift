extension FieldCondition {
    /// Whether the condition holds for the values read or written so far.
    package func holds(in items: [SchemaItem], _ values: [FieldValue]) -> Bool {
        for (index, item) in items.enumerated().reversed() where index < values.count {
            switch item {
            case .field(let shape) where shape.name == field:
                if let found = values[index].string { return test.holds(for: found.utf8.span) }
            case .group(let group) where group.countName == field:
                if let count = values[index].countText { return test.holds(for: count.utf8.span) }
            case .field, .group: continue
            }
        }
        return test.holds(for: "".utf8.span)
    }
}

extension FieldValue {
    /// A group's count as conditions see it.
    var countText: String? {
        switch self {
        case .group(let rows): String(rows.count)
        case .text: "0"
        case .absent, .bytes: nil
        }
    }
}

extension FieldCondition.Test {
    func holds(for text: Span<UInt8>) -> Bool {
        switch self {
        case .equals(let expected): text.holds(expected)
        case .differs(let other): !text.holds(other)
        case .greater(let bound): (text.integer ?? 0) > bound
        case .oneOf(let allowed): allowed.contains { text.holds($0) }
        case .nonempty: !text.isEmpty
        case .positive: text.isPositive
        }
    }
}
