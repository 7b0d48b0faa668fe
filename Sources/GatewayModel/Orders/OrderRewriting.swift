import GatewayWire
import Simulation

/// What a gateway writes in its own way before it shows an order.
extension Order {
    /// Rewrites dates, conditions and the parameters of an algorithm.
    mutating func rewriteFields(at now: SimInstant, _ context: GatewayContext) {
        // Recorded at 225 for both.
        for name in ["order.goodTillDate", "order.goodAfterTime"] {
            guard let text = fields[name], !text.isEmpty else { continue }
            fields[name] = contract.zoned(text)
        }
        rewriteConditions()
        rewriteAlgorithm(at: now, context)
        noteAutoCancel(at: now, context.market.clock)
    }

    /// Recorded at 200: prices have two decimals or more, times the contract's zone, and executions
    /// of any exchange count.
    private mutating func rewriteConditions() {
        guard !conditions.isEmpty else { return }
        let rows = fields.items(of: "order.conditions").map { row in
            var row = row
            // Protobuf clients may leave out what is false; gateways never do.
            row["conjunction"] = row["conjunction"] == "o" ? "o" : "a"
            if let price = row["price"].flatMap({ Amount($0) }) { row["price"] = price.priceText }
            if let time = row["time"], !time.isEmpty { row["time"] = contract.zoned(time) }
            if row["condType"] == "5", ["", "SMART"].contains(row["exchange"] ?? "") {
                row["exchange"] = "ANY"
            }
            return row
        }
        fields.setItems(of: "order.conditions", to: rows)
    }

    /// Recorded at 225: parameters in another order than sent, times in the exchange's zone, and on
    /// the next trading day when they are past and the market is closed.
    ///
    /// Which order is assumed: the one in which IB documents them.
    private mutating func rewriteAlgorithm(at now: SimInstant, _ context: GatewayContext) {
        guard let strategy = fields["order.algoStrategy"], !strategy.isEmpty else { return }
        let rows = fields.items(of: "order.algoParams")
        guard !rows.isEmpty else { return }
        let opening = context.settings.marketsKeepHours ? nextOpening(at: now, context) : nil
        let ranked = rows.enumerated().sorted { one, other in
            let ranks = (Self.rank(one.element["tag"]), Self.rank(other.element["tag"]))
            return ranks.0 == ranks.1 ? one.offset < other.offset : ranks.0 < ranks.1
        }
        fields.setItems(
            of: "order.algoParams",
            to: ranked.map { _, row in
                var row = row
                guard let tag = row["tag"], let value = row["value"], tag.hasSuffix("Time") else {
                    return row
                }
                row["value"] = contract.zoned(value, notBefore: opening)
                return row
            })
    }

    private static let parameters = [
        "adaptivePriority", "strategyType", "maxPctVol", "pctVol", "riskAversion", "displaySize",
        "startTime", "endTime", "forceCompletion", "allowPastEndTime", "noTakeLiq",
    ]

    private static func rank(_ tag: String?) -> Int {
        tag.flatMap { parameters.firstIndex(of: $0) } ?? parameters.count
    }

    /// When the next session opens, in seconds since 1970, if the market is closed now.
    private func nextOpening(at now: SimInstant, _ context: GatewayContext) -> Int64? {
        let seconds = context.market.clock.seconds(at: now)
        let session = TradingHours.regular(contract).nextSession(endingAfter: seconds)
        guard let opening = session?.lowerBound, opening > seconds else { return nil }
        return opening
    }

    /// Notes when a good-till-cancelled order is taken back: at the close of the last day of the
    /// quarter after this one, in the gateway's own zone.
    ///
    /// Recorded at 200 in April (end of September) and at 225 in August (end of December).
    mutating func noteAutoCancel(at now: SimInstant, _ clock: WallClock) {
        guard timeInForce == .untilCancelled else {
            autoCancelDate = ""
            return
        }
        let (year, month, _) = UTCTime.civil(days: clock.day(at: now))
        // The first month behind the next quarter, counted from year 0.
        let months = year * 12 + (month - 1) / 3 * 3 + 6
        let lastDay = UTCTime.days(year: months / 12, month: months % 12 + 1, day: 1) - 1
        let close = contract.zone.seconds(ofLocal: lastDay * WallClock.secondsPerDay + 16 * 3600)
        autoCancelDate = clock.connectionTime(at: clock.instant(ofSeconds: close))
    }
}

extension Contract {
    /// A client's time as a gateway shows it, in the exchange's zone; what is no time stays as it
    /// is.
    ///
    /// - Parameter opening: A time before it is moved to the day of this second since 1970.
    func zoned(_ text: String, notBefore opening: Int64? = nil) -> String {
        guard text.contains(":"), let seconds = WallClock.seconds(from: text) else { return text }
        guard let opening, seconds < opening else { return zone.dateTime(seconds) }
        let day = WallClock.secondsPerDay
        let timeOfDay = zone.local(seconds) - floorDivide(zone.local(seconds), day) * day
        let moved = floorDivide(zone.local(opening), day) * day + timeOfDay
        return zone.dateTime(zone.seconds(ofLocal: moved))
    }
}

extension Orders {
    /// A price that stands in the trailing stop of some market orders while they wait for an
    /// opening (recorded at 225 after hours).
    func staleStop(of order: Order, at now: SimInstant, _ context: GatewayContext) -> Amount? {
        guard order.type == "MKT", order.contract.legs.isEmpty, order.waitsForOpening,
            views.choice(of: 3, for: order.permID, .staleStop) > 0
        else { return nil }
        let moment = context.market.priceMoment(at: now)
        return context.market.prices.quote(of: order.contract, at: moment).last
    }

    /// Confirms the contract that hedges a combination, with its delta and price.
    ///
    /// IB documents that what the client left open has the present values, fixed from then on. A
    /// delta that was left open is 1 (assumed).
    func validateDeltaNeutral(
        _ order: Order, _ request: Request, _ context: inout GatewayContext
    ) {
        let prefix = "contract.deltaNeutralContract"
        guard !order.contract.legs.isEmpty, request.flag("deltaNeutralContractPresent"),
            let conID = request.message["\(prefix).conId"].flatMap({ Int64($0) })
        else { return }
        let delta = request.amount("\(prefix).delta") ?? 0
        var price = request.amount("\(prefix).price") ?? 0
        if price == 0, let hedge = context.market.contracts[conID] {
            let moment = context.market.priceMoment(at: request.now)
            price = context.market.prices.quote(of: hedge, at: moment).last
        }
        context.send(
            Message(
                "deltaNeutralValidation",
                [
                    "reqId": String(order.orderID), "deltaNeutralContract.conId": String(conID),
                    "deltaNeutralContract.delta": (delta == 0 ? 1 : delta.double).javaText,
                    "deltaNeutralContract.price": price.double.javaText,
                ]), to: request.connection)
    }
}
