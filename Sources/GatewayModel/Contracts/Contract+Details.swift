/// What contract details say besides, by the kind of contract.
extension Contract {
    /// Date, time and zone for what expires, the form of the details' own date field.
    ///
    /// Recorded: `20260713 16:00:00 US/Eastern` for an option, `20261218 08:30:00 US/Central` for a
    /// future on an index. The time of other futures is assumed.
    var lastTradeMoment: String {
        switch secType {
        case "OPT": "\(lastTradeDate) 16:00:00 \(zone.name)"
        case "FUT":
            "\(lastTradeDate) \(zone.name == "US/Central" ? "08:30:00" : "13:30:00") "
                + zone.name
        default: lastTradeDate
        }
    }

    /// Exchanges of one group share their aggregated prices; `nil` for none.
    ///
    /// Recorded: 1 for shares, but none at CBOE, PHLX and ISE, 2 for options, 4 for currencies, 7 for
    /// bonds, none for futures. Other kinds are assumed to have none.
    func aggregationGroup(at exchange: String) -> Int? {
        switch secType {
        case "STK": ["CBOE", "PHLX", "ISE"].contains(exchange) ? nil : 1
        case "OPT": 2
        case "CASH": 4
        case "BOND": 7
        default: nil
        }
    }

    /// The least order size, its steps, and the size that a person is offered.
    ///
    /// Recorded: a ten-thousandth, a ten-thousandth and 40 for US shares at 225, a hundredth for
    /// currencies, 1 for options and futures, 2 and 1 for bonds. That 40 is the round lot of the
    /// share's price is inferred.
    var sizes: (least: String, increment: String, suggested: String) {
        switch secType {
        case "STK" where isAmericanShare: ("0.0001", "0.0001", String(roundLot))
        case "STK": ("1", "1", "100")
        case "CASH": ("0.01", "0.01", "0.01")
        case "CRYPTO": ("0.00000001", "0.00000001", "0.00000001")
        case "BOND": ("2", "1", "1")
        default: ("1", "1", "1")
        }
    }

    /// Shares in a round lot: fewer of dearer ones, by the rule in force since November 2025.
    private var roundLot: Int {
        if referencePrice <= 250 { return 100 }
        if referencePrice <= 1_000 { return 40 }
        return referencePrice <= 10_000 ? 10 : 1
    }

    /// Whether money or the thing itself changes hands at the end; empty for what has no end.
    ///
    /// Recorded for a future on an index, `Cash`; the other word is IB's.
    func settlementMethod(of underlying: Contract?) -> String {
        let settlesInCash = underlying?.secType == "IND" || secType == "FUT" && isIndexFuture
        return ["OPT", "FUT"].contains(secType)
            ? settlesInCash ? "Cash" : "Physical Delivery" : ""
    }

    private var isIndexFuture: Bool { !["NYMEX", "COMEX", "CBOT", "NYBOT"].contains(exchange) }

    /// A session as one exchange keeps it, in seconds since 1970.
    ///
    /// Recorded for US shares: the whole of 04:00 to 20:00 at NASDAQ and ARCA, from 07:00 at AMEX,
    /// 07:00 to 16:00 at NYSE, 06:00 to 19:00 in Chicago at CHX, 08:30 to 15:00 there at CBOE.
    func hours(_ session: Range<Int64>, at exchange: String, isExtended: Bool) -> Range<Int64> {
        guard isExtended, isAmericanShare, sessions == nil else { return session }
        // From and to, in seconds from the session's ends.
        let (later, earlier): (Int64, Int64) =
            switch exchange {
            case "AMEX", "CHX": (3 * 3600, 0)
            case "NYSE": (3 * 3600, 4 * 3600)
            case "CBOE", "PHLX", "ISE": (11 * 1800, 4 * 3600)
            default: (0, 0)
            }
        let start = session.lowerBound + later
        return start..<max(start, session.upperBound - earlier)
    }

    /// ISIN alone for shares, CUSIP before ISIN for bonds.
    ///
    /// Recorded at 225.
    var shownSecIDs: [(type: String, value: String)] {
        secType == "STK" ? secIDs.filter { $0.type == "ISIN" } : secIDs.reversed()
    }
}
