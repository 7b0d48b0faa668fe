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
        /// A count of one thing; `what` names it: "connections open". `details` tells what was counted.
        case count(
            what: String, @Sendable (Tally) -> Int,
            details: @Sendable (Tally) -> String? = { _ in nil })
        /// Names of messages, all with the expectation's `count`; `verb`: "received".
        case messages(
            Direction, verb: String, @Sendable (Tally) -> [String: Int],
            kept: @Sendable (Tally) -> [Message])
        /// Names of messages from clients that came in this order.
        case order
        /// How connections ended, each in turn.
        case endings
        /// A bound on the times between connections.
        case gaps(isLeast: Bool)
        /// A mapping from fault rules to counts; `verb`: "fired".
        case faults(verb: String, @Sendable (Tally) -> [String: Int])
        /// One of some words; `what` has it: "API light".
        case word(among: [String], what: String, @Sendable (Tally) -> String)
        /// True or false, in three phrases: "listens", "does not listen", "does not". `details` tells why.
        case truth(
            Phrases, @Sendable (Tally) -> Bool, details: @Sendable (Tally) -> String? = { _ in nil }
        )
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
            .count(
                what: "most connections open at once", \.history.mostOpen,
                details: { tally in
                    tally.history.mostOpenSince.map { "since connection \($0) was opened" }
                })),
        GatewayClaimWord(
            "gaps-at-least", "time from each connection's end to the next one", example: "500ms",
            .gaps(isLeast: true)),
        GatewayClaimWord(
            "gaps-at-most", "time from each connection's end to the next one", example: "60s",
            .gaps(isLeast: false)),
        GatewayClaimWord(
            "backs-off", "whether the client waits longer before each new connection",
            example: "true",
            .truth(
                Phrases(
                    yes: "sees its client back off", no: "sees no client back off",
                    shortNo: "does not"), \.history.backsOff,
                details: { tally in
                    let gaps = tally.history.gaps.map(\.length.reportText)
                    return few(gaps).map { "gaps: \($0)" } ?? "no gap between connections"
                })),
        GatewayClaimWord(
            "gives-up-after",
            "so many connections came and all have ended, and since then either twice the longest gap "
                + "has passed (a second at the least), or every program has ended",
            example: "5", .givingUp),
        GatewayClaimWord(
            "client-ids", "different client ids that were used", example: "1",
            .count(
                what: "client ids used", \.history.clientIDs.count,
                details: { few($0.history.clientIDs.sorted().map(String.init)) })),
        GatewayClaimWord(
            "orders-sent-twice", "order references that came with several order ids", example: "0",
            .count(
                what: "order references sent twice", \.history.referencesUsedTwice.count,
                details: { few($0.history.referencesUsedTwice.sorted()) })),
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

    /// The first ones, and how many more there are.
    static func few(_ words: [String], most: Int = 8) -> String? {
        guard !words.isEmpty else { return nil }
        let more = words.count - most
        return words.prefix(most).map(\.printable).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }

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
        case .gaps:
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
