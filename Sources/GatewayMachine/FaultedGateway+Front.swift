import EventLog
import Faults
import Simulation

/// What stands between the clients and the gateway.
extension FaultedGateway {
    /// Whether clients connect to the front's port, which is always open.
    private var frontAccepts: Bool { front == .socat }

    private var answersConnects: Bool { !acceptingIsStopped && !losesConnects && thawAt == nil }

    /// A client has connected: to the gateway, or to what stands before it.
    mutating func meet(_ connection: ConnectionID) {
        guard frontAccepts, !isListening || !answersConnects else {
            accept(connection)
            return
        }
        if isListening {
            record(.note("the front accepts \(connection), and the gateway does not answer it"))
            unanswered.append(connection)
            effects.append(.stopReading(connection))
        } else {
            record(.note("the front accepts \(connection), and the gateway refuses it"))
            refusals.append((now + limits.refusalTime, connection))
        }
    }

    /// Changes the gateway's port.
    ///
    /// Before a front that accepts by itself, clients do not notice.
    mutating func changePort(_ effect: StreamEffect) {
        if !frontAccepts { effects.append(effect) }
    }

    /// The port answers again, or is closed: those who wait behind the front learn of it.
    mutating func tellUnanswered() {
        guard !unanswered.isEmpty, !isListening || answersConnects else { return }
        let waiting = unanswered
        unanswered = []
        for connection in waiting {
            if isListening {
                accept(connection)
                if conversations[connection]?.isRead ?? false {
                    effects.append(.resumeReading(connection))
                }
            } else {
                refuse(connection)
            }
        }
    }

    mutating func refuse(_ connection: ConnectionID) {
        effects.append(.resumeReading(connection))
        effects.append(.hangUp(connection))
    }

    /// How a client's end reaches the gateway.
    func behindFront(_ ending: PeerEnding) -> PeerEnding { front == .none ? ending : .fin }
}
