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
                compareHandshakes(recording, result)
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

    // Helpers, in the order they are called.

    private mutating func compareHandshakes(
        _ recording: Recording, _ result: ModelPlayer.Result
    ) {
        for (leg, time) in zip(recording.legs, result.connectionTimes) {
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
