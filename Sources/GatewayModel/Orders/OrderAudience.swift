import GatewayWire
import Simulation

/// Who hears of an order as it happens.
extension HealthyGateway {
    /// The client that owns it, then the master, then client 0 (assumed: it hears of everyone).
    func audience(of clientID: Int) -> [ConnectionID] {
        var listeners: [ConnectionID] = []
        for id in [clientID, settings.masterClientID ?? 0, 0] {
            if let connection = started[id], !listeners.contains(connection) {
                listeners.append(connection)
            }
        }
        return listeners
    }

    mutating func tell(_ message: Message, about order: Order) {
        guard !order.isUntransmitted else {
            if let owner = started[order.clientID] { send(message, to: owner) }
            return
        }
        for connection in audience(of: order.clientID) { send(message, to: connection) }
    }

    /// Shows an order's present state to everyone who may hear of it.
    mutating func show(_ order: Order) {
        tell(openOrder(order), about: order)
        tell(orderStatus(order), about: order)
    }
}
