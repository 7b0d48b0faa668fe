import GatewayModel
import GatewayWire
import Simulation

extension ControlJSON {
    /// Amounts are texts, so that no digit is lost.
    static func world(_ world: WorldView) -> String {
        var line = JSONLine()
        line.add("time", UTCTime(nanosecondsSince1970: world.milliseconds * 1_000_000).exactText)
        line.addRaw("clockStandsStill", "\(world.clockStandsStill)")
        line.addRaw("marketWaits", "\(world.marketWaits)")
        line.addRaw("instruments", JSONLine.array(world.instruments.map(instrument)))
        line.addRaw("openOrders", JSONLine.array(world.openOrders.map(order)))
        line.addRaw("accounts", JSONLine.array(world.accounts.map(account)))
        return line.finished
    }

    private static func instrument(_ instrument: WorldView.Instrument) -> String {
        var line = JSONLine()
        line.add("conId", Int(instrument.conID))
        line.add("symbol", instrument.symbol)
        line.add("localSymbol", instrument.localSymbol)
        line.add("secType", instrument.secType)
        line.add("exchange", instrument.exchange)
        line.add("currency", instrument.currency)
        line.add("bid", "\(instrument.bid)")
        line.add("ask", "\(instrument.ask)")
        line.add("last", "\(instrument.last)")
        line.addRaw("isHalted", "\(instrument.isHalted)")
        return line.finished
    }

    private static func order(_ order: WorldView.Order) -> String {
        var line = JSONLine()
        line.add("permId", Int(order.permID))
        line.add("orderId", order.orderID)
        line.add("clientId", order.clientID)
        line.add("account", order.account)
        line.add("orderRef", order.reference)
        line.add("conId", Int(order.conID))
        line.add("symbol", order.symbol)
        line.add("action", order.isBuy ? "BUY" : "SELL")
        line.add("orderType", order.type)
        line.add("tif", order.timeInForce)
        line.add("quantity", "\(order.quantity)")
        line.add("filled", "\(order.filled)")
        line.add("averagePrice", "\(order.averagePrice)")
        line.add("limit", order.limit)
        line.add("status", order.status)
        return line.finished
    }

    private static func account(_ account: WorldView.Account) -> String {
        var line = JSONLine()
        line.add("name", account.name)
        line.add("baseCurrency", account.baseCurrency)
        line.add("netLiquidation", "\(account.netLiquidation)")
        var cash = JSONLine()
        for (currency, amount) in account.cash.sorted(by: { $0.key < $1.key }) {
            cash.add(currency, "\(amount)")
        }
        line.addRaw("cash", cash.finished)
        line.addRaw("positions", JSONLine.array(account.positions.map(position)))
        return line.finished
    }

    private static func position(_ position: WorldView.Position) -> String {
        var line = JSONLine()
        line.add("conId", Int(position.conID))
        line.add("symbol", position.symbol)
        line.add("quantity", "\(position.quantity)")
        line.add("averageCost", "\(position.averageCost)")
        line.add("realizedProfit", "\(position.realizedProfit)")
        return line.finished
    }
}
