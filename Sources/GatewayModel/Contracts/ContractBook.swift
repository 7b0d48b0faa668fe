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

    init(_ request: Request) {
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
    }

    /// A con id settles it alone; otherwise everything that is given must fit.
    ///
    /// Assumed: a con id overrules the fields beside it, except the exchange.
    func matches(_ contract: Contract) -> Bool {
        guard fitsExchange(contract) else { return false }
        if conID > 0 { return contract.conID == conID }
        guard !symbol.isEmpty || !localSymbol.isEmpty else { return false }
        return (symbol.isEmpty || symbol == contract.symbol)
            && (secType.isEmpty || secType == contract.secType)
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
        return Array(contracts.lazy.filter(query.matches).prefix(limit))
    }
}
