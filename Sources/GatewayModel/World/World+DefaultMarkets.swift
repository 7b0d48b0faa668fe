/// What the default world trades besides stocks.
extension World {
    /// Indices, currencies, a bond, a cryptocurrency, a CFD, a foreign share and a news tape.
    static let otherContracts: [Contract] =
        [
            index("SPX", 416_904, "S&P 500 Stock Index", "CBOE", cents: 692_600),
            index("VIX", 13_455_763, "CBOE Volatility Index", "CBOE", cents: 1_575),
            index("NDX", 416_843, "NASDAQ 100 Stock Index", "NASDAQ", cents: 2_547_000),
            pair("EUR", "USD", 12_087_792, "European Monetary Union Euro", 1_164_250, tick: 50),
            pair("GBP", "USD", 12_087_797, "British pound", 1_342_100, tick: 50),
            pair("USD", "JPY", 15_016_059, "United States dollar", 158_420_000, tick: 5_000),
            treasury, bitcoin, indexCFD,
            shares("SAP", "NYSE", "USD", number: 7, cents: 24_310),
            shares("SAP", "IBIS", "EUR", number: 8, cents: 20_880), tape,
        ] + appleBonds

    static let defaultChains = [
        OptionChain(
            underlyingSymbol: "AAPL", underlyingConID: 265_598, name: "APPLE INC", centre: 260,
            step: 5, volatility: 0.28, spot: Amount(cents: 25_912)),
        OptionChain(
            underlyingSymbol: "SPY", underlyingConID: 756_733, name: "SPDR S&P 500 ETF TRUST",
            centre: 690, step: 5, volatility: 0.16, spot: Amount(cents: 69_240)),
    ]

    static let defaultFutures = [
        FutureSeries(
            symbol: "ES", name: "E-mini S&P 500", exchange: "CME", multiplier: "50",
            tick: Amount(micros: 250_000), price: Amount(cents: 695_000), everyMonths: 3,
            underlyingConID: 11_004_968, marketRule: 67),
        FutureSeries(
            symbol: "NQ", name: "E-mini NASDAQ 100", exchange: "CME", multiplier: "20",
            tick: Amount(micros: 250_000), price: Amount(cents: 2_562_500), everyMonths: 3,
            underlyingConID: 990_000_201, marketRule: 67),
        FutureSeries(
            symbol: "CL", name: "Light Sweet Crude Oil", exchange: "NYMEX", multiplier: "1000",
            tick: Amount(cents: 1), price: Amount(cents: 6_035), everyMonths: 1,
            underlyingConID: 990_000_202, marketRule: 26),
        FutureSeries(
            symbol: "GC", name: "Gold", exchange: "COMEX", multiplier: "100",
            tick: Amount(cents: 10), price: Amount(cents: 461_000), everyMonths: 2,
            underlyingConID: 990_000_203, marketRule: 240),
    ]

    private static func index(
        _ symbol: String, _ conID: Int64, _ name: String, _ exchange: String, cents: Int64
    ) -> Contract {
        var contract = Contract(
            conID: conID, symbol: symbol, secType: "IND", longName: name,
            referencePrice: Amount(cents: cents))
        contract.exchange = exchange
        contract.primaryExchange = ""
        contract.validExchanges = exchange
        contract.volatility = 0.16
        return contract
    }

    /// A currency pair.
    ///
    /// - Parameters:
    ///   - price: In millionths.
    ///   - tick: In millionths.
    private static func pair(
        _ symbol: String, _ currency: String, _ conID: Int64, _ name: String, _ price: Int64,
        tick: Int64
    ) -> Contract {
        var contract = Contract(
            conID: conID, symbol: symbol, secType: "CASH", longName: name,
            referencePrice: Amount(micros: price))
        contract.exchange = "IDEALPRO"
        contract.primaryExchange = ""
        contract.validExchanges = "IDEALPRO"
        contract.currency = currency
        contract.localSymbol = "\(symbol).\(currency)"
        contract.tradingClass = "\(symbol).\(currency)"
        contract.minTick = Amount(micros: tick)
        contract.marketRule = tick == 50 ? Contract.currencyRule : 59
        contract.volatility = 0.07
        return contract
    }

    private static func invented(
        _ symbol: String, _ secType: String, _ name: String, number: Int64, cents: Int64
    ) -> Contract {
        var contract = Contract(
            conID: 990_000_300 + number, symbol: symbol, secType: secType, longName: name,
            referencePrice: Amount(cents: cents))
        contract.conIDIsInvented = true
        contract.primaryExchange = ""
        return contract
    }

    private static var treasury: Contract {
        var contract = invented(
            "US-T", "BOND", "United States Treasury 4 11/15/34", number: 1, cents: 9_925)
        contract.validExchanges = "SMART"
        contract.lastTradeDate = "20341115"
        contract.coupon = 4
        contract.minTick = Amount(micros: 100)
        contract.marketRule = Contract.bondRule
        contract.issueDate = "20241115"
        contract.tradingClass = "US-T"
        contract.localSymbol = "US-T 4 11/15/34"
        contract.multiplier = "10"
        return contract
    }

    /// Four bonds of one issuer, found by the issuer alone; the last but one is called.
    private static let appleBonds: [Contract] = [
        appleBond("3.85 05/04/43", "20430504", issued: "20130503", number: 11, cents: 8_712),
        appleBond("2.4 08/20/50", "20500820", issued: "20200820", number: 12, cents: 6_184),
        called(
            appleBond("3.25 02/23/26", "20260223", issued: "20160223", number: 13, cents: 9_998)),
        appleBond("4.65 02/23/46", "20460223", issued: "20160223", number: 14, cents: 9_241),
    ]

    private static func appleBond(
        _ terms: String, _ maturity: String, issued: String, number: Int64, cents: Int64
    ) -> Contract {
        var contract = invented(
            "IBCID\(990_000_300 + number)", "BOND", "Apple Inc", number: number, cents: cents)
        contract.tradingClass = "AAPL"
        contract.validExchanges = "SMART"
        contract.lastTradeDate = maturity
        contract.issueDate = issued
        contract.coupon = Int(terms.prefix(1)) ?? 0
        contract.localSymbol = "AAPL \(terms)"
        contract.multiplier = "10"
        contract.minTick = Amount(micros: 100)
        contract.marketRule = Contract.bondRule
        contract.industry = "Technology"
        contract.issuer = "e1432232"
        contract.volatility = 0.03
        return contract
    }

    private static func called(_ bond: Contract) -> Contract {
        var bond = bond
        bond.restrictions = [
            Contract.Restriction(
                code: "i156",
                reason: "No Opening Trades: A full call for the bond has been announced.")
        ]
        return bond
    }

    private static var bitcoin: Contract {
        var contract = Contract(
            conID: 479_624_278, symbol: "BTC", secType: "CRYPTO", longName: "Bitcoin",
            referencePrice: Amount(cents: 9_612_500))
        contract.exchange = "PAXOS"
        contract.primaryExchange = ""
        contract.validExchanges = "PAXOS"
        contract.localSymbol = "BTC.USD"
        contract.tradingClass = "BTC"
        contract.minTick = Amount(cents: 25)
        contract.volatility = 0.45
        return contract
    }

    private static var indexCFD: Contract {
        var contract = invented("IBUS500", "CFD", "IBKR US 500", number: 3, cents: 692_600)
        contract.validExchanges = "SMART"
        contract.underlyingConID = 416_904
        return contract
    }

    private static func shares(
        _ symbol: String, _ listed: String, _ currency: String, number: Int64, cents: Int64
    ) -> Contract {
        var contract = invented(symbol, "STK", "SAP SE", number: number, cents: cents)
        contract.primaryExchange = listed
        contract.validExchanges = "SMART,\(listed)"
        contract.currency = currency
        contract.stockType = currency == "USD" ? "ADR" : "COMMON"
        contract.marketRule = 26
        return contract
    }

    /// All headlines of one provider.
    private static var tape: Contract {
        var contract = invented(
            "BRFG:BRFG_ALL", "NEWS", "Briefing.com General Market Columns", number: 9, cents: 100)
        contract.exchange = "BRFG"
        contract.validExchanges = "BRFG"
        return contract
    }
}
