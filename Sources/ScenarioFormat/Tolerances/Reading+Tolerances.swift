internal import EventLog

extension Reading {
    mutating func tolerances(_ root: YAMLNode) -> Tolerances {
        var tolerances = Tolerances()
        guard
            let fields = fields(
                root, of: "tolerances",
                keys: ["version", "tolerances", "differences", "recordings"],
                required: ["tolerances"])
        else { return tolerances }
        checkVersion(fields, of: "tolerances")
        tolerances.differences = sequence(fields["differences"], of: "differences")
            .compactMap { tolerance($0) }
        tolerances.recordings = sequence(fields["recordings"], of: "recordings")
            .compactMap { recordingDetails($0) }
        return tolerances
    }

    private static let fieldKinds = ["missing", "extra", "value", "form", "text"]
    private static let sequenceKinds = ["lacks", "surplus", "order"]

    private mutating func tolerance(_ node: YAMLNode) -> Tolerance? {
        guard
            let fields = fields(
                node, of: "a difference",
                keys: [
                    "field", "kind", "sequence", "of", "step", "recorded", "model", "recording",
                    "reason",
                ], required: ["reason"])
        else { return nil }
        let reason = text(fields["reason"]) ?? ""
        let subject: Tolerance.Subject
        let words: String
        if let node = fields["field"] {
            reportMisplaced(["sequence", "of", "step"], fields, "a field")
            let name = text(node) ?? ""
            let kind = self.kind(fields["kind"], among: Self.fieldKinds)
            subject = .field(TextPattern(name), kind: kind)
            words = "field \(name)"
        } else if let node = fields["sequence"] {
            reportMisplaced(["kind"], fields, "a sequence")
            let kind = self.kind(node, among: Self.sequenceKinds)
            let topic = pattern(fields["of"])
            let step = pattern(fields["step"])
            subject = .sequence(kind, of: topic, step: step)
            words = "sequence \(kind.text) of \(topic.text), step \(step.text)"
        } else {
            report("a difference needs the key 'field' or 'sequence'", at: node.span)
            return nil
        }
        return Tolerance(
            subject: subject, recorded: pattern(fields["recorded"]),
            model: pattern(fields["model"]), recording: pattern(fields["recording"]),
            reason: reason, mark: mark(node.span), words: words)
    }

    private mutating func reportMisplaced(_ keys: [String], _ fields: Fields, _ what: String) {
        for key in fields.present(keys) {
            report("\(what) has no '\(key)'", at: fields.keySpan(key))
        }
    }

    private mutating func kind(_ node: YAMLNode?, among words: [String]) -> TextPattern {
        guard let node else { return .any }
        if case .scalar("*", isPlain: _) = node.content { return .any }
        return word(node, "the kind of difference", among: words).map(TextPattern.init) ?? .any
    }

    private mutating func pattern(_ node: YAMLNode?) -> TextPattern {
        guard let node else { return .any }
        // An empty form says that there is nothing.
        if case .scalar("", isPlain: false) = node.content { return TextPattern("") }
        return text(node).map(TextPattern.init) ?? .any
    }

    private mutating func recordingDetails(_ node: YAMLNode) -> RecordingDetails? {
        guard
            let fields = fields(
                node, of: "a recording",
                keys: ["file", "partial", "skip", "client-id", "settings"], required: ["file"])
        else { return nil }
        var details = RecordingDetails(file: pattern(fields["file"]), mark: mark(node.span))
        details.partial = text(fields["partial"])
        details.skip = text(fields["skip"])
        details.clientID = integer(fields["client-id"], in: 0...Int(Int32.max))
        if let node = fields["settings"] {
            for entry in entries(node, of: "settings") ?? [] {
                guard let value = text(entry.value) else { continue }
                details.settings.append((entry.key, value))
            }
        }
        return details
    }
}
