import GatewayWire
import Simulation

/// What contract details say, bonds in their own message.
extension Market {
    /// One row: a contract as it is at one of its exchanges.
    ///
    /// Recorded at 211 and 225 for shares, options, futures and currencies. A field that a recording
    /// does not show, and that an older server version needs, keeps its unset form there.
    func details(of contract: Contract, at exchange: String, _ request: Request) -> Message {
        var message = Message("contractDetails", ["reqId": String(request.id)])
        contract.describe(in: &message, exchange: exchange)
        message["_lastTradeDate"] = contract.lastTradeMoment
        message["contract.lastTradeDate"] = contract.lastTradeDate
        message["_sizeMinTick"] = "1"
        message["details.marketName"] = contract.tradingClass
        message["details.longName"] = contract.longName
        message["details.contractMonth"] = String(contract.lastTradeDate.prefix(6))
        message["details.industry"] = contract.industry
        message["details.category"] = contract.stockType == "ETF" ? "Equity Fund" : ""
        if contract.underlyingConID != 0 {
            message["details.underConId"] = String(contract.underlyingConID)
        }
        let underlying = contracts[contract.underlyingConID]
        let hasUnderlying = ["OPT", "FUT", "CFD"].contains(contract.secType)
        message["details.underSymbol"] = hasUnderlying ? contract.symbol : ""
        message["details.underSecType"] = hasUnderlying ? underlying?.secType ?? "IND" : ""
        message["details.realExpirationDate"] = contract.lastTradeDate
        message["details.stockType"] = contract.stockType
        if contract.secType == "STK" {
            message.setIfPresent("details.lastPricePrecision", "0.000001")
            message.setIfPresent("details.lastSizePrecision", "0.000001")
        }
        if request.version >= 225 {
            message.setIfPresent(
                "details.settlementMethod", contract.settlementMethod(of: underlying))
        }
        describeCommon(contract, at: exchange, in: &message, request)
        return message
    }

    /// A bond under a number of IB's own in place of its symbol and CUSIP.
    ///
    /// Recorded at 225: symbol, currency, coupon, maturity, date of issue, ratings, kind, market and
    /// name are missing. With the setting `bond-details: full` they are there (reported).
    func bondDetails(
        of contract: Contract, at exchange: String, _ request: Request, _ shown: BondDetails
    ) -> Message {
        var message = Message("bondContractDetails", ["reqId": String(request.id)])
        contract.describe(in: &message, exchange: exchange)
        message["details.descAppend"] = contract.localSymbol
        message.setIfPresent("details.contractMonth", String(contract.lastTradeDate.prefix(6)))
        message.setIfPresent("details.industry", contract.industry)
        describeCommon(contract, at: exchange, in: &message, request)
        if !contract.restrictions.isEmpty {
            message["details.evRule"] = "factor:"
            if !message.schema.indexes(of: "details.ineligibilityReasonList").isEmpty {
                message.setItems(
                    of: "details.ineligibilityReasonList",
                    to: contract.restrictions.map { ["id": $0.code, "description": $0.reason] })
            }
        }
        switch shown {
        case .identifiers:
            message["contract.symbol"] = nil
            message["contract.currency"] = nil
            message.setIfPresent("contract.localSymbol", contract.bondIdentifier ?? "")
            message["details.cusip"] = contract.bondIdentifier
            // Older clients read a whole number in the text form.
            if request.version < Self.protobufSince { message["details.coupon"] = "0" }
        case .full:
            message["details.cusip"] = contract.secIDs.first { $0.type == "CUSIP" }?.value
            message["details.coupon"] = String(contract.coupon)
            message["_maturity"] = contract.lastTradeDate
            message["details.issueDate"] = contract.issueDate
            message["details.ratings"] = "AA1/AA+"
            message["details.bondType"] = contract.issuer.isEmpty ? "US GOVT" : "US CORP"
            message["details.couponType"] = "FIXED"
            message["details.marketName"] = contract.tradingClass
            message["details.longName"] = contract.longName
        }
        return message
    }

    private func describeCommon(
        _ contract: Contract, at exchange: String, in message: inout Message, _ request: Request
    ) {
        message["details.minTick"] = contract.minTick.description
        message["_mdSizeMultiplier"] = "1"
        message["details.orderTypes"] = contract.orderTypes(at: exchange)
        message["details.validExchanges"] = contract.validExchanges
        message.setIfPresent("details.priceMagnifier", "1")
        message["details.timeZoneId"] = zone(of: contract, at: exchange).name
        message["details.tradingHours"] = hours(
            of: contract, at: exchange, TradingHours.extended(contract), request.now)
        message["details.liquidHours"] = hours(
            of: contract, at: exchange, TradingHours.regular(contract), request.now)
        if let group = contract.aggregationGroup(at: exchange) {
            message["details.aggGroup"] = String(group)
        } else if request.version < Self.protobufSince {
            // The unset number, as in the text form of the depth exchanges (inferred).
            message["details.aggGroup"] = String(Int32.max)
        }
        message["details.marketRuleIds"] = contract.exchangeList
            .map { String(contract.marketRule(at: $0)) }.joined(separator: ",")
        let sizes = contract.sizes
        message["details.minSize"] = sizes.least
        message["details.sizeIncrement"] = sizes.increment
        message["details.suggestedSizeIncrement"] = sizes.suggested
        message.setIfPresent("details.minAlgoSize", "0")
        message.setItems(
            of: "details.secIdList",
            to: contract.shownSecIDs.map { ["tag": $0.type, "value": $0.value] })
    }

    /// The exchange's zone for a share's row, the contract's for others; UTC by a world's calendar.
    private func zone(of contract: Contract, at exchange: String) -> LocalZone {
        let usual = TradingHours.regular(contract).zone
        guard contract.sessions == nil, contract.secType == "STK" else { return usual }
        return Contract.zone(ofExchange: exchange) ?? usual
    }

    /// From this server version contract details travel as protobuf.
    private static let protobufSince = 205

    /// The days from today to the fourth after it, in the form
    /// `20260115:0930-20260115:1600;20260117:CLOSED`, on the clocks of the exchange's zone.
    ///
    /// Recorded: a session that begins on the evening before stands for that evening too, and the
    /// days after a contract's last one are left out.
    private func hours(
        of contract: Contract, at exchange: String, _ hours: TradingHours, _ now: SimInstant
    ) -> String {
        let zone = zone(of: contract, at: exchange)
        func day(_ seconds: Int64) -> Int64 {
            floorDivide(zone.local(seconds), WallClock.secondsPerDay)
        }
        func text(_ seconds: Int64) -> String {
            let local = zone.local(seconds)
            let time = WallClock.timeOfDay(of: local)
            return WallClock.day(of: local) + ":" + time.prefix(2) + time.dropFirst(3).prefix(2)
        }
        let today = hours.day(of: clock.seconds(at: now))
        return (today..<(today + 5)).compactMap { number in
            let date = WallClock.day(of: number * WallClock.secondsPerDay)
            if !contract.lastTradeDate.isEmpty, date > contract.lastTradeDate { return nil }
            if let session = hours.session(day: number) {
                let part = contract.hours(session, at: exchange, isExtended: hours.opens < 34_200)
                return text(part.lowerBound) + "-" + text(part.upperBound)
            }
            let next = hours.session(day: number + 1)
            return next.map { day($0.lowerBound) == number } ?? false ? nil : "\(date):CLOSED"
        }
        .joined(separator: ";")
    }
}

/// What a login is told of bonds.
package enum BondDetails: String, Hashable, Sendable, CaseIterable {
    /// Numbers of IB's own; as recorded.
    case identifiers
    /// Symbol, currency, coupon, maturity and issue as well.
    case full
}
