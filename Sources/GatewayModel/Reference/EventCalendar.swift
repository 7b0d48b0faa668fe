import GatewayWire
import Simulation

/// Wall Street Horizon: which events there are, and when they are; dates are invented.
extension Reference {
    private static let kinds: [(code: String, name: String)] = [
        ("wshe_ed", "Earnings Date"), ("wshe_bod", "Board of Directors Meeting"),
        ("wshe_div", "Dividend"), ("wshe_sh", "Shareholder Meeting"),
    ]

    /// Recorded: a login without the calendar gets error 10276 to both requests.
    private func mayReadCalendar(_ request: Request, _ context: inout GatewayContext) -> Bool {
        if context.settings.hasEventCalendar { return true }
        context.fail(request, 10276, "News feed is not allowed.")
        return false
    }

    mutating func reqWshMetaData(_ request: Request, _ context: inout GatewayContext) {
        guard mayReadCalendar(request, &context) else { return }
        guard
            subscriptions.mayOpen(
                .calendarMeta, request, atMost: context.limits.streams,
                duplicate: (10278, "Duplicate WSH metadata request"),
                tooMany: (10279, "Failed request WSH metadata"), &context)
        else { return }
        let types = Self.kinds.map {
            "{\"name\":\"\($0.name)\",\"tag\":\"\($0.code)\"}"
        }
        let json =
            "{\"meta_data\":{\"version\":\"1.0\",\"event_types\":[\(types.joined(separator: ","))]}}"
        subscriptions.start(.calendarMeta, request, .answered, &context)
        calendarReaders.insert(request.connection)
        context.send(
            Message("wshMetaData", ["reqId": String(request.id), "dataJson": json]),
            to: request.connection)
    }

    mutating func cancelWshMetaData(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .calendarMeta, request, orFail: 10280, "Failed cancel WSH metadata", &context)
    }

    /// Events of one contract, or of the portfolio; the metadata must have been asked for before.
    ///
    /// - Parameter held: The con ids of the portfolio.
    mutating func reqWshEventData(
        _ request: Request, held: [Int64], _ context: inout GatewayContext
    ) {
        guard mayReadCalendar(request, &context) else { return }
        guard
            subscriptions.mayOpen(
                .calendarEvents, request, atMost: context.limits.streams,
                duplicate: (10281, "Duplicate WSH event data request"),
                tooMany: (10283, "Fail request WSH event data"), &context)
        else { return }
        guard calendarReaders.contains(request.connection) else {
            context.fail(request, 10282, "WSH metadata not requested")
            return
        }
        let limit = request.int("totalLimit") ?? 100
        let most = min(limit < 1 || limit == Int(Int32.max) ? 100 : limit, 100)
        let market = context.market
        let events = subjects(of: request, held: held, market.contracts)
            .flatMap { calendarEvents(of: $0, request, market.clock) }.prefix(most)
        subscriptions.start(.calendarEvents, request, .answered, &context)
        context.send(
            Message(
                "wshEventData",
                ["reqId": String(request.id), "dataJson": "[\(events.joined(separator: ","))]"]),
            to: request.connection)
    }

    mutating func cancelWshEventData(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .calendarEvents, request, orFail: 10284, "Fail cancel WSH event data", &context)
    }

    private func subjects(
        of request: Request, held: [Int64], _ contracts: ContractBook
    ) -> [Contract] {
        if let conID = request.int("conId"), conID > 0, conID != Int(Int32.max) {
            return contracts[Int64(conID)].map { [$0] } ?? []
        }
        if request.flag("fillPortfolio") { return held.compactMap { contracts[$0] } }
        // A filter names con ids in its JSON: any number that is one counts.
        return request.text("filter").split { !("0"..."9").contains($0) }
            .compactMap { Int64($0) }.compactMap { contracts[$0] }
    }

    private func calendarEvents(
        of contract: Contract, _ request: Request, _ clock: WallClock
    ) -> [String] {
        let today = clock.day(at: request.now)
        let bounds = (request.text("startDate"), request.text("endDate"))
        return Self.kinds.enumerated().compactMap { number, kind in
            let days = Int64(
                mixed(UInt64(bitPattern: contract.conID), UInt64(number)) % 60)
            let date = WallClock.day(of: (today + days) * WallClock.secondsPerDay)
            guard bounds.0.isEmpty || bounds.0 <= date, bounds.1.isEmpty || date <= bounds.1 else {
                return nil
            }
            return "{\"conids\":[\"\(contract.conID)\"],\"event_type\":\"\(kind.code)\","
                + "\"index_date\":\"\(date)\",\"data\":{\"status\":\"CONFIRMED\"}}"
        }
    }
}
