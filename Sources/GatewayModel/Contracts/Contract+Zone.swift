extension Contract {
    /// The zone in which a gateway writes the times of this contract: hours, executions, bars.
    ///
    /// Recorded: US/Eastern for US stocks, their options and EUR.USD, US/Central for futures of CME.
    package var zone: LocalZone {
        Self.zone(ofExchange: exchange) ?? Self.zone(ofExchange: primaryExchange) ?? .eastern
    }

    /// `nil` for SMART, and for exchanges whose zone is not known here.
    ///
    /// Recorded for CBOE and CHX (US/Central), AMEX, ARCA, NASDAQ and NYSE (US/Eastern). Elsewhere the
    /// names are those that contract descriptions of other exchanges show (reported).
    package static func zone(ofExchange exchange: String) -> LocalZone? { zones[exchange] }

    private static let zones: [String: LocalZone] = {
        let groups = [
            ("US/Central", "CBOE CBOT CFE CHX CME CMECRYPTO ECBOT GLOBEX QBALGO"),
            (
                "US/Eastern",
                "AMEX ARCA BATS BEX BYX COMEX DRCTEDGE EDGEA EDGX IDEALPRO IEX ISE NASDAQ NYBOT "
                    + "NYMEX NYSE NYSENAT PEARL PHLX PINK PSX MEMX TSE VENTURE"
            ),
            ("MET", "AEB BM BVME BVME.ETF DTB EBS EUREX FWB IBIS IBIS2 SBF SFB SWB VSE"),
            ("GB-Eire", "ICEEU IPE LSE LSEETF"),
            ("Japan", "OSE.JPN TSEJ"), ("Hongkong", "HKFE SEHK"), ("Singapore", "SGX"),
            ("Australia/NSW", "ASX SNFE"), ("Asia/Calcutta", "NSE"),
        ]
        let pairs = groups.flatMap { name, exchanges in
            exchanges.split(separator: " ").compactMap { exchange in
                LocalZone(named: name).map { (String(exchange), $0) }
            }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }()
}
