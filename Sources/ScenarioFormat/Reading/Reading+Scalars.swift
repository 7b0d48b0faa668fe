internal import Faults
internal import Simulation

extension Reading {
    /// A single value with its variables put in.
    struct Scalar {
        let text: String
        let isPlain: Bool
        let span: SourceSpan
    }

    mutating func scalar(_ node: YAMLNode?, _ wanted: String, runFacts: Bool = false) -> Scalar? {
        guard let node else { return nil }
        guard case .scalar(let raw, let isPlain) = node.content else {
            report("expected \(wanted), found \(node.kind)", at: node.span)
            return nil
        }
        if raw.isEmpty && isPlain {
            report("expected \(wanted), found nothing", at: node.span)
            return nil
        }
        if case .scalar(let text, let isPlain) = wholeVariable(raw) {
            return Scalar(
                text: runFacts ? text.escapingBraces() : text, isPlain: isPlain, span: node.span)
        }
        // Of no program's text: a number from the environment is a number.
        if !runFacts, let value = wholeEnvironmentValue(raw), !value.isEmpty {
            return Scalar(text: value, isPlain: true, span: node.span)
        }
        return substituted(raw, at: node.span, runFacts: runFacts).map {
            Scalar(text: $0, isPlain: isPlain, span: node.span)
        }
    }

    mutating func text(_ node: YAMLNode?, runFacts: Bool = false) -> String? {
        scalar(node, "a text", runFacts: runFacts)?.text
    }

    mutating func texts(_ node: YAMLNode?, runFacts: Bool = false) -> [String] {
        items(node).compactMap { text($0, runFacts: runFacts) }
    }

    mutating func integer(_ node: YAMLNode?, in range: ClosedRange<Int>) -> Int? {
        guard let scalar = scalar(node, "a whole number") else { return nil }
        guard scalar.isPlain, let number = Int(scalar.text) else {
            reportType(scalar, "a whole number", isQuotedNumber: Int(scalar.text) != nil)
            return nil
        }
        guard range.contains(number) else {
            report("\(number) is \(Self.outside(range))", at: scalar.span)
            return nil
        }
        return number
    }

    mutating func seed(_ node: YAMLNode?) -> UInt64? {
        guard let scalar = scalar(node, "a whole number") else { return nil }
        guard scalar.isPlain, let number = UInt64(scalar.text) else {
            reportType(
                scalar, "a whole number of 0 or more", isQuotedNumber: UInt64(scalar.text) != nil)
            return nil
        }
        return number
    }

    mutating func number(_ node: YAMLNode?, in range: ClosedRange<Double>) -> Double? {
        guard let scalar = scalar(node, "a number") else { return nil }
        guard scalar.isPlain, scalar.text.allSatisfy({ "0123456789.e-+".contains($0) }),
            let number = Double(scalar.text)
        else {
            reportType(scalar, "a number", isQuotedNumber: Double(scalar.text) != nil)
            return nil
        }
        guard range.contains(number) else {
            report(
                "\(scalar.text) is outside \(range.lowerBound)...\(range.upperBound)",
                at: scalar.span)
            return nil
        }
        return number
    }

    mutating func boolean(_ node: YAMLNode?) -> Bool? {
        guard let scalar = scalar(node, "true or false") else { return nil }
        guard scalar.isPlain, let truth = Bool(scalar.text) else {
            reportType(scalar, "true or false", isQuotedNumber: Bool(scalar.text) != nil)
            return nil
        }
        return truth
    }

    /// A count such as `3`, `">= 2"` or `"1..4"`.
    mutating func countRange(_ node: YAMLNode?) -> CountRange? {
        guard let scalar = scalar(node, "a count") else { return nil }
        guard let range = CountRange(scalar.text) else {
            report(
                "'\(scalar.text)' is no count", at: scalar.span,
                hint: "counts look like 3, \">= 2\", \"<= 4\" or \"1..4\"")
            return nil
        }
        return range
    }

    /// As `countRange`.
    ///
    /// The word `any` means no bound.
    mutating func countRangeOrAny(_ node: YAMLNode?) -> CountRange? {
        isWord("any", node) ? nil : countRange(node)
    }

    mutating func duration(_ node: YAMLNode?) -> Duration? {
        guard let scalar = scalar(node, "a duration") else { return nil }
        guard let duration = Duration(scenarioText: scalar.text) else {
            report(
                "'\(scalar.text)' is no duration", at: scalar.span,
                hint: "durations carry a unit: 500us, 250ms, 60s, 2m, 1h")
            return nil
        }
        return duration
    }

    /// One of the given words.
    mutating func word(
        _ node: YAMLNode?, _ what: String, among words: [String]
    ) -> String? {
        guard let scalar = scalar(node, "one of \(words.joined(separator: ", "))") else {
            return nil
        }
        guard words.contains(scalar.text) else {
            reportUnknown(
                "'\(scalar.text)' is no \(what)", scalar.text, among: words, called: "Words",
                at: scalar.span)
            return nil
        }
        return scalar.text
    }

    /// One of an enumeration's words.
    mutating func word<Word: CaseIterable & RawRepresentable>(
        _ node: YAMLNode?, _ what: String, of type: Word.Type
    ) -> Word? where Word.RawValue == String {
        word(node, what, among: type.allCases.map(\.rawValue)).flatMap(Word.init)
    }

    /// Whether the node is this one word, variables put in; reports nothing.
    func isWord(_ word: String, _ node: YAMLNode?) -> Bool {
        guard case .scalar(let text, _) = node?.content else { return false }
        return text == word || wholeVariable(text)?.text == word
    }

    private mutating func reportType(_ scalar: Scalar, _ wanted: String, isQuotedNumber: Bool) {
        let isOnlyQuoted = !scalar.isPlain && isQuotedNumber
        report(
            "expected \(wanted), found \(isOnlyQuoted ? "the text " : "")'\(scalar.text)'",
            at: scalar.span, hint: isOnlyQuoted ? "leave the quotes away" : nil)
    }

    private static func outside(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "below \(range.lowerBound)"
            : "outside \(range.lowerBound)...\(range.upperBound)"
    }
}
