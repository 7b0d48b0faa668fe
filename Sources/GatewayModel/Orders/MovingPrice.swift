import GatewayWire
import Simulation

/// A limit that follows another price.
enum MovingPrice: Hashable, Sendable {
    /// The option's price at this yearly volatility and the price of its underlying.
    case volatility(Amount)
    /// A starting price, and how far it goes with a reference contract.
    case benchmark(Benchmark)

    struct Benchmark: Hashable, Sendable {
        let starting: Amount
        let conID: Int64
        /// Added for each `referenceChange` that the reference rises; negative when pegged to fall.
        let change: Amount
        let referenceChange: Amount
        /// What the reference cost at the start; its price when the order was taken, if `nil`.
        var referenceStart: Amount?
    }

    /// Reads a volatility order, which is for options alone.
    static func volatility(_ request: Request, _ contract: Contract) throws(OrderTerms.Defect)
        -> MovingPrice
    {
        guard contract.secType == "OPT" else { throw .unsupportedType }
        guard let given = request.amount("order.volatility"), given > 0, given <= 1_000_000 else {
            throw .rejected("a volatility order needs a volatility")
        }
        // Clients send percent. Type 1 is daily, 2 yearly; a year has 252 trading days.
        let yearly =
            request.int("order.volatilityType") == 1
            ? Amount(nearest: given.double * 15.874508) : given
        return .volatility(yearly / 100)
    }

    /// Reads an order that is pegged to a benchmark.
    static func benchmark(_ request: Request) throws(OrderTerms.Defect) -> MovingPrice {
        guard let starting = request.amount("order.startingPrice"), starting > 0,
            starting <= 1_000_000
        else { throw .rejected("an order pegged to a benchmark needs a starting price") }
        guard let reference = request.int("order.referenceContractId"), reference > 0 else {
            throw .rejected("an order pegged to a benchmark needs a reference contract")
        }
        let change = request.amount("order.peggedChangeAmount") ?? 0
        let isDecrease = request.flag("order.isPeggedChangeAmountDecrease")
        let step = request.amount("order.referenceChangeAmount") ?? 0
        return .benchmark(
            Benchmark(
                starting: starting, conID: Int64(reference),
                change: isDecrease ? -change : change, referenceChange: step,
                referenceStart: request.amount("order.stockRefPrice").flatMap { $0 > 0 ? $0 : nil }
            ))
    }
}

extension Orders {
    /// The price at which an order would be done against a quote, or `nil`.
    func executionPrice(of order: Order, at quote: PriceProcess.Quote, _ market: Market) -> Amount?
    {
        guard !market.prices.changes.isHalted(order.contract.conID) else { return nil }
        guard case .moving(let price) = order.terms.price else {
            return order.executionPrice(at: quote)
        }
        return order.executionPrice(at: quote, moving: limit(price, of: order, market))
    }

    private func limit(_ price: MovingPrice, of order: Order, _ market: Market) -> Amount? {
        let moment = floorDivide(order.pricedAt, market.priceStep) * market.priceStep
        let limit: Amount
        switch price {
        case .volatility(let volatility):
            guard let (terms, underlying) = market.prices.optionTerms(of: order.contract) else {
                return nil
            }
            let spot = market.prices.quote(of: underlying, at: moment).last
            limit = Amount(
                nearest: terms.formula(day: market.prices.day(at: moment)).price(
                    underlying: spot.double, volatility: volatility.double))
        case .benchmark(let peg):
            guard let reference = market.contracts[peg.conID], let start = peg.referenceStart else {
                return peg.starting
            }
            let moved = market.prices.quote(of: reference, at: moment).last - start
            limit = peg.starting + peg.change * (moved / peg.referenceChange)
        }
        let tick = max(order.contract.minTick.micros, 1)
        return Amount(micros: floorDivide(limit.micros, tick) * tick)
    }

    /// Notes what a benchmark costs when an order that is pegged to it is taken.
    func withReferencePrice(_ order: Order, at moment: Int64, _ market: Market) -> Order {
        guard case .moving(.benchmark(var peg)) = order.terms.price, peg.referenceStart == nil,
            let reference = market.contracts[peg.conID]
        else { return order }
        var order = order
        peg.referenceStart = market.prices.quote(of: reference, at: moment).last
        order.terms.price = .moving(.benchmark(peg))
        return order
    }
}
