/// What a `${name}` stands for.
enum VariableValue: Hashable, Sendable {
    case scalar(String, isPlain: Bool)
    case list([String])

    var text: String {
        switch self {
        case .scalar(let text, _): text
        case .list(let texts): texts.joined(separator: "+")
        }
    }
}

/// A part of a text: plain text, or a variable.
enum TemplatePart: Hashable {
    case text(String)
    case variable(String)
    /// A `${` without its `}`.
    case unclosed
    /// A variable within more variables than there may be.
    case tooDeep

    /// So many variables may stand within one another, the outermost counted.
    static let mostDepth = 8

    /// Cuts a text up; `$${` stands for a plain `${`.
    ///
    /// A variable may contain others. They are not cut up.
    static func parts(of template: String) -> [TemplatePart] {
        var parts: [TemplatePart] = []
        var text = ""
        var rest = template[...]
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                text += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                let end: Substring.Index
                switch closing(of: rest) {
                case .success(let index): end = index
                case .failure(let flaw): return parts + [flaw.part]
                }
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(.variable(String(rest[..<end].dropFirst(2))))
                rest = rest[rest.index(after: end)...]
            } else {
                text += "$"
                rest = rest.dropFirst()
            }
        }
        text += rest
        return text.isEmpty ? parts : parts + [.text(text)]
    }

    private struct Flaw: Error {
        let part: TemplatePart
    }

    /// The `}` that belongs to the `${` at the beginning.
    private static func closing(of text: Substring) -> Result<Substring.Index, Flaw> {
        var depth = 0
        var rest = text
        while let next = rest.firstIndex(where: { $0 == "$" || $0 == "}" }) {
            rest = rest[next...]
            if rest.hasPrefix("$${") {
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                depth += 1
                if depth > mostDepth { return .failure(Flaw(part: .tooDeep)) }
                rest = rest.dropFirst(2)
            } else {
                if rest.first == "}" { depth -= 1 }
                if depth == 0 { return .success(next) }
                rest = rest.dropFirst()
            }
        }
        return .failure(Flaw(part: .unclosed))
    }
}

/// A fact that is known only when the scenario runs: `${gateway.port}`, `${gateway.NAME.port}`, and
/// the same with `host`.
package struct RunFact: Hashable, Sendable {
    package enum Property: String, Hashable, Sendable, CaseIterable { case port, host }

    /// `nil`: the only gateway.
    package let gateway: String?
    package let property: Property

    /// Reads the text between the braces.
    ///
    /// It is `nil` when it is not a run fact.
    package init?(_ name: String) {
        let words = name.split(separator: ".", omittingEmptySubsequences: false)
        guard words.first == "gateway", (2...3).contains(words.count),
            let property = words.last.flatMap({ Property(rawValue: String($0)) })
        else { return nil }
        gateway = words.count == 3 ? String(words[1]) : nil
        self.property = property
    }

    /// Puts the facts into a client's command, environment or input line.
    ///
    /// - Parameters:
    ///   - value: The text for a fact; `nil` leaves it standing.
    ///   - environment: The same for a variable of the environment.
    package static func fill(
        _ text: String, environment: (EnvironmentVariable) -> String? = { _ in nil },
        value: (RunFact) -> String?
    ) -> String {
        TemplatePart.parts(of: text).reduce(into: "") { filled, part in
            switch part {
            case .text(let text): filled += text
            case .variable(let name):
                filled +=
                    RunFact(name).flatMap(value)
                    ?? EnvironmentVariable(name).flatMap(environment) ?? "${\(name)}"
            case .unclosed, .tooDeep: filled += "${"
            }
        }
    }
}

extension Reading {
    /// The value of the variable that `text` consists of, `nil` when it is more or less than one.
    func wholeVariable(_ text: String) -> VariableValue? {
        guard case .variable(let name) = TemplatePart.parts(of: text).first,
            text == "${\(name)}"
        else { return nil }
        return variables[name]
    }

    /// Puts the variables into a text.
    ///
    /// Run facts stay in it where they are allowed.
    mutating func substituted(_ text: String, at span: SourceSpan, runFacts: Bool) -> String? {
        guard text.contains("$") else { return text }
        var result = ""
        var isWhole = true
        for part in TemplatePart.parts(of: text) {
            switch part {
            // What stays a template until the run keeps its plain "${" escaped.
            case .text(let text): result += runFacts ? text.escapingBraces() : text
            case .unclosed:
                report("'${' without its '}'", at: span, hint: "for a plain '${' write '$${'")
                isWhole = false
            case .tooDeep:
                report(
                    "more than \(TemplatePart.mostDepth) variables stand within one another",
                    at: span, hint: "let the environment hold the text of the inner ones")
                isWhole = false
            case .variable(let name):
                if let value = variables[name] {
                    result += runFacts ? value.text.escapingBraces() : value.text
                } else if let fact = RunFact(name), runFacts {
                    check(fact, at: span)
                    result += "${\(name)}"
                } else if let variable = EnvironmentVariable(name), environment != nil {
                    guard let value = environmentValue(variable, at: span) else {
                        isWhole = false
                        continue
                    }
                    // A program's texts get it when the program starts.
                    result += runFacts ? "${\(name)}" : value
                } else {
                    reportUnknownVariable(name, at: span, runFacts: runFacts)
                    isWhole = false
                }
            }
        }
        return isWhole ? result : nil
    }

    private mutating func environmentValue(
        _ variable: EnvironmentVariable, at span: SourceSpan
    ) -> String? {
        if let value = variable.value(in: environment ?? [:]) { return value }
        let name = variable.missingName(in: environment ?? [:]) ?? variable.name
        report(
            "the environment variable '\(name)' is not set", at: span,
            hint: "set it, or give a default: ${env.\(name):-DEFAULT}")
        return nil
    }

    /// The value of the environment variable that `text` consists of; `nil` when it is more or less than
    /// one that is set.
    func wholeEnvironmentValue(_ text: String) -> String? {
        guard case .variable(let name) = TemplatePart.parts(of: text).first, text == "${\(name)}",
            let environment
        else { return nil }
        return EnvironmentVariable(name)?.value(in: environment)
    }

    /// Puts environment variables into a value of the matrix, and leaves everything else as it is.
    mutating func withEnvironment(_ text: String, at span: SourceSpan) -> String {
        guard text.contains("${env."), environment != nil else { return text }
        return TemplatePart.parts(of: text).reduce(into: "") { result, part in
            switch part {
            case .text(let text): result += text.escapingBraces()
            case .variable(let name):
                result +=
                    EnvironmentVariable(name).map { environmentValue($0, at: span) ?? "" }
                    ?? "${\(name)}"
            case .unclosed, .tooDeep: result += "${"
            }
        }
    }

    private mutating func check(_ fact: RunFact, at span: SourceSpan) {
        if let gateway = fact.gateway {
            checkGateway(gateway, at: span)
        } else if names.gateways.count != 1 {
            report(
                "'${gateway.\(fact.property.rawValue)}' is not clear with "
                    + "\(names.gateways.count) gateways",
                at: span, hint: "write '${gateway.NAME.\(fact.property.rawValue)}'")
        }
    }

    private mutating func reportUnknownVariable(
        _ name: String, at span: SourceSpan, runFacts: Bool
    ) {
        if RunFact(name) != nil {
            report(
                "'${\(name)}' is known only while the scenario runs", at: span,
                hint: "it may stand in a client's 'run', 'args' and 'env' and in a 'feed' line")
            return
        }
        if environment != nil, name.hasPrefix("env.") || name.uppercased().hasPrefix("ENV.") {
            report(
                "'${\(name)}' names no environment variable", at: span,
                hint: "write '${env.NAME}' or '${env.NAME:-DEFAULT}'; a DEFAULT may contain these")
            return
        }
        var words = variables.keys.sorted()
        let parts = name.split(separator: ".")
        if runFacts, parts.count == 3, parts[0] == "gateway" {
            report(
                "a gateway has no '\(parts[2])'", at: span,
                hint: "write '${gateway.\(parts[1]).port}' or '${gateway.\(parts[1]).host}'")
            return
        }
        if runFacts {
            // With several gateways, the name of one belongs into it.
            let all = names.gateways.count > 1 ? names.gateways.map { ".\($0)" }.sorted() : [""]
            words += all.flatMap { ["gateway\($0).port", "gateway\($0).host"] }
        }
        reportUnknown(
            "no variable '\(name)' in \(variablesComeFrom)", name, among: words,
            called: "Variables", at: span)
    }
}

extension String {
    /// The text with every `${` written so that it stands for itself.
    func escapingBraces() -> String {
        var escaped = ""
        var rest = self[...]
        while let dollar = rest.firstIndex(of: "$") {
            escaped += rest[..<dollar]
            rest = rest[dollar...]
            escaped += rest.hasPrefix("${") ? "$$" : "$"
            rest = rest.dropFirst()
        }
        return escaped + rest
    }
}
