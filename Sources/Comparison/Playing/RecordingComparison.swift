internal import GatewayWire
package import ScenarioFormat

/// A recording held against the healthy model.
///
/// Real gateways differ among themselves, and so does the model by its seed. A topic is therefore
/// played with several seeds, and the nearest conversation counts: what a seed gives is part of what
/// the model does.
package struct RecordingComparison: Sendable {
    package let name: String
    package let path: String
    /// The name, and the name with its folder: a pattern may mean either.
    package let names: [String]
    package private(set) var topics: [TopicComparison] = []
    /// Connection times that are written in another form.
    package private(set) var handshakes: [Difference] = []
    /// Messages that were seen and not compared, by the reason.
    package private(set) var passedOver: [String: Int] = [:]
    /// What is known of the recording, in sentences.
    package private(set) var notes: [String] = []

    /// Seeds that are tried while a topic still differs in what is not tolerated.
    package static let seeds: ClosedRange<UInt64> = 1...64

    /// - Parameter tolerates: Whether a difference may be.
    package init(
        _ recording: Recording, details: [RecordingDetails],
        seeds: ClosedRange<UInt64> = RecordingComparison.seeds,
        tolerates: (Difference) -> Bool = { _ in false }
    ) {
        name = recording.name
        path = recording.path
        names = recording.names
        passedOver = recording.unreadable
        let isPartial = recording.saysItIsPartial || details.contains { $0.partial != nil }
        let recorded = RecordedWorld(recording, details: details)
        notes = recorded.notes
        for seed in seeds {
            var player = ModelPlayer(
                recording, recorded, isPartial: isPartial, seed: seed)
            let result = player.play()
            if seed == seeds.lowerBound {
                notes += result.notes
                compareHandshakes(recording, result.connectionTimes)
            }
            take(recording, result, isPartial: isPartial, tolerates)
            if topics.allSatisfy({ $0.weight(tolerates) == 0 }) { break }
        }
        for topic in topics {
            passedOver.merge(topic.passedOver) { $0 + $1 }
        }
    }

    package var messageCount: Int { topics.reduce(0) { $0 + $1.messageCount } }
    package var fieldCount: Int { topics.reduce(0) { $0 + $1.fieldCount } }

    /// Holds a recording against another one.
    ///
    /// - Parameter isExact: Every message and every value counts, not only what is said and its form.
    package init(_ recording: Recording, against other: Recording, isExact: Bool) {
        name = recording.name
        path = recording.path
        names = recording.names
        passedOver = recording.unreadable.merging(other.unreadable) { $0 + $1 }
        let isPartial = recording.saysItIsPartial
        compareHandshakes(
            recording, other.legs.map(\.connectionTime), versions: other.legs.map(\.serverVersion))
        var orders: Set<Int> = []
        for (number, (leg, second)) in zip(recording.legs, other.legs).enumerated() {
            let alignment = RecordingAlignment(leg.turns, second.turns)
            let comparison = ConversationComparison(
                recorded: leg.turns, other: alignment.turns, leg: number, orders: orders,
                isPartial: isPartial, isExact: isExact, includesUnasked: true)
            orders.formUnion(leg.placedOrders)
            topics += comparison.topics
            compareRequests(alignment, isExact: isExact)
            compareEndings(leg, second)
        }
        if recording.legs.count != other.legs.count {
            handshakes.append(
                Difference(
                    subject: .field(message: "recording", field: "connections", .value),
                    recordedForm: "\(recording.legs.count)", otherForm: "\(other.legs.count)",
                    recorded: "\(recording.legs.count)", other: "\(other.legs.count)", line: 1,
                    topic: "connections"))
        }
        for topic in topics { passedOver.merge(topic.passedOver) { $0 + $1 } }
    }

    // Helpers, in the order they are called.

    private mutating func compareRequests(_ alignment: RecordingAlignment, isExact: Bool) {
        for (recorded, other) in alignment.pairs {
            let comparison = FieldComparison(
                recorded.message, other.message, only: recorded.knownFields, isExact: isExact)
            for found in comparison.found {
                handshakes.append(
                    Difference(
                        subject: .field(
                            message: recorded.message.name, field: found.field, found.kind),
                        recordedForm: found.recordedForm, otherForm: found.otherForm,
                        recorded: found.recorded, other: found.other, line: recorded.line,
                        topic: "request"))
            }
        }
        for (turns, kind) in [
            (alignment.recordedOnly, Difference.SequenceDifference.lacks),
            (alignment.otherOnly, .surplus),
        ] {
            for turn in turns {
                handshakes.append(
                    Difference(
                        subject: .sequence(
                            topic: "requests", kind, step: turn.message.name, after: ""),
                        recordedForm: "", otherForm: "", recorded: "", other: "", line: turn.line,
                        topic: "requests"))
            }
        }
    }

    /// The end of a connection, where both recordings show it.
    private mutating func compareEndings(_ leg: Recording.Leg, _ other: Recording.Leg) {
        let ends = (
            leg.endings.joined(separator: ", "), other.endings.joined(separator: ", ")
        )
        guard !ends.0.isEmpty, !ends.1.isEmpty, ends.0 != ends.1 else { return }
        handshakes.append(
            Difference(
                subject: .field(message: "connection", field: "ending", .value),
                recordedForm: ends.0, otherForm: ends.1, recorded: ends.0, other: ends.1,
                line: leg.turns.last?.line ?? 1, topic: "ending"))
    }

    private mutating func compareHandshakes(
        _ recording: Recording, _ connectionTimes: [String], versions: [Int] = []
    ) {
        for (leg, version) in zip(recording.legs, versions) where leg.serverVersion != version {
            handshakes.append(
                Difference(
                    subject: .field(message: "handshake", field: "serverVersion", .value),
                    recordedForm: "\(leg.serverVersion)", otherForm: "\(version)",
                    recorded: "\(leg.serverVersion)", other: "\(version)", line: 1,
                    topic: "handshake"))
        }
        for (leg, time) in zip(recording.legs, connectionTimes) {
            let recorded = ValueForm.ofDates(leg.connectionTime)
            let other = ValueForm.ofDates(time)
            guard recorded != other, !leg.connectionTime.isEmpty else { continue }
            handshakes.append(
                Difference(
                    subject: .field(message: "handshake", field: "connectionTime", .form),
                    recordedForm: recorded, otherForm: other, recorded: leg.connectionTime,
                    other: time, line: 1, topic: "handshake"))
        }
    }

    /// Keeps, of each topic, the comparison that differs least.
    private mutating func take(
        _ recording: Recording, _ result: ModelPlayer.Result, isPartial: Bool,
        _ tolerates: (Difference) -> Bool
    ) {
        var found: [TopicComparison] = []
        var unasked = 0
        var orders: Set<Int> = []
        for (number, (leg, played)) in zip(recording.legs, result.legs).enumerated() {
            let comparison = ConversationComparison(
                recorded: leg.turns, other: played, leg: number, orders: orders,
                isPartial: isPartial)
            orders.formUnion(leg.placedOrders)
            found += comparison.topics
            unasked += comparison.unaskedCount
        }
        if unasked > 0 { passedOver["about things that the recording does not ask for"] = unasked }
        guard !topics.isEmpty else {
            topics = found
            return
        }
        for topic in found {
            // A topic may be there with some seeds only.
            guard let index = topics.firstIndex(where: { $0.isSame(as: topic) }) else { continue }
            if topic.weight(tolerates) < topics[index].weight(tolerates) { topics[index] = topic }
        }
        topics.removeAll { old in
            old.messageCount == 0 && !found.contains { $0.isSame(as: old) }
        }
    }
}

extension TopicComparison {
    fileprivate func isSame(as other: TopicComparison) -> Bool {
        topic == other.topic && leg == other.leg
    }
}
