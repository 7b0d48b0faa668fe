import GatewayWire
import Simulation

/// Questions about orders and executions.
extension HealthyGateway {
    /// A client sees everyone's orders, or its own, as the gateway is set up.
    ///
    /// Client 0 would also see those made by hand, which this gateway has none of.
    mutating func reqOpenOrders(_ request: Request) {
        let isMaster = settings.everyClientIsMaster
        list(
            orders.open.filter { isMaster || $0.clientID == request.clientID },
            to: request.connection)
    }

    mutating func reqAllOpenOrders(_ request: Request) {
        list(orders.open, to: request.connection)
    }

    private mutating func list(_ listed: [Order], to connection: ConnectionID) {
        for order in listed where !order.isUntransmitted {
            send(openOrder(order), to: connection)
            send(orderStatus(order), to: connection)
        }
        send(Message("openOrderEnd"), to: connection)
    }

    /// Binds future orders made by hand, of which there are none; refused for clients other than 0.
    mutating func reqAutoOpenOrders(_ request: Request) {
        if request.clientID != 0, request.flag("bAutoBind") {
            fail(
                request, 327,
                "Only the default client (with API client id 0) can auto bind orders.")
        }
    }

    mutating func reqCompletedOrders(_ request: Request) {
        for order in orders.completed { send(completedOrder(order), to: request.connection) }
        send(Message("completedOrdersEnd"), to: request.connection)
    }

    /// Executions of all clients that pass the filter, each followed by its commission.
    mutating func reqExecutions(_ request: Request) {
        let filter = ExecutionFilter(request)
        for fill in orders.fills where filter.passes(fill) {
            send(
                execDetails(fill, requestID: request.id, version: request.version),
                to: request.connection)
            send(commissionReport(fill), to: request.connection)
        }
        send(Message("execDetailsEnd", ["reqId": String(request.id)]), to: request.connection)
    }
}

/// What a client wants to see of executions; empty fields let everything pass.
struct ExecutionFilter: Sendable {
    private let clientID: Int
    private let account: String
    private let since: Int64?
    private let symbol: String
    private let secType: String
    private let exchange: String
    private let side: String

    init(_ request: Request) {
        clientID = request.int("filter.clientId") ?? 0
        account = request.text("filter.acctCode")
        since = WallClock.seconds(from: request.text("filter.time"))
        symbol = request.text("filter.symbol").uppercased()
        secType = request.text("filter.secType").uppercased()
        exchange = request.text("filter.exchange").uppercased()
        side = request.text("filter.side").uppercased()
    }

    /// Assumed: client id 0 means any client, and the day filters of version 200 let today pass.
    func passes(_ fill: Fill) -> Bool {
        let execution = fill.execution
        return (clientID == 0 || clientID == execution.clientID)
            && (account.isEmpty || account == execution.account)
            && (since.map { fill.seconds >= $0 } ?? true)
            && (symbol.isEmpty || symbol == fill.contract.symbol)
            && (secType.isEmpty || secType == fill.contract.secType)
            && (exchange.isEmpty || exchange == execution.exchange
                || exchange == fill.contract.exchange)
            && (side.isEmpty || side.hasPrefix(execution.isBuy ? "B" : "S"))
    }
}
