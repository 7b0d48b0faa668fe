import GatewayWire
import Simulation

/// Who hears of an order as it happens.
extension GatewayContext {
    /// The started clients that hear of a client's orders, by client id: the client itself, then
    /// the master, then client 0 (assumed: it hears of everyone).
    fileprivate func audience(of clientID: Int) -> [Int] {
        var listeners: [Int] = []
        for id in [clientID, settings.masterClientID ?? 0, 0]
        where roster.connection(of: id) != nil && !listeners.contains(id) {
            listeners.append(id)
        }
        return listeners
    }

    /// Sends a message to the audience of a client's orders.
    ///
    /// - Parameter message: The message at a server version.
    mutating func tellAudience(of clientID: Int, _ message: (_ version: Int) -> Message) {
        for id in audience(of: clientID) {
            guard let connection = roster.connection(of: id), let version = roster.version(of: id)
            else { continue }
            send(message(version), to: connection)
        }
    }
}

extension Orders {
    func tell(_ message: Message, about order: Order, _ context: inout GatewayContext) {
        guard !order.isUntransmitted else {
            let owner = context.roster.connection(of: order.clientID)
            if let owner { context.send(message, to: owner) }
            return
        }
        context.tellAudience(of: order.clientID) { _ in message }
    }

    /// Shows an order's present state to everyone who may hear of it.
    mutating func show(_ order: Order, _ context: inout GatewayContext) {
        tell(openOrder(order), about: order, &context)
        tell(orderStatus(order), about: order, &context)
        book.noteEcho(of: order)
    }
}
