/// The facts about a position's contract that never change, looked up once.
final class Holding: Sendable {
    let contract: Contract
    let pointValue: Amount
    let settlement: Contract.Settlement

    init(_ contract: Contract) {
        self.contract = contract
        pointValue = contract.pointValue
        settlement = contract.settlement
    }
}

/// A cursor for every contract that accounts hold, because their prices are needed every second.
struct HeldMarkets: Sendable {
    private var markets: [Int64: (holding: Holding, market: MarketCursor)] = [:]

    var count: Int { markets.count }

    /// - Parameter moment: In milliseconds from the start.
    mutating func price(
        _ conID: Int64, at moment: Int64, _ prices: PriceProcess, _ contracts: ContractBook
    ) -> (Holding, Amount)? {
        guard let place = place(of: conID, prices, contracts) else { return nil }
        let holding = markets.values[place].holding
        let price = markets.values[place].market.last(
            of: holding.contract, at: moment, in: prices)
        return (holding, price)
    }

    private mutating func place(
        of conID: Int64, _ prices: PriceProcess, _ contracts: ContractBook
    ) -> Dictionary<Int64, (holding: Holding, market: MarketCursor)>.Index? {
        if let place = markets.index(forKey: conID) { return place }
        guard let contract = contracts[conID] else { return nil }
        markets[conID] = (Holding(contract), prices.market(of: contract))
        return markets.index(forKey: conID)
    }
}
