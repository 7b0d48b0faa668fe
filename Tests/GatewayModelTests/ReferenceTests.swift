import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `Reference data` {
    @Test func `finds every kind of contract`() {
        var gateway = Gateway()
        let client = gateway.start()
        func found(_ fields: KeyValuePairs<String, String>) -> [String] {
            var message = Message("reqContractDetails", fields, direction: .toGateway)
            message["reqId"] = "1"
            let effects = gateway.handle(gateway.request(client, message))
            return messages(effects, "contractDetails").map {
                "\($0["contract.secType"] ?? "") \($0["contract.localSymbol"] ?? "")"
            } + messages(effects, "bondContractDetails").map { "BOND \($0["details.cusip"] ?? "")" }
        }
        #expect(found(["contract.symbol": "SPX", "contract.secType": "IND"]) == ["IND SPX"])
        #expect(found(["contract.symbol": "BTC"]) == ["CRYPTO BTC.USD"])
        #expect(found(["contract.symbol": "US-T"]) == ["BOND Z00000301"])
        #expect(found(["contract.symbol": "IBUS500"]) == ["CFD IBUS500"])
        #expect(found(["contract.symbol": "USD", "contract.currency": "JPY"]) == ["CASH USD.JPY"])
        #expect(
            found(["contract.symbol": "ES", "contract.secType": "FUT"]) == [
                "FUT ESH6", "FUT ESM6", "FUT ESU6", "FUT ESZ6",
            ])
        #expect(
            found([
                "contract.symbol": "ES", "contract.secType": "FUT", "contract.includeExpired": "1",
            ]).prefix(3) == ["FUT ESU5", "FUT ESZ5", "FUT ESH6"])
        #expect(found(["contract.symbol": "ES", "contract.secType": "CONTFUT"]) == ["FUT ESH6"])
        #expect(found(["contract.symbol": "SAP"]).count == 2)
        #expect(found(["contract.symbol": "SAP", "contract.currency": "EUR"]).count == 1)
        #expect(
            found(["contract.secIdType": "ISIN", "contract.secId": "ZZ0002655980"]) == ["STK AAPL"])
        #expect(found(["contract.symbol": "AAPL", "contract.secType": "BAG"]) == ["BAG AAPL"])
    }

    @Test func `lists option chains whose every option exists`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        let answer = gateway.reply(
            client, "reqSecDefOptParams",
            [
                "reqId": "1", "underlyingSymbol": "SPY", "underlyingSecType": "STK",
                "underlyingConId": "756733",
            ])
        let chain = answer[0]
        #expect(chain.name == "securityDefinitionOptionParameter")
        #expect(answer.last?.name == "securityDefinitionOptionParameterEnd")
        let expirations = chain.items(of: "expirations").compactMap { $0["_expiration"] }
        let strikes = chain.items(of: "strikes").compactMap { $0["_strike"] }
        #expect(expirations.count == 6 && strikes.count == 21)
        #expect(expirations.first == "20260116")
        for expiration in expirations {
            let details = gateway.reply(
                client, "reqContractDetails",
                [
                    "reqId": "2", "contract.symbol": "SPY", "contract.secType": "OPT",
                    "contract.lastTradeDateOrContractMonth": expiration,
                ])
            #expect(details.count == 2 * strikes.count + 1)
        }
    }

    @Test func `has con ids that no two contracts share`() {
        for days in [0, 40, 300, 4000] {
            let today = Int64(20_468 + days)
            let ids = World.default.allContracts(today: today).map(\.conID)
            #expect(Set(ids).count == ids.count)
        }
        let stocks = World.default.contracts.filter { $0.secType == "STK" }
        #expect(stocks.count >= 30)
    }

    @Test func `ranks stocks in a scanner and ends it by error 162`() {
        var gateway = Gateway()
        let client = gateway.start()
        let fields: KeyValuePairs = [
            "reqId": "8", "sub.numberOfRows": "5", "sub.instrument": "STK",
            "sub.locationCode": "STK.US.MAJOR", "sub.scanCode": "TOP_PERC_GAIN",
        ]
        let answer = gateway.reply(client, "reqScannerSubscription", fields)
        #expect(answer[0].items(of: "items").map { $0["rank"] } == ["0", "1", "2", "3", "4"])
        #expect(names(gateway.passing(.seconds(61))) == ["scannerData", "scannerData"])
        #expect(story(gateway.reply(client, "reqScannerSubscription", fields)) == ["error 385"])
        let cancel: KeyValuePairs = ["reqId": "8"]
        #expect(story(gateway.reply(client, "cancelScannerSubscription", cancel)) == ["error 162"])
        #expect(story(gateway.reply(client, "cancelScannerSubscription", cancel)) == ["error 365"])
    }

    @Test func `brings headlines whose articles can be read`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        let answer = gateway.reply(
            client, "reqHistoricalNews",
            [
                "reqId": "1", "conId": "265598", "providerCodes": "BRFG+DJNL",
                "startDateTime": "2026-01-10 00:00:00.0", "totalResults": "3",
            ])
        #expect(answer.map(\.name).suffix(2) == ["historicalNews", "historicalNewsEnd"])
        #expect(answer.count == 4 && answer.last?["hasMore"] == "1")
        let times = answer.compactMap { $0["time"] }
        #expect(times == times.sorted(by: >))
        let item = answer[0]
        let article = gateway.reply(
            client, "reqNewsArticle",
            [
                "reqId": "2", "providerCode": item["providerCode"] ?? "",
                "articleId": item["articleId"] ?? "",
            ])
        #expect(article[0]["articleText"]?.contains(item["headline"] ?? "?") == true)
        #expect(
            story(
                gateway.reply(
                    client, "reqNewsArticle",
                    ["reqId": "2", "providerCode": "BRFG", "articleId": "BRFG$1x2"])) == [
                    "error 10172"
                ])
    }

    @Test func `shares display groups between clients`() {
        var gateway = Gateway()
        let first = gateway.start(client: 1)
        let second = gateway.start(client: 2)
        #expect(
            gateway.ask(first, "queryDisplayGroups", ["reqId": "1"]) == ["#1 67|1|1|1|2|3|4|5|6|7|"]
        )
        _ = gateway.ask(first, "subscribeToGroupEvents", ["reqId": "2", "groupId": "3"])
        _ = gateway.ask(second, "subscribeToGroupEvents", ["reqId": "9", "groupId": "3"])
        #expect(
            gateway.ask(
                second, "updateDisplayGroup", ["reqId": "9", "contractInfo": "8314@SMART"]) == [
                    "#1 68|1|2|8314@SMART|", "#2 68|1|9|8314@SMART|",
                ])
        #expect(gateway.ask(first, "unsubscribeFromGroupEvents", ["reqId": "2"]).isEmpty)
    }

    @Test func `wants the calendar's metadata before its events`() {
        var gateway = Gateway()
        let client = gateway.start()
        func ask(_ name: String) -> [String] {
            story(gateway.reply(client, name, ["reqId": "1"]))
        }
        #expect(ask("reqWshEventData") == ["error 10282"])
        #expect(ask("reqWshMetaData") == ["wshMetaData"])
        #expect(ask("reqWshMetaData") == ["error 10278"])
        #expect(ask("cancelWshMetaData") == [])
        #expect(ask("cancelWshMetaData") == ["error 10280"])
        #expect(ask("reqWshEventData") == ["wshEventData"])
        #expect(ask("cancelWshEventData") == [])
        #expect(ask("cancelWshEventData") == ["error 10284"])
    }

    @Test func `leaves no request without an answer of its own`() {
        for version in [200, 225] {
            var gateway = Gateway { $0.limits.historicalTickSearch = 10 }
            let client = gateway.start(version: version)
            for schema in ProtocolSchema.messages
            where schema.direction == .toGateway && schema.versions.contains(version) {
                let message = Message(schema: schema)
                let effects = gateway.handle(gateway.request(client, message))
                let unanswered = messages(effects, "error").contains {
                    $0["errorString"]?.contains("does not answer") == true
                }
                #expect(!unanswered, "\(schema.name) at \(version)")
            }
        }
    }

    @Test func `says nothing to the cancel of what was answered at once`() {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        for name in ["cancelContractData", "cancelHistoricalTicks"] {
            #expect(story(gateway.reply(client, name, ["reqId": "1"])) == [])
        }
    }

    @Test func `of small bars is paced as documented`() {
        var gateway = Gateway()
        let client = gateway.start()
        func ask(_ duration: String) -> String? {
            gateway.reply(
                client, "reqHistoricalData",
                [
                    "reqId": "3", "contract.conId": "265598", "barSizeSetting": "5 secs",
                    "durationStr": duration, "whatToShow": "TRADES",
                ]
            ).first?["errorCode"]
        }
        #expect(ask("60 S") == nil)
        #expect(ask("60 S") == "162")
        for number in 61...64 { #expect(ask("\(number) S") == nil) }
        #expect(ask("65 S") == "162")
        _ = gateway.passing(.seconds(15))
        #expect(ask("60 S") == nil)
    }
}
