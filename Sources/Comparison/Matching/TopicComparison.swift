package import EventLog
package import GatewayWire

/// What came of comparing two conversations about one topic.
package struct TopicComparison: Sendable {
    package let topic: Topic
    /// The connection of the recording it belongs to, counted from 0.
    package let leg: Int
    package private(set) var differences: [Difference] = []
    private let isExact: Bool
    package private(set) var messageCount = 0
    package private(set) var fieldCount = 0
    /// Messages that were seen and not compared, by the reason.
    package private(set) var passedOver: [String: Int] = [:]
    /// Pairs that said again what the pair before said.
    package private(set) var recordedRepeats = 0
    package private(set) var otherRepeats = 0

    /// - Parameters:
    ///   - request: What was asked first about the topic, if anything.
    ///   - isPartial: The recording leaves messages out, so that a message which only the other side
    ///     has is no difference.
    package init(
        _ topic: Topic, leg: Int = 0, request: Message?, recorded: [Turn], other: [Turn],
        isPartial: Bool, isExact: Bool = false
    ) {
        self.topic = topic
        self.leg = leg
        self.isExact = isExact
        let isNamed = recorded.contains { $0.knownFields != nil }
        let style = isExact ? .every : Self.style(topic, request)
        let hasOrders = !isNamed
        var other = other
        if !isExact, topic == .startUp, !recorded.contains(where: { $0.message.name == "error" }) {
            other.removeAll { $0.message.name == "error" }
        }
        let joins = isPartial && style == .order && Self.lacksOrders(recorded)
        let ours = StepSequence(recorded, style: style, hasOrders: hasOrders, joinsPairs: joins)
        let theirs = StepSequence(other, style: style, hasOrders: hasOrders, joinsPairs: joins)
        recordedRepeats = ours.repeatedPairs
        otherRepeats = theirs.repeatedPairs
        if ours.streamedCount > 0 {
            passedOver["later messages of a stream"] = ours.streamedCount
        }
        compareSteps(
            ours, theirs, style: style, judgesSurplus: !isPartial && !isNamed)
    }

    /// Fewer is better: the seed whose conversation is nearest is the one to report.
    ///
    /// - Parameter tolerates: Whether a difference may be; such differences have no weight.
    package func weight(_ tolerates: (Difference) -> Bool) -> Int {
        differences.reduce(0) { sum, difference in
            if tolerates(difference) { return sum }
            if case .sequence = difference.subject { return sum + 10 }
            return sum + 1
        }
    }

    // Helpers, in the order they are called.

    /// Whether an excerpt has left openOrders out: a status of an order that lives or was filled
    /// never comes alone.
    private static func lacksOrders(_ turns: [Turn]) -> Bool {
        var last: Message?
        for turn in turns {
            defer { last = turn.message }
            guard turn.message.name == "orderStatus", turn.message["status"] != "Cancelled" else {
                continue
            }
            if last?.name != "openOrder" || last?["orderState.status"] != turn.message["status"] {
                return true
            }
        }
        return false
    }

    private static let streams: Set<String> = [
        "reqMktData", "reqTickByTickData", "reqRealTimeBars", "reqMktDepth", "reqPnL",
        "reqPnLSingle", "reqNewsBulletins",
    ]

    private static func style(_ topic: Topic, _ request: Message?) -> StepSequence.Style {
        switch topic {
        case .order: .order
        case .startUp, .unasked: .rows
        case .request(_, let name), .question(let name, _):
            streams.contains(name) && request?["snapshot"] != "1" ? .stream : .rows
        }
    }

    private mutating func compareSteps(
        _ ours: StepSequence, _ theirs: StepSequence, style: StepSequence.Style,
        judgesSurplus: Bool
    ) {
        if style == .stream {
            compareSets(ours, theirs, judgesSurplus: judgesSurplus)
            return
        }
        let entries = SequenceAlignment(ours.labels, theirs.labels).entries
        var lacking: Set<String> = []
        var surplus: Set<String> = []
        for entry in entries {
            switch entry {
            case .both: break
            case .recordedOnly(let i): lacking.insert(ours.labels[i])
            case .otherOnly(let j): surplus.insert(theirs.labels[j])
            }
        }
        var last = "the beginning"
        for entry in entries {
            switch entry {
            case .both(let i, let j):
                last = ours.labels[i]
                compareMessages(ours.steps[i], theirs.steps[j])
            case .recordedOnly(let i):
                let isMoved = surplus.contains(ours.labels[i])
                add(isMoved ? .order : .lacks, ours.steps[i], after: last, ours, theirs)
                if isMoved, let j = theirs.labels.firstIndex(of: ours.labels[i]) {
                    compareMessages(ours.steps[i], theirs.steps[j])
                }
                last = ours.labels[i]
            case .otherOnly(let j):
                guard judgesSurplus else {
                    passedOver["what a recording with gaps does not have", default: 0] +=
                        theirs.steps[j].turns.count
                    continue
                }
                if lacking.contains(theirs.labels[j]) { continue }
                add(.surplus, theirs.steps[j], after: last, ours, theirs)
            }
        }
    }

    /// Of a stream the first message of each kind is compared, in any order; an error keeps its
    /// place among the messages that begin the stream.
    private mutating func compareSets(
        _ ours: StepSequence, _ theirs: StepSequence, judgesSurplus: Bool
    ) {
        for step in ours.steps {
            if let same = theirs.steps.first(where: { $0.label == step.label }) {
                compareMessages(step, same)
            } else {
                add(.lacks, step, after: "", ours, theirs)
            }
        }
        for step in ours.steps
        where step.label.hasPrefix("error ") && theirs.labels.contains(step.label)
            && Self.beginnings(ours, before: step.label)
                != Self.beginnings(theirs, before: step.label)
        {
            add(.order, step, after: "", ours, theirs)
        }
        for step in theirs.steps where !ours.labels.contains(step.label) {
            if StepSequence.isChangeOfSize(step.label) {
                passedOver["sizes that change alone", default: 0] += step.turns.count
            } else if judgesSurplus {
                add(.surplus, step, after: "", ours, theirs)
            } else {
                passedOver["what a recording with gaps does not have", default: 0] +=
                    step.turns.count
            }
        }
    }

    /// How many of the messages that begin a stream come before a step.
    private static func beginnings(_ sequence: StepSequence, before label: String) -> Int {
        let before = sequence.labels.prefix { $0 != label }
        return before.count { $0 == "tickReqParams" || $0.hasPrefix("marketDataType ") }
    }

    private mutating func add(
        _ kind: Difference.SequenceDifference, _ step: StepSequence.Step, after: String,
        _ ours: StepSequence, _ theirs: StepSequence
    ) {
        differences.append(
            Difference(
                subject: .sequence(topic: topic.kind, kind, step: step.label, after: after),
                recordedForm: "", otherForm: "", recorded: Self.text(of: ours),
                other: Self.text(of: theirs),
                line: kind == .surplus
                    ? ours.steps.first?.turns.first?.line ?? 0 : step.turns.first?.line ?? 0,
                topic: topic.words))
    }

    private static func text(of sequence: StepSequence) -> String {
        sequence.labels.isEmpty ? "nothing" : sequence.labels.prefix(60).joined(separator: "; ")
    }

    /// Messages of one step that are compared; the others say the same.
    private static let mostOfAStep = 50

    private mutating func compareMessages(
        _ recorded: StepSequence.Step, _ other: StepSequence.Step
    ) {
        var places: [String: Int] = [:]
        for turn in recorded.turns.prefix(Self.mostOfAStep) {
            let name = turn.message.name
            let place = places[name, default: 0]
            places[name] = place + 1
            let same = other.turns.filter { $0.message.name == name }
            guard let partner = Self.partner(of: turn.message, at: place, among: same) else {
                if same.isEmpty {
                    passedOver["no message of the kind in the step", default: 0] += 1
                } else {
                    addMissingRow(turn)
                }
                continue
            }
            messageCount += 1
            compareFields(turn, partner)
        }
    }

    /// A row about a contract of which the other side has none.
    private mutating func addMissingRow(_ turn: Turn) {
        let contract = turn.message["contract.localSymbol"] ?? ""
        differences.append(
            Difference(
                subject: .field(message: turn.message.name, field: "(row)", .missing),
                recordedForm: "a row", otherForm: "none", recorded: contract, other: "",
                line: turn.line, topic: topic.words))
    }

    /// Rows about the same contract belong together, then rows of one kind of contract.
    ///
    /// - Returns: Nothing when a list of contracts has no row about this one.
    private static func partner(of message: Message, at place: Int, among turns: [Turn]) -> Turn? {
        guard turns.count > 1 else { return turns.first }
        for key in ["order.permId", "contract.conId", "currency", "contract.secType", "exchange"]
        where !message.schema.indexes(of: key).isEmpty {
            let value = message[key]
            let same = turns.filter { $0.message[key] == value }
            // Orders repeat one contract, which then says nothing.
            if !same.isEmpty, same.count < turns.count { return same[min(place, same.count - 1)] }
            if same.isEmpty, key == "contract.conId", value != nil,
                ["position", "positionMulti", "updatePortfolio"].contains(message.name)
            {
                return nil
            }
        }
        return turns[min(place, turns.count - 1)]
    }

    private mutating func compareFields(_ recorded: Turn, _ other: Turn) {
        let comparison = FieldComparison(
            recorded.message, other.message, only: recorded.knownFields, isExact: isExact)
        fieldCount += comparison.comparedCount
        let name = recorded.message.name
        for found in comparison.found {
            differences.append(
                Difference(
                    subject: .field(message: name, field: found.field, found.kind),
                    recordedForm: found.recordedForm, otherForm: found.otherForm,
                    recorded: found.recorded, other: found.other, line: recorded.line,
                    topic: topic.words))
        }
    }
}
