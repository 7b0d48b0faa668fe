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
        exchange = String(
            request.text("contract.exchange").uppercased().prefix { $0 != ":" && $0 != "/" })
        primaryExchange = request.text("contract.primaryExchange").uppercased()
        currency = request.text("contract.currency").uppercased()
        localSymbol = request.text("contract.localSymbol").uppercased()
        tradingClass = request.text("contract.tradingClass").uppercased()
        secIDType = request.text("contract.secIdType").uppercased()
        secID = request.text("contract.secId").uppercased()
        includesExpired = request.flag("contract.includeExpired")
        self.today = today
    }

    /// A con id is enough; without one, every field that is given must match.
    ///
    /// Assumed: a con id overrules the fields beside it, except the exchange.
    func matches(_ contract: Contract) -> Bool {
        guard fitsExchange(contract), isAlive(contract) else { return false }
        if conID > 0 { return contract.conID == conID }
        if !secID.isEmpty { return contract.secIDs.contains { $0 == (secIDType, secID) } }
        guard !symbol.isEmpty || !localSymbol.isEmpty || !tradingClass.isEmpty else {
            return false
        }
        return (symbol.isEmpty || symbol == contract.symbol)
            && fitsSecType(contract)
            && contract.lastTradeDate.hasPrefix(lastTradeDate)
            && (strike ?? 0 == 0 || strike == contract.strike)
            && (right.isEmpty || right == "0" || right == "?" || right == contract.right)
            && (multiplier.isEmpty || contract.multiplier.isEmpty
                || multiplier == contract.multiplier)
            && (primaryExchange.isEmpty || primaryExchange == contract.primaryExchange)
            && (currency.isEmpty || currency == contract.currency)
            && (localSymbol.isEmpty || localSymbol == contract.localSymbol.uppercased())
            && (tradingClass.isEmpty || tradingClass == contract.tradingClass)
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

/// All contracts of the world, found by con id or by description.
struct ContractBook: Sendable {
    let contracts: [Contract]
    private let indexByConID: [Int64: Int]

    init(_ contracts: [Contract]) {
        self.contracts = contracts
        indexByConID = Dictionary(
            contracts.enumerated().map { ($1.conID, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(conID: Int64) -> Contract? {
        indexByConID[conID].map { contracts[$0] }
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
