import EventLog
import GatewayWire
import Simulation

/// Watches all connections together for times in which the gateway says nothing and is asked.
struct PauseWatch {
    private static let shortest = Duration.milliseconds(300)
    private static let burst = Duration.milliseconds(50)

    private struct Pause {
        let since: SimInstant
        let first: Sighting
        var pending = 0
        var connections: Set<ConnectionName> = []
        var after = "request"
        var streams = false
        var endedAt: SimInstant?
        var endedBy: Sighting?
        var burst = 0
        /// Whether the connection that caused it was the one that waits.
        var longestTickGap = Duration.zero
    }

    private var pause: Pause?
    private var ending: Pause?
    private var lastEnd: (kind: String, at: SimInstant, sighting: Sighting, name: ConnectionName)?
    /// When the last ticks came, and how long their pauses were at most.
    private var lastTickAt: SimInstant?
    private var tickCount = 0

    /// Whether a message of the gateway changes nothing but the times of ticks.
    private(set) var isAtEase = true

    mutating func noteTick(at: SimInstant) {
        lastTickAt = at
        tickCount += 1
    }

    mutating func take(
        _ message: Message, _ observation: Observation, on name: ConnectionName,
        into facts: inout FactStore
    ) {
        switch message.schema.direction {
        case .toGateway: if isUrgent(message) { ask(observation, on: name) }
        case .toClient:
            hear(observation, on: name, into: &facts)
            if AnswerTable.isTick(message.schema) { noteTick(at: observation.at) }
        }
        isAtEase = pause == nil && ending == nil
    }

    mutating func take(
        _ observation: Observation, on name: ConnectionName, into facts: inout FactStore
    ) {
        switch observation.event.kind {
        case .hello: ask(observation, on: name)
        case .version: hear(observation, on: name, into: &facts)
        case .ended(let kind):
            lastEnd = (
                kind == .fin || kind == .halfClose ? "fin" : "rst", observation.at,
                Sighting(observation), name
            )
            // Its own questions wait for nothing any more.
            if let waiting = pause, waiting.connections == [name] { pause = nil }
        case .closed(.fin), .closed(.rst):
            if let waiting = pause, waiting.connections == [name] { pause = nil }
        default: break
        }
        isAtEase = pause == nil && ending == nil
    }

    /// Whether its answer is due at once.
    private func isUrgent(_ message: Message) -> Bool { Patience.isAtHand(message.name) }

    private mutating func ask(_ observation: Observation, on name: ConnectionName) {
        if pause == nil {
            var begin = Pause(since: observation.at, first: Sighting(observation))
            if let lastEnd, lastEnd.name != name, observation.at - lastEnd.at < .seconds(1) {
                begin.after = lastEnd.kind
            }
            pause = begin
        }
        pause?.pending += 1
        pause?.connections.insert(name)
    }

    private mutating func hear(
        _ observation: Observation, on name: ConnectionName, into facts: inout FactStore
    ) {
        if let last = ending, let endedAt = last.endedAt {
            if observation.at - endedAt <= Self.burst {
                ending?.burst += 1
            } else {
                state(last, into: &facts)
                ending = nil
            }
        }
        guard var over = pause else { return }
        pause = nil
        // What comes on a connection that does not wait shows that the gateway does not stand still.
        guard over.connections.contains(name) else { return }
        guard observation.at - over.since >= Self.shortest, ending == nil else { return }
        over.endedAt = observation.at
        over.endedBy = Sighting(observation)
        over.burst = 1
        over.streams = tickCount > 3 && (lastTickAt.map { $0 < over.since } ?? false)
        ending = over
    }

    mutating func finish(at: SimInstant, into facts: inout FactStore) {
        if let ending { state(ending, into: &facts) }
        ending = nil
    }

    private func state(_ pause: Pause, into facts: inout FactStore) {
        guard let endedAt = pause.endedAt else { return }
        facts.add(
            Fact(
                "pause", at: pause.since, pause.first.connection,
                [pause.first, pause.endedBy].compactMap { $0 },
                [
                    "for": .duration(endedAt - pause.since), "pending": .count(pause.pending),
                    "burst": .count(pause.burst), "connections": .count(pause.connections.count),
                    "after": .word(pause.after), "streams": .flag(pause.streams),
                ]))
    }
}
