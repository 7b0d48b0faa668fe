import Simulation

/// Where two plays with one seed first went different ways.
package struct CausalDifference: Hashable, Sendable {
    /// For people: `what client#1 wrote to stdout`.
    package let lane: String
    /// The place in the lane, counted from 1.
    package let number: Int
    /// Both lanes around it; the differing entries have the index `context.count`.
    package let context: [CausalLog.Entry]
    /// From the difference on; empty when that play's lane is over.
    package let first: [CausalLog.Entry]
    package let second: [CausalLog.Entry]
    /// Where it probably comes from, as a sentence.
    package let source: String

    /// Entries shown before the difference, and from it on.
    static let contextCount = 3
}

extension CausalLog {
    /// The first difference, by the time at which the two plays parted; `nil` when there is none.
    package func firstDifference(from second: CausalLog) -> CausalDifference? {
        let mine = named(beside: second)
        let theirs = second.named(beside: self)
        var found: (at: SimInstant, difference: CausalDifference)?
        for name in Set(mine.keys).union(theirs.keys).sorted() {
            let one = mine[name]?.entries ?? []
            let other = theirs[name]?.entries ?? []
            let mayGoOn = mine[name]?.mayGoOn ?? theirs[name]?.mayGoOn ?? false
            let isRule = mine[name]?.isRule ?? theirs[name]?.isRule ?? false
            let count = zip(one, other).prefix { $0.text == $1.text }.count
            guard count < max(one.count, other.count) else { continue }
            let isOver = count == min(one.count, other.count)
            if isOver, mayGoOn, count > 0 || !isRule { continue }
            let times = [one, other].compactMap { $0.dropFirst(count).first?.at }
            guard let at = times.min(), found.map({ at < $0.at }) ?? true else { continue }
            let limit = CausalDifference.contextCount
            found = (
                at,
                CausalDifference(
                    lane: name, number: count + 1, context: Array(one[..<count].suffix(limit)),
                    first: Array(one[count...].prefix(limit)),
                    second: Array(other[count...].prefix(limit)),
                    source: CausalSource.words(
                        mine[name]?.topic ?? theirs[name]?.topic ?? .events, one[count...],
                        other[count...]))
            )
        }
        return found?.difference
    }

    private struct NamedLane {
        let topic: Topic
        let entries: [Entry]
        /// One play may have more of it.
        let mayGoOn: Bool

        var isRule: Bool {
            if case .rule = topic { true } else { false }
        }
    }

    /// Lanes under names that are the same in every play, with texts that are.
    private func named(beside other: CausalLog) -> [String: NamedLane] {
        let names = connectionNames
        let isKilled = !killedRuns.isEmpty || !other.killedRuns.isEmpty
        var named: [String: NamedLane] = [:]
        for (lane, entries) in lanes {
            guard let whom = name(of: lane.subject, names) else { continue }
            let mayGoOn =
                switch (lane.subject, lane.topic) {
                case (_, .rule), (_, .notes): true
                case (.connection, _): isKilled
                case (.run(let run), .output):
                    killedRuns.contains(run) || other.killedRuns.contains(run)
                case (.story, _), (.gateway, _), (.run, _): false
                }
            named[Self.words(lane.topic, of: whom)] = NamedLane(
                topic: lane.topic,
                entries: entries.map {
                    let text =
                        lane.topic.isProse ? CausalText.plain($0.text, ports: ports) : $0.text
                    return Entry(at: $0.at, text: text.printable)
                }, mayGoOn: mayGoOn)
        }
        return named
    }

    /// `live, client id 7` and, for the second connection with it, `live, client id 7, time 2`.
    private var connectionNames: [Subject: String] {
        var names: [Subject: String] = [:]
        var counts: [String: Int] = [:]
        for (subject, clientID) in connections {
            guard case .connection(let gateway, _) = subject else { continue }
            let name = "\(gateway), \(clientID.map { "client id \($0)" } ?? "no startApi")"
            let number = counts[name, default: 0] + 1
            counts[name] = number
            names[subject] = number > 1 ? "\(name), time \(number)" : name
        }
        return names
    }

    private func name(of subject: Subject, _ connections: [Subject: String]) -> String? {
        switch subject {
        case .story: "the story"
        case .gateway(let name), .run(let name): name
        case .connection: connections[subject]
        }
    }

    private static func words(_ topic: Topic, of whom: String) -> String {
        switch topic {
        case .events: "what happens to \(whom)"
        case .output: "what \(whom) writes to stdout"
        case .input: "what \(whom) is given"
        case .requests: "what the client sends on [\(whom)]"
        case .answers(let about): "what the gateway answers on [\(whom)] about \(about)"
        case .rule(let rule): "what rule \(rule) does on [\(whom)]"
        case .notes: "notes on [\(whom)]"
        }
    }
}

extension CausalLog.Topic {
    /// Made of words, in which ports, times and addresses may stand.
    fileprivate var isProse: Bool {
        switch self {
        case .events, .output, .input, .notes: true
        case .requests, .answers, .rule: false
        }
    }
}
