import GatewayWire
import Simulation

/// Profit and loss, as a subscriber is told.
///
/// Recorded at 200 and 225: doubles that are not rounded.
struct Profit: Hashable, Sendable {
    struct Position: Hashable, Sendable {
        let quantity: Amount
        let value: Double
    }

    let daily: Double
    let unrealized: Double
    let realized: Double
    /// Of one position; `nil` for an account's.
    var position: Position?
}

/// Profit and loss of accounts and single positions, sent when it changes, about once a second.
///
/// The daily profit is the change of an account's worth since midnight UTC (assumed; a real gateway
/// counts from a time in its settings). The profits of its positions add up to it. All amounts are
/// in the account's own currency (assumed for single positions).
extension Accounts {
    mutating func reqPnL(_ request: Request, _ context: inout GatewayContext) {
        subscribeToProfit(request, conID: nil, &context)
    }

    mutating func reqPnLSingle(_ request: Request, _ context: inout GatewayContext) {
        let conID = Int64(request.int("conid") ?? 0)
        guard context.market.contracts[conID] != nil else {
            context.fail(request, 200, "No security definition has been found for the request")
            return
        }
        subscribeToProfit(request, conID: conID, &context)
    }

    private mutating func subscribeToProfit(
        _ request: Request, conID: Int64?, _ context: inout GatewayContext
    ) {
        let name = request.text("account")
        guard let account = ledger.account(name) else {
            refuseAccount(request, name, &context)
            return
        }
        let client = subscribers[request.connection] ?? Subscriber()
        guard !client.profits.contains(where: { $0.requestID == request.id }) else {
            context.fail(request, 102, "Duplicate ticker id")
            return
        }
        guard client.profits.count < context.limits.profitSubscriptions else {
            context.refuse(request, "Maximum number of profit and loss requests exceeded")
            return
        }
        let values = valuesNow(of: account, at: request.now, context.market)
        var subscription = Subscriber.ProfitLine(
            requestID: request.id, account: account.name, conID: conID)
        let profit = profit(subscription, values, context.market)
        subscription.shown = profit
        subscribers[request.connection, default: Subscriber()].profits.append(subscription)
        context.send(
            message(of: profit).addressed(to: String(request.id)), to: request.connection)
        planProfits(at: request.now, &context)
    }

    /// Ends either kind of subscription.
    mutating func cancelProfit(_ request: Request, _ context: inout GatewayContext) {
        let isKnown =
            subscribers[request.connection]?.profits.contains { $0.requestID == request.id }
            ?? false
        guard isKnown else {
            context.fail(request, 10185, "Failed to cancel PNL (not subscribed)")
            return
        }
        subscribers[request.connection]?.profits.removeAll { $0.requestID == request.id }
    }

    private mutating func planProfits(at now: SimInstant, _ context: inout GatewayContext) {
        guard profitTicket == nil else { return }
        profitTicket = context.schedule.add(
            .sendProfits, at: now.nextMultiple(of: context.settings.profitInterval))
    }

    mutating func sendProfits(at now: SimInstant, _ context: inout GatewayContext) {
        profitTicket = nil
        let following = listeners.filter { !(subscribers[$0]?.profits.isEmpty ?? true) }
        guard !following.isEmpty else { return }
        planProfits(at: now, &context)
        guard context.serverIsConnected else { return }
        for account in ledger.accounts { sendProfits(of: account, at: now, &context) }
    }

    /// Tells everybody who follows an account what has changed in it.
    mutating func sendProfits(
        of account: World.Account, at now: SimInstant, _ context: inout GatewayContext
    ) {
        let market = context.market
        var current: (values: AccountValues, profit: Profit, message: Message)?
        for connection in listeners where follows(connection, account.name) {
            if current == nil {
                let values = valuesNow(of: account, at: now, market)
                let profit = accountProfit(values, market)
                current = (values, profit, message(of: profit))
            }
            // Taken out meanwhile, so that changing it copies nothing.
            guard let current, let client = subscribers.index(forKey: connection) else { continue }
            var profits: [Subscriber.ProfitLine] = []
            swap(&profits, &subscribers.values[client].profits)
            for index in profits.indices where profits[index].account == account.name {
                let id = String(profits[index].requestID)
                let isSingle = profits[index].conID != nil
                let profit =
                    isSingle ? profit(profits[index], current.values, market) : current.profit
                guard profit != profits[index].shown else { continue }
                profits[index].shown = profit
                let message = isSingle ? message(of: profit) : current.message
                context.send(message.addressed(to: id), to: connection)
            }
            subscribers.values[client].profits = profits
        }
    }

    private func follows(_ connection: ConnectionID, _ account: String) -> Bool {
        subscribers[connection]?.profits.contains { $0.account == account } ?? false
    }

    private mutating func accountProfit(_ values: AccountValues, _ market: Market)
        -> Profit
    {
        var (daily, unrealized, realized) = (0.0, 0.0, 0.0)
        for priced in values.positions {
            daily += dailyProfit(priced, market)
            unrealized += priced.unrealizedProfit
            realized += priced.position.realizedProfit.double * priced.rate.double
        }
        return Profit(daily: daily, unrealized: unrealized, realized: realized)
    }

    private mutating func profit(
        _ subscription: Subscriber.ProfitLine, _ values: AccountValues,
        _ market: Market
    ) -> Profit {
        guard let conID = subscription.conID else { return accountProfit(values, market) }
        guard let priced = values.positions.first(where: { $0.position.conID == conID }) else {
            return Profit(
                daily: 0, unrealized: 0, realized: 0, position: .init(quantity: 0, value: 0))
        }
        return Profit(
            daily: dailyProfit(priced, market), unrealized: priced.unrealizedProfit,
            realized: priced.position.realizedProfit.double * priced.rate.double,
            position: .init(quantity: priced.position.quantity, value: priced.exactValue))
    }

    /// The message with an empty request id, which is its first field.
    private func message(of profit: Profit) -> Message {
        guard let position = profit.position else {
            return Message(
                "pnl",
                [
                    "reqId": "", "dailyPnL": profit.daily.description,
                    "unrealizedPnL": profit.unrealized.description,
                    "realizedPnL": profit.realized.description,
                ])
        }
        return Message(
            "pnlSingle",
            [
                "reqId": "", "pos": position.quantity.description,
                "dailyPnL": profit.daily.description,
                "unrealizedPnL": profit.unrealized.description,
                "realizedPnL": profit.realized.description,
                "value": position.value.description,
            ])
    }

    /// Worth now, less worth at midnight, less what was paid in between; in the account's currency.
    mutating func dailyProfit(_ priced: PricedPosition, _ market: Market) -> Double {
        let position = priced.position
        let pointValue = priced.holding.pointValue.double
        let before =
            position.heldAtStart.double * midnightPrice(of: priced.contract, market).double
            * pointValue
        return priced.exactValue - before * priced.rate.double
            - position.paidToday.double * priced.rate.double
    }

    private mutating func midnightPrice(of contract: Contract, _ market: Market)
        -> Amount
    {
        if let known = midnightPrices[contract.conID] { return known }
        let midnight = market.clock.instant(ofSeconds: today * WallClock.secondsPerDay)
        let price = market.prices.quote(
            of: contract, at: PriceProcess.milliseconds(of: midnight)
        ).last
        midnightPrices[contract.conID] = price
        return price
    }
}

extension PricedPosition {
    /// In the account's currency, as are the others.
    fileprivate var exactValue: Double {
        position.quantity.double * price.double * holding.pointValue.double * rate.double
    }

    fileprivate var unrealizedProfit: Double {
        exactValue - position.quantity.double * position.averageCost * rate.double
    }
}
