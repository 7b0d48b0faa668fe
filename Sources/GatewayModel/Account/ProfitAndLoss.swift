import GatewayWire
import Simulation

/// Profit and loss of accounts and single positions, sent when it changes, about once a second.
///
/// The daily profit is what an account is worth more than at midnight UTC (assumed; a real gateway
/// counts from a time of its own settings); the parts of the positions add up to it. Everything is in
/// the account's own currency (assumed for single positions).
extension HealthyGateway {
    mutating func reqPnL(_ request: Request) {
        subscribeToProfit(request, conID: nil)
    }

    mutating func reqPnLSingle(_ request: Request) {
        let conID = Int64(request.int("conid") ?? 0)
        guard contracts[conID] != nil else {
            fail(request, 200, "No security definition has been found for the request")
            return
        }
        subscribeToProfit(request, conID: conID)
    }

    private mutating func subscribeToProfit(_ request: Request, conID: Int64?) {
        let name = request.text("account")
        guard let account = ledger.account(name) else {
            refuseAccount(request, name)
            return
        }
        guard let client = clients[request.connection] else { return }
        guard !client.profits.contains(where: { $0.requestID == request.id }) else {
            fail(request, 102, "Duplicate ticker id")
            return
        }
        guard client.profits.count < limits.profitSubscriptions else {
            refuse(request, "Maximum number of profit and loss requests exceeded")
            return
        }
        let values = values(of: account, at: request.now)
        var subscription = Client.ProfitSubscription(
            requestID: request.id, account: account.name, conID: conID)
        let message = profit(subscription, values, whole: accountProfit(values))
        subscription.shown = message
        clients[request.connection]?.profits.append(subscription)
        send(message, to: request.connection)
        planProfits(at: request.now)
    }

    /// Ends either kind of subscription.
    mutating func cancelProfit(_ request: Request) {
        let isKnown =
            clients[request.connection]?.profits.contains { $0.requestID == request.id } ?? false
        guard isKnown else {
            fail(request, 10185, "Failed to cancel PNL (not subscribed)")
            return
        }
        clients[request.connection]?.profits.removeAll { $0.requestID == request.id }
    }

    private mutating func planProfits(at now: SimInstant) {
        guard profitTicket == nil else { return }
        profitTicket = schedule.add(
            .sendProfits, at: nextMultiple(of: settings.profitInterval, after: now))
    }

    mutating func sendProfits(at now: SimInstant) {
        profitTicket = nil
        let listeners = connections.filter { !(clients[$0]?.profits.isEmpty ?? true) }
        guard !listeners.isEmpty else { return }
        planProfits(at: now)
        guard serverIsConnected else { return }
        for account in ledger.accounts {
            var current: AccountValues?
            var whole: Message?
            for connection in listeners where follows(connection, account.name) {
                let values = current ?? values(of: account, at: now)
                current = values
                let message = whole ?? accountProfit(values)
                whole = message
                sendProfits(to: connection, values, whole: message)
            }
        }
    }

    private func follows(_ connection: ConnectionID, _ account: String) -> Bool {
        clients[connection]?.profits.contains { $0.account == account } ?? false
    }

    /// What a fill changed.
    mutating func sendProfits(to connection: ConnectionID, of account: String, at now: SimInstant) {
        guard follows(connection, account), let account = ledger.account(account) else { return }
        let values = values(of: account, at: now)
        sendProfits(to: connection, values, whole: accountProfit(values))
    }

    private mutating func sendProfits(
        to connection: ConnectionID, _ values: AccountValues, whole: Message
    ) {
        guard var profits = clients[connection]?.profits else { return }
        for index in profits.indices where profits[index].account == values.account.name {
            let message = profit(profits[index], values, whole: whole)
            guard message != profits[index].shown else { continue }
            profits[index].shown = message
            send(message, to: connection)
        }
        clients[connection]?.profits = profits
    }

    /// An account's profit and loss, without the id of a request.
    private mutating func accountProfit(_ values: AccountValues) -> Message {
        var daily = Amount.zero
        for position in values.positions { daily += dailyProfit(position) * position.rate }
        return Message(
            "pnl",
            [
                "dailyPnL": daily.money, "unrealizedPnL": values.unrealized.money,
                "realizedPnL": values.realized.money,
            ])
    }

    private mutating func profit(
        _ subscription: Client.ProfitSubscription, _ values: AccountValues, whole: Message
    ) -> Message {
        let id = String(subscription.requestID)
        guard let conID = subscription.conID else {
            var message = whole
            message["reqId"] = id
            return message
        }
        let priced = values.positions.first { $0.position.conID == conID }
        let daily = priced.map { dailyProfit($0) } ?? 0
        func own(_ amount: (PricedPosition) -> Amount) -> String {
            (priced.map { amount($0) * $0.rate } ?? 0).money
        }
        return Message(
            "pnlSingle",
            [
                "reqId": id, "pos": priced?.position.quantity.description ?? "0",
                "dailyPnL": own { _ in daily }, "unrealizedPnL": own(\.unrealized),
                "realizedPnL": own(\.position.realizedProfit), "value": own(\.value),
            ])
    }

    /// Worth now, less worth at midnight, less what was paid in between.
    private mutating func dailyProfit(_ priced: PricedPosition) -> Amount {
        let position = priced.position
        return priced.value
            - position.heldAtStart * midnightPrice(of: priced.contract)
            * priced.contract.pointValue - position.paidToday
    }

    private mutating func midnightPrice(of contract: Contract) -> Amount {
        if let known = midnightPrices[contract.conID] { return known }
        let midnight = clock.instant(ofSeconds: today * WallClock.secondsPerDay)
        let price = prices.quote(of: contract, at: PriceProcess.milliseconds(of: midnight)).last
        midnightPrices[contract.conID] = price
        return price
    }
}
