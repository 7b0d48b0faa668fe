internal import Faults
internal import GatewayWire

extension Reading {
    /// What an entry of `do:` holds.
    mutating func action(
        _ node: YAMLNode, of trigger: Trigger?, after: Duration, every: Duration? = nil
    ) -> FaultAction? {
        let keyword: String
        let span: SourceSpan
        var argument: YAMLNode?
        switch node.content {
        case .scalar:
            guard let scalar = scalar(node, "an action") else { return nil }
            (keyword, span) = (scalar.text, scalar.span)
        case .sequence, .mapping:
            guard let entry = onlyEntry(node, of: "action") else { return nil }
            (keyword, span, argument) = (entry.key, entry.keySpan, entry.value)
        }
        guard let word = ActionWord.named(keyword) else {
            reportUnknown(
                "no action '\(keyword)'", keyword, among: ActionWord.keywords, called: "Actions",
                at: span)
            return nil
        }
        let values = arguments(
            argument, of: keyword, word.form, at: span, example: word.example, trigger: trigger)
        if let trigger { check(word, suits: trigger, after: after, every: every, at: span) }
        guard let values else { return nil }
        guard let action = word.action(values) else {
            reportUnusable(word, values.values, at: span)
            return nil
        }
        return action
    }

    /// Reports arguments that make no action together.
    mutating func reportUnusable(
        _ word: ActionWord, _ values: [String: ArgumentValue], at span: SourceSpan
    ) {
        let optional = word.form.arguments.filter { !$0.isRequired }
        let keys = optional.map { "'\($0.name)'" }.joined(separator: ", ")
        report(
            optional.allSatisfy { values[$0.name] == nil }
                ? "'\(word.keyword)' needs one of \(keys)"
                : "'\(word.keyword)' takes only one of its keys that exclude each other", at: span,
            hint: "for example: \(word.example)")
    }

    /// Reports an action that cannot act at this trigger.
    private mutating func check(
        _ word: ActionWord, suits trigger: Trigger, after: Duration, every: Duration?,
        at span: SourceSpan
    ) {
        let subject = trigger.happenings.count == 1 ? trigger.happenings[0].keyword : "the trigger"
        for occasion in OccasionKind.allCases where trigger.occasions.contains(occasion) {
            guard let objection = word.objection(to: occasion) else { continue }
            let place = subject == "the trigger" ? "'\(occasion.rawValue)'" : "'\(subject)'"
            switch word.scope {
            case .connection where !occasion.hasConnection:
                report(
                    "'\(word.keyword)' needs a connection, and \(place) has none", at: span,
                    hint: "triggers with one: connect, hello, stranger, phase, message, disconnect")
            case .message where !occasion.hasMessage:
                report(
                    "'\(word.keyword)' needs a message, and \(place) has none", at: span,
                    hint: "triggers with one: message, hello")
            case .message where occasion == .toGateway:
                report(
                    "'\(word.keyword)' cannot act here: \(objection), and this one travels to the "
                        + "gateway", at: span)
            case .message, .connection, .gateway, .log:
                report("'\(word.keyword)' cannot act at \(place): \(objection)", at: span)
            }
            return
        }
        if word.scope == .message, after > .zero {
            report(
                "'\(word.keyword)' acts on the message itself, which has passed when 'after' is over",
                at: span, hint: "leave 'after' away, or keep the message back with 'hold'")
        }
        if word.scope == .message, every != nil {
            report(
                "'\(word.keyword)' acts on the message itself, and cannot be done again when it has "
                    + "passed", at: span,
                hint: "leave 'every' away: a fault acts on every message that matches")
        }
    }
}
