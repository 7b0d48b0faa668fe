extension Reading {
    /// `clients:`, by name.
    mutating func clients(_ node: YAMLNode?) -> [ClientSpec] {
        let entries = entries(node, of: "clients") ?? []
        for entry in entries {
            checkName(entry.key, of: "client", at: entry.keySpan)
            names.clients.append(entry.key)
        }
        return entries.compactMap { client($0) }
    }

    private mutating func client(_ entry: YAMLEntry) -> ClientSpec? {
        let what = "client '\(entry.key)'"
        guard
            let fields = fields(
                entry.value, of: what, keys: ["python", "venv", "run", "env"], required: ["run"])
        else { return nil }
        if fields["python"] != nil, fields["venv"] != nil {
            report(
                "'python' and 'venv' exclude each other", at: fields.keySpan("venv"),
                hint: "'python' names an environment of scripts/setup, 'venv' a folder of your own")
        }
        let command = texts(fields["run"], runFacts: true)
        if let run = fields["run"], items(run).isEmpty {
            report("\(what) runs nothing", at: run.span)
        }
        var environment: [(name: String, value: String)] = []
        for variable in entries(fields["env"], of: "env") ?? [] {
            if variable.key.isEmpty || variable.key.contains("=") {
                report("'\(variable.key)' cannot name a variable", at: variable.keySpan)
            }
            if case .scalar("", _) = variable.value.content {
                environment.append((variable.key, ""))
            } else if let text = text(variable.value, runFacts: true) {
                environment.append((variable.key, text))
            }
        }
        let file = source.file
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        return ClientSpec(
            name: entry.key, command: command, python: text(fields["python"]),
            venv: text(fields["venv"]),
            environment: environment, directory: folder.isEmpty ? "/" : folder,
            mark: mark(entry.keySpan))
    }
}
