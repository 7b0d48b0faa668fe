import GatewayWire
import Simulation

/// A query that is kept up to date: its latest bar is sent again every five seconds.
struct KeptBars: Sendable {
    let query: BarQuery
    let version: Int
}

/// Historical bars kept up to date, and cancelling historical queries.
extension History {
    func mayKeepUpToDate(_ request: Request, _ query: BarQuery, _ context: inout GatewayContext)
        -> Bool
    {
        if !request.text("endDateTime").isEmpty {
            context.failService(request, "an end date is not allowed with bars kept up to date")
            return false
        }
        if case .seconds(let size) = query.bars.size, size < 5 {
            context.failService(request, "bars kept up to date are five seconds or longer")
            return false
        }
        guard query.source.isPrice, query.contract.offers(query.source) else {
            context.failNoData(request, query.contract)
            return false
        }
        guard context.isEntitled(to: query.contract) else {
            // Recorded at 225: the code; its text is assumed.
            context.failService(
                request, "No market data permissions for \(query.contract.permissionName)")
            return false
        }
        return true
    }

    /// Sends the current bar; between sessions there is none.
    func advance(
        _ kept: KeptBars, _ request: Int, _ connection: ConnectionID, at now: SimInstant,
        _ context: inout GatewayContext
    ) -> SimInstant? {
        let next = context.market.barEnd(after: now)
        let end = context.market.clock.seconds(at: now)
        let single = BarRequest(
            duration: kept.query.bars.size.oneBar, size: kept.query.bars.size)
        let spans = single.spans(
            until: end, since: Market.earliestData, hours: kept.query.hours, limit: 100)
        guard context.serverIsConnected, kept.query.hours.isOpen(at: end - 1),
            let span = spans?.last
        else { return next }
        let bar = context.market.bar(over: span, kept.query)
        context.send(
            Message(
                "historicalDataUpdate",
                [
                    "reqId": String(request), "bar.barCount": String(bar.count),
                    "bar.date": context.market.date(of: span, kept.query, version: kept.version),
                    "bar.open": bar.open.priceText, "bar.close": bar.close.priceText,
                    "bar.high": bar.high.priceText, "bar.low": bar.low.priceText,
                    "bar.wap": bar.average.inThousandths, "bar.volume": String(bar.volume),
                ]), to: connection)
        return next
    }

    /// A kept query ends with 162, as a real gateway words it (assumed: third-party logs).
    ///
    /// All others were answered at once, so there is nothing left to cancel.
    mutating func cancelHistoricalData(_ request: Request, _ context: inout GatewayContext) {
        if subscriptions.stop(.keptBars, request, &context) {
            context.failService(request, "API historical data query cancelled: \(request.id)")
        } else {
            context.fail(request, 366, "No historical data query found for ticker id:\(request.id)")
        }
    }
}

extension BarRequest.Size {
    /// A duration that reaches back over the youngest bar.
    fileprivate var oneBar: BarRequest.Duration {
        switch self {
        case .seconds(let seconds): .seconds(seconds)
        case .day: .days(1)
        case .week: .weeks(1)
        case .month: .months(1)
        }
    }
}
