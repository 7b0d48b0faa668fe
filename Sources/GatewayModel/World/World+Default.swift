extension World {
    /// One paper account with 24 positions and 7 open orders.
    ///
    /// Account number, quantities, costs and prices are invented. Con ids are IB's own where they
    /// are well known, the rest are made up and say so.
    package static let `default` = World(
        accounts: [defaultAccount], contracts: defaultContracts, openOrders: defaultOpenOrders,
        completedOrders: defaultCompletedOrders, executions: defaultExecutions,
        chains: defaultChains, futures: defaultFutures)

    package static let defaultAccountName = "DU0000001"

    /// Symbol, con id (0: invented), name, primary exchange, price in cents, position, cost in
    /// cents.
    private static let stocks:
        [(String, Int64, String, String, cents: Int64, position: Int64, cost: Int64)] = [
            ("AAPL", 265_598, "APPLE INC", "NASDAQ", 25_912, 300, 18_745),
            ("MSFT", 272_093, "MICROSOFT CORP", "NASDAQ", 45_938, 120, 33_210),
            ("AMZN", 3_691_937, "AMAZON.COM INC", "NASDAQ", 23_765, 200, 14_120),
            ("GOOG", 208_813_720, "ALPHABET INC-CL C", "NASDAQ", 33_320, 90, 14_055),
            ("META", 107_113_386, "META PLATFORMS INC", "NASDAQ", 61_752, 60, 48_590),
            ("TSLA", 76_792_991, "TESLA INC", "NASDAQ", 43_857, -40, 41_260),
            ("NVDA", 4_815_747, "NVIDIA CORP", "NASDAQ", 18_614, 500, 9_725),
            ("IBM", 8_314, "INTL BUSINESS MACHINES CORP", "NYSE", 29_785, 75, 18_900),
            ("INTC", 270_639, "INTEL CORP", "NASDAQ", 4_832, -150, 4_410),
            ("AMD", 4_391, "ADVANCED MICRO DEVICES", "NASDAQ", 22_792, 110, 13_015),
            ("SPY", 756_733, "SPDR S&P 500 ETF TRUST", "ARCA", 69_240, 80, 55_032),
            ("QQQ", 320_227_571, "INVESCO QQQ TRUST SERIES 1", "NASDAQ", 62_122, 40, 47_980),
            ("KO", 8_894, "COCA-COLA CO/THE", "NYSE", 7_050, 250, 6_188),
            ("JPM", 1_520_593, "JPMORGAN CHASE & CO", "NYSE", 30_926, 70, 19_840),
            ("DIS", 6_459, "WALT DISNEY CO/THE", "NYSE", 11_318, 100, 10_475),
            ("NFLX", 15_124_833, "NETFLIX INC", "NASDAQ", 8_805, 130, 7_120),
            ("CSCO", 268_084, "CISCO SYSTEMS INC", "NASDAQ", 7_536, 220, 5_090),
            ("GLD", 51_529_211, "SPDR GOLD SHARES", "ARCA", 42_355, 35, 24_610),
            ("IWM", 9_579_970, "ISHARES RUSSELL 2000 ETF", "ARCA", 26_230, 45, 21_375),
            ("XOM", 0, "EXXON MOBIL CORP", "NYSE", 12_915, 140, 10_880),
            ("WMT", 0, "WALMART INC", "NASDAQ", 11_920, 160, 8_830),
            ("PFE", 0, "PFIZER INC", "NYSE", 2_575, 400, 2_790),
            ("BA", 0, "BOEING CO/THE", "NYSE", 24_760, 25, 20_115),
            ("GOOGL", 208_813_719, "ALPHABET INC-CL A", "NASDAQ", 33_278, 0, 0),
            ("V", 49_462_172, "VISA INC-CLASS A SHARES", "NYSE", 34_110, 0, 0),
            ("F", 9_599_491, "FORD MOTOR CO", "NYSE", 1_381, 0, 0),
            ("C", 87_335_484, "CITIGROUP INC", "NYSE", 11_847, 0, 0),
            ("T", 37_018_770, "AT&T INC", "NYSE", 2_396, 0, 0),
            ("BAC", 0, "BANK OF AMERICA CORP", "NYSE", 5_259, 0, 0),
            ("PG", 0, "PROCTER & GAMBLE CO/THE", "NYSE", 14_406, 0, 0),
            ("JNJ", 0, "JOHNSON & JOHNSON", "NYSE", 21_843, 0, 0),
            ("ORCL", 0, "ORACLE CORP", "NYSE", 18_985, 0, 0),
            ("ADBE", 0, "ADOBE INC", "NASDAQ", 30_410, 0, 0),
            ("CRM", 0, "SALESFORCE INC", "NYSE", 23_353, 0, 0),
        ]

    private static let etfs = ["SPY", "QQQ", "GLD", "IWM"]

    private static func conID(at index: Int) -> Int64 {
        stocks[index].1 == 0 ? 990_000_001 + Int64(index) : stocks[index].1
    }

    static func conID(of symbol: String) -> Int64 {
        stocks.firstIndex { $0.0 == symbol }.map(conID(at:)) ?? 0
    }

    private static let optionConID: Int64 = 990_000_101

    private static let defaultContracts: [Contract] =
        stocks.enumerated().map { index, stock in
            var contract = Contract(
                conID: conID(at: index), symbol: stock.0, secType: "STK", longName: stock.2,
                referencePrice: Amount(cents: stock.cents))
            contract.primaryExchange = stock.3
            contract.stockType = etfs.contains(stock.0) ? "ETF" : "COMMON"
            contract.tradingClass = stock.3 == "NASDAQ" ? "NMS" : stock.0
            contract.conIDIsInvented = stock.1 == 0
            contract.industry = contract.stockType == "ETF" ? "Funds" : "Various"
            return contract
        } + [
            option(conID: optionConID, strike: 250, price: Amount(cents: 3_840)),
            option(conID: optionConID + 1, strike: 300, price: Amount(cents: 1_765)),
        ] + otherContracts

    private static func option(conID: Int64, strike: Int64, price: Amount) -> Contract {
        var contract = Contract(
            conID: conID, symbol: "AAPL", secType: "OPT", longName: "APPLE INC",
            referencePrice: price)
        contract.lastTradeDate = "20271217"
        contract.strike = Amount(whole: strike)
        contract.right = "C"
        contract.multiplier = "100"
        contract.primaryExchange = ""
        contract.validExchanges = Contract.optionExchanges
        contract.localSymbol = "AAPL  271217C00\(strike)000"
        contract.conIDIsInvented = true
        contract.underlyingConID = 265_598
        contract.marketRule = 32
        return contract
    }

    private static var defaultAccount: Account {
        var account = Account(name: defaultAccountName, cash: Amount(cents: 18_654_237))
        account.positions =
            stocks.enumerated().filter { $1.position != 0 }.map { index, stock in
                Position(
                    conID: conID(at: index), quantity: Amount(whole: stock.position),
                    averageCost: Amount(cents: stock.cost))
            } + [Position(conID: optionConID, quantity: 2, averageCost: Amount(cents: 312_070))]
        // Today's sale of AMD, see `defaultExecutions`.
        for index in account.positions.indices
        where account.positions[index].conID == conID(of: "AMD") {
            account.positions[index].realizedProfit = Amount(cents: 484_650)
        }
        return account
    }
}
