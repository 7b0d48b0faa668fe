import GatewayWire
import Simulation

/// Profit and loss in cents, as a subscriber is told.
struct Profit: Hashable, Sendable {
    struct Position: Hashable, Sendable {
        let quantity: Amount
        let value: Amount
    }

    let daily: Amount
    let unrealized: Amount
    let realized: Amount
    /// Of one position; `nil` for an account's.
    var position: Position?
}

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
        let values = valuesNow(of: account, at: request.now)
        var subscription = Client.ProfitSubscription(
            requestID: request.id, account: account.name, conID: conID)
        let profit = profit(subscription, values)
        subscription.shown = profit
        clients[request.connection]?.profits.append(subscription)
        send(
            message(of: profit).addressed(to: String(request.id)), to: request.connection)
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
        for account in ledger.accounts { sendProfits(of: account, at: now) }
    }

    /// Tells everybody who follows an account what has changed in it.
    mutating func sendProfits(of account: World.Account, at now: SimInstant) {
        var current: (values: AccountValues, profit: Profit, message: Message)?
        for connection in connections where follows(connection, account.name) {
            if current == nil {
                let values = valuesNow(of: account, at: now)
                let profit = accountProfit(values)
                current = (values, profit, message(of: profit))
            }
            // Taken out meanwhile, so that changing it copies nothing.
            guard let current, let client = clients.index(forKey: connection) else { continue }
            var profits: [Client.ProfitSubscription] = []
            swap(&profits, &clients.values[client].profits)
            for index in profits.indices where profits[index].account == account.name {
                let id = String(profits[index].requestID)
                let isSingle = profits[index].conID != nil
                let profit = isSingle ? profit(profits[index], current.values) : current.profit
                guard profit != profits[index].shown else { continue }
                profits[index].shown = profit
                let message = isSingle ? message(of: profit) : current.message
                send(message.addressed(to: id), to: connection)
            }
            clients.values[client].profits = profits
        }
    }

    private func follows(_ connection: ConnectionID, _ account: String) -> Bool {
        clients[connection]?.profits.contains { $0.account == account } ?? false
    }

    private mutating func accountProfit(_ values: AccountValues) -> Profit {
        var daily = Amount.zero
        for position in values.positions { daily += dailyProfit(position) * position.rate }
        return Profit(
            daily: daily.roundedToCents, unrealized: values.unrealized.roundedToCents,
            realized: values.realized.roundedToCents)
    }

    private mutating func profit(
        _ subscription: Client.ProfitSubscription, _ values: AccountValues
    ) -> Profit {
        guard let conID = subscription.conID else { return accountProfit(values) }
        let priced = values.positions.first { $0.position.conID == conID }
        let daily = priced.map { dailyProfit($0) } ?? 0
        func own(_ amount: (PricedPosition) -> Amount) -> Amount {
            (priced.map { amount($0) * $0.rate } ?? 0).roundedToCents
        }
        return Profit(
            daily: own { _ in daily }, unrealized: own(\.unrealized),
            realized: own(\.position.realizedProfit),
            position: .init(
                quantity: priced?.position.quantity ?? 0, value: own(\.value)))
    }

    /// The message, its request id, which is its first field, left empty.
    private func message(of profit: Profit) -> Message {
        guard let position = profit.position else {
            return Message(
                "pnl",
                [
                    "reqId": "", "dailyPnL": profit.daily.money,
                    "unrealizedPnL": profit.unrealized.money,
                    "realizedPnL": profit.realized.money,
                ])
        }
        return Message(
            "pnlSingle",
            [
                "reqId": "", "pos": position.quantity.description,
                "dailyPnL": profit.daily.money, "unrealizedPnL": profit.unrealized.money,
                "realizedPnL": profit.realized.money, "value": position.value.money,
            ])
    }

    /// Worth now, less worth at midnight, less what was paid in between.
    private mutating func dailyProfit(_ priced: PricedPosition) -> Amount {
        let position = priced.position
        return priced.value
            - position.heldAtStart * midnightPrice(of: priced.contract)
            * priced.holding.pointValue - position.paidToday
    }

    private mutating func midnightPrice(of contract: Contract) -> Amount {
        if let known = midnightPrices[contract.conID] { return known }
        let midnight = clock.instant(ofSeconds: today * WallClock.secondsPerDay)
        let price = prices.quote(of: contract, at: PriceProcess.milliseconds(of: midnight)).last
        midnightPrices[contract.conID] = price
        return price
    }
}
