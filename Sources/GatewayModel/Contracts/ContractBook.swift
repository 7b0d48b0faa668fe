import Simulation

/// What a request says about the contract it means.
struct ContractQuery: Sendable {
    let conID: Int64
    let symbol: String
    let secType: String
    let lastTradeDate: String
    let strike: Amount?
    let right: String
    let multiplier: String
    let exchange: String
    let primaryExchange: String
    let currency: String
    let localSymbol: String
    let tradingClass: String
    let secIDType: String
    let secID: String
    let issuer: String
    let includesExpired: Bool
    /// `YYYYMMDD`; what expired before is not found unless asked for.
    let today: String

    init(_ request: Request, today: String) {
        conID = Int64(request.int("contract.conId") ?? 0)
        symbol = request.text("contract.symbol").uppercased()
        secType = request.text("contract.secType").uppercased()
        lastTradeDate = request.text("contract.lastTradeDateOrContractMonth")
        strike = request.amount("contract.strike")
        right = String(request.text("contract.right").uppercased().prefix(1))
        multiplier = request.text("contract.multiplier")
        // Old clients write "SMART:PRIMARY".
        exchange = Self.exchange(
            String(request.text("contract.exchange").uppercased().prefix { $0 != ":" && $0 != "/" })
        )
        primaryExchange = Self.exchange(request.text("contract.primaryExchange").uppercased())
        currency = request.text("contract.currency").uppercased()
        localSymbol = request.text("contract.localSymbol").uppercased()
        tradingClass = request.text("contract.tradingClass").uppercased()
        secIDType = request.text("contract.secIdType").uppercased()
        secID = request.text("contract.secId").uppercased()
        issuer = request.text("contract.issuerId")
        includesExpired = request.flag("contract.includeExpired")
        self.today = today
    }

    /// NASDAQ under its old name, which recordings no longer show (reported: gateways take it).
    private static func exchange(_ name: String) -> String { name == "ISLAND" ? "NASDAQ" : name }

    /// A con id is enough; without one, every field that is given must match.
    ///
    /// Assumed: a con id overrules the fields beside it, except the exchange.
    func matches(_ contract: Contract) -> Bool {
        guard fitsExchange(contract), isAlive(contract) else { return false }
        if conID > 0 { return contract.conID == conID }
        if !secID.isEmpty { return contract.secIDs.contains { $0 == (secIDType, secID) } }
        if !issuer.isEmpty, issuer != contract.issuer { return false }
        guard !symbol.isEmpty || !localSymbol.isEmpty || !tradingClass.isEmpty || !issuer.isEmpty
        else { return false }
        return (symbol.isEmpty || symbol == contract.symbol)
            && fitsSecType(contract)
            && contract.lastTradeDate.hasPrefix(lastTradeDate)
            && (strike ?? 0 == 0 || strike == contract.strike)
            && (right.isEmpty || right == "0" || right == "?" || right == contract.right)
            && fitsMultiplier(contract)
            && (primaryExchange.isEmpty || primaryExchange == contract.primaryExchange)
            && (currency.isEmpty || currency == contract.currency)
            && (localSymbol.isEmpty || localSymbol == contract.localSymbol.uppercased()
                || localSymbol == contract.bondIdentifier)
            && (tradingClass.isEmpty || tradingClass == contract.tradingClass)
    }

    /// Clients write 100 as `100`, `100.0` or `1E+2`; zero, an unset double or nothing means any.
    private func fitsMultiplier(_ contract: Contract) -> Bool {
        if multiplier.isEmpty || contract.multiplier.isEmpty { return true }
        guard let number = Double(multiplier) else { return multiplier == contract.multiplier }
        return number == 0 || number.magnitude >= 1.797e308
            || number == Double(contract.multiplier)
    }

    /// A continuous future is the nearest month; "FUT+CONTFUT" asks for both.
    private func fitsSecType(_ contract: Contract) -> Bool {
        switch secType {
        case "": contract.secType != "NEWS"
        case "CONTFUT", "FUT+CONTFUT": contract.secType == "FUT"
        default: secType == contract.secType
        }
    }

    private func isAlive(_ contract: Contract) -> Bool {
        includesExpired || contract.lastTradeDate.isEmpty || contract.lastTradeDate >= today
    }

    private func fitsExchange(_ contract: Contract) -> Bool {
        exchange.isEmpty || exchange == contract.exchange || exchange == contract.primaryExchange
            || contract.validExchanges.split(separator: ",").contains { $0 == exchange }
    }
}

extension World {
    /// Makes what gateways with the default world share.
    ///
    /// Processes that are forked afterwards have it.
    package static func prepareDefault() { _ = ContractBook.usual }

    /// The comparison is quick for copies that were not changed: arrays know that they are one.
    fileprivate func hasContracts(of other: World) -> Bool {
        contracts == other.contracts && chains == other.chains && futures == other.futures
            && calendars == other.calendars
    }
}

/// All contracts of the world, found by con id or by description.
struct ContractBook: Sendable {
    let contracts: [Contract]
    private let indexByConID: [Int64: Int]
    /// The con ids that options and futures are about, by the kind of what is about them.
    private let underlyings: [String: Set<Int64>]

    init(_ contracts: [Contract]) {
        self.contracts = contracts
        indexByConID = Dictionary(
            contracts.enumerated().map { ($1.conID, $0) }, uniquingKeysWith: { first, _ in first })
        let derived = contracts.filter { $0.underlyingConID != 0 }
        underlyings = Dictionary(grouping: derived, by: \.secType)
            .mapValues { Set($0.map(\.underlyingConID)) }
    }

    /// The contracts of a world on a day since 1970.
    ///
    /// Nearly every gateway has those of the default world on its usual first day, so they are made
    /// once.
    static func of(_ world: World, today: Int64) -> ContractBook {
        guard today == usual.today, world.hasContracts(of: .default) else {
            return ContractBook(world.allContracts(today: today))
        }
        return usual.book
    }

    fileprivate static let usual: (today: Int64, book: ContractBook) = {
        let settings = GatewaySettings()
        let clock = WallClock(epoch: settings.epoch, zoneName: settings.timeZoneName)
        let today = clock.day(at: .start)
        return (today, ContractBook(World.default.allContracts(today: today)))
    }()

    subscript(conID: Int64) -> Contract? {
        indexByConID[conID].map { contracts[$0] }
    }

    /// Where a contract stands in the world's order.
    func place(of conID: Int64) -> Int? { indexByConID[conID] }

    /// The kinds of contracts that are about another one, in the order of symbol samples.
    ///
    /// Recorded at 225: CFD, OPT, IOPT, WAR and BAG for a US share, FUT and BAG for one with
    /// futures, OPT and BAG for funds, nothing for bonds and most indices. Options and futures are
    /// named here when the world has some, so that they can be asked for.
    func derivedKinds(of contract: Contract) -> [String] {
        guard ["STK", "IND"].contains(contract.secType) else { return [] }
        let hasOptions = underlyings["OPT"]?.contains(contract.conID) ?? false
        let hasFutures = underlyings["FUT"]?.contains(contract.conID) ?? false
        let isShare = contract.isAmericanShare && contract.stockType == "COMMON"
        let hasCFD = isShare || underlyings["CFD"]?.contains(contract.conID) ?? false
        let kinds: [(name: String, isThere: Bool)] = [
            ("CFD", hasCFD), ("OPT", hasOptions), ("IOPT", hasOptions && isShare),
            ("WAR", hasOptions && isShare), ("FUT", hasFutures), ("BAG", hasOptions || hasFutures),
        ]
        return kinds.filter(\.isThere).map(\.name)
    }

    /// Every match in world order.
    func matches(_ query: ContractQuery, limit: Int) -> [Contract] {
        if query.conID > 0 {
            return self[query.conID].map { query.matches($0) ? [$0] : [] } ?? []
        }
        let limit = query.secType == "CONTFUT" ? 1 : limit
        return Array(contracts.lazy.filter(query.matches).prefix(limit))
    }
}

extension Contract {
    /// ISIN and CUSIP, invented: no country has the code ZZ, and no issuer such a number.
    var secIDs: [(type: String, value: String)] {
        switch secType {
        case "STK", "BOND":
            let number = padded(conID, to: 9)
            return [("ISIN", "ZZ\(number)0"), ("CUSIP", String("Z0" + number.suffix(7)))]
        default: return []
        }
    }

    /// What stands for a bond's symbol where its CUSIP is not shown; `nil` for what is no bond.
    ///
    /// Recorded at 225.
    var bondIdentifier: String? { secType == "BOND" ? "IBCID\(conID)" : nil }

    /// A combination of parts, with an invented con id that depends on them alone.
    init?(legs: [Leg], symbol: String, currency: String, exchange: String, book: ContractBook) {
        guard !legs.isEmpty, legs.allSatisfy({ book[$0.conID] != nil }) else { return nil }
        let number = legs.reduce(UInt64(0)) { sum, leg in
            mixed(mixed(sum, UInt64(bitPattern: leg.conID)), UInt64(bitPattern: leg.signedRatio))
        }
        self.init(
            conID: 995_000_000 + Int64(number % 4_000_000), symbol: symbol, secType: "BAG",
            longName: "Combination", referencePrice: 0)
        self.legs = legs
        tradingClass = "COMB"
        sessions = legs.first.flatMap { book[$0.conID]?.sessions }
        self.currency = currency.isEmpty ? "USD" : currency
        self.exchange = exchange.isEmpty ? "SMART" : exchange
        primaryExchange = ""
        conIDIsInvented = true
    }
}
