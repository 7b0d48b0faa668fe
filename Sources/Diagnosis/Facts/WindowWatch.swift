import EventLog
import GatewayWire
import Simulation

/// Watches the receive windows of one connection.
struct WindowWatch {
    private var closed: [Direction: Observation] = [:]

    /// The receiver of this direction takes no more.
    mutating func close(_ direction: Direction, _ observation: Observation) {
        if closed[direction] == nil { closed[direction] = observation }
    }

    mutating func open(
        _ direction: Direction, _ observation: Observation, on name: ConnectionName,
        _ facts: inout FactStore
    ) {
        state(direction, "opened", observation.at, Sighting(observation), name, &facts)
    }

    /// A side ended while the other one's window was closed.
    mutating func end(
        _ direction: Direction, isReset: Bool, _ observation: Observation, on name: ConnectionName,
        _ facts: inout FactStore
    ) {
        state(
            direction, isReset ? "rst" : "fin", observation.at, Sighting(observation), name, &facts)
    }

    mutating func finish(at: SimInstant, on name: ConnectionName, _ facts: inout FactStore) {
        for direction in Direction.allCases { state(direction, "nothing", at, nil, name, &facts) }
    }

    private mutating func state(
        _ direction: Direction, _ then: String, _ at: SimInstant, _ sighting: Sighting?,
        _ name: ConnectionName, _ facts: inout FactStore
    ) {
        guard let begin = closed.removeValue(forKey: direction) else { return }
        facts.add(
            Fact(
                "window", at: begin.at, name, [Sighting(begin), sighting].compactMap { $0 },
                [
                    "of": .word(direction.opposite.sender), "for": .duration(at - begin.at),
                    "then": .word(then),
                ]))
    }
}
