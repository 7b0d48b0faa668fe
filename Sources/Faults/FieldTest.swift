import GatewayWire

/// What a field of a message must be like.
package enum FieldTest: Hashable, Sendable, ExpressibleByStringLiteral {
    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"

        package func holds<Value: Comparable>(_ value: Value, _ limit: Value) -> Bool {
            switch self {
            case .atLeast: value >= limit
            case .atMost: value <= limit
            case .above: value > limit
            case .below: value < limit
            }
        }
    }

    /// Exactly this text.
    case equals(String)
    case differs([String])
    case oneOf([String])
    case contains(String)
    /// A number on this side of the limit. The limit keeps the text that it was written with.
    case compares(Comparison, String)
    /// Whether it has a value: neither nothing, nor empty, nor the number that means unset.
    case isSet(Bool)

    package init(stringLiteral text: String) { self = .equals(text) }

    /// A comparison with a number, as `">= 5"` spells it; `nil` when the text is none.
    package init?(comparison text: String) {
        for comparison in Comparison.allCases where text.hasPrefix(comparison.rawValue) {
            let limit = text.dropFirst(comparison.rawValue.count).drop { $0 == " " }
            guard Double(limit) != nil else { return nil }
            self = .compares(comparison, String(limit))
            return
        }
        return nil
    }

    /// - Parameter text: The field's text; `nil` when the message has no such field.
    package func holds(_ text: String?) -> Bool {
        switch self {
        case .equals(let wanted): text == wanted
        case .differs(let unwanted): text.map { !unwanted.contains($0) } ?? true
        case .oneOf(let wanted): text.map(wanted.contains) ?? false
        case .contains(let part): text?.holds(part: part) ?? false
        case .isSet(let wanted): wanted == text.map { !Self.unset.contains($0) } ?? false
        case .compares(let comparison, let limit):
            if let value = text.flatMap({ Double($0) }), let limit = Double(limit) {
                comparison.holds(value, limit)
            } else {
                false
            }
        }
    }

    /// Texts of a field without a value.
    private static let unset: Set = [
        "", "2147483647", "9223372036854775807", "1.7976931348623157E308",
        "1.7976931348623157e+308", "1.7976931348623157E+308",
    ]

    /// What the field was not, for a report: `not AAPL`, `not >= 5`.
    package var objection: String {
        switch self {
        case .equals(let text): "not \(text)"
        case .differs(let texts): "which is one of \(texts.joined(separator: ", "))"
        case .oneOf(let texts): "none of \(texts.joined(separator: ", "))"
        case .contains(let text): "without '\(text)'"
        case .compares(let comparison, let limit): "not \(comparison.rawValue) \(limit)"
        case .isSet(let wanted): wanted ? "which is unset" : "which is set"
        }
    }
}
