internal import Faults
internal import GatewayWire

extension Reading {
    private static let testKeys = ["is", "not", "one-of", "contains", "set"]

    /// What `fields:` of a message pattern holds: a text, a comparison, or one of the tests.
    mutating func fieldTests(
        _ node: YAMLNode?, of schemas: [MessageSchema]
    ) -> [String: FieldTest] {
        var tests: [String: FieldTest] = [:]
        for entry in entries(node, of: "fields") ?? [] {
            for schema in schemas { checkField(entry, of: schema) }
            tests[entry.key] = fieldTest(entry.value)
        }
        return tests
    }

    private mutating func fieldTest(_ node: YAMLNode) -> FieldTest? {
        guard case .mapping = node.content else {
            guard let text = scalarOrEmpty(node) else { return nil }
            if let comparison = FieldTest(comparison: text) { return comparison }
            if text.hasPrefix("<") || text.hasPrefix(">") {
                report(
                    "'\(text)' compares with no number", at: node.span,
                    hint: "for example \">= 5\"; a field with exactly this text: {is: \"\(text)\"}")
            }
            return .equals(text)
        }
        guard let entry = onlyEntry(node, of: "a test of a field") else { return nil }
        switch entry.key {
        case "is": return scalarOrEmpty(entry.value).map(FieldTest.equals)
        case "not": return fieldTexts(entry).map(FieldTest.differs)
        case "one-of": return fieldTexts(entry).map(FieldTest.oneOf)
        case "contains": return text(entry.value).map(FieldTest.contains)
        case "set": return boolean(entry.value).map(FieldTest.isSet)
        default:
            reportUnknown(
                "no test '\(entry.key)' of a field", entry.key, among: Self.testKeys,
                called: "Tests", at: entry.keySpan)
            return nil
        }
    }

    private mutating func fieldTexts(_ entry: YAMLEntry) -> [String]? {
        let texts = items(entry.value).compactMap { scalarOrEmpty($0) }
        if texts.isEmpty { report("'\(entry.key)' holds no text", at: entry.keySpan) }
        return texts.isEmpty ? nil : texts
    }
}
