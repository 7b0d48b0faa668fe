extension Reading {
    /// The story; without `steps`, every client is run in the order of the file.
    mutating func steps(_ node: YAMLNode?, clients: [ClientSpec]) -> [Step] {
        guard let node else {
            return clients.map { client in
                noteBegun(client.name, inBackground: false)
                return Step(
                    action: .run(client: client.name, arguments: []), within: nil,
                    expectations: [], mark: client.mark)
            }
        }
        return sequence(node, of: "steps").compactMap { step($0) }
    }

    mutating func step(_ node: YAMLNode) -> Step? {
        guard let entries = entries(node, of: "step") else { return nil }
        // 'signal' is a step of its own and a detail of 'stop', which comes first.
        let found = StepWord.all.first { word in entries.contains { $0.key == word.keyword } }
        guard let word = found else {
            let key = entries.first?.key ?? ""
            reportUnknown(
                "no step '\(key)'", key, among: StepWord.all.map(\.keyword), called: "Steps",
                at: entries.first?.keySpan ?? node.span)
            return nil
        }
        let keyword = word.keyword
        let keys = [keyword, "within", "expect"] + word.keys
        guard let fields = fields(node, of: "step '\(keyword)'", keys: keys) else { return nil }
        let step = word.read(&self, fields)
        let isCheck = if case .check? = step?.action { true } else { false }
        let expected = expectations(
            isCheck ? fields[keyword] : fields["expect"], client: step?.client)
        if isCheck, fields["expect"] != nil {
            report("'check' holds its expectations itself", at: fields.keySpan("expect"))
        }
        guard let step else { return nil }
        return Step(
            action: step.action, within: duration(fields["within"]), expectations: expected,
            mark: mark(fields.keySpan(keyword)))
    }
}
