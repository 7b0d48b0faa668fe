internal import EventLog
package import Faults
internal import GatewayWire

/// One thing that can be claimed of a gateway: `accepted: 4`, `fired: {cut: 1}`, `light: red`.
package struct GatewayClaim: Hashable, Sendable {
    package enum Wanted: Hashable, Sendable {
        case count(CountRange)
        case word(String)
        case truth(Bool)
    }

    /// The `GatewayClaimWord` it is made with.
    package let keyword: String
    /// What is counted, when the keyword counts several things: a message's or a fault's name.
    package let subject: String
    package let wanted: Wanted

    package init(_ keyword: String, _ subject: String = "", _ wanted: Wanted) {
        self.keyword = keyword
        self.subject = subject
        self.wanted = wanted
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
        case messages(Direction, verb: String, @Sendable (Tally) -> [String: Int])
        /// A mapping from fault rules to counts; `verb`: "fired".
        case faults(verb: String, @Sendable (Tally) -> [String: Int])
        /// One of some words; `what` has it: "API light".
        case word(among: [String], what: String, @Sendable (Tally) -> String)
        /// True or false, in three phrases: "listens", "does not listen", "does not".
        case truth(Phrases, @Sendable (Tally) -> Bool)
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
            .messages(.toGateway, verb: "received", \.received)),
        GatewayClaimWord(
            "sent", "messages of this name left for clients", example: "[nextValidId, error]",
            .messages(.toClient, verb: "sent", \.sent)),
        GatewayClaimWord(
            "accepted", "connections accepted so far", example: "4",
            .count(what: "connections accepted", \.acceptedCount)),
        GatewayClaimWord(
            "open", "connections open now, held descriptors not counted", example: "0",
            .count(what: "connections open", \.openCount)),
        GatewayClaimWord(
            "held", "descriptors kept after their client's FIN", example: "\">= 1\"",
            .count(what: "descriptors held", \.heldCount)),
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
        case .count:
            return reading.countRange(node).map { [GatewayClaim(keyword, "", .count($0))] } ?? []
        case .messages(let direction, _, _):
            return reading.items(node).compactMap { reading.messageSchema($0, direction)?.name }
                .map { GatewayClaim(keyword, $0, .count(count)) }
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

    func holds(_ claim: GatewayClaim, in tally: Tally) -> Bool {
        switch (form, claim.wanted) {
        case (.count(_, let count), .count(let range)): range.contains(count(tally))
        case (.messages(_, _, let counts), .count(let range)),
            (.faults(_, let counts), .count(let range)):
            range.contains(counts(tally)[claim.subject] ?? 0)
        case (.word(_, _, let word), .word(let wanted)): word(tally) == wanted
        case (.truth(_, let truth), .truth(let wanted)): truth(tally) == wanted
        case (.count, _), (.messages, _), (.faults, _), (.word, _), (.truth, _): false
        }
    }

    func outcome(_ claim: GatewayClaim, in tally: Tally, of gateway: String) -> Outcome {
        let holds = holds(claim, in: tally)
        switch form {
        case .count(let what, let count):
            return counted(claim, gateway, what, count(tally), holds)
        case .messages(_, let verb, let counts):
            return counted(
                claim, gateway, "\(claim.subject) \(verb)", counts(tally)[claim.subject] ?? 0,
                holds)
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

    private func counted(
        _ claim: GatewayClaim, _ gateway: String, _ what: String, _ count: Int, _ holds: Bool
    ) -> Outcome {
        Outcome(holds, "\(gateway): \(what): \(claim.wantedText)", seen: "\(count)")
    }
}

extension GatewayClaim {
    /// The wanted value as a scenario writes it, without quotes.
    var wantedText: String {
        switch wanted {
        case .count(let range): range.description
        case .word(let word): word
        case .truth(let truth): "\(truth)"
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
