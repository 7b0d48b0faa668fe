package import GatewayWire

extension Direction {
    /// For sentences: `to the gateway`.
    package var words: String { self == .toGateway ? "to the gateway" : "to the client" }
    package var arrow: String { self == .toGateway ? "→" : "←" }
    /// Who sends this way.
    package var sender: String { self == .toGateway ? "client" : "gateway" }
}
