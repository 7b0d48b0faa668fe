internal import GatewayMachine
import GatewayWire

/// Another recording's connection under the ids, accounts and references of a first one.
///
/// Requests of the two are matched as a replay matches a live client's (`RequestMeaning`).
struct RecordingAlignment {
    /// The other's messages under the first one's ids.
    private(set) var turns: [Turn] = []
    /// Requests that belong together.
    private(set) var pairs: [(recorded: Turn, other: Turn)] = []
    private(set) var recordedOnly: [Turn] = []
    private(set) var otherOnly: [Turn] = []

    init(_ recorded: [Turn], _ other: [Turn]) {
        var waiting: [String: [Turn]] = [:]
        for turn in recorded where turn.isRequest || Self.isGreeting(turn.message) {
            waiting[turn.message.name, default: []].append(turn)
        }
        var ids = ReplayIDs()
        for turn in other {
            guard turn.isRequest || Self.isGreeting(turn.message) else {
                turns.append(turn.saying(ids.applied(to: turn.message, else: ids)))
                continue
            }
            let candidates = waiting[turn.message.name] ?? []
            let distances = candidates.map {
                RequestMeaning.distance(
                    RequestMeaning.differences(recorded: $0.message, live: turn.message))
            }
            let place = distances.indices.min { distances[$0] < distances[$1] }
            if let place, let partner = waiting[turn.message.name]?.remove(at: place) {
                ids.learn(recorded: turn.message, live: partner.message)
                let mapped = turn.saying(ids.applied(to: turn.message, else: ids))
                if turn.isRequest { pairs.append((partner, mapped)) }
                turns.append(mapped)
            } else {
                let mapped = turn.saying(ids.applied(to: turn.message, else: ids))
                if turn.isRequest { otherOnly.append(mapped) }
                turns.append(mapped)
            }
        }
        recordedOnly = recorded.filter { turn in
            turn.isRequest && waiting[turn.message.name]?.contains(turn) == true
        }
    }

    /// Tells accounts before any request does.
    private static func isGreeting(_ message: Message) -> Bool { message.name == "managedAccounts" }
}

extension Turn {
    fileprivate func saying(_ message: Message) -> Turn {
        Turn(message, line: line, knownFields: knownFields)
    }
}
