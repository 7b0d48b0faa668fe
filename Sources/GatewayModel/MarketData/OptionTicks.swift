import GatewayWire
import Simulation

/// Option prices, volatilities and Greeks, calculated on demand.
extension MarketData {
    /// A calculation stays open until it is cancelled, even a refused one: ib_* cancel all of them.
    ///
    /// Recorded at 211: with the volatility come the prices asked with, but no Greeks (-2).
    mutating func calculateImpliedVolatility(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.remember(.impliedVolatility, request, .answered, &context)
        guard let (terms, spot) = calculation(request, &context) else { return }
        let formula = terms.formula(day: context.market.clock.day(at: request.now))
        let price = request.double("optionPrice") ?? 0
        guard let volatility = formula.volatility(price: price, underlying: spot)
        else {
            context.refuse(request, "no volatility gives the price \(price) at \(spot)")
            return
        }
        send(
            request, Computation(volatility: volatility, price: price, spot: spot),
            &context)
    }

    /// Recorded at 211: unrounded, with the volatility and the price as they were sent.
    mutating func calculateOptionPrice(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.remember(.optionPrice, request, .answered, &context)
        guard let (terms, spot) = calculation(request, &context) else { return }
        let formula = terms.formula(day: context.market.clock.day(at: request.now))
        guard let volatility = request.double("volatility"),
            (0.0001...10).contains(volatility)
        else {
            context.refuse(
                request, "volatility '\(quoted(request.text("volatility")))' is out of range")
            return
        }
        let greeks = formula.greeks(underlying: spot, volatility: volatility)
        send(
            request,
            Computation(
                volatility: volatility, greeks: greeks, price: greeks.price, spot: spot),
            &context)
    }

    private func calculation(_ request: Request, _ context: inout GatewayContext) -> (
        PriceProcess.OptionTerms, Double
    )? {
        guard let contract = context.soleContract(request) else { return nil }
        guard let (terms, _) = context.market.prices.optionTerms(of: contract) else {
            context.refuse(request, "\(contract.symbol) \(contract.secType) is no option")
            return nil
        }
        guard let spot = request.double("underPrice"), spot > 0 else {
            context.refuse(
                request, "underlying price '\(quoted(request.text("underPrice")))' is no price")
            return nil
        }
        return (terms, spot)
    }

    /// Sends the result with tick type 53, which is for requested computations.
    private func send(
        _ request: Request, _ computation: Computation, _ context: inout GatewayContext
    ) {
        let message = computation.message(type: 53)
        context.send(message.addressed(to: String(request.id)), to: request.connection)
    }

    mutating func cancelCalculation(
        _ request: Request, _ kind: StreamKind, _ context: inout GatewayContext
    ) {
        subscriptions.cancel(
            kind, request, orFail: 300, "Can't find EId with tickerId:\(request.id)", &context)
    }
}

/// What a tick tells of an option, unrounded.
///
/// What was not computed is -1, and -2 for the Greeks.
private struct Computation {
    private static let template = Message("tickOptionComputation")

    let volatility: Double
    var greeks: OptionFormula.Greeks?
    let price: Double
    var dividend = -1.0
    var spot = -1.0

    /// The request id is left empty.
    func message(type: Int) -> Message {
        var message = Self.template
        message["reqId"] = ""
        message["tickType"] = String(type)
        message["tickAttrib"] = "0"
        message["impliedVol"] = Self.text(volatility)
        message["delta"] = Self.text(greeks?.delta ?? -2)
        message["optPrice"] = Self.text(price)
        message["pvDividend"] = Self.text(dividend)
        message["gamma"] = Self.text(greeks?.gamma ?? -2)
        message["vega"] = Self.text(greeks?.vega ?? -2)
        message["theta"] = Self.text(greeks?.theta ?? -2)
        message["undPrice"] = Self.text(spot)
        return message
    }

    /// As Java writes a double: `0.38`, `1.2E-4`; whole numbers without a point.
    private static func text(_ number: Double) -> String {
        let size = number.magnitude
        // `Int64(exactly:)` would need the C mathematics library.
        if size < 1e15, Double(Int64(number)) == number { return String(Int64(number)) }
        if size >= 1e-3, size < 1e7 { return number.description }
        // Swift writes `1.2e-05`, and `1e-05` without a point.
        let parts = number.description.split(separator: "e", maxSplits: 1)
        guard parts.count == 2, let power = Int(parts[1]) else { return number.description }
        return "\(parts[0])\(parts[0].contains(".") ? "" : ".0")E\(power)"
    }
}

extension Market {
    /// Bid, ask, last and model computation; all at the model's volatility (assumed).
    ///
    /// Recorded at 206, of a login without live data: unrounded, with a present value of dividends
    /// and without the underlying's price. That live lines have it is reported.
    func optionTicks(
        of contract: Contract, isDelayed: Bool, _ types: TickTypes, _ state: Feed.State
    )
        -> [Message]
    {
        guard let (terms, underlying) = prices.optionTerms(of: contract) else { return [] }
        let moment = state.seconds * 1000 - clock.milliseconds(at: .start)
        let spot = prices.quote(of: underlying, at: moment).last.double
        let formula = terms.formula(day: prices.day(at: moment))
        let greeks = formula.greeks(underlying: spot, volatility: terms.volatility)
        // Half a percent of the price a year, where shares pay dividends (assumed).
        let dividend = underlying.secType == "STK" ? spot * 0.005 * formula.years : 0
        return [
            (types.bidOption, state.quote.bid), (types.askOption, state.quote.ask),
            (types.lastOption, state.quote.last), (types.modelOption, state.quote.last),
        ].map { type, price in
            Computation(
                volatility: terms.volatility, greeks: greeks, price: price.double,
                dividend: dividend, spot: isDelayed ? -1 : spot
            ).message(type: type)
        }
    }
}
