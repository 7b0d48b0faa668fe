extension FieldCondition {
    /// Whether the condition holds for the values read or written so far.
    func holds(in items: [SchemaItem], _ values: [FieldValue]) -> Bool {
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

extension Span<UInt8> {
    /// Whether the bytes are this text's.
    func holds(_ text: String) -> Bool {
        let other = text.utf8.span
        guard other.count == count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// The number that decimal digits, perhaps after a minus, stand for.
    package var integer: Int? {
        var index = 0
        let isNegative = !isEmpty && self[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        guard index < count, count <= 20 else { return nil }
        var number = 0
        while index < count {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (scaled, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = scaled.addingReportingOverflow(Int(digit))
            guard !tooLarge, !overflows else { return nil }
            number = sum
            index += 1
        }
        return isNegative ? -number : number
    }

    /// Whether a number is set, not the unset double, and above zero.
    fileprivate var isPositive: Bool {
        guard !isEmpty, count <= 400 else { return false }
        var text = ""
        for index in indices { text.unicodeScalars.append(Unicode.Scalar(self[index])) }
        guard let number = Double(text) else { return false }
        return number > 0 && number != .greatestFiniteMagnitude
    }
}
