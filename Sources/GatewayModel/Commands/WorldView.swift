/// What a gateway's world is like at one moment, for people and programs that watch it.
package struct WorldView: Hashable, Sendable {
    package struct Instrument: Hashable, Sendable {
        package let conID: Int64
        package let symbol: String
        package let localSymbol: String
        package let secType: String
        package let exchange: String
        package let currency: String
        package let bid: Amount
        package let ask: Amount
        package let last: Amount
        package let isHalted: Bool
    }

    package struct Order: Hashable, Sendable {
        /// 0 until the order is transmitted.
        package let permID: Int64
        package let orderID: Int
        package let clientID: Int
        package let account: String
        package let reference: String
        package let conID: Int64
        package let symbol: String
        package let isBuy: Bool
        /// `LMT`, `MKT` and the like.
        package let type: String
        package let timeInForce: String
        package let quantity: Amount
        package let filled: Amount
        package let averagePrice: Amount
        /// Empty for an order without a limit.
        package let limit: String
        /// In the protocol's words.
        package let status: String
    }

    package struct Account: Hashable, Sendable {
        package let name: String
        package let baseCurrency: String
        /// By currency.
        package let cash: [String: Amount]
        package let netLiquidation: Amount
        package let positions: [Position]
    }

    package struct Position: Hashable, Sendable {
        package let conID: Int64
        package let symbol: String
        package let quantity: Amount
        /// Per contract, multiplier included.
        package let averageCost: Double
        package let realizedProfit: Amount
    }

    /// The gateway's clock, in milliseconds since 1970.
    package let milliseconds: Int64
    package let clockStandsStill: Bool
    /// No request has depended on prices yet, so that they do not move.
    package let marketWaits: Bool
    package let instruments: [Instrument]
    /// In the order they came.
    package let openOrders: [Order]
    package let accounts: [Account]
}
