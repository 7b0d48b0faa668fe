import GatewayWire
import Simulation

/// Wall Street Horizon: which events there are, and when they are; dates are invented.
extension HealthyGateway {
    private static let kinds: [(code: String, name: String)] = [
        ("wshe_ed", "Earnings Date"), ("wshe_bod", "Board of Directors Meeting"),
        ("wshe_div", "Dividend"), ("wshe_sh", "Shareholder Meeting"),
    ]

    mutating func reqWshMetaData(_ request: Request) {
        guard
            mayOpen(
                .calendarMeta, request, atMost: limits.streams,
                duplicate: (10278, "Duplicate WSH metadata request"),
                tooMany: (10279, "Failed request WSH metadata"))
        else { return }
        let types = Self.kinds.map {
            "{\"name\":\"\($0.name)\",\"tag\":\"\($0.code)\"}"
        }
        let json =
            "{\"meta_data\":{\"version\":\"1.0\",\"event_types\":[\(types.joined(separator: ","))]}}"
        startStream(.calendarMeta, request, .answered)
        clients[request.connection]?.streams.calendarWasRead = true
        send(
            Message("wshMetaData", ["reqId": String(request.id), "dataJson": json]),
            to: request.connection)
    }

    mutating func cancelWshMetaData(_ request: Request) {
        cancelStream(.calendarMeta, request, orFail: 10280, "Failed cancel WSH metadata")
    }

    /// Events of one contract, or of the portfolio; the metadata must have been asked for before.
    mutating func reqWshEventData(_ request: Request) {
        guard
            mayOpen(
                .calendarEvents, request, atMost: limits.streams,
                duplicate: (10281, "Duplicate WSH event data request"),
                tooMany: (10283, "Fail request WSH event data"))
        else { return }
        guard let streams = clients[request.connection]?.streams, streams.calendarWasRead else {
            fail(request, 10282, "WSH metadata not requested")
            return
        }
        let limit = request.int("totalLimit") ?? 100
        let most = min(limit < 1 || limit == Int(Int32.max) ? 100 : limit, 100)
        let events = subjects(of: request).flatMap { calendarEvents(of: $0, request) }.prefix(most)
        startStream(.calendarEvents, request, .answered)
        send(
            Message(
                "wshEventData",
                ["reqId": String(request.id), "dataJson": "[\(events.joined(separator: ","))]"]),
            to: request.connection)
    }

    mutating func cancelWshEventData(_ request: Request) {
        cancelStream(.calendarEvents, request, orFail: 10284, "Fail cancel WSH event data")
    }

    private func subjects(of request: Request) -> [Contract] {
        if let conID = request.int("conId"), conID > 0, conID != Int(Int32.max) {
            return contracts[Int64(conID)].map { [$0] } ?? []
        }
        let held = ledger.accounts.flatMap(\.positions).map(\.conID)
        if request.flag("fillPortfolio") { return held.compactMap { contracts[$0] } }
        // A filter names con ids in its JSON: any number that is one counts.
        return request.text("filter").split { !("0"..."9").contains($0) }
            .compactMap { Int64($0) }.compactMap { contracts[$0] }
    }

    private func calendarEvents(of contract: Contract, _ request: Request) -> [String] {
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
