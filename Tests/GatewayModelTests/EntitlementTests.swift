import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A login without market data` {
    private static let link =
        "Requested market data requires additional subscription for API. "
        + "See link in 'Market Data Connections' dialog for more details."

    private func gateway(_ permission: MarketDataPermission, version: Int = 225) -> Gateway {
        Gateway {
            $0.marketData = permission
            $0.newestVersion = version
        }
    }

    /// Code and text of every error, the names of all else.
    private func told(_ answer: [Message]) -> [String] {
        answer.map { message in
            guard message.name == "error" else { return message.name }
            return "\(message["errorCode"] ?? "") \(message["errorString"] ?? "")"
        }
    }

    @Test func `is told of a delayed line when it asks for a live one`() {
        var gateway = gateway(.delayedOnly)
        let client = gateway.start(version: 225)
        #expect(
            told(
                gateway.reply(
                    client, "reqMktData",
                    ["reqId": "2", "contract.conId": "265598", "snapshot": "1"])) == [
                    "tickReqParams",
                    "10089 \(Self.link)Delayed market data is available.AAPL NASDAQ.NMS/TOP/ALL",
                ])
        #expect(gateway.passing(.seconds(5)).isEmpty)
    }

    @Test func `is told so by 354 on older gateways`() {
        var gateway = gateway(.delayedOnly, version: 187)
        let client = gateway.start(version: 187)
        let answer = gateway.reply(
            client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
        #expect(answer.map { $0["errorCode"] } == ["354"])
    }

    @Test func `gets delayed data, in streams with a notice for some clients`() throws {
        var orders: Set<[String]> = []
        for id in 0..<16 {
            var gateway = gateway(.delayedOnly)
            let client = gateway.start(client: id, version: 225)
            _ = gateway.passing(.milliseconds(137))
            _ = gateway.reply(client, "reqMarketDataType", ["marketDataType": "3"])
            let stream = gateway.reply(
                client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
            let notice = stream.first { $0["errorCode"] == "10167" }
            #expect(notice?["errorTime"]?.hasSuffix("000") != false, "in whole seconds")
            orders.insert(stream.map(\.name).filter { !$0.hasPrefix("tick") || $0.count > 11 })
            let snapshot = gateway.reply(
                client, "reqMktData",
                ["reqId": "3", "contract.conId": "265598", "snapshot": "1"])
            #expect(!snapshot.contains { $0.name == "error" })
            #expect(snapshot.contains { $0["tickType"] == "68" })
        }
        #expect(
            orders == [
                ["tickReqParams", "marketDataType", "error"],
                ["marketDataType", "tickReqParams", "error"],
                ["tickReqParams", "marketDataType"], ["marketDataType", "tickReqParams"],
            ])
    }

    @Test func `that elected delayed data gets them in place of live ones`() {
        var gateway = gateway(.delayedElected)
        let client = gateway.start(version: 225)
        let answer = gateway.reply(
            client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
        #expect(answer.contains { $0["marketDataType"] == "3" })
        let notice = answer.first { $0.name == "error" }
        #expect(notice?["errorCode"] == "2186")
        #expect(notice?["errorString"]?.hasSuffix("details.AAPL NASDAQ.NMS/TOP/ALL") == true)
        #expect(answer.contains { $0["tickType"] == "68" })
    }

    @Test(arguments: [MarketDataPermission.delayedOnly, .delayedElected, .none])
    func `is refused ticks one by one, first with the reason`(_ permission: MarketDataPermission) {
        var gateway = gateway(permission)
        for id in [1, 2] {
            let client = gateway.start(client: id, version: 225)
            for (request, kind) in ["Last", "BidAsk", "MidPoint"].enumerated() {
                let answer = gateway.reply(
                    client, "reqTickByTickData",
                    [
                        "reqId": String(request), "contract.conId": "265598", "tickType": kind,
                    ])
                #expect(
                    told(answer) == [
                        request > 0
                            ? "10089 \(Self.link)"
                            : "10189 Failed to request tick-by-tick data.No market data "
                                + "permissions for ISLAND STK. \(Self.link)"
                    ])
            }
        }
        #expect(gateway.passing(.seconds(5)).isEmpty)
    }

    @Test func `is refused real-time bars, by what they would show`() {
        var gateway = gateway(.delayedOnly)
        let client = gateway.start(version: 225)
        func told(_ show: String) -> [String] {
            self.told(
                gateway.reply(
                    client, "reqRealTimeBars",
                    ["reqId": "2", "contract.conId": "265598", "whatToShow": show]))
        }
        #expect(
            told("TRADES") == [
                "420 Invalid Real-time Query:No market data permissions for ISLAND STK. \(Self.link)"
            ])
        #expect(told("MIDPOINT") == ["10089 \(Self.link)"])
        #expect(told("BID_ASK").count == 1)
        #expect(told("BID_ASK")[0].hasPrefix("321 Error validating request.-'"))
        #expect(told("BID_ASK")[0].hasSuffix("What to show field is missing or incorrect."))
    }

    @Test func `is refused depth of a share, or gets a notice and no rows`() {
        var gateway = gateway(.delayedOnly)
        let client = gateway.start(version: 225)
        func told(_ id: String, smart: String) -> [String?] {
            gateway.reply(
                client, "reqMktDepth",
                [
                    "reqId": id, "contract.conId": "265598", "numRows": "5",
                    "isSmartDepth": smart,
                ]
            ).map { $0["errorCode"] }
        }
        #expect(told("1", smart: "0") == ["10092"])
        #expect(told("2", smart: "1") == ["2152"])
        #expect(gateway.sent(gateway.passing(.seconds(5))).isEmpty)
        #expect(
            gateway.reply(client, "cancelMktDepth", ["reqId": "2", "isSmartDepth": "1"]).isEmpty)
        let rows = gateway.reply(
            client, "reqMktDepth", ["reqId": "3", "contract.conId": "12087792", "numRows": "5"])
        #expect(rows.count == 10 && rows.allSatisfy { $0.name == "updateMktDepth" })
    }

    @Test func `is refused historical ticks, and history altogether without any data`() {
        for (permission, bars, ticks, kept) in [
            (MarketDataPermission.delayedOnly, nil, "10187", "162"),
            (.none, "2188", "2188", "162"), (.live, nil, nil, nil),
        ] {
            var gateway = gateway(permission)
            let client = gateway.start(version: 225)
            func code(_ name: String, _ fields: KeyValuePairs<String, String>) -> String? {
                var request = Message(name, direction: .toGateway)
                request.setAll([
                    "reqId": "3", "tickerId": "3", "contract.conId": "265598",
                    "whatToShow": "TRADES",
                ])
                request.setAll(fields)
                return messages(gateway.handle(gateway.request(client, request)), "error")
                    .first?["errorCode"]
            }
            let bar: KeyValuePairs = ["barSizeSetting": "1 hour", "durationStr": "1 D"]
            #expect(code("reqHistoricalData", bar) == bars)
            #expect(code("reqHistogramData", ["timePeriod": "3 days"]) == bars)
            #expect(
                code(
                    "reqHistoricalTicks",
                    ["endDateTime": "20260114-20:00:00", "numberOfTicks": "5"]) == ticks)
            #expect(
                code(
                    "reqHistoricalData",
                    ["barSizeSetting": "1 hour", "durationStr": "1 D", "keepUpToDate": "1"])
                    == kept)
            #expect(code("reqHeadTimeStamp", [:]) == nil)
        }
    }

    @Test func `gets an error without a code for a regulatory snapshot`() {
        for (version, code) in [(200, "0"), (225, nil)] {
            var gateway = gateway(.delayedOnly)
            let client = gateway.start(version: version)
            let answer = gateway.reply(
                client, "reqMktData",
                ["reqId": "2", "contract.conId": "265598", "regulatorySnapshot": "1"])
            #expect(answer.count == 1)
            #expect(answer.first?["errorString"] == "Internal server error")
            #expect(answer.first?["errorCode"].flatMap { $0.isEmpty ? nil : $0 } == code)
        }
    }
}
