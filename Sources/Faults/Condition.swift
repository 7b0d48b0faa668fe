package import EventLog
package import GatewayModel
import Simulation

/// What must hold at an occasion.
///
/// Absent parts are not checked.
package struct Condition: Hashable, Sendable {
    /// Only connections in one of these phases.
    ///
    /// Empty means any phase.
    package var phases: [ConnectionPhase]
    /// Only connections with these numbers (1 is the first accepted since the start).
    package var connections: CountRange?
    /// Only this API client id.
    package var clientID: Int?
    /// Only while this many connections that were accepted before this one are open.
    package var others: CountRange?
    /// Only while this many descriptors are kept after their client's FIN.
    package var held: CountRange?
    package var light: APILight?
    package var isListening: Bool?
    package var serverIsLost: Bool?
    /// Only while these farms are in these states.
    package var farms: [String: FarmState]

    package init(
        phases: [ConnectionPhase] = [], connections: CountRange? = nil, clientID: Int? = nil,
        others: CountRange? = nil, held: CountRange? = nil, light: APILight? = nil,
        isListening: Bool? = nil, serverIsLost: Bool? = nil, farms: [String: FarmState] = [:]
    ) {
        self.phases = phases
        self.connections = connections
        self.clientID = clientID
        self.others = others
        self.held = held
        self.light = light
        self.isListening = isListening
        self.serverIsLost = serverIsLost
        self.farms = farms
    }

    /// Whether a part of it is about a connection.
    package var needsConnection: Bool {
        !phases.isEmpty || connections != nil || clientID != nil || others != nil
    }

    package func holds(in surroundings: Surroundings) -> Bool {
        if let connections {
            guard let connection = surroundings.connection,
                connections.contains(connection.number)
            else { return false }
        }
        if let clientID, surroundings.clientID != clientID { return false }
        if let others, !others.contains(surroundings.othersOpen) { return false }
        if let held, !held.contains(surroundings.held) { return false }
        if let light, light != surroundings.light { return false }
        if let isListening, isListening != surroundings.isListening { return false }
        if let serverIsLost, serverIsLost != surroundings.serverIsLost { return false }
        for (name, state) in farms where surroundings.farms[name] != state { return false }
        if phases.isEmpty { return true }
        return surroundings.phase.map(phases.contains) ?? false
    }

    /// The parts that do not hold.
    package func misses(in surroundings: Surroundings) -> [String] {
        var misses: [String] = []
        if let connections {
            let number = surroundings.connection?.number
            if !(number.map(connections.contains) ?? false) {
                misses.append(
                    "it was connection \(number.map(String.init) ?? "none"), not \(connections)")
            }
        }
        if let clientID, clientID != surroundings.clientID {
            misses.append(
                "client id was \(surroundings.clientID.map(String.init) ?? "unknown"), not \(clientID)"
            )
        }
        if let others, !others.contains(surroundings.othersOpen) {
            misses.append("\(surroundings.othersOpen) others were open, not \(others)")
        }
        if let held, !held.contains(surroundings.held) {
            misses.append("\(surroundings.held) descriptors were held, not \(held)")
        }
        if let light, light != surroundings.light {
            misses.append("the light was \(surroundings.light.rawValue), not \(light.rawValue)")
        }
        if let isListening, isListening != surroundings.isListening {
            misses.append(isListening ? "the port was closed" : "the port was open")
        }
        if let serverIsLost, serverIsLost != surroundings.serverIsLost {
            misses.append(serverIsLost ? "the server was connected" : "the server was lost")
        }
        for (name, state) in farms.sorted(by: { $0.key < $1.key })
        where surroundings.farms[name] != state {
            let known = surroundings.farms[name]?.rawValue ?? "as it began"
            misses.append("farm \(name) was \(known), not \(state.rawValue)")
        }
        if !phases.isEmpty, !(surroundings.phase.map(phases.contains) ?? false) {
            let wanted = phases.map(\.rawValue).joined(separator: " or ")
            misses.append("phase was \(surroundings.phase?.rawValue ?? "none"), not \(wanted)")
        }
        return misses
    }
}
