import GatewayWire
import Simulation

/// What contract details say, bonds in their own message.
extension Market {
    private static let orderTypes =
        "ACTIVETIM,ADJUST,ALERT,GTC,GTD,HID,LMT,LOC,MIT,MKT,MOC,OPG,STP,STPLMT,TRAIL,WHATIF"

    func details(of contract: Contract, _ request: Request) -> Message {
        var message = Message("contractDetails", ["reqId": String(request.id)])
        contract.describe(in: &message)
        message["_lastTradeDate"] = contract.lastTradeDate
        message["contract.lastTradeDate"] = contract.lastTradeDate
        message["_sizeMinTick"] = "1"
        message["details.priceMagnifier"] = "1"
        message["details.contractMonth"] = String(contract.lastTradeDate.prefix(6))
        message["details.industry"] = contract.industry
        message["details.category"] = contract.stockType == "ETF" ? "Equity Fund" : ""
        message["details.underConId"] = String(contract.underlyingConID)
        let underlying = contracts[contract.underlyingConID]
        let hasUnderlying = ["OPT", "FUT", "CFD"].contains(contract.secType)
        message["details.underSymbol"] = hasUnderlying ? contract.symbol : ""
        message["details.underSecType"] = hasUnderlying ? underlying?.secType ?? "IND" : ""
        message["details.realExpirationDate"] = contract.lastTradeDate
        message["details.stockType"] = contract.stockType
        describeCommon(contract, in: &message, at: request.now)
        message["details.suggestedSizeIncrement"] = contract.secType == "STK" ? "100" : "1"
        return message
    }

    func bondDetails(of contract: Contract, _ request: Request) -> Message {
        var message = Message("bondContractDetails", ["reqId": String(request.id)])
        contract.describe(in: &message)
        message["details.cusip"] = contract.secIDs.first { $0.type == "CUSIP" }?.value
        message["details.coupon"] = String(contract.coupon)
        message["_maturity"] = contract.lastTradeDate
        message["details.issueDate"] = contract.issueDate
        message["details.ratings"] = "AA1/AA+"
        message["details.bondType"] = "US GOVT"
        message["details.couponType"] = "FIXED"
        message["details.descAppend"] = contract.localSymbol
        describeCommon(contract, in: &message, at: request.now)
        message["details.suggestedSizeIncrement"] = "1"
        return message
    }

    private func describeCommon(
        _ contract: Contract, in message: inout Message, at now: SimInstant
    ) {
        message["details.marketName"] = contract.tradingClass
        message["details.minTick"] = contract.minTick.description
        message["_mdSizeMultiplier"] = "1"
        message["details.orderTypes"] = Self.orderTypes
        message["details.validExchanges"] = contract.validExchanges
        message["details.longName"] = contract.longName
        message["details.timeZoneId"] = clock.zoneName
        message["details.tradingHours"] = hours(at: now, TradingHours.extended(contract))
        message["details.liquidHours"] = hours(at: now, TradingHours.regular(contract))
        message["details.aggGroup"] = "1"
        message["details.marketRuleIds"] = contract.validExchanges.split(separator: ",")
            .map { _ in String(contract.marketRule) }.joined(separator: ",")
        message["details.minSize"] = "1"
        message["details.sizeIncrement"] = "1"
        message.setItems(
            of: "details.secIdList",
            to: contract.secIDs.map { ["tag": $0.type, "value": $0.value] })
    }

    /// Five days from today, in the form `20260115:1430-20260115:2100;20260117:CLOSED`.
    private func hours(at now: SimInstant, _ hours: TradingHours) -> String {
        let today = clock.day(at: now)
        return (today..<(today + 5)).map { day in
            let date = WallClock.day(of: day * WallClock.secondsPerDay)
            guard let session = hours.session(day: day) else { return "\(date):CLOSED" }
            func text(_ seconds: Int64) -> String {
                let time = WallClock.timeOfDay(of: seconds)
                return WallClock.day(of: seconds) + ":" + time.prefix(2)
                    + time.dropFirst(3).prefix(2)
            }
            return text(session.lowerBound) + "-" + text(session.upperBound)
        }
        .joined(separator: ";")
    }
}
