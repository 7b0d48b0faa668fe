package import EventLog
internal import Faults
import GatewayWire
package import Simulation

/// One run of a client program, as far as it has come.
package struct ClientRun: Sendable {
    /// What steps and expectations call it: `bot#1`, or the name given with `as`.
    package let name: String
    /// The client program's name in the scenario.
    package let client: String
    package let startedAt: SimInstant
    /// `nil` while it runs.
    package var ending: ProgramEnding?
    package var endedAt: SimInstant?
    package var stdout: [String] = []
    package var stderr: [String] = []

    package init(name: String, client: String, startedAt: SimInstant) {
        self.name = name
        self.client = client
        self.startedAt = startedAt
    }
}

/// A gateway as expectations look at it.
package struct GatewayFacts: Sendable {
    package var name: String
    package var isListening = false
    package var light = APILight.green
    package var openCount = 0
    package var heldCount = 0
    package var acceptedCount = 0
    package var received: [String: Int] = [:]
    package var sent: [String: Int] = [:]
    package var fired: [String: Int] = [:]

    package init(name: String) {
        self.name = name
    }

    /// Counts a log event of this gateway in.
    package mutating func take(_ event: LogEvent) {
        switch event.kind {
        case .listening: isListening = true
        case .listenerClosed: isListening = false
        case .light(let light): self.light = light
        case .opened:
            acceptedCount += 1
            openCount += 1
        case .closed(.fin), .closed(.rst): openCount -= 1
        case .closed(.held):
            openCount -= 1
            heldCount += 1
        case .closed(.released): heldCount -= 1
        case .message(let message):
            switch message.schema.direction {
            case .toGateway: received[message.name, default: 0] += 1
            case .toClient: sent[message.name, default: 0] += 1
            }
        case .fault(let rule, _, _): fired[rule, default: 0] += 1
        case .closed(.halfClose), .run, .step, .expectation, .verdict, .omitted, .lifecycle,
            .commanded, .attempted, .hello, .legacyHello, .version, .unknown, .malformed, .raw,
            .gap, .phase, .ended, .finAcknowledged, .stalled, .resumed, .over, .faultIdle, .note,
            .transport, .clientStarted, .clientLine, .clientEnded, .clientSignaled, .clientFed,
            .sockets:
            break
        }
    }
}

/// A row of the kernel's table for a gateway's port.
package struct SocketFact: Hashable, Sendable {
    package var gateway: String
    package var isGatewaySide: Bool
    /// `ESTABLISHED`, `CLOSE_WAIT` and so on.
    package var state: String
    /// The owning process; `nil` when nobody owns the socket.
    package var owner: String?

    package init(gateway: String, isGatewaySide: Bool, state: String, owner: String?) {
        self.gateway = gateway
        self.isGatewaySide = isGatewaySide
        self.state = state
        self.owner = owner
    }
}

/// Everything an expectation can be about, at one moment.
package struct RunFacts: Sendable {
    package var now: SimInstant
    package var clients: [ClientRun]
    package var gateways: [GatewayFacts]
    package var sockets: [SocketFact]

    package init(
        now: SimInstant, clients: [ClientRun], gateways: [GatewayFacts], sockets: [SocketFact]
    ) {
        self.now = now
        self.clients = clients
        self.gateways = gateways
        self.sockets = sockets
    }

    /// The run called `name`; the last one, when that is a client with several.
    package func run(_ name: String) -> ClientRun? {
        clients.last { [$0.name, $0.client].contains(name) }
    }
}
