import GatewayWire
import Simulation

/// Historical bars, answered at once and the same every time.
extension HealthyGateway {
    mutating func reqHistoricalData(_ request: Request) {
        guard let contract = soleContract(request) else { return }
        guard !request.flag("keepUpToDate") else {
            refuse(request, "fakegw does not keep historical bars up to date yet")
            return
        }
        guard let source = BarSource(request.text("whatToShow").uppercased()) else {
            failValidation(request, "whatToShow", request.text("whatToShow"))
            return
        }
        guard let duration = BarRequest.duration(request.text("durationStr")) else {
            failValidation(request, "duration", request.text("durationStr"))
            return
        }
        guard let size = BarRequest.size(request.text("barSizeSetting")) else {
            failValidation(request, "bar size", request.text("barSizeSetting"))
            return
        }
        let now = clock.seconds(at: request.now)
        let endText = request.text("endDateTime")
        let end = endText.isEmpty ? now : WallClock.seconds(from: endText)
        guard let end else {
            fail(
                request, 10314,
                "End Date/Time: The date, time, or time-zone entered is invalid. "
                    + "The correct format is yyyymmdd hh:mm:ss xx/xxxx")
            return
        }
        let hours =
            request.flag("useRTH")
            ? TradingHours.regular(contract) : TradingHours.extended(contract)
        let spans = BarRequest(duration: duration, size: size)
            .spans(until: min(end, now), hours: hours, limit: limits.historicalBars)
        guard let spans else {
            fail(
                request, 162,
                "Historical Market Data Service error message:"
                    + "more than \(limits.historicalBars) bars asked for")
            return
        }
        guard let first = spans.first, let last = spans.last else {
            fail(
                request, 162,
                "Historical Market Data Service error message:HMDS query returned no data: "
                    + "\(contract.symbol)@\(contract.exchange) "
                    + quoted(request.text("whatToShow").uppercased()))
            return
        }
        var message = Message("historicalData", ["reqId": String(request.id)])
        let start = clock.dateTime(first.lowerBound, version: request.version)
        let stop = clock.dateTime(last.upperBound, version: request.version)
        message["startDateStr"] = start
        message["endDateStr"] = stop
        message.setItems(
            of: "bars",
            to: spans.map { row($0, contract, source, size: size, request) })
        send(message, to: request.connection)
        if request.version >= 196 {
            send(
                Message(
                    "historicalDataEnd",
                    [
                        "reqId": String(request.id), "startDateStr": start, "endDateStr": stop,
                    ]), to: request.connection)
        }
    }

    /// Answers are immediate, so there is never a query left to cancel.
    mutating func cancelHistoricalData(_ request: Request) {
        fail(
            request, 366, "No historical data query found for ticker id:\(request.id)")
    }

    private mutating func failValidation(_ request: Request, _ what: String, _ text: String) {
        // 162 rather than 321, because ib_async takes 321 for a warning and would wait for ever.
        fail(
            request, 162,
            "Historical Market Data Service error message:invalid \(what) '\(quoted(text))'")
    }

    private func row(
        _ span: Range<Int64>, _ contract: Contract, _ source: BarSource, size: BarRequest.Size,
        _ request: Request
    ) -> [String: String] {
        let origin = floorDivide(clock.epoch, 1_000_000)
        let bar = bar(
            of: contract, from: span.lowerBound * 1000 - origin,
            to: span.upperBound * 1000 - origin, showing: source)
        return [
            "date": date(span, size, request), "open": bar.open.description,
            "high": bar.high.description, "low": bar.low.description,
            "close": bar.close.description, "volume": String(bar.volume),
            "wap": bar.average.description, "_hasGaps": "false", "barCount": String(bar.count),
        ]
    }

    private func date(_ span: Range<Int64>, _ size: BarRequest.Size, _ request: Request) -> String {
        if request.text("formatDate") == "2" { return String(span.lowerBound) }
        switch size {
        case .seconds: return clock.dateTime(span.lowerBound, version: request.version)
        case .day: return WallClock.day(of: span.lowerBound)
        case .week, .month: return WallClock.day(of: span.upperBound - 1)
        }
    }
}
