internal import Simulation

extension Step {
    var explainedLines: [String] {
        var entries = action.explainedEntries
        if let within { entries.append(("within", within.scenarioText)) }
        let isCheck = if case .check = action { true } else { false }
        var lines = entries.map { "\($0.key): \($0.value)" }
        if isCheck || !expectations.isEmpty {
            lines.append(isCheck ? "check:" : "expect:")
            lines += expectations.map { "  - \($0.explained)" }
            if expectations.isEmpty { lines[lines.count - 1] = "check: []" }
        }
        return zip(lines.indices, lines).map { ($0 == 0 ? "- " : "  ") + $1 }
    }
}

extension Step.Action {
    var explainedEntries: [(key: String, value: String)] {
        StepWord.all.lazy.compactMap { $0.write(self) }.first ?? []
    }

    /// The step in one line, as a scenario writes it.
    package var words: String {
        let entries = explainedEntries
        return entries.isEmpty
            ? "check" : entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }
}
