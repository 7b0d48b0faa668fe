import GatewayWire
import Simulation

/// Questions about history that are not bars: first date, schedule, histogram, fundamentals.
extension History {
    /// The first regular session of the earliest day; stays open until cancelled.
    mutating func reqHeadTimeStamp(_ request: Request, _ context: inout GatewayContext) {
        guard let contract = context.soleContract(request) else { return }
        guard let source = BarSource(request.text("whatToShow").uppercased()) else {
            context.failService(
                request, "invalid whatToShow '\(quoted(request.text("whatToShow")))'")
            return
        }
        guard contract.offers(source) else {
            context.failNoData(request, contract)
            return
        }
        let hours =
            request.flag("useRTH")
            ? TradingHours.regular(contract) : TradingHours.extended(contract)
        let first = hours.session(day: Market.earliestDay)?.lowerBound ?? Market.earliestData
        let text =
            request.text("formatDate") == "2"
            ? String(first) : "\(WallClock.day(of: first))-\(WallClock.timeOfDay(of: first))"
        context.send(
            Message("headTimestamp", ["reqId": String(request.id), "headTimestamp": text]),
            to: request.connection)
        subscriptions.remember(.headTimestamp, request, .answered, &context)
    }

    /// Assumed: what a real gateway says to a cancel without a question is not known.
    mutating func cancelHeadTimeStamp(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .headTimestamp, request, orFail: 300, "Can't find EId with tickerId:\(request.id)",
            &context)
    }

    /// The sessions of the days a duration reaches back over.
    func sendSchedule(_ request: Request, _ contract: Contract, _ context: inout GatewayContext) {
        guard request.version >= 165 else {
            context.refuse(request, "a schedule needs server version 165")
            return
        }
        guard let duration = BarRequest.duration(request.text("durationStr")) else {
            context.failService(
                request, "invalid duration '\(quoted(request.text("durationStr")))'")
            return
        }
        let now = context.market.clock.seconds(at: request.now)
        let endText = request.text("endDateTime")
        guard let end = endText.isEmpty ? now : WallClock.seconds(from: endText) else {
            context.failDate(request)
            return
        }
        let hours =
            request.flag("useRTH")
            ? TradingHours.regular(contract) : TradingHours.extended(contract)
        let days = BarRequest(duration: duration, size: .day)
        // All of the session of the day that the end falls on, or of one that began before it.
        let last = [hours.day(of: end), hours.newestDay(at: end) ?? hours.day(of: end)]
            .compactMap { hours.session(day: $0)?.upperBound }.max()
        let spans = days.spans(
            until: max(last ?? end, end), since: Market.earliestData, hours: hours,
            limit: context.limits.historicalBars)
        guard let spans, let first = spans.first, let last = spans.last else {
            context.failNoData(request, contract)
            return
        }
        // Recorded: the contract's clocks with a dash, and their zone apart.
        let zone = contract.zone
        func text(_ seconds: Int64) -> String {
            let local = zone.local(seconds)
            return "\(WallClock.day(of: local))-\(WallClock.timeOfDay(of: local))"
        }
        var message = Message(
            "historicalSchedule",
            [
                "reqId": String(request.id), "startDateTime": text(first.lowerBound),
                "endDateTime": text(last.upperBound), "timeZone": zone.name,
            ])
        message.setItems(
            of: "sessions",
            to: spans.map { span in
                [
                    "startDateTime": text(span.lowerBound), "endDateTime": text(span.upperBound),
                    "refDate": WallClock.day(of: span.day * WallClock.secondsPerDay),
                ]
            })
        context.send(message, to: request.connection)
    }

    /// What traded at which price: the volume of a hundred even parts, each at its closing price.
    mutating func reqHistogramData(_ request: Request, _ context: inout GatewayContext) {
        guard let contract = context.soleContract(request) else { return }
        let period = request.text("timePeriod")
        guard let duration = Self.period(period) else {
            context.failService(request, "invalid time period '\(quoted(period))'")
            return
        }
        guard contract.offers(BarSource.trades) else {
            context.failNoData(request, contract)
            return
        }
        guard context.mayAskHistory(request, contract) else { return }
        let now = context.market.priceMoment(at: request.now)
        let step = max(duration * 1000 / 100, PricePath.leafMilliseconds)
        var volumes: [Amount: Int64] = [:]
        for part in 0..<100 {
            let end = now - Int64(part) * step
            let bar = context.market.bar(of: contract, from: end - step, to: end, showing: .trades)
            volumes[bar.close, default: 0] += bar.volume
        }
        var message = Message("histogramData", ["reqId": String(request.id)])
        message.setItems(
            of: "items",
            to: volumes.keys.sorted().map {
                ["price": $0.description, "size": String(volumes[$0] ?? 0)]
            })
        context.send(message, to: request.connection)
        subscriptions.remember(.histogram, request, .answered, &context)
    }

    /// Seconds of `3 days`, `1 week`, `2 months`, and of a bar question's durations.
    private static func period(_ text: String) -> Int64? {
        let parts = text.lowercased().split(separator: " ")
        guard parts.count == 2, let number = Int64(parts[0]), (1...10_000).contains(number) else {
            return nil
        }
        let unit: Int64
        switch parts[1] {
        case "s", "sec", "secs", "second", "seconds": unit = 1
        case "min", "mins", "minute", "minutes": unit = 60
        case "hour", "hours": unit = 3600
        case "d", "day", "days": unit = WallClock.secondsPerDay
        case "w", "week", "weeks": unit = 7 * WallClock.secondsPerDay
        case "m", "month", "months": unit = 30 * WallClock.secondsPerDay
        case "y", "year", "years": unit = 365 * WallClock.secondsPerDay
        default: return nil
        }
        return min(number * unit, 3_650 * WallClock.secondsPerDay)
    }

    mutating func cancelHistogramData(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .histogram, request, orFail: 300, "Can't find EId with tickerId:\(request.id)", &context
        )
    }

    /// A small report of each kind IB names; numbers are invented from the contract.
    ///
    /// Reported: builds from API 10.47 on answer with error 10358.
    mutating func reqFundamentalData(_ request: Request, _ context: inout GatewayContext) {
        guard context.settings.hasFundamentals else {
            context.failFundamentals(request)
            return
        }
        guard let contract = context.soleContract(request) else { return }
        let day = WallClock.day(of: context.market.clock.seconds(at: request.now))
        guard contract.secType == "STK",
            let report = FundamentalReport(rawValue: request.text("reportType"))
        else {
            context.fail(
                request, 430,
                "We are sorry, but fundamentals data for the security specified is not available."
                    + quoted(request.text("reportType")))
            return
        }
        context.send(
            Message(
                "fundamentalData",
                ["reqId": String(request.id), "data": report.document(contract, day: day)]),
            to: request.connection)
        subscriptions.remember(.fundamentals, request, .answered, &context)
    }

    mutating func cancelFundamentalData(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .fundamentals, request, orFail: 300, "Can't find EId with tickerId:\(request.id)",
            &context)
    }
}

/// The kinds of fundamental reports.
enum FundamentalReport: String {
    case snapshot = "ReportSnapshot"
    case summary = "ReportsFinSummary"
    case ratios = "ReportRatios"
    case statements = "ReportsFinStatements"
    case estimates = "RESC"
    case calendar = "CalendarReport"
    case ownership = "ReportsOwnership"

    /// A document of the report's root element; its inner structure is simplified.
    func document(_ contract: Contract, day: String) -> String {
        func invented(_ salt: UInt64, _ most: UInt64) -> UInt64 {
            mixed(UInt64(bitPattern: contract.conID), salt) % most + 1
        }
        let company =
            "<CoIDs><CoID Type=\"CompanyName\">\(xmlText(contract.longName))</CoID>"
            + "<CoID Type=\"Ticker\">\(xmlText(contract.symbol))</CoID></CoIDs>"
        let (root, content) =
            switch self {
            case .snapshot:
                (
                    "ReportSnapshot",
                    company + "<Ratios><Ratio FieldName=\"PEEXCLXOR\">\(invented(1, 60))</Ratio>"
                        + "<Ratio FieldName=\"BETA\">1.\(invented(2, 9))</Ratio></Ratios>"
                )
            case .summary:
                (
                    "FinancialSummary",
                    "<EPSs currency=\"USD\"><EPS asofDate=\"\(day)\" reportType=\"TTM\" "
                        + "period=\"12M\">\(invented(3, 20)).42</EPS></EPSs>"
                )
            case .ratios:
                ("Ratios", "<Ratio FieldName=\"TTMROEPCT\">\(invented(4, 50))</Ratio>")
            case .statements:
                (
                    "ReportFinancialStatements",
                    company + "<FinancialStatements><lineItem coaCode=\"SREV\">"
                        + "\(invented(5, 400_000))</lineItem></FinancialStatements>"
                )
            case .estimates:
                ("REarnEstCons", company + "<Recommendation>BUY</Recommendation>")
            case .calendar:
                ("CalendarReport", "<Earnings><Date>\(day)</Date></Earnings>")
            case .ownership:
                ("OwnershipDetails", "<floatShares>\(invented(6, 9_000_000_000))</floatShares>")
            }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><\(root)>\(content)</\(root)>"
    }
}

/// Text with the characters XML gives a meaning written out.
func xmlText(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
}
