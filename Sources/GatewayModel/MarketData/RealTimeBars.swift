import GatewayWire
import Simulation

/// A subscription to bars of five seconds.
struct RealTimeBars: Sendable {
    static let milliseconds: Int64 = 5_000

    let contract: Contract
    let source: BarSource
    let regularHoursOnly: Bool
}

/// Real-time bars: each is the historical bar of the same five seconds, sent when they are over.
///
/// They come while trading is halted too, flat and without volume, as bars without trades are (inferred).
extension MarketData {
    mutating func reqRealTimeBars(_ request: Request, _ context: inout GatewayContext) {
        guard
            subscriptions.mayOpen(
                .realTimeBars, request, atMost: context.limits.streams,
                duplicate: (102, "Duplicate ticker ID for API request"),
                tooMany: (420, "Invalid Real-time Query:too many real-time bar requests"), &context)
        else { return }
        guard let contract = context.soleContract(request) else { return }
        let show = request.text("whatToShow").uppercased()
        // Recorded: BID_ASK is no choice here, whatever the login.
        guard let source = BarSource(show), source.isPrice else {
            context.invalidate(request, "What to show field is missing or incorrect.")
            return
        }
        guard context.isEntitled(to: contract) else {
            // Recorded for trades and for midpoints.
            if source == .trades {
                context.fail(
                    request, 420, "Invalid Real-time Query:" + Refusal.permissions(contract))
            } else {
                context.fail(request, 10089, Refusal.subscription)
            }
            return
        }
        guard contract.offers(source) else {
            context.fail(
                request, 420,
                "Invalid Real-time Query:No market data for \(contract.symbol)@"
                    + "\(contract.exchange) \(quoted(show))")
            return
        }
        let bars = RealTimeBars(
            contract: contract, source: source, regularHoursOnly: request.flag("useRTH"))
        subscriptions.start(
            .realTimeBars, request, .realTimeBars(bars),
            at: context.market.barEnd(after: request.now), &context)
    }

    mutating func cancelRealTimeBars(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .realTimeBars, request, orFail: 300, "Can't find EId with tickerId:\(request.id)",
            &context)
    }

    func advance(
        _ bars: RealTimeBars, _ request: Int, _ connection: ConnectionID, at now: SimInstant,
        _ context: inout GatewayContext
    ) -> SimInstant? {
        let end =
            floorDivide(context.market.clock.milliseconds(at: now), RealTimeBars.milliseconds)
            * RealTimeBars.milliseconds
        let start = end - RealTimeBars.milliseconds
        let hours = TradingHours.regular(bars.contract)
        if context.serverIsConnected, !bars.regularHoursOnly || hours.isOpen(at: start / 1000) {
            let origin = context.market.clock.milliseconds(at: .start)
            let bar = context.market.bar(
                of: bars.contract, from: start - origin, to: end - origin, showing: bars.source)
            context.send(
                Message(
                    "realtimeBar",
                    [
                        "reqId": String(request), "time": String(start / 1000),
                        "open": bar.open.description, "high": bar.high.description,
                        "low": bar.low.description, "close": bar.close.description,
                        "volume": String(bar.volume), "wap": bar.average.description,
                        "count": String(bar.count),
                    ]), to: connection)
        }
        return context.market.barEnd(after: now)
    }
}

extension Market {
    /// The next moment at which five seconds of the wall clock are over.
    func barEnd(after now: SimInstant) -> SimInstant {
        let wall = clock.milliseconds(at: now)
        return now + .milliseconds(RealTimeBars.milliseconds - wall % RealTimeBars.milliseconds)
    }
}
