import GatewayWire
import Simulation

/// A subscription to bars of five seconds.
struct RealTimeBars: Sendable {
    let contract: Contract
    let source: BarSource
    let regularHoursOnly: Bool
}

/// Real-time bars: each is the historical bar of the same five seconds, sent when they are over.
extension HealthyGateway {
    private static let barMilliseconds: Int64 = 5_000

    mutating func reqRealTimeBars(_ request: Request) {
        guard
            mayOpen(
                .realTimeBars, request, atMost: limits.streams,
                duplicate: (102, "Duplicate ticker ID for API request"),
                tooMany: (420, "Invalid Real-time Query:too many real-time bar requests"))
        else { return }
        guard let contract = soleContract(request) else { return }
        let show = request.text("whatToShow").uppercased()
        guard let source = BarSource(show), source.isPrice, contract.offers(source) else {
            fail(
                request, 420,
                "Invalid Real-time Query:No market data for \(contract.symbol)@"
                    + "\(contract.exchange) \(quoted(show))")
            return
        }
        let bars = RealTimeBars(
            contract: contract, source: source, regularHoursOnly: request.flag("useRTH"))
        startStream(
            .realTimeBars, request, .realTimeBars(bars), at: barEnd(after: request.now))
    }

    mutating func cancelRealTimeBars(_ request: Request) {
        cancelStream(
            .realTimeBars, request, orFail: 300, "Can't find EId with tickerId:\(request.id)")
    }

    /// The next moment at which five seconds of the wall clock are over.
    func barEnd(after now: SimInstant) -> SimInstant {
        let wall = clock.milliseconds(at: now)
        return now + .milliseconds(Self.barMilliseconds - wall % Self.barMilliseconds)
    }

    mutating func advance(
        _ bars: RealTimeBars, _ request: Int, _ connection: ConnectionID, at now: SimInstant
    ) -> SimInstant? {
        let end =
            floorDivide(clock.milliseconds(at: now), Self.barMilliseconds) * Self.barMilliseconds
        let start = end - Self.barMilliseconds
        let hours = TradingHours.regular(bars.contract)
        if serverIsConnected, !bars.regularHoursOnly || hours.isOpen(at: start / 1000) {
            let origin = clock.milliseconds(at: .start)
            let bar = bar(
                of: bars.contract, from: start - origin, to: end - origin, showing: bars.source)
            send(
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
        return barEnd(after: now)
    }
}
