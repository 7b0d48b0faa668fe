import GatewayWire
import Simulation

/// Finding the one contract a request is about.
extension GatewayContext {
    fileprivate static let noSecurity =
        "No security definition has been found for the request"

    /// The contract a request means; answers with error 200 and `nil` when there is not exactly
    /// one.
    mutating func soleContract(_ request: Request) -> Contract? {
        let query = query(request)
        if query.secType == "BAG" { return combination(request, query) }
        let matches = market.contracts.matches(query, limit: 2)
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

    func query(_ request: Request) -> ContractQuery {
        ContractQuery(request, today: WallClock.day(of: market.clock.seconds(at: request.now)))
    }

    /// The combination of a request's legs; every leg must be a contract of the world.
    private mutating func combination(_ request: Request, _ query: ContractQuery) -> Contract? {
        let hasLegs = !request.message.schema.indexes(of: "contract.comboLegs").isEmpty
        let legs = (hasLegs ? request.message.items(of: "contract.comboLegs") : [])
            .compactMap { leg -> Contract.Leg? in
                guard let conID = leg["conId"].flatMap({ Int64($0) }),
                    let ratio = leg["ratio"].flatMap({ Int32($0) }), ratio != 0
                else { return nil }
                let sign: Int64 = leg["action"]?.uppercased().hasPrefix("S") == true ? -1 : 1
                return Contract.Leg(conID: conID, signedRatio: sign * Int64(ratio))
            }
        let contract = Contract(
            legs: legs, symbol: query.symbol, currency: query.currency,
            exchange: query.exchange, book: market.contracts)
        if contract == nil { fail(request, 200, Self.noSecurity) }
        return contract
    }
}

/// Contract details and symbol search.
extension Reference {
    func reqContractDetails(_ request: Request, _ context: inout GatewayContext) {
        let query = context.query(request)
        if query.secType == "BAG" {
            sendCombinationDetails(request, query, &context)
            return
        }
        let matches = context.market.contracts.matches(query, limit: context.limits.contractMatches)
        guard !matches.isEmpty else {
            context.fail(request, 200, GatewayContext.noSecurity)
            return
        }
        for contract in matches {
            let details =
                contract.secType == "BOND"
                ? context.market.bondDetails(of: contract, request)
                : context.market.details(of: contract, request)
            context.send(details, to: request.connection)
        }
        context.send(
            Message("contractDetailsEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    /// A combination is described by its underlying alone, under one con id for all (assumed).
    private func sendCombinationDetails(
        _ request: Request, _ query: ContractQuery, _ context: inout GatewayContext
    ) {
        guard context.market.contracts.contracts.contains(where: { $0.symbol == query.symbol })
        else {
            context.fail(request, 200, GatewayContext.noSecurity)
            return
        }
        var contract = Contract(
            conID: 28_812_380, symbol: query.symbol, secType: "BAG", longName: query.symbol,
            referencePrice: 0)
        contract.primaryExchange = ""
        contract.tradingClass = "COMB"
        context.send(context.market.details(of: contract, request), to: request.connection)
        context.send(
            Message("contractDetailsEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    /// Symbols and names that contain the pattern; an empty list when none does.
    func reqMatchingSymbols(_ request: Request, _ context: inout GatewayContext) {
        let pattern = request.text("pattern").uppercased()
        var message = Message("symbolSamples", ["reqId": String(request.id)])
        let matches = context.market.contracts.contracts.filter {
            !["OPT", "NEWS", "FUT"].contains($0.secType) && !pattern.isEmpty
                && ($0.symbol.hasPrefix(pattern) || $0.longName.uppercased().contains(pattern))
        }
        let rows = matches.prefix(context.limits.contractMatches).map { contract in
            [
                "contract.conId": String(contract.conID), "contract.symbol": contract.symbol,
                "contract.secType": contract.secType,
                "contract.primaryExchange": contract.primaryExchange,
                "contract.currency": contract.currency,
                "contract.description": contract.longName, "contract.issuerId": "",
            ]
        }
        message.setItems(of: "contractDescriptions", to: rows)
        context.send(message, to: request.connection)
    }
}
