import GatewayWire
import Simulation

/// Contract details, symbol search, and finding the one contract a request is about.
extension HealthyGateway {
    private static let noSecurity = "No security definition has been found for the request"

    /// The contract a request means; answers with error 200 and `nil` when there is not exactly one.
    mutating func soleContract(_ request: Request) -> Contract? {
        let matches = contracts.matches(ContractQuery(request), limit: 2)
        guard let contract = matches.first else {
            fail(request, 200, Self.noSecurity)
            return nil
        }
        guard matches.count == 1 else {
            fail(
                request, 200,
                "The contract description specified for \(contract.symbol) is ambiguous.")
            return nil
        }
        return contract
    }

    mutating func reqContractDetails(_ request: Request) {
        let matches = contracts.matches(ContractQuery(request), limit: limits.contractMatches)
        guard !matches.isEmpty else {
            fail(request, 200, Self.noSecurity)
            return
        }
        for contract in matches { send(details(of: contract, request), to: request.connection) }
        send(Message("contractDetailsEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    private func details(of contract: Contract, _ request: Request) -> Message {
        var message = Message("contractDetails", ["reqId": String(request.id)])
        contract.describe(in: &message)
        message["_lastTradeDate"] = contract.lastTradeDate
        message["contract.lastTradeDate"] = contract.lastTradeDate
        message["details.marketName"] = contract.tradingClass
        message["details.minTick"] = contract.minTick.description
        message["_mdSizeMultiplier"] = "1"
        message["details.orderTypes"] =
            "ACTIVETIM,ADJUST,ALERT,GTC,GTD,HID,LMT,LOC,MIT,MKT,MOC,OPG,STP,STPLMT,TRAIL,WHATIF"
        message["details.validExchanges"] = contract.validExchanges
        message["details.priceMagnifier"] = "1"
        message["details.longName"] = contract.longName
        message["details.contractMonth"] = String(contract.lastTradeDate.prefix(6))
        message["details.industry"] = contract.industry
        message["details.timeZoneId"] = clock.zoneName
        message["details.tradingHours"] = hours(at: request.now, TradingHours.extended(contract))
        message["details.liquidHours"] = hours(at: request.now, TradingHours.regular(contract))
        message["details.aggGroup"] = "1"
        message["details.underSymbol"] = contract.secType == "OPT" ? contract.symbol : ""
        message["details.underSecType"] = contract.secType == "OPT" ? "STK" : ""
        message["details.marketRuleIds"] = contract.validExchanges.split(separator: ",")
            .map { _ in "26" }.joined(separator: ",")
        message["details.realExpirationDate"] = contract.lastTradeDate
        message["details.stockType"] = contract.stockType
        message["_sizeMinTick"] = "1"
        message["details.minSize"] = "1"
        message["details.sizeIncrement"] = "1"
        message["details.suggestedSizeIncrement"] = contract.secType == "STK" ? "100" : "1"
        return message
    }

    /// Five days from today, in the form `20260115:1430-20260115:2100;20260117:CLOSED`.
    private func hours(at now: SimInstant, _ hours: TradingHours) -> String {
        let today = floorDivide(clock.seconds(at: now), WallClock.secondsPerDay)
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

    /// Symbols and names that contain the pattern; an empty list when none does.
    mutating func reqMatchingSymbols(_ request: Request) {
        let pattern = request.text("pattern").uppercased()
        var message = Message("symbolSamples", ["reqId": String(request.id)])
        let matches = contracts.contracts.filter {
            $0.secType != "OPT" && !pattern.isEmpty
                && ($0.symbol.hasPrefix(pattern) || $0.longName.uppercased().contains(pattern))
        }
        message.setItems(
            of: "contractDescriptions",
            to: matches.prefix(limits.contractMatches).map { contract in
                [
                    "contract.conId": String(contract.conID), "contract.symbol": contract.symbol,
                    "contract.secType": contract.secType,
                    "contract.primaryExchange": contract.primaryExchange,
                    "contract.currency": contract.currency,
                    "contract.description": contract.longName, "contract.issuerId": "",
                ]
            })
        send(message, to: request.connection)
    }
}
