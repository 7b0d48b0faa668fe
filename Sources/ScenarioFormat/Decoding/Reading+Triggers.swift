internal import EventLog
internal import Faults
internal import GatewayModel
internal import GatewayWire

extension Reading {
    private static let treeWords = ["all", "any", "not", "state"]
    /// How many parts a trigger's tree may have.
    private static let mostParts = 100
    private static let deepest = 10

    /// What `when:` holds.
    mutating func trigger(_ node: YAMLNode?, depth: Int = 0) -> Trigger? {
        guard let node else { return nil }
        if case .scalar = node.content {
            guard let scalar = scalar(node, "a trigger") else { return nil }
            return happening(scalar.text, nil, at: scalar.span)
        }
        guard let entry = onlyEntry(node, of: "when") else { return nil }
        guard depth < Self.deepest else {
            report("triggers are nested more than \(Self.deepest) deep", at: node.span)
            return nil
        }
        let trigger: Trigger?
        switch entry.key {
        case "all": trigger = parts(entry, depth: depth).map(Trigger.all)
        case "any": trigger = parts(entry, depth: depth).map(Trigger.any)
        case "not": trigger = self.trigger(entry.value, depth: depth + 1).map(Trigger.not)
        case "state": trigger = state(entry.value).map(Trigger.condition)
        default: trigger = happening(entry.key, entry.value, at: entry.keySpan)
        }
        if depth == 0, let trigger { return checked(trigger, at: node.span) }
        return trigger
    }

    /// Checks that the tree can come true.
    private mutating func checked(_ trigger: Trigger, at span: SourceSpan) -> Trigger? {
        if trigger.size > Self.mostParts {
            report("a trigger has more than \(Self.mostParts) parts", at: span)
            return nil
        }
        if !trigger.waitsForHappening {
            report(
                "the trigger waits for nothing to happen", at: span,
                hint: "put something that happens beside 'state' and 'not': {all: [connect, …]}")
            return nil
        }
        if let contradiction = trigger.contradiction {
            report(
                "the trigger never comes true: \(contradiction)", at: span,
                hint: "'any' wants one of its parts, 'all' wants all of them at one moment")
            return nil
        }
        if trigger.occasions.isEmpty {
            report(
                "the parts of the trigger never happen at the same time", at: span,
                hint: "'all' wants one thing that happens, and what must be so then ('state')")
            return nil
        }
        return trigger
    }

    private mutating func parts(_ entry: YAMLEntry, depth: Int) -> [Trigger]? {
        let nodes = sequence(entry.value, of: entry.key)
        if nodes.isEmpty { report("'\(entry.key)' holds no trigger", at: entry.keySpan) }
        let parts = nodes.compactMap { trigger($0, depth: depth + 1) }
        return parts.count == nodes.count && !nodes.isEmpty ? parts : nil
    }

    private mutating func happening(
        _ keyword: String, _ argument: YAMLNode?, at span: SourceSpan
    ) -> Trigger? {
        guard let word = TriggerWord.named(keyword) else {
            reportUnknown(
                "no trigger '\(keyword)'", keyword, among: TriggerWord.keywords + Self.treeWords,
                called: "Triggers", at: span)
            return nil
        }
        if argument == nil, word.form.arguments.contains(where: \.isRequired) {
            report(
                "the trigger '\(keyword)' says more", at: span,
                hint: "for example: \(word.example)")
            return nil
        }
        if case .plain = word.form, argument != nil {
            report("'\(keyword)' stands alone", at: span, hint: "when: \(keyword)")
            return nil
        }
        let values = arguments(
            argument, of: keyword, word.form, at: span, example: word.example)
        guard let values else { return nil }
        guard let happening = word.happening(values) else {
            report(
                "the trigger '\(keyword)' says more", at: span, hint: "for example: \(word.example)"
            )
            return nil
        }
        if keyword == "connect", values.values["others"] != nil, values.values["open"] != nil {
            report(
                "'others' and 'open' say the same twice", at: argument?.span ?? span,
                hint: "'open' counts the new connection, 'others' does not")
        }
        return resolved(happening, at: argument?.span ?? span).map(Trigger.happening)
    }

    static let stateKeys = [
        "phase", "connection", "client-id", "others", "held", "light", "listening", "server",
        "farm",
    ]

    /// A condition, as `state:` and a rule's own keys spell it.
    private mutating func state(_ node: YAMLNode) -> Condition? {
        fields(node, of: "state", keys: Self.stateKeys).map { condition($0) }
    }

    mutating func condition(_ fields: Fields) -> Condition {
        Condition(
            phases: phases(fields["phase"]),
            connections: numberRange(fields["connection"], "connections"),
            clientID: clientID(fields["client-id"]),
            others: countRangeOrAny(fields["others"]), held: countRangeOrAny(fields["held"]),
            light: word(fields["light"], "light", among: ["green", "red"]).flatMap(APILight.init),
            isListening: boolean(fields["listening"]),
            serverIsLost: word(fields["server"], "link", among: ["connected", "lost"])
                .map { $0 == "lost" },
            farms: farms(fields["farm"]))
    }

    /// Farms and their states: `{usfarm: broken}`.
    private mutating func farms(_ node: YAMLNode?) -> [String: FarmState] {
        var farms: [String: FarmState] = [:]
        for entry in entries(node, of: "farm") ?? [] {
            mentionedFarms.append((entry.key, entry.keySpan))
            farms[entry.key] = word(entry.value, "state", of: FarmState.self)
        }
        return farms
    }

    /// Which messages: by direction, type and field.
    mutating func messagePattern(_ node: YAMLNode) -> MessagePattern? {
        let keys = ["type", "not", "direction", "fields"]
        guard let fields = fields(node, of: "message", keys: keys) else { return nil }
        let types = items(fields["type"])
        guard let direction = direction(fields, types: types) else { return nil }
        let schemas = types.compactMap { messageSchema($0, direction) }
        let except = items(fields["not"]).compactMap { messageSchema($0, direction) }
        if !types.isEmpty, !except.isEmpty {
            report(
                "'not' has no meaning beside 'type'", at: fields.keySpan("not"),
                hint: "name the messages in 'type', or leave 'type' away")
        }
        if fields["fields"] != nil, types.isEmpty {
            report("'fields' needs 'type'", at: fields.keySpan("fields"))
        }
        return MessagePattern(
            direction: direction, types: schemas.map(\.name), except: except.map(\.name),
            fields: fieldTests(fields["fields"], of: schemas))
    }

    /// The direction given, or the only one in which all the messages exist.
    private mutating func direction(_ fields: Fields, types: [YAMLNode]) -> Direction? {
        if let node = fields["direction"] {
            return word(node, "direction", of: Direction.self)
        }
        var names: [String] = []
        for type in types {
            guard let name = text(type) else { return nil }
            names.append(name)
        }
        let possible = Direction.allCases.filter { direction in
            names.contains { ProtocolSchema.message(named: $0, direction) != nil }
        }
        if !names.isEmpty, possible.count == 1 { return possible[0] }
        if !names.isEmpty, possible.isEmpty {
            // No direction has the message, so the nearest name of both is suggested.
            reportUnknown(
                "no message '\(names[0])'", names[0], among: ProtocolSchema.messages.map(\.name),
                called: "Messages", at: types[0].span)
            return nil
        }
        report(
            "which way does the message travel?", at: fields.span,
            hint: "say 'direction: toClient' or 'direction: toGateway'")
        return nil
    }
}
