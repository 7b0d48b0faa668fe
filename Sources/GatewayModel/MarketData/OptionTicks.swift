import GatewayWire
import Simulation

/// Option prices, volatilities and Greeks, calculated on demand.
extension MarketData {
    /// A calculation stays open until it is cancelled, even a refused one: ib_* cancel all of them.
    mutating func calculateImpliedVolatility(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.remember(.impliedVolatility, request, .answered, &context)
        guard let (terms, spot) = calculation(request, &context) else { return }
        let formula = terms.formula(day: context.market.clock.day(at: request.now))
        let price = request.amount("optionPrice") ?? 0
        guard let volatility = formula.volatility(price: price.double, underlying: spot.double)
        else {
            context.refuse(request, "no volatility gives the price \(price) at \(spot)")
            return
        }
        answer(request, formula, volatility, price: price, spot: spot, &context)
    }

    mutating func calculateOptionPrice(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.remember(.optionPrice, request, .answered, &context)
        guard let (terms, spot) = calculation(request, &context) else { return }
        let formula = terms.formula(day: context.market.clock.day(at: request.now))
        guard let volatility = request.amount("volatility")?.double,
            (0.0001...10).contains(volatility)
        else {
            context.refuse(
                request, "volatility '\(quoted(request.text("volatility")))' is out of range")
            return
        }
        let price = Amount(
            nearest: formula.price(underlying: spot.double, volatility: volatility))
        answer(request, formula, volatility, price: price, spot: spot, &context)
    }

    private func calculation(_ request: Request, _ context: inout GatewayContext) -> (
        PriceProcess.OptionTerms, Amount
    )? {
        guard let contract = context.soleContract(request) else { return nil }
        guard let (terms, _) = context.market.prices.optionTerms(of: contract) else {
            context.refuse(request, "\(contract.symbol) \(contract.secType) is no option")
            return nil
        }
        guard let spot = request.amount("underPrice"), spot > 0 else {
            context.refuse(
                request, "underlying price '\(quoted(request.text("underPrice")))' is no price")
            return nil
        }
        return (terms, spot)
    }

    /// Sends the result with tick type 53, which is for requested computations.
    private func answer(
        _ request: Request, _ formula: OptionFormula, _ volatility: Double,
        price: Amount, spot: Amount, _ context: inout GatewayContext
    ) {
        let greeks = formula.greeks(underlying: spot.double, volatility: volatility)
        let message = context.market.computation(53, volatility, greeks, price: price, spot: spot)
        context.send(message.addressed(to: String(request.id)), to: request.connection)
    }

    mutating func cancelCalculation(
        _ request: Request, _ kind: StreamKind, _ context: inout GatewayContext
    ) {
        subscriptions.cancel(
            kind, request, orFail: 300, "Can't find EId with tickerId:\(request.id)", &context)
    }
}

extension Market {
    private static let computation = Message("tickOptionComputation")

    /// Bid, ask, last and model computation; all at the model's volatility (assumed).
    func optionTicks(of contract: Contract, _ types: TickTypes, _ state: Feed.State) -> [Message] {
        guard let (terms, underlying) = prices.optionTerms(of: contract) else { return [] }
        let moment = state.seconds * 1000 - clock.milliseconds(at: .start)
        let spot = prices.quote(of: underlying, at: moment).last
        let formula = terms.formula(day: prices.day(at: moment))
        let greeks = formula.greeks(underlying: spot.double, volatility: terms.volatility)
        return [
            (types.bidOption, state.quote.bid), (types.askOption, state.quote.ask),
            (types.lastOption, state.quote.last), (types.modelOption, state.quote.last),
        ].map { type, price in
            computation(type, terms.volatility, greeks, price: price, spot: spot)
        }
    }

    fileprivate func computation(
        _ type: Int, _ volatility: Double, _ greeks: OptionFormula.Greeks, price: Amount,
        spot: Amount
    ) -> Message {
        func text(_ number: Double) -> String { Amount(nearest: number).description }
        var message = Self.computation
        message["reqId"] = ""
        message["tickType"] = String(type)
        message["tickAttrib"] = "0"
        message["impliedVol"] = text(volatility)
        message["delta"] = text(greeks.delta)
        message["optPrice"] = price.description
        message["pvDividend"] = "0"
        message["gamma"] = text(greeks.gamma)
        message["vega"] = text(greeks.vega)
        message["theta"] = text(greeks.theta)
        message["undPrice"] = spot.description
        return message
    }
}
