import GatewayWire
package import Simulation

/// The world as it is now.
extension HealthyGateway {
    package func world(at driverNow: SimInstant) -> WorldView {
        let market = context.market
        let now = market.now(at: driverNow)
        let moment = market.priceMoment(at: now)
        return WorldView(
            milliseconds: market.clock.milliseconds(at: now),
            clockStandsStill: market.prices.clock.stoppedAt != nil,
            marketWaits: market.isWaiting,
            instruments: market.contracts.contracts.filter(\.legs.isEmpty).map {
                instrument($0, at: moment)
            },
            openOrders: orders.book.open.map(\.view),
            accounts: accounts.ledger.accounts.map { account in
                WorldView.Account(
                    name: account.name, baseCurrency: account.baseCurrency,
                    cash: account.otherCash.merging([account.baseCurrency: account.cash]) { $1 },
                    netLiquidation: market.values(of: account, at: moment).netLiquidation,
                    positions: account.positions.map(view))
            })
    }

    private func instrument(_ contract: Contract, at moment: Int64) -> WorldView.Instrument {
        let prices = context.market.prices
        let quote = prices.quote(of: contract, at: moment)
        return WorldView.Instrument(
            conID: contract.conID, symbol: contract.symbol, localSymbol: contract.localSymbol,
            secType: contract.secType, exchange: contract.exchange, currency: contract.currency,
            bid: quote.bid, ask: quote.ask, last: quote.last,
            isHalted: prices.changes.isHalted(contract.conID))
    }

    private func view(_ position: World.Position) -> WorldView.Position {
        WorldView.Position(
            conID: position.conID,
            symbol: context.market.contracts[position.conID]?.symbol ?? "",
            quantity: position.quantity, averageCost: position.averageCost,
            realizedProfit: position.realizedProfit)
    }
}

extension Order {
    fileprivate var view: WorldView.Order {
        let limit: String =
            if case .limit(let price) = terms.price { price.description } else { "" }
        return WorldView.Order(
            permID: permID, orderID: orderID, clientID: clientID, account: account,
            reference: fields["order.orderRef"] ?? "", conID: contract.conID,
            symbol: contract.symbol, isBuy: isBuy, type: type,
            timeInForce: fields["order.tif"] ?? "", quantity: quantity, filled: filled,
            averagePrice: averagePrice, limit: limit, status: status.rawValue)
    }
}
