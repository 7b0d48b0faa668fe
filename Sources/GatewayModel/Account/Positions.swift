import GatewayWire
import Simulation

/// Positions, for all accounts at once and by account.
extension HealthyGateway {
    mutating func reqPositions(_ request: Request) {
        clients[request.connection]?.wantsPositions = true
        for account in ledger.accounts {
            for position in account.positions where position.quantity != 0 {
                sendPosition(position, account: account.name, to: request.connection)
            }
        }
        send(Message("positionEnd"), to: request.connection)
    }

    mutating func reqPositionsMulti(_ request: Request) {
        guard let scope = scope(of: request),
            subscribe(request, \.positionMultis, to: scope, id: \.requestID)
        else { return }
        for account in ledger.accounts where scope.covers(account.name) {
            for position in account.positions where position.quantity != 0 {
                sendPosition(position, account: account.name, multi: scope, to: request.connection)
            }
        }
        send(
            Message("positionMultiEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    mutating func cancelPositionsMulti(_ request: Request) {
        clients[request.connection]?.positionMultis.removeAll { $0.requestID == request.id }
    }

    mutating func sendPosition(
        _ position: World.Position, account: String, multi: Client.AccountScope? = nil,
        to connection: ConnectionID
    ) {
        guard let contract = contracts[position.conID] else { return }
        var message = Message(multi == nil ? "position" : "positionMulti", ["account": account])
        // A real gateway names the listing exchange here.
        contract.describe(in: &message, exchange: contract.primaryExchange)
        message.setIfPresent("reqId", String(multi?.requestID ?? 0))
        message.setIfPresent("position", position.quantity.description)
        message.setIfPresent("pos", position.quantity.description)
        message.setIfPresent("modelCode", multi?.modelCode ?? "")
        message["avgCost"] = position.averageCost.description
        send(message, to: connection)
    }

    /// The accounts a request means; answers with an error and `nil` when there are none.
    mutating func scope(of request: Request) -> Client.AccountScope? {
        guard let accounts = accounts(called: request.text("account")) else {
            refuseAccount(request, request.text("account"))
            return nil
        }
        return Client.AccountScope(
            requestID: request.id, accounts: accounts, modelCode: request.text("modelCode"))
    }

    /// Adds a subscription by request id; the same id again replaces the one before (assumed).
    mutating func subscribe<Subscription>(
        _ request: Request, _ list: WritableKeyPath<Client, [Subscription]>,
        to subscription: Subscription, id: KeyPath<Subscription, Int>
    ) -> Bool {
        guard var client = clients[request.connection] else { return false }
        client[keyPath: list].removeAll { $0[keyPath: id] == request.id }
        guard client[keyPath: list].count < limits.multiSubscriptions else {
            refuse(request, "Maximum number of subscriptions exceeded")
            return false
        }
        client[keyPath: list].append(subscription)
        clients[request.connection] = client
        return true
    }
}
