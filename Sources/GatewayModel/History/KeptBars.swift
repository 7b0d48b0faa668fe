import GatewayWire
import Simulation

/// Bars that go on after the answer: the youngest is sent again every five seconds.
struct KeptBars: Sendable {
    let query: BarQuery
    let version: Int
}

/// Historical bars kept up to date, and cancelling historical queries.
extension HealthyGateway {
    mutating func mayKeepUpToDate(_ request: Request, _ query: BarQuery) -> Bool {
        if !request.text("endDateTime").isEmpty {
            failService(request, "an end date is not allowed with bars kept up to date")
            return false
        }
        if case .seconds(let size) = query.bars.size, size < 5 {
            failService(request, "bars kept up to date are five seconds or longer")
            return false
        }
        guard query.source.isPrice, query.contract.offers(query.source) else {
            failNoData(request, query.contract)
            return false
        }
        return true
    }

    /// Sends the bar that runs now; between sessions there is none.
    mutating func advance(
        _ kept: KeptBars, _ request: Int, _ connection: ConnectionID, at now: SimInstant
    ) -> SimInstant? {
        let next = barEnd(after: now)
        let end = clock.seconds(at: now)
        let single = BarRequest(
            duration: kept.query.bars.size.oneBar, size: kept.query.bars.size)
        let spans = single.spans(
            until: end, since: Self.earliestData, hours: kept.query.hours, limit: 100)
        guard serverIsConnected, kept.query.hours.isOpen(at: end - 1), let span = spans?.last
        else { return next }
        let bar = bar(over: span, kept.query)
        send(
            Message(
                "historicalDataUpdate",
                [
                    "reqId": String(request), "bar.barCount": String(bar.count),
                    "bar.date": date(of: span, kept.query, version: kept.version),
                    "bar.open": bar.open.description, "bar.close": bar.close.description,
                    "bar.high": bar.high.description, "bar.low": bar.low.description,
                    "bar.wap": bar.average.description, "bar.volume": String(bar.volume),
                ]), to: connection)
        return next
    }

    /// A kept query ends with 162, as a real gateway words it (assumed: third-party logs).
    ///
    /// All others were answered at once, so there is nothing left to cancel.
    mutating func cancelHistoricalData(_ request: Request) {
        if stopStream(.keptBars, request.id, of: request.connection) {
            failService(request, "API historical data query cancelled: \(request.id)")
        } else {
            fail(request, 366, "No historical data query found for ticker id:\(request.id)")
        }
    }
}

extension BarRequest.Size {
    /// A duration that reaches back over the youngest bar.
    fileprivate var oneBar: BarRequest.Duration {
        switch self {
        case .seconds(let seconds): .seconds(seconds)
        case .day: .days(1)
        case .week: .calendarDays(7)
        case .month: .calendarDays(31)
        }
    }
}
