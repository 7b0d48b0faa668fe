import GatewayWire
import Simulation

/// A question for bars that made sense.
struct BarQuery: Sendable {
    let contract: Contract
    let source: BarSource
    let bars: BarRequest
    let end: Int64
    let hours: TradingHours
    let regularHoursOnly: Bool
    /// Dates as seconds since 1970.
    let datesAsSeconds: Bool
    let zone: InstrumentTimezone
}

/// Historical bars, answered at once and the same every time.
extension History {
    mutating func reqHistoricalData(_ request: Request, _ context: inout GatewayContext) {
        guard
            subscriptions.mayOpen(
                .keptBars, request, atMost: context.limits.streams,
                duplicate: (386, "Duplicate ticker ID for API historical data query"),
                tooMany: GatewayContext.serviceError("too many historical data requests"), &context)
        else { return }
        guard let contract = context.soleContract(request) else { return }
        let show = request.text("whatToShow").uppercased()
        if show == "SCHEDULE" {
            sendSchedule(request, contract, &context)
            return
        }
        guard let query = barQuery(request, contract, &context), keepsPace(request, query, &context)
        else { return }
        let isKept = request.flag("keepUpToDate")
        guard isKept || contract.offers(query.source) else {
            context.failNoData(request, contract)
            return
        }
        if isKept, !mayKeepUpToDate(request, query, &context) { return }
        if !isKept, !context.mayAskHistory(request, contract) { return }
        let spans = query.bars.spans(
            until: query.end, since: Market.earliestData, hours: query.hours,
            limit: context.limits.historicalBars)
        guard let spans else {
            context.failService(
                request, "more than \(context.limits.historicalBars) bars asked for")
            return
        }
        guard !spans.isEmpty else {
            context.failNoData(request, contract)
            return
        }
        sendBars(spans, query, request, &context)
        if isKept {
            let kept = KeptBars(query: query, version: request.version)
            subscriptions.start(
                .keptBars, request, .keptBars(kept), at: context.market.barEnd(after: request.now),
                &context)
        }
    }

    /// The two ends are the moment asked for and the duration before it, whatever bars there are.
    ///
    /// Recorded at 200 to 208.
    private func sendBars(
        _ spans: [BarRequest.Span], _ query: BarQuery, _ request: Request,
        _ context: inout GatewayContext
    ) {
        var message = Message("historicalData", ["reqId": String(request.id)])
        let zone = query.contract.zone
        let start = context.market.barTime(
            query.bars.start(before: query.end, in: zone), query, version: request.version)
        let stop = context.market.barTime(query.end, query, version: request.version)
        message["startDateStr"] = start
        message["endDateStr"] = stop
        message.setItems(
            of: "bars",
            to: spans.map { span in
                let bar = context.market.bar(over: span, query)
                return [
                    "date": context.market.date(of: span, query, version: request.version),
                    "open": bar.open.priceText, "high": bar.high.priceText,
                    "low": bar.low.priceText, "close": bar.close.priceText,
                    "volume": String(bar.volume), "wap": bar.average.inThousandths,
                    "_hasGaps": "false", "barCount": String(bar.count),
                ]
            })
        context.send(message, to: request.connection)
        guard request.version >= 196 else { return }
        context.send(
            Message(
                "historicalDataEnd",
                ["reqId": String(request.id), "startDateStr": start, "endDateStr": stop]),
            to: request.connection)
    }

    /// Reads the request's texts; answers with an error and `nil` when they make no sense.
    private func barQuery(_ request: Request, _ contract: Contract, _ context: inout GatewayContext)
        -> BarQuery?
    {
        let show = request.text("whatToShow").uppercased()
        guard let source = BarSource(show) else {
            context.failService(request, "invalid whatToShow '\(quoted(show))'")
            return nil
        }
        guard let duration = BarRequest.duration(request.text("durationStr")) else {
            context.failService(
                request, "invalid duration '\(quoted(request.text("durationStr")))'")
            return nil
        }
        guard let size = BarRequest.size(request.text("barSizeSetting")) else {
            context.failService(
                request, "invalid bar size '\(quoted(request.text("barSizeSetting")))'")
            return nil
        }
        let endText = request.text("endDateTime")
        if show == "ADJUSTED_LAST", !endText.isEmpty {
            context.fail(request, 10299, "End Date/Time is not supported with adjusted last.")
            return nil
        }
        let now = context.market.clock.seconds(at: request.now)
        guard let end = endText.isEmpty ? now : WallClock.seconds(from: endText) else {
            context.failDate(request)
            return nil
        }
        let regular = request.flag("useRTH")
        // A combination has the hours of its legs.
        let keeper = contract.legs.first.flatMap { context.market.contracts[$0.conID] } ?? contract
        return BarQuery(
            contract: contract, source: source,
            bars: BarRequest(duration: duration, size: size), end: min(end, now),
            hours: regular ? .regular(keeper) : .extended(keeper),
            regularHoursOnly: regular, datesAsSeconds: request.text("formatDate") == "2",
            zone: context.settings.sendInstrumentTimezone)
    }
}

/// Refusals that are worded alike for everything a history farm answers.
extension GatewayContext {
    mutating func failDate(_ request: Request) {
        fail(
            request, 10314,
            "End Date/Time: The date, time, or time-zone entered is invalid. "
                + "The correct format is yyyymmdd hh:mm:ss xx/xxxx")
    }

    static func serviceError(_ text: String) -> (Int, String) {
        (162, "Historical Market Data Service error message:\(text)")
    }

    /// Code 162 also for what a real gateway refuses by 321.
    ///
    /// ib_async takes 321 for a warning and would wait for ever.
    mutating func failService(_ request: Request, _ text: String) {
        let (code, text) = Self.serviceError(text)
        fail(request, code, text)
    }

    mutating func failNoData(_ request: Request, _ contract: Contract) {
        failService(
            request,
            "HMDS query returned no data: \(contract.localSymbol)@\(contract.exchange) "
                + quoted(request.text("whatToShow").uppercased()))
    }
}

extension Market {
    /// Nothing is older: 4 January 2005, the same for every contract (assumed).
    static let earliestDay: Int64 = 12_787
    static var earliestData: Int64 { earliestDay * WallClock.secondsPerDay }

    func bar(over span: BarRequest.Span, _ query: BarQuery) -> Bar {
        let origin = clock.milliseconds(at: .start)
        func part(_ session: Range<Int64>) -> Bar {
            bar(
                of: query.contract, from: session.lowerBound * 1000 - origin,
                to: session.upperBound * 1000 - origin, showing: query.source)
        }
        var whole = part(span.sessions.first ?? 0..<0)
        for session in span.sessions.dropFirst() { whole.append(part(session)) }
        return whole
    }

    func date(of span: BarRequest.Span, _ query: BarQuery, version: Int) -> String {
        switch query.bars.size {
        case .seconds:
            query.datesAsSeconds
                ? String(span.lowerBound) : barTime(span.lowerBound, query, version: version)
        case .day, .week, .month: WallClock.day(of: span.day * WallClock.secondsPerDay)
        }
    }

    func barTime(_ seconds: Int64, _ query: BarQuery, version: Int) -> String {
        clock.dateTime(seconds, of: query.contract, by: query.zone, version: version)
    }
}

extension Amount {
    /// Rounded to three decimals at most, as averages of bars are written: `314.335`.
    ///
    /// Recorded at 206 and 208.
    var inThousandths: String {
        let half: Int64 = micros < 0 ? -500 : 500
        return Amount(micros: micros.addingReportingOverflow(half).partialValue / 1000 * 1000)
            .description
    }
}
