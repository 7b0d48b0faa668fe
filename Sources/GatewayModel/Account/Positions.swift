import GatewayWire
import Simulation

/// Positions, for all accounts at once and by account.
extension Accounts {
    /// Recorded at 225: in no order, closed positions of the day with a quantity of 0 included.
    mutating func reqPositions(_ request: Request, _ context: inout GatewayContext) {
        subscribers[request.connection, default: Subscriber()].wantsPositions = true
        for account in ledger.accounts {
            for position in inNoOrder(account.positions) {
                sendPosition(position, account: account.name, to: request.connection, &context)
            }
        }
        context.send(Message("positionEnd"), to: request.connection)
    }

    /// An order that has to do neither with con ids nor with symbols, the same every time.
    private func inNoOrder(_ positions: [World.Position]) -> [World.Position] {
        positions.sorted { Self.precedes($0.conID, $1.conID) }
    }

    static func precedes(_ one: Int64, _ other: Int64) -> Bool {
        func mixed(_ conID: Int64) -> UInt64 {
            UInt64(bitPattern: conID) &* 0x9E37_79B9_7F4A_7C15
        }
        return mixed(one) < mixed(other)
    }

    mutating func cancelPositions(_ request: Request) {
        subscribers[request.connection]?.wantsPositions = false
    }

    mutating func reqPositionsMulti(_ request: Request, _ context: inout GatewayContext) {
        guard let scope = scope(of: request, &context),
            subscribe(request, \.positionMultis, to: scope, id: \.requestID, &context)
        else { return }
        for account in ledger.accounts where scope.covers(account.name) {
            for position in inNoOrder(account.positions) {
                sendPosition(
                    position, account: account.name, multi: scope, to: request.connection, &context)
            }
        }
        context.send(
            Message("positionMultiEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    mutating func cancelPositionsMulti(_ request: Request) {
        subscribers[request.connection]?.positionMultis.removeAll { $0.requestID == request.id }
    }

    func sendPosition(
        _ position: World.Position, account: String, multi: Subscriber.Scope? = nil,
        to connection: ConnectionID, _ context: inout GatewayContext
    ) {
        guard let contract = context.market.contracts[position.conID] else { return }
        var message = Message(multi == nil ? "position" : "positionMulti", ["account": account])
        // Recorded at 225: the exchange is the listing exchange, which is not named beside it.
        contract.describe(in: &message, exchange: contract.listingExchange)
        if !message.schema.indexes(of: "contract.primaryExchange").isEmpty {
            message["contract.primaryExchange"] = nil
        }
        message.setIfPresent("reqId", String(multi?.requestID ?? 0))
        message.setIfPresent("position", position.quantity.description)
        message.setIfPresent("pos", position.quantity.description)
        message.setIfPresent("modelCode", multi?.modelCode ?? "")
        message["avgCost"] = position.averageCost.plainText
        context.send(message, to: connection)
    }

    /// The accounts a request means; answers with an error and `nil` when there are none.
    func scope(of request: Request, _ context: inout GatewayContext) -> Subscriber.Scope? {
        guard let accounts = accounts(called: request.text("account")) else {
            refuseAccount(request, request.text("account"), &context)
            return nil
        }
        return Subscriber.Scope(
            requestID: request.id, accounts: accounts, modelCode: request.text("modelCode"))
    }

    /// Adds a subscription by request id; the same id again replaces the one before (assumed).
    mutating func subscribe<Subscription>(
        _ request: Request, _ list: WritableKeyPath<Subscriber, [Subscription]>,
        to subscription: Subscription, id: KeyPath<Subscription, Int>,
        _ context: inout GatewayContext
    ) -> Bool {
        var client = subscribers[request.connection] ?? Subscriber()
        client[keyPath: list].removeAll { $0[keyPath: id] == request.id }
        guard client[keyPath: list].count < context.limits.multiSubscriptions else {
            context.refuse(request, "Maximum number of subscriptions exceeded")
            return false
        }
        client[keyPath: list].append(subscription)
        subscribers[request.connection] = client
        return true
    }
}
