internal import EventLog
internal import Faults
internal import GatewayModel
internal import Simulation

extension Scenario {
    /// The scenario as YAML with nothing left to look up: defaults, variables and rules written out.
    ///
    /// It loads again to the same scenario. What has become of a matrix row and of the pathologies
    /// stands in comments.
    package var explained: String {
        var lines: [String] = []
        if !variables.isEmpty {
            let row = variables.map { "\($0.name)=\(oneLine($0.value))" }
            lines.append("# matrix row: \(row.joined(separator: " "))")
        }
        lines += [
            "version: 1", "name: \(YAMLText.scalar(name))", "about: \(YAMLText.scalar(about))",
            "cite: \(YAMLText.list(cite.map(YAMLText.scalar)))",
            "tags: \(YAMLText.list(tags.map(YAMLText.scalar)))",
        ]
        if !explainedBy.isEmpty {
            lines.append("explained-by:")
            lines += explainedBy.map { "  - \($0.explained)" }
        }
        lines += [
            "seed: \(seed)", "deadline: \(deadline.scenarioText)", "speed: \(speed)", "gateways:",
        ]
        lines += gateways.flatMap(\.explainedLines).indented
        if !clients.isEmpty {
            lines.append("clients:")
            lines += clients.flatMap(\.explainedLines).indented
        }
        lines += ["steps:"] + steps.flatMap(\.explainedLines).indented
        if steps.isEmpty { lines[lines.count - 1] = "steps: []" }
        if !expectations.isEmpty {
            lines.append("expect:")
            lines += expectations.map { "  - \($0.explained)" }
        }
        if let mustFail {
            let says = YAMLText.list(mustFail.says.map(YAMLText.scalar))
            let entries = [("exit", "\(mustFail.exit)"), ("says", says)]
            lines.append("must-fail: \(YAMLText.mapping(entries))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// A comment ends with its line.
private func oneLine(_ text: String) -> String {
    YAMLText.scalar(text)
}

extension [String] {
    var indented: [String] { map { "  " + $0 } }
}

extension GatewaySpec {
    fileprivate var explainedLines: [String] {
        var lines = [
            "\(YAMLText.key(name)):", "  listen: \(YAMLText.scalar(listen))",
            "  server-version: \(settings.newestVersion)", "  backlog: \(backlog)",
        ]
        let changed = settings.changed.map { ($0.setting.name, YAMLText.scalar($0.text)) }
        if !changed.isEmpty { lines.append("  settings: \(YAMLText.mapping(changed))") }
        if let dialect { lines.append("  # dialect \(dialect), as settings") }
        if front != .none { lines.append("  front: \(front.rawValue)") }
        if let clock { lines.append("  clock: \(YAMLText.scalar(clock.text))") }
        if let worldFile {
            lines.append("  world: \(YAMLText.scalar(worldFile.path))")
            lines.append("  # \(world.summary)")
        } else if world.name == World.inlineName {
            lines += ["  world:"] + world.textLines.map { "    \($0)" }
        }
        if !replay.isEmpty {
            let files =
                replay.count == 1
                ? YAMLText.scalar(replay[0]) : YAMLText.list(replay.map(YAMLText.scalar))
            lines += ["  replay: \(files)", "  beyond: \(beyond.rawValue)"]
        }
        if let upstream { lines.append("  upstream: \(YAMLText.scalar(upstream))") }
        for use in pathologies {
            let parameters = use.parameters.sorted { $0.key < $1.key }
                .map { (YAMLText.key($0.key), YAMLText.scalar($0.value)) }
            let name = use.label == use.name ? use.name : "\(use.name) as \(use.label)"
            lines.append("  # pathology \(name), as faults: \(YAMLText.mapping(parameters))")
        }
        guard !rules.isEmpty else { return lines }
        lines.append("  faults:")
        for rule in rules {
            let ruleLines = rule.explainedLines
            lines += ["    - \(ruleLines[0])"] + ruleLines.dropFirst().map { "      \($0)" }
        }
        return lines
    }
}

extension ClientSpec {
    fileprivate var explainedLines: [String] {
        var lines = ["\(YAMLText.key(name)):"]
        if let python { lines.append("  python: \(YAMLText.scalar(python))") }
        if let venv { lines.append("  venv: \(YAMLText.scalar(venv))") }
        lines.append("  run: \(YAMLText.list(command.map(YAMLText.template)))")
        let variables = environment.map { (YAMLText.key($0.name), YAMLText.template($0.value)) }
        lines.append("  env: \(YAMLText.mapping(variables))")
        return lines
    }
}
