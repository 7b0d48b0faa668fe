internal import EventLog
internal import Faults
internal import GatewayModel
internal import GatewayWire

extension GatewaySpec {
    /// Server versions a gateway can be told to speak.
    package static let versions = ProtocolSchema.serverVersions
    package static let defaultListen = "127.0.0.1:0"
    /// What Java's `ServerSocket` asks for when not told otherwise.
    package static let defaultBacklog = 50
}

extension Reading {
    /// `gateways:` with its names, or `gateway:` for one called `gateway`.
    mutating func gateways(_ root: Fields) -> [GatewaySpec] {
        if root["gateway"] != nil, root["gateways"] != nil {
            report(
                "'gateway' and 'gateways' exclude each other", at: root.keySpan("gateway"),
                hint: "'gateway:' is short for 'gateways: {gateway: …}'")
            return []
        }
        if let only = root["gateway"] {
            names.gateways = ["gateway"]
            return [gateway(only, named: "gateway", at: root.keySpan("gateway"))].compactMap(\.self)
        }
        guard root["gateways"] != nil else {
            report("the scenario needs the key 'gateway' or 'gateways'", at: root.span)
            return []
        }
        let entries = entries(root["gateways"], of: "gateways") ?? []
        if entries.isEmpty, let node = root["gateways"] {
            report("there is no gateway", at: node.span)
        }
        for entry in entries {
            checkName(entry.key, of: "gateway", at: entry.keySpan)
            names.gateways.append(entry.key)
        }
        return entries.compactMap { entry in
            let spec = gateway(entry.value, named: entry.key, at: entry.keySpan)
            openedNames.append(entry.key)
            return spec
        }
    }

    /// `upstream:` of a gateway.
    ///
    /// It names a gateway that the scenario opens earlier.
    private mutating func upstream(_ fields: Fields, of name: String) -> String? {
        guard let upstream = text(fields["upstream"]), let node = fields["upstream"] else {
            return nil
        }
        guard openedNames.contains(upstream) else {
            reportUnknown(
                "no gateway '\(upstream)' stands before '\(name)'", upstream, among: openedNames,
                called: "Gateways", at: node.span)
            return nil
        }
        for key in fields.present(["replay", "world", "clock"]) {
            report(
                "a gateway in front of another has no '\(key)': the other one answers",
                at: fields.keySpan(key))
        }
        return upstream
    }

    /// Names that other places refer to: letters, digits, `-` and `_`.
    mutating func checkName(_ name: String, of what: String, at span: SourceSpan) {
        let isGood = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        if name.isEmpty || !isGood {
            report(
                "'\(name)' cannot name a \(what)", at: span,
                hint: "names are made of letters, digits, '-' and '_'")
        }
    }

    private mutating func gateway(
        _ node: YAMLNode, named name: String, at span: SourceSpan
    ) -> GatewaySpec? {
        let keys = [
            "listen", "server-version", "backlog", "settings", "clock", "world", "pathologies",
            "faults", "replay", "beyond", "upstream", "front", "dialect",
            "encoding", "framing",
        ]
        let fields: Fields
        if case .scalar("", isPlain: true) = node.content {
            fields = Fields([], at: span)
        } else if let read = self.fields(node, of: "gateway '\(name)'", keys: keys) {
            fields = read
        } else {
            return nil
        }
        var ruleMarks: [String: SourceMark] = [:]
        let dialect = dialect(fields["dialect"])
        var uses = dialect?.pathologies ?? []
        var dialectCount = uses.count
        for rule in uses.flatMap(\.rules) { ruleMarks[rule.name] = mark(fields.keySpan("dialect")) }
        for node in items(fields["pathologies"]) {
            guard let use = pathologyUse(node) else { continue }
            // What stands besides the dialect wins.
            if let index = uses.firstIndex(where: { $0.use.label == use.use.label }),
                index < dialectCount
            {
                uses.remove(at: index)
                dialectCount -= 1
            }
            if let objection = catalogue.objection(to: use.use, beside: uses.map(\.use)) {
                report(objection, at: node.span)
            }
            uses.append(use)
            for rule in use.rules { ruleMarks[rule.name] = mark(node.span) }
        }
        let forms = formRules(fields)
        for (key, rule) in forms { ruleMarks[rule.name] = mark(fields.keySpan(key)) }
        var rules = forms.map(\.rule) + uses.flatMap(\.rules)
        var ownRules: [FaultRule?] = []
        var taken = Set(rules.map(\.name))
        earlierRules = rules
        var own: [(rule: FaultRule, span: SourceSpan)] = []
        for (index, fault) in sequence(fields["faults"], of: "faults").enumerated() {
            let rule = faultRule(fault, number: index + 1)
            ownRules.append(rule)
            guard let rule else { continue }
            if !taken.insert(rule.name).inserted {
                report("another fault is called '\(rule.name)' too", at: fault.span)
            }
            rules.append(rule)
            ruleMarks[rule.name] = mark(fault.span)
            own.append((rule, fault.span))
        }
        names.rules[name] = rules.map(\.name)
        for case .signal(let signal) in rules.flatMap(\.everyTrigger).flatMap(\.happenings) {
            names.signals[name, default: []].append(signal)
        }
        var settings = settings(fields["settings"], from: dialect)
        if let version = integer(fields["server-version"], in: GatewaySpec.versions) {
            settings.newestVersion = version
        }
        checkEncoding(fields, newest: settings.newestVersion)
        var spec = GatewaySpec(
            name: name, listen: listenAddress(fields["listen"]) ?? GatewaySpec.defaultListen,
            settings: settings,
            backlog: integer(fields["backlog"], in: 0...65_535) ?? GatewaySpec.defaultBacklog,
            pathologies: uses.map(\.use), rules: rules, replay: texts(fields["replay"]),
            mark: mark(span))
        spec.ruleMarks = ruleMarks
        applyPathologySettings(to: &spec, fields)
        names.farms[name] = spec.settings.farms.map(\.name)
        for (farm, span) in mentionedFarms
        where !spec.settings.farms.contains(where: { $0.name == farm }) {
            reportUnknown(
                "no farm '\(farm)'", farm, among: spec.settings.farms.map(\.name), called: "Farms",
                at: span)
        }
        mentionedFarms = []
        for (rule, span) in own { checkNames(in: rule, of: name, at: span) }
        if fields["replay"] == nil, fields["upstream"] == nil {
            for (index, fault) in sequence(fields["faults"], of: "faults").enumerated()
            where index < ownRules.count {
                checkVersions(
                    of: ownRules[index], newest: spec.settings.newestVersion, at: fault.span)
            }
        }
        spec.clock = start(fields["clock"])
        world(fields["world"], of: &spec)
        spec.upstream = upstream(fields, of: name)
        spec.dialect = dialect?.name
        let front = word(fields["front"], "front", of: Front.self)
        spec.front = front ?? dialect?.front ?? .none
        if let objection = spec.applyPathologyFront(given: front) {
            report(objection, at: fields.keySpan("front"))
        }
        spec.beyond = word(fields["beyond"], "answer", of: BeyondRecording.self) ?? .refuse
        if spec.replay.isEmpty, fields["beyond"] != nil {
            report(
                "'beyond' says who answers what a recording does not, and nothing is replayed",
                at: fields.keySpan("beyond"), hint: "name the recording with 'replay'")
        }
        return spec
    }

    /// A setting of the gateway that a pathology of it needs otherwise is a mistake.
    private mutating func applyPathologySettings(to spec: inout GatewaySpec, _ fields: Fields) {
        var given: [String: SourceSpan] = [:]
        if case .mapping(let entries) = fields["settings"]?.content {
            for entry in entries { given[entry.key] = entry.keySpan }
        }
        if fields["upstream"] != nil, let use = spec.pathologies.first(where: \.needsSettings) {
            report(
                "'\(use.name)' needs settings, and a gateway in front of another has none",
                at: fields.keySpan("pathologies"))
        }
        for refusal in spec.applyPathologySettings(given: Set(given.keys)) {
            report(refusal.text, at: given[refusal.setting] ?? fields.span)
        }
    }

    /// A file's name, or what the file would hold.
    private mutating func world(_ node: YAMLNode?, of spec: inout GatewaySpec) {
        guard let node else { return }
        if case .mapping = node.content {
            if let world = inlineWorld(node) { spec.world = world }
        } else if let path = text(node) {
            spec.worldFile = WorldFile(path: path, mark: mark(node.span))
        }
    }

    /// `NAME`, or `{use: NAME, as: LABEL, with: {…}}`.
    mutating func pathologyUse(
        _ node: YAMLNode
    ) -> (use: PathologyUse, rules: [FaultRule])? {
        if case .scalar = node.content {
            guard let name = scalar(node, "a pathology's name") else { return nil }
            return use(of: name.text, at: name.span, given: [])
        }
        guard
            let fields = fields(
                node, of: "pathology", keys: ["use", "as", "with"], required: ["use"]),
            let name = scalar(fields["use"], "a pathology's name")
        else { return nil }
        let label = scalar(fields["as"], "a name")
        if let label { checkName(label.text, of: "pathology", at: label.span) }
        var given: [GivenParameter] = []
        for entry in entries(fields["with"], of: "with") ?? [] {
            let values = texts(entry.value)
            // A value that could not be read has been reported; the default stands in for it.
            guard values.count == items(entry.value).count else { continue }
            given.append(
                GivenParameter(
                    name: entry.key, text: values.joined(separator: "+"),
                    span: catalogue[name.text]?.parameters.contains { $0.name == entry.key } == true
                        ? entry.value.span : entry.keySpan))
        }
        return use(of: name.text, as: label?.text, at: name.span, given: given)
    }

    /// A numeric loopback address and a port.
    private mutating func listenAddress(_ node: YAMLNode?) -> String? {
        guard let scalar = scalar(node, "an address such as 127.0.0.1:0") else { return nil }
        let text = scalar.text
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else {
            report(
                "'\(text)' is no address with a port", at: scalar.span,
                hint: "for example 127.0.0.1:4002; port 0 takes a free one")
            return nil
        }
        let host = text[..<colon]
        if host == "localhost" { return "127.0.0.1:\(port)" }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
        guard (isIPv4 && octets[0] == "127") || host == "[::1]" else {
            report(
                "'\(host)' is no numeric loopback address", at: scalar.span,
                hint: "use 127.0.0.1 or [::1]; any other address is given with --listen")
            return nil
        }
        return text
    }
}
