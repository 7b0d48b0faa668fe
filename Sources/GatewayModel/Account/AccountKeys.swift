import Simulation

/// The keys of an account's values, and what stands behind each.
///
/// Recorded at 225: which keys there are, in which order they come, and how many decimals their
/// values have. Keys of things that accounts here cannot hold are always `0.00`. The recorded login
/// had three segments: `-S` for securities, `-C` for commodities, `-Z` for the rest.
enum AccountKeys {
    enum Content: Sendable {
        /// A value without a currency.
        case plain(@Sendable (AccountValues) -> String)
        /// An amount in the account's own currency.
        case money(@Sendable (AccountValues) -> Amount)
        /// One line a currency, and one for everything together.
        case ledger(@Sendable (CurrencyLedger, AccountValues) -> String)
        /// Like `ledger`; where one line tells of the whole account, the sum of it.
        case dated(@Sendable (CurrencyLedger, AccountValues) -> String)
    }

    struct Key: Sendable {
        let name: String
        let content: Content
        /// Whether account summaries can ask for it.
        var isTag = false
    }

    /// All of them, in alphabetical order.
    static let sorted: [Key] = (plain + money + ledger + dated).sorted { $0.name < $1.name }

    /// Those of the account as a whole, in alphabetical order.
    static let ofAccount: [Key] = {
        let accrued = Key(name: "AccruedCash", content: .money { _ in 0 }, isTag: true)
        return (plain + money + dated + [accrued]).sorted { $0.name < $1.name }
    }()

    static let tags = ofAccount.filter(\.isTag)

    /// What stands in front of a ledger's tags in account summaries (reported: an option of newer
    /// gateways).
    static let ledgerPrefix = "$LEDGER-"

    private static let plain: [Key] = {
        func fixed(_ name: String, _ value: String, isTag: Bool = false) -> Key {
            Key(name: name, content: .plain { _ in value }, isTag: isTag)
        }
        return [
            Key(name: "AccountCode", content: .plain { $0.account.name }),
            fixed("AccountReady", "true"), fixed("AccountType", "INDIVIDUAL", isTag: true),
            fixed("ColumnPrio-C", "2"), fixed("ColumnPrio-S", "1"), fixed("ColumnPrio-Z", "5"),
            Key(name: "Cushion", content: .plain { $0.cushion.description }, isTag: true),
            fixed("DayTradesRemaining", "-1", isTag: true),
            fixed("DayTradesRemainingT+1", "-1", isTag: true),
            fixed("DayTradesRemainingT+2", "-1", isTag: true),
            fixed("DayTradesRemainingT+3", "-1", isTag: true),
            fixed("DayTradesRemainingT+4", "-1", isTag: true),
            fixed("HighestSeverity", "0", isTag: true),
            Key(name: "Leverage", content: .plain(\.leverage), isTag: true),
            Key(name: "Leverage-S", content: .plain(\.leverage)),
            fixed("LookAheadNextChange", "0", isTag: true),
            fixed("NLVAndMarginInReview", "false"), fixed("SegmentTitle-C", "Commodities"),
            fixed("SegmentTitle-S", "Securities"), fixed("TradingType-S", "STKNOPT"),
            fixed("WhatIfPMEnabled", "true"),
        ]
    }()

    private static let money: [Key] =
        [
            Key(
                name: "BuyingPower", content: .money { max($0.availableFunds, 0) * 4 }, isTag: true),
            Key(name: "GrossPositionValue", content: .money(\.grossPositionValue), isTag: true),
            Key(name: "GrossPositionValue-S", content: .money(\.grossPositionValue)),
            Key(name: "NetLiquidationUncertainty", content: .money { _ in 0 }),
            Key(
                name: "PreviousDayEquityWithLoanValue",
                content: .money { $0.past.equity ?? $0.netLiquidation }, isTag: true),
            Key(
                name: "PreviousDayEquityWithLoanValue-S",
                content: .money { $0.past.equity ?? $0.netLiquidation }),
            Key(name: "RegTEquity", content: .money(\.netLiquidation), isTag: true),
            Key(name: "RegTEquity-S", content: .money(\.netLiquidation)),
            Key(name: "RegTMargin", content: .money(\.initialMargin), isTag: true),
            Key(name: "RegTMargin-S", content: .money(\.initialMargin)),
            Key(name: "SMA", content: .money(\.availableFunds), isTag: true),
            Key(name: "SMA-S", content: .money(\.availableFunds)),
            Key(name: "SettledCash", content: .money(\.cash), isTag: true),
            Key(name: "AccruedCash-Z", content: .money { _ in 0 }),
        ] + segmented + empty

    /// Keys with a line for the account and one for each segment.
    private static let segmented: [Key] = {
        let funds: @Sendable (AccountValues) -> Amount = { $0.availableFunds }
        let excess: @Sendable (AccountValues) -> Amount = { $0.excessLiquidity }
        let initial: @Sendable (AccountValues) -> Amount = { $0.initialMargin }
        let maintenance: @Sendable (AccountValues) -> Amount = { $0.maintenanceMargin }
        let net: @Sendable (AccountValues) -> Amount = { $0.netLiquidation }
        let keys:
            [(
                String, @Sendable (AccountValues) -> Amount,
                @Sendable (AccountValues.Segment) -> Amount
            )] = [
                ("AvailableFunds", funds, { $0.availableFunds }),
                ("EquityWithLoanValue", net, { $0.netLiquidation }),
                ("ExcessLiquidity", excess, { $0.excessLiquidity }),
                ("FullAvailableFunds", funds, { $0.availableFunds }),
                ("FullExcessLiquidity", excess, { $0.excessLiquidity }),
                ("FullInitMarginReq", initial, { $0.initialMargin }),
                ("FullMaintMarginReq", maintenance, { $0.maintenanceMargin }),
                ("InitMarginReq", initial, { $0.initialMargin }),
                ("LookAheadAvailableFunds", funds, { $0.availableFunds }),
                ("LookAheadExcessLiquidity", excess, { $0.excessLiquidity }),
                ("LookAheadInitMarginReq", initial, { $0.initialMargin }),
                ("LookAheadMaintMarginReq", maintenance, { $0.maintenanceMargin }),
                ("MaintMarginReq", maintenance, { $0.maintenanceMargin }),
                ("NetLiquidation", net, { $0.netLiquidation }),
                ("TotalCashValue", { $0.cash }, { $0.cash }),
            ]
        return keys.flatMap { name, whole, part in
            [
                Key(name: name, content: .money(whole), isTag: true),
                Key(name: name + "-C", content: .money { part($0.commodities) }),
                Key(name: name + "-S", content: .money { part($0.securities) }),
                Key(name: name + "-Z", content: .money { _ in 0 }),
            ]
        }
    }()

    private static let empty: [Key] = [
        "AccruedDividend", "Billable", "Guarantee", "IndianStockHaircut", "PASharesValue",
        "PhysicalCertificateValue", "PostExpirationExcess", "PostExpirationMargin",
        "TotalDebitCardPendingCharges",
    ].flatMap { name in
        ["", "-C", "-S", "-Z"].map { Key(name: name + $0, content: .money { _ in 0 }) }
    }

    /// The lines of a currency, in the order of its block.
    static let ledger: [Key] = {
        func key(
            _ name: String, _ value: @escaping @Sendable (CurrencyLedger) -> Amount
        ) -> Key {
            Key(name: name, content: .ledger { ledger, _ in value(ledger).money })
        }
        /// Not rounded to cents.
        func exact(
            _ name: String, _ value: @escaping @Sendable (CurrencyLedger) -> Amount
        ) -> Key {
            Key(name: name, content: .ledger { ledger, _ in value(ledger).ledgerText })
        }
        func held(_ name: String, _ secType: String) -> Key {
            key(name) { $0.value(of: secType) }
        }
        return [
            Key(name: "Currency", content: .ledger { ledger, _ in ledger.currency }),
            exact("CashBalance", \.cash), exact("TotalCashBalance", \.cash),
            key("AccruedCash") { _ in 0 }, held("StockMarketValue", "STK"),
            held("OptionMarketValue", "OPT"), held("FutureOptionValue", "FOP"),
            key("FuturesPNL", \.futuresProfit),
            exact("NetLiquidationByCurrency", \.netLiquidation), key("UnrealizedPnL", \.unrealized),
            key("RealizedPnL", \.realized),
            Key(
                name: "ExchangeRate",
                content: .ledger { ledger, _ in
                    ledger.rate == 1 ? "1.00" : ledger.rate.description
                }),
            held("FundValue", "FUND"), key("NetDividend") { _ in 0 },
            key("MutualFundValue") { _ in 0 }, key("MoneyMarketFundValue") { _ in 0 },
            held("CorporateBondValue", "BOND"), key("TBondValue") { _ in 0 },
            held("TBillValue", "BILL"), held("WarrantValue", "WAR"),
            key("FxCashBalance") { _ in 0 },
            Key(name: "AccountOrGroup", content: .ledger { _, values in values.account.name }),
            Key(name: "RealCurrency", content: .ledger { ledger, _ in ledger.currency }),
            held("IssuerOptionValue", "IOPT"),
        ]
    }()

    private static let dated: [Key] = ["SettledCashByDate", "SettledCashByDate-S"].map {
        Key(name: $0, content: .dated { ledger, values in ledger.settlements(values.past.today) })
    }
}

/// The keys that are told of at once after a trade, and their order.
///
/// Recorded at 225: only keys whose values have changed, in three groups, with the time between
/// them. Other keys wait for the next repetition.
enum TradeKeys {
    static let settlementRanks = ranks(["SettledCashByDate-S", "SettledCashByDate", "Cushion"])
    static let marginRanks = ranks([
        "NetLiquidationUncertainty", "EquityWithLoanValue", "NetLiquidation", "TotalCashValue",
        "BuyingPower", "GrossPositionValue", "InitMarginReq", "MaintMarginReq", "AvailableFunds",
        "ExcessLiquidity", "LookAheadInitMarginReq", "LookAheadMaintMarginReq",
        "LookAheadAvailableFunds", "LookAheadExcessLiquidity", "FullInitMarginReq",
        "FullMaintMarginReq", "FullAvailableFunds", "FullExcessLiquidity",
    ])
    static let ledgerRanks = ranks(AccountKeys.ledger.map(\.name))

    private static func ranks(_ keys: [String]) -> [String: Int] {
        var ranks: [String: Int] = [:]
        for (rank, key) in keys.enumerated() where ranks[key] == nil { ranks[key] = rank }
        return ranks
    }
}

extension CurrencyLedger {
    /// `20260824:78.33`, and after a trade what there will be a business day later.
    ///
    /// - Parameter today: Days since 1970.
    func settlements(_ today: Int64) -> String {
        func date(_ day: Int64) -> String {
            UTCTime(secondsSince1970: day * WallClock.secondsPerDay).compactDate
        }
        let now = "\(date(today)):\(settledCash.ledgerText)"
        guard settledCash != cash else { return now }
        var next = today + 1
        // Saturday and Sunday.
        while [0, 6].contains(UTCTime.weekday(days: next)) { next += 1 }
        return "\(now);\(date(next)):\(cash.ledgerText)"
    }
}

extension Amount {
    /// At least two decimals, and at most four.
    fileprivate var ledgerText: String {
        if self == roundedToCents { return money }
        let steps = (micros.magnitude + 50) / 100
        let rounded = Int64(clamping: steps)
        return Amount(micros: (micros < 0 ? -rounded : rounded) &* 100).description
    }
}

/// An account's values as clients are told them.
extension AccountValues {
    private func line(_ key: AccountKeys.Key, _ ledgers: [CurrencyLedger]) -> [AccountValue] {
        let lines = computedLine(key, ledgers)
        guard !account.shownValues.isEmpty, let shown = account.shownValues[key.name] else {
            return lines
        }
        return lines.map { AccountValue(key: $0.key, value: shown, currency: $0.currency) }
    }

    private func computedLine(
        _ key: AccountKeys.Key, _ ledgers: [CurrencyLedger]
    ) -> [AccountValue] {
        switch key.content {
        case .plain(let value): [AccountValue(key: key.name, value: value(self), currency: "")]
        case .money(let amount):
            [AccountValue(key: key.name, value: amount(self).money, currency: account.baseCurrency)]
        case .ledger(let text), .dated(let text):
            ledgers.map {
                AccountValue(key: key.name, value: text($0, self), currency: $0.currency)
            }
        }
    }

    /// Everything together, then currency by currency.
    private var ledgers: [CurrencyLedger] { [baseLedger] + currencies.map(ledger(of:)) }

    /// Everything that `updateAccountValue` carries: sorted by key, and within a key by currency.
    var all: [AccountValue] {
        // `BASE` is not always the first in the alphabet.
        let ledgers = ledgers.sorted { $0.currency < $1.currency }
        return AccountKeys.sorted.flatMap { line($0, ledgers) }
    }

    /// Everything that `accountUpdateMulti` carries: the account, then a block for each currency.
    var inBlocks: [AccountValue] {
        let base = baseLedger
        var lines = AccountKeys.ofAccount.flatMap { line($0, [base]) }
        for index in lines.indices where lines[index].currency == base.currency {
            lines[index] = AccountValue(
                key: lines[index].key, value: lines[index].value, currency: account.baseCurrency)
        }
        return lines + blocks
    }

    /// The currencies alone, everything together last.
    var blocks: [AccountValue] {
        (currencies.map(ledger(of:)) + [baseLedger]).flatMap(lines(of:))
    }

    private func lines(of ledger: CurrencyLedger) -> [AccountValue] {
        AccountKeys.ledger.flatMap { line($0, [ledger]) }
    }

    /// The lines a summary's tags ask for, in alphabetical order.
    ///
    /// - Parameter prefixesLedger: Whether tags of currencies begin with `$LEDGER-`.
    func lines(for tags: [String], prefixesLedger: Bool) -> [AccountValue] {
        var lines = AccountKeys.tags.filter { tags.contains($0.name) }.flatMap { line($0, []) }
        for tag in tags where tag.hasPrefix("$LEDGER") {
            var asked: [CurrencyLedger] = []
            switch tag {
            case "$LEDGER": asked = [baseLedger]
            case "$LEDGER:ALL": asked = ledgers
            default:
                // Assumed: a currency the account does not hold has no lines.
                let currency = String(tag.dropFirst("$LEDGER:".count))
                if rates[currency] != nil { asked = [ledger(of: currency)] }
            }
            for ledger in asked {
                lines += self.lines(of: ledger).sorted { $0.key < $1.key }.map {
                    prefixesLedger
                        ? AccountValue(
                            key: AccountKeys.ledgerPrefix + $0.key, value: $0.value,
                            currency: $0.currency) : $0
                }
            }
        }
        return lines
    }
}
