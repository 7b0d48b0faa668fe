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
            for exchange in exchanges(of: contract, query, request) {
                let details =
                    contract.secType == "BOND"
                    ? context.market.bondDetails(
                        of: contract, at: exchange, request, context.settings.bondDetails)
                    : context.market.details(of: contract, at: exchange, request)
                context.send(details, to: request.connection)
            }
        }
        context.send(
            Message("contractDetailsEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    /// The exchanges that get a row: the one asked for, or the contract's own.
    ///
    /// Recorded at 225: a share asked for by its symbol and without an exchange has one row a valid
    /// exchange, in their order. Other kinds have one row (assumed).
    private func exchanges(
        of contract: Contract, _ query: ContractQuery, _ request: Request
    ) -> [String] {
        if !query.exchange.isEmpty { return [query.exchange] }
        return query.conID == 0 && query.secID.isEmpty && contract.secType == "STK"
            ? contract.exchangeList : [contract.exchange]
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
        context.send(
            context.market.details(of: contract, at: contract.exchange, request),
            to: request.connection)
        context.send(
            Message("contractDetailsEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    /// Symbols and names that contain the pattern; an empty list when none does.
    ///
    /// Recorded at 225: a contract's own exchange as its primary one, bonds as one row an issuer
    /// that names nothing but it, and the kinds of contracts that are about each row.
    func reqMatchingSymbols(_ request: Request, _ context: inout GatewayContext) {
        let pattern = request.text("pattern").uppercased()
        var message = Message("symbolSamples", ["reqId": String(request.id)])
        let book = context.market.contracts
        let matches = book.contracts.lazy.filter { contract in
            !["OPT", "NEWS", "FUT", "BAG"].contains(contract.secType) && !pattern.isEmpty
                && (contract.symbol.hasPrefix(pattern)
                    || contract.longName.uppercased().contains(pattern))
        }
        var issuers: Set<String> = []
        var rows: [(fields: [String: String], kinds: [String])] = []
        for contract in matches where rows.count < context.limits.contractMatches {
            let isIssue = contract.secType == "BOND" && !contract.issuer.isEmpty
            guard !isIssue || issuers.insert(contract.issuer).inserted else { continue }
            rows.append(
                isIssue
                    ? (
                        [
                            "contract.secType": "BOND", "contract.description": contract.longName,
                            "contract.issuerId": contract.issuer,
                        ], []
                    )
                    : (Self.sample(of: contract), book.derivedKinds(of: contract)))
        }
        message.setSamples(rows)
        context.send(message, to: request.connection)
    }

    private static func sample(of contract: Contract) -> [String: String] {
        [
            "contract.conId": String(contract.conID), "contract.symbol": contract.symbol,
            "contract.secType": contract.secType,
            "contract.primaryExchange": contract.primaryExchange.isEmpty
                ? contract.exchange : contract.primaryExchange,
            "contract.currency": contract.currency, "contract.description": contract.longName,
        ]
    }
}

extension Message {
    /// Fills the rows of a symbol search, each with its own list of kinds.
    fileprivate mutating func setSamples(_ rows: [(fields: [String: String], kinds: [String])]) {
        guard let index = schema.indexes(of: "contractDescriptions").first,
            case .group(let group) = schema.items[index]
        else { return }
        values[index] = .group(
            rows.map { row in
                group.items.map { item in
                    item.name == "derivativeSecTypes"
                        ? .group(row.kinds.map { [.text($0)] })
                        : row.fields[item.name].map(FieldValue.text) ?? .absent
                }
            })
    }
}
