import GatewayWire

/// Where market depth can be had.
extension Reference {
    /// Every exchange of the list, in no order that could be named, and the rows of SMART.
    ///
    /// Recorded at 206: over 300 rows. An exchange has a row for each kind it trades; NASDAQ, and
    /// ISLAND for warrants, a second one for its full book (`Deep2`), SEHK one of its own form
    /// (`DeepX`). Only SMART names a listing exchange. Only SMART and IDEALPRO have a group. Which
    /// exchanges there are besides is reported.
    func reqMktDepthExchanges(_ request: Request, _ context: inout GatewayContext) {
        var message = Message("mktDepthExchanges")
        message.setItems(of: "depthMktDataDescriptions", to: Self.depthRows(request.version))
        context.send(message, to: request.connection)
    }

    private struct DepthRow {
        let exchange: String
        let kind: String
        var service = "Deep"
        var listing = ""
        var group: Int?

        var rank: UInt64 {
            "\(exchange) \(kind) \(service) \(listing)".utf8.reduce(7) { mixed($0, UInt64($1)) }
        }
    }

    private static func depthRows(_ version: Int) -> [[String: String]] {
        allDepthRows.map { row in
            var fields = [
                "exchange": row.exchange, "secType": row.kind, "listingExch": row.listing,
                "serviceDataType": row.service,
                "_isL2": row.service == "Deep2" ? "1" : "0",
            ]
            if let group = row.group {
                fields["aggGroup"] = String(group)
            } else if version < depthProtobufSince {
                fields["aggGroup"] = String(Int32.max)
            }
            return fields
        }
    }

    /// From this server version the answer travels as protobuf, where an unset number is left out.
    private static let depthProtobufSince = 213

    private static let allDepthRows: [DepthRow] = {
        var rows = depthKinds.flatMap { kinds, exchanges in
            exchanges.split(separator: " ").flatMap { exchange in
                kinds.split(separator: " ").map {
                    DepthRow(exchange: String(exchange), kind: String($0))
                }
            }
        }
        rows += [
            DepthRow(exchange: "NASDAQ", kind: "STK", service: "Deep2"),
            DepthRow(exchange: "NASDAQ", kind: "WAR", service: "Deep2"),
            DepthRow(exchange: "ISLAND", kind: "WAR", service: "Deep2"),
            DepthRow(exchange: "IBEFP", kind: "EFP", service: "Deep2"),
            DepthRow(exchange: "SEHK", kind: "STK", service: "DeepX"),
            DepthRow(exchange: "SEHK", kind: "WAR", service: "DeepX"),
            DepthRow(exchange: "IDEALPRO", kind: "CASH", group: 4),
            DepthRow(exchange: "SMART", kind: "STK", service: "AggDeep", listing: "PINK", group: 1),
            DepthRow(
                exchange: "SMART", kind: "STK", service: "AggDeep", listing: "OTCBB", group: 1),
            DepthRow(exchange: "SMART", kind: "BOND", group: 7),
            DepthRow(exchange: "SMART", kind: "BILL", group: 12),
            DepthRow(exchange: "SMART", kind: "CMDTY", group: 14),
        ]
        return rows.sorted { $0.rank < $1.rank }
    }()

    /// Kinds, and the exchanges that have all of them.
    private static let depthKinds = [
        (
            "STK",
            "AMEX ARCA BATS BEX BYX DRCTEDGE EDGEA IEX LTSE MEMX NASDAQ NYSE NYSENAT PEARL PSX PINK "
                + "CHX OVERNIGHT IBEOS TSE VENTURE PURE OMEGA CHINEXT SEHKNTL SEHKSZSE LSE LSEETF "
                + "IBIS IBIS2 FWB SWB GETTEX SBF AEB ENEXT.BE BVL BVME BVME.ETF BM EBS VIRTX VSE SFB "
                + "CPH HEX OSE WSE PRA BUX TASE TADAWUL MEXI BOVESPA TSEJ JPNNEXT ASX CHIXAU CHIXEN "
                + "CHIXDE CHIXFR CHIXUK TRQXEN TRQXDE TRQXUK BATEEN BATEDE BATEUK AQEUEN AQEUDE SGX "
                + "NSE KRX TWSE SET IDX BURSAMY"
        ),
        ("WAR", "AMEX ARCA NASDAQ NYSE FWB SWB SBF AEB EBS VSE SFB TSE ASX SGX BVME"),
        (
            "OPT",
            "AMEX BATS BOX CBOE CBOE2 EDGX EMERALD GEMINI ISE MEMX MERCURY MIAX NASDAQBX NASDAQOM "
                + "PEARL PHLX PSE SAPPHIRE CDE MEXDER"
        ),
        (
            "FUT FOP",
            "CME CBOT NYMEX COMEX CFE NYBOT ICEEU ICEEUSOFT IPE EUREX DTB EUREXUK MONEP FTA BELFOX "
                + "IDEM MEFFRV OMS SNFE SGX HKFE OSE.JPN TSE.JPN KSE NSE CDE MEXDER"
        ),
        ("FUT", "CMECRYPTO ENDEX LMEOTC MATIF NORDIC SMFE"),
        ("FWD", "LMEOTC"), ("CFD", "SMART"), ("CRYPTO", "PAXOS ZEROHASH"),
        ("CMDTY", "IBCMDTY"), ("CASH", "FXSUB"),
        ("BOND", "EDGX.BOND NYSEBOND EUREXBOND MTS"), ("FUND", "FUNDSERV"),
        ("ETF", "BATS.ETF CHIX.ETF EBS.ETF LSE.ETF TRQX.ETF"),
        ("BAG", "CBOE CME CBOT NYMEX COMEX"), ("EFP", "IBEFP"),
    ]
}
