package import Faults

extension PathologyCatalogue {
    /// Reads a use as the command line spells it: `NAME` or `NAME:key=value,key=value`.
    ///
    /// - Parameter option: The option that the error messages name, such as `--pathology`.
    package func use(
        argument: String, option: String = "--pathology"
    ) throws(ScenarioError) -> (use: PathologyUse, rules: [FaultRule]) {
        var reading = Reading(
            source: SourceText(file: option, text: argument), catalogue: self,
            variablesComeFrom: "the argument")
        let name = String(argument.prefix { $0 != ":" })
        var values: [GivenParameter] = []
        var column = name.unicodeScalars.count + 2
        let rest = argument.dropFirst(name.count + 1)
        let parts =
            argument.contains(":")
            ? rest.split(separator: ",", omittingEmptySubsequences: false) : []
        for part in parts {
            let span = SourceSpan(line: 1, column: column, length: part.unicodeScalars.count)
            column += part.unicodeScalars.count + 1
            guard let equals = part.firstIndex(of: "=") else {
                reading.report("expected key=value, found '\(part)'", at: span)
                continue
            }
            values.append(
                GivenParameter(
                    name: String(part[..<equals]),
                    text: String(part[part.index(after: equals)...]), span: span))
        }
        let span = SourceSpan(line: 1, column: 1, length: name.unicodeScalars.count)
        let used = reading.use(of: name, at: span, given: values)
        try reading.throwIfAny()
        // A use that could not be made has reported why.
        guard let used else { throw ScenarioError(reading.diagnostics) }
        return used
    }
}

/// A parameter as the user gave it.
struct GivenParameter {
    let name: String
    let text: String
    let span: SourceSpan
}

extension Reading {
    /// Checks a pathology's name and parameters and expands its rules.
    ///
    /// - Parameter label: What tells this use from another one of the same pathology.
    mutating func use(
        of name: String, as label: String? = nil, at span: SourceSpan, given: [GivenParameter]
    ) -> (use: PathologyUse, rules: [FaultRule])? {
        guard let pathology = catalogue[name] else {
            reportUnknown(
                "no pathology '\(name)'", name, among: catalogue.allNames, called: "Pathologies",
                at: span)
            return nil
        }
        var values = pathology.defaults
        var seen: Set<String> = []
        var isGood = true
        for one in given {
            let value = checked(one, of: pathology)
            if !seen.insert(one.name).inserted {
                report("the parameter '\(one.name)' is given twice", at: one.span)
            }
            isGood = isGood && value != nil
            values[one.name] = value ?? values[one.name]
        }
        guard isGood else { return nil }
        do {
            let expansion = try pathology.expansion(with: values, label: label)
            var use = PathologyUse(
                name: pathology.name, parameters: values.mapValues(\.text),
                settings: expansion.settings, front: pathology.front)
            use.label = label ?? pathology.name
            return (use, expansion.rules)
        } catch {
            for inner in error.diagnostics {
                report(
                    "pathology '\(name)' cannot take these parameters: \(inner.message)", at: span)
            }
            return nil
        }
    }

    mutating func checked(
        _ given: GivenParameter, of pathology: Pathology
    ) -> VariableValue? {
        guard let parameter = pathology.parameters.first(where: { $0.name == given.name }) else {
            reportUnknown(
                "pathology '\(pathology.name)' has no parameter '\(given.name)'", given.name,
                among: pathology.parameters.map(\.name), called: "Parameters", at: given.span)
            return nil
        }
        if let value = parameter.value(given.text) { return value }
        report(
            "parameter '\(given.name)' of '\(pathology.name)' cannot be '\(given.text)'",
            at: given.span, hint: parameter.hint(for: given.text))
        return nil
    }
}
