extension Contract {
    /// Where a US share may be sent.
    ///
    /// Recorded at 225; the same for every share.
    static let shareExchanges =
        "SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,NASDAQ,DRCTEDGE,BEX,BATS,EDGEA,BYX,IEX,EDGX,FOXRIVER,"
        + "PEARL,NYSENAT,LTSE,MEMX,IBEOS,OVERNIGHT,TPLUS0,PSX,T24X,TXSE"

    /// The table of price increments of US shares.
    ///
    /// Recorded at 225.
    static let shareRule = 4563
    /// Recorded at 225 for EUR.USD and for bonds of a company.
    static let currencyRule = 3188
    static let bondRule = 1386

    /// Where an option on a US share may be sent.
    ///
    /// Recorded at 211.
    static let optionExchanges =
        "SMART,AMEX,CBOE,PHLX,PSE,ISE,BOX,BATS,NASDAQOM,CBOE2,NASDAQBX,MIAX,GEMINI,EDGX,MERCURY,PEARL,"
        + "EMERALD,MEMX,IBUSOPT,SAPPHIRE"

    /// Where a future of an exchange may be sent.
    ///
    /// Recorded for CME; that NYMEX, COMEX and CBOT are alike is reported.
    static func futureExchanges(of exchange: String) -> String {
        ["CME", "NYMEX", "COMEX", "CBOT"].contains(exchange) ? "\(exchange),QBALGO" : exchange
    }

    /// The table of price increments at one of the valid exchanges.
    ///
    /// Recorded at 211 for options, which have another one at most exchanges than on SMART.
    func marketRule(at exchange: String) -> Int {
        guard secType == "OPT", marketRule == 32 else { return marketRule }
        return ["SMART", "NASDAQOM", "NASDAQBX", "IBUSOPT"].contains(exchange) ? 32 : 109
    }

    /// A share that trades under the rules of the United States.
    var isAmericanShare: Bool {
        secType == "STK" && currency == "USD" && zone.name.hasPrefix("US/")
    }

    /// The valid exchanges one by one.
    var exchangeList: [String] { validExchanges.split(separator: ",").map(String.init) }

    /// The places that an execution or a print of it can name; never SMART, never empty.
    ///
    /// Recorded: shares routed by SMART are filled at NASDAQ, ARCA and IBKRATS, among others.
    var venues: [String] {
        if isAmericanShare, exchangeList.contains("SMART") {
            return [
                "NASDAQ", "ARCA", "BATS", "IBKRATS", "NYSE", "IEX", "DRCTEDGE", "BYX", "EDGEA",
                "MEMX",
            ]
        }
        let places = exchangeList.filter { !Self.routers.contains($0) }
        if !places.isEmpty { return places }
        return Self.routers.contains(exchange) ? ["NYSE"] : [exchange]
    }

    /// Where an order is filled.
    ///
    /// - Parameters:
    ///   - exchange: What the order names; a venue fills it itself.
    ///   - draw: Chooses one of the venues that SMART routes to.
    func venue(routedTo exchange: String, draw: UInt64) -> String {
        if !exchange.isEmpty, !Self.routers.contains(exchange) { return exchange }
        let venues = venues
        return venues[Int(draw % UInt64(venues.count))]
    }

    /// Names of IB's own routing, where nothing is traded.
    private static let routers: Set<String> = [
        "", "SMART", "BEST", "IBUSOPT", "IBEOS", "OVERNIGHT", "TPLUS0", "QBALGO", "FOXRIVER",
    ]
}
