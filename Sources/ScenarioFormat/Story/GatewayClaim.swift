internal import EventLog
package import Faults
internal import GatewayWire
internal import Simulation

/// One thing that can be claimed of a gateway: `accepted: 4`, `fired: {cut: 1}`, `light: red`.
package struct GatewayClaim: Hashable, Sendable {
    package enum Wanted: Hashable, Sendable {
        case count(CountRange)
        case word(String)
        case truth(Bool)
        case duration(Duration)
        /// Names of messages in an order, or ways to end.
        case names([String])
    }

    /// The `GatewayClaimWord` it is made with.
    package let keyword: String
    /// What is counted, when the keyword counts several things: a message's or a fault's name.
    package let subject: String
    package let wanted: Wanted
    /// Only messages with such fields count.
    package let fields: [String: FieldTest]

    package init(
        _ keyword: String, _ subject: String = "", _ wanted: Wanted,
        fields: [String: FieldTest] = [:]
    ) {
        self.keyword = keyword
        self.subject = subject
        self.wanted = wanted
        self.fields = fields
    }
}

/// A key of a gateway expectation.
///
/// It is the only description of what its claim means.
///
/// How it is read, written and judged follows from its form.
package struct GatewayClaimWord: Sendable {
    typealias Tally = GatewayTally

    /// The form of the value, and the number or word that it is compared with.
    enum Form: Sendable {
        /// A count of one thing; `what` names it: "connections open".
        case count(what: String, @Sendable (Tally) -> Int)
        /// Names of messages, all with the expectation's `count`; `verb`: "received".
        case messages(
            Direction, verb: String, @Sendable (Tally) -> [String: Int],
            kept: @Sendable (Tally) -> [Message])
        /// Names of messages from clients that came in this order.
        case order
        /// How connections ended, each in turn.
        case endings
        /// A bound on times; `what` names them: "gap between connections".
        case times(isLeast: Bool, what: String, @Sendable (Tally) -> [Duration])
        /// A mapping from fault rules to counts; `verb`: "fired".
        case faults(verb: String, @Sendable (Tally) -> [String: Int])
        /// One of some words; `what` has it: "API light".
        case word(among: [String], what: String, @Sendable (Tally) -> String)
        /// True or false, in three phrases: "listens", "does not listen", "does not".
        case truth(Phrases, @Sendable (Tally) -> Bool)
        /// So many connections came, and no more will.
        case givingUp
    }

    struct Phrases: Sendable {
        let yes: String
        let no: String
        let shortNo: String
    }

    package let keyword: String
    package let meaning: String
    /// A value for the key, as a scenario has it.
    package let example: String
    let form: Form

    init(_ keyword: String, _ meaning: String, example: String, _ form: Form) {
        self.keyword = keyword
        self.meaning = meaning
        self.example = example
        self.form = form
    }

    /// In the order of the reader's suggestions, and of reports.
    package static let all = [
        GatewayClaimWord(
            "received", "messages of this name arrived from clients", example: "startApi",
            .messages(.toGateway, verb: "received", \.received, kept: \.history.received)),
        GatewayClaimWord(
            "sent", "messages of this name left for clients", example: "[nextValidId, error]",
            .messages(.toClient, verb: "sent", \.sent, kept: \.history.sent)),
        GatewayClaimWord(
            "in-order", "messages of these names arrived in this order, others between them or not",
            example: "[startApi, reqPositions]", .order),
        GatewayClaimWord(
            "accepted", "connections accepted so far", example: "4",
            .count(what: "connections accepted", \.acceptedCount)),
        GatewayClaimWord(
            "open", "connections open now, held descriptors not counted", example: "0",
            .count(what: "connections open", \.openCount)),
        GatewayClaimWord(
            "most-open", "most connections open at once", example: "1",
            .count(what: "most connections open at once", \.history.mostOpen)),
        GatewayClaimWord(
            "gaps-at-least", "time from each connection's end to the next one", example: "500ms",
            .times(isLeast: true, what: "gap between connections", \.history.gaps)),
        GatewayClaimWord(
            "gaps-at-most", "time from each connection's end to the next one", example: "60s",
            .times(isLeast: false, what: "gap between connections", \.history.gaps)),
        GatewayClaimWord(
            "backs-off", "whether the client waits longer before each new connection",
            example: "true",
            .truth(
                Phrases(
                    yes: "sees its client back off", no: "sees no client back off",
                    shortNo: "does not"), \.history.backsOff)),
        GatewayClaimWord(
            "gives-up-after",
            "so many connections came and all have ended, and since then either twice the longest gap "
                + "has passed (a second at the least), or every program has ended",
            example: "5", .givingUp),
        GatewayClaimWord(
            "client-ids", "different client ids that were used", example: "1",
            .count(what: "client ids used", \.history.clientIDs.count)),
        GatewayClaimWord(
            "orders-sent-twice", "order references that came with several order ids", example: "0",
            .count(what: "order references sent twice", \.history.referencesUsedTwice.count)),
        GatewayClaimWord(
            "held", "descriptors kept after their client's FIN", example: "\">= 1\"",
            .count(what: "descriptors held", \.heldCount)),
        GatewayClaimWord(
            "ended",
            "how its connections ended, in the order they were opened: "
                + endingWords.joined(separator: ", "),
            example: "[gateway-rst, client-fin]", .endings),
        GatewayClaimWord(
            "light", "the API light", example: "red",
            .word(
                among: APILight.allCases.map(\.rawValue), what: "API light",
                { $0.light.rawValue })),
        GatewayClaimWord(
            "listening", "whether its port takes connections", example: "true",
            .truth(
                Phrases(yes: "listens", no: "does not listen", shortNo: "does not"),
                \.isListening)),
        GatewayClaimWord(
            "fired", "how often a fault has fired", example: "{keep-descriptor: 3}",
            .faults(verb: "fired", \.fired)),
    ]

    private static let endingWords = AttemptEnding.allCases.map(\.rawValue) + ["any"]

    static func named(_ keyword: String) -> GatewayClaimWord? {
        all.first { $0.keyword == keyword }
    }
}

extension GatewayClaimWord {
    /// The claims made with this word.
    ///
    /// - Parameter count: What the expectation's `count` says, for messages.
    func read(
        _ reading: inout Reading, _ fields: Fields, of gateway: String, count: CountRange
    ) -> [GatewayClaim] {
        guard let node = fields[keyword] else { return [] }
        switch form {
        case .count, .givingUp:
            return reading.countRange(node).map { [GatewayClaim(keyword, "", .count($0))] } ?? []
        case .messages(let direction, _, _, _):
            let schemas = reading.items(node).compactMap { reading.messageSchema($0, direction) }
            let tests = reading.fieldTests(fields["fields"], of: schemas)
            return schemas.map { GatewayClaim(keyword, $0.name, .count(count), fields: tests) }
        case .order:
            let names = reading.items(node)
                .compactMap { reading.messageSchema($0, .toGateway)?.name }
            return names.isEmpty ? [] : [GatewayClaim(keyword, "", .names(names))]
        case .times:
            return reading.duration(node).map { [GatewayClaim(keyword, "", .duration($0))] } ?? []
        case .endings:
            let words = reading.items(node).compactMap {
                reading.word($0, keyword, among: Self.endingWords)
            }
            return words.isEmpty ? [] : [GatewayClaim(keyword, "", .names(words))]
        case .faults:
            return (reading.entries(node, of: keyword) ?? []).compactMap { entry in
                guard
                    let name = reading.ruleName(entry.key, of: gateway, at: entry.keySpan),
                    let count = reading.countRange(entry.value)
                else { return nil }
                return GatewayClaim(keyword, name, .count(count))
            }
        case .word(let words, _, _):
            return reading.word(node, keyword, among: words)
                .map { [GatewayClaim(keyword, "", .word($0))] } ?? []
        case .truth:
            return reading.boolean(node).map { [GatewayClaim(keyword, "", .truth($0))] } ?? []
        }
    }

    /// - Parameter hasGivenUp: Whether no client will connect any more.
    func holds(_ claim: GatewayClaim, in tally: Tally, hasGivenUp: Bool) -> Bool {
        switch (form, claim.wanted) {
        case (.givingUp, .count(let range)): hasGivenUp && range.contains(tally.acceptedCount)
        case (.count(_, let count), .count(let range)): range.contains(count(tally))
        case (.messages, .count(let range)): range.contains(messageCount(claim, in: tally))
        case (.faults(_, let counts), .count(let range)):
            range.contains(counts(tally)[claim.subject] ?? 0)
        case (.order, .names(let names)): tally.history.progress(of: names) == names.count
        case (.endings, .names(let words)):
            words.enumerated().allSatisfy { index, word in
                word == "any" || word == Self.ending(index, in: tally)
            }
        case (.times(let isLeast, _, let times), .duration(let bound)):
            times(tally).allSatisfy { isLeast ? $0 >= bound : $0 <= bound }
        case (.word(_, _, let word), .word(let wanted)): word(tally) == wanted
        case (.truth(_, let truth), .truth(let wanted)): truth(tally) == wanted
        case (.count, _), (.messages, _), (.faults, _), (.word, _), (.truth, _), (.order, _),
            (.endings, _), (.times, _), (.givingUp, _):
            false
        }
    }

    func outcome(
        _ claim: GatewayClaim, in tally: Tally, of gateway: String, hasGivenUp: Bool
    ) -> Outcome {
        let holds = holds(claim, in: tally, hasGivenUp: hasGivenUp)
        switch form {
        case .givingUp:
            let count = tally.acceptedCount
            return Outcome(
                holds, "\(gateway) sees its client give up after \(claim.wantedText) connections",
                seen: "\(count) came" + (hasGivenUp ? "" : ", and more may come"))
        case .count(let what, let count):
            return counted(claim, gateway, what, count(tally), holds)
        case .messages(_, let verb, _, _):
            let fields = claim.fields.isEmpty ? "" : " with \(claim.fieldWords)"
            return counted(
                claim, gateway, "\(claim.subject)\(fields) \(verb)",
                messageCount(claim, in: tally), holds, nearest: nearest(claim, in: tally))
        case .order:
            let names = if case .names(let names) = claim.wanted { names } else { [String]() }
            let progress = tally.history.progress(of: names)
            return Outcome(
                holds, "\(gateway) received \(names.joined(separator: ", ")) in this order",
                seen: progress == 0
                    ? "no \(names.first ?? "message") came"
                    : progress == names.count
                        ? "they came in this order"
                        : "after \(names[progress - 1]) came no \(names[progress])")
        case .endings:
            let words = if case .names(let words) = claim.wanted { words } else { [String]() }
            let seen = words.indices.map { Self.ending($0, in: tally) }
            return Outcome(
                holds,
                "\(gateway): its connections ended: \(words.joined(separator: ", "))",
                seen: seen.joined(separator: ", "))
        case .times(let isLeast, let what, let times):
            let all = times(tally)
            let odd = isLeast ? all.min() : all.max()
            return Outcome(
                holds,
                "\(gateway): every \(what): \(isLeast ? "at least" : "at most") "
                    + claim.wantedText,
                seen: odd.map {
                    "\(all.count), the \(isLeast ? "shortest" : "longest") \($0.reportText)"
                } ?? "no second connection")
        case .faults(let verb, let counts):
            return counted(
                claim, gateway, "fault \(claim.subject) \(verb)",
                counts(tally)[claim.subject] ?? 0, holds)
        case .word(_, let what, let word):
            return Outcome(
                holds, "\(what) of \(gateway) is \(claim.wantedText)", seen: "it is \(word(tally))")
        case .truth(let phrases, let truth):
            let wants = claim.wanted == .truth(true)
            return Outcome(
                holds, "\(gateway) \(wants ? phrases.yes : phrases.no)",
                seen: "it \(truth(tally) ? phrases.yes : phrases.shortNo)")
        }
    }

    /// How a connection ended, counted from 0.
    private static func ending(_ index: Int, in tally: Tally) -> String {
        let attempts = tally.history.attempts
        return index < attempts.count ? attempts[index].ending.rawValue : "never opened"
    }

    private func counted(
        _ claim: GatewayClaim, _ gateway: String, _ what: String, _ count: Int, _ holds: Bool,
        nearest: String? = nil
    ) -> Outcome {
        Outcome(
            holds, "\(gateway): \(what): \(claim.wantedText)",
            seen: "\(count)" + (holds ? "" : nearest.map { ", nearest: \($0)" } ?? ""))
    }

    /// How many messages the claim is about: those of its name, with fields like its own.
    private func messageCount(_ claim: GatewayClaim, in tally: Tally) -> Int {
        guard case .messages(_, _, let counts, let kept) = form else { return 0 }
        if claim.fields.isEmpty { return counts(tally)[claim.subject] ?? 0 }
        return kept(tally).count { $0.name == claim.subject && claim.misses(in: $0).isEmpty }
    }

    /// The message of that name that differs in the fewest fields.
    private func nearest(_ claim: GatewayClaim, in tally: Tally) -> String? {
        guard !claim.fields.isEmpty, case .messages(_, _, _, let kept) = form else { return nil }
        return kept(tally).filter { $0.name == claim.subject }
            .map { claim.misses(in: $0) }.min { $0.count < $1.count }?.joined(separator: ", ")
    }
}

extension GatewayClaim {
    /// The wanted value as a scenario writes it, without quotes.
    var wantedText: String {
        switch wanted {
        case .count(let range): range.description
        case .word(let word): word
        case .truth(let truth): "\(truth)"
        case .duration(let duration): duration.scenarioText
        case .names(let names): names.joined(separator: ", ")
        }
    }

    /// `action BUY, orderId >= 5`.
    fileprivate var fieldWords: String {
        fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.explained)" }
            .joined(separator: ", ")
    }

    /// Each field that is not as wanted.
    fileprivate func misses(in message: Message) -> [String] {
        fields.sorted { $0.key < $1.key }.compactMap { name, test in
            let text = message.schema.indexes(of: name).isEmpty ? nil : message[name]
            return test.holds(text)
                ? nil : "\(name) was \(text.map { $0.isEmpty ? "empty" : $0 } ?? "unset")"
        }
    }
}

extension Reading {
    /// A rule's name.
    ///
    /// The name of a pathology's rule may be written without the pathology when it is unambiguous.
    fileprivate mutating func ruleName(
        _ name: String, of gateway: String, at span: SourceSpan
    ) -> String? {
        let rules = names.rules[gateway] ?? []
        if rules.contains(name) { return name }
        let endings = rules.filter { $0.hasSuffix("/\(name)") }
        if endings.count == 1 { return endings[0] }
        if endings.count > 1 {
            report(
                "several faults are called '\(name)'", at: span,
                hint: "say one of \(endings.joined(separator: ", "))")
        } else {
            let short = rules.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            reportUnknown(
                "gateway '\(gateway)' has no fault '\(name)'", name, among: short,
                called: "Faults", at: span)
        }
        return nil
    }
}
