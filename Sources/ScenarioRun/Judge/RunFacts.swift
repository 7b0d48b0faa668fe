package import EventLog
package import Simulation

/// One run of a client program, as far as it has come.
package typealias ClientRun = RunTally

/// A gateway as expectations look at it.
package typealias GatewayFacts = GatewayTally

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
