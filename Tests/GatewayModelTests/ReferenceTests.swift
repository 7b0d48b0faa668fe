import GatewayWire
import Simulation
import Testing

@testable import GatewayModel

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
        #expect(found(["contract.symbol": "US-T"]) == ["BOND IBCID990000301"])
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
        // A row for each exchange: SMART and NYSE, SMART and IBIS.
        #expect(found(["contract.symbol": "SAP"]).count == 4)
        #expect(
            found([
                "contract.symbol": "SAP", "contract.currency": "EUR", "contract.exchange": "SMART",
            ]).count == 1)
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
        #expect(answer[0].items(of: "items").allSatisfy { $0["contract.primaryExchange"] != nil })
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
        // As recorded: a remark in braces before the headline, eight digits, one document.
        let headline = item["headline"] ?? ""
        #expect(headline.hasPrefix("{A:800015:L:en}AAPL: "))
        #expect(item["articleId"]?.utf8.count == "BRFG$1f064106".utf8.count)
        let text = article[0]["articleText"] ?? ""
        #expect(text.contains(headline.split(separator: "}").last ?? "?"))
        #expect(text.hasPrefix("<html><body>") && text.hasSuffix("</body></html>"))
        #expect(
            story(
                gateway.reply(
                    client, "reqNewsArticle",
                    ["reqId": "2", "providerCode": "BRFG", "articleId": "BRFG$1x2"])) == [
                    "error 10172"
                ])
    }

    @Test func `has eight news providers`() {
        var gateway = Gateway()
        let client = gateway.start()
        let rows = gateway.reply(client, "reqNewsProviders")[0].items(of: "newsProviders")
        #expect(
            rows.map { $0["code"] } == [
                "BRFG", "BRFUPDN", "DJ-N", "DJ-RT", "DJ-RTA", "DJ-RTE", "DJ-RTG", "DJNL",
            ])
    }

    @Test func `brings no headlines for a date without tenths of a second`() {
        var gateway = Gateway()
        let client = gateway.start()
        func ask(_ start: String, _ end: String) -> [String] {
            gateway.reply(
                client, "reqHistoricalNews",
                [
                    "reqId": "1", "conId": "265598", "providerCodes": "BRFG",
                    "startDateTime": start, "endDateTime": end, "totalResults": "300",
                ]
            ).compactMap { $0["time"] }
        }
        #expect(ask("2026-01-10 00:00:00", "").isEmpty)
        let since = ask("2026-01-14 00:00:00.0", "")
        #expect(!since.isEmpty && since.allSatisfy { $0 > "2026-01-14" })
        // With both, the first is ignored.
        let both = ask("2026-01-14 00:00:00.0", "2026-01-15 00:00:00.0")
        #expect(both.count == 300 && both.contains { $0 < "2026-01-14" })
    }

    @Test func `finds every article whose headline it has told`() {
        let book = ContractBook(World.default.allContracts(today: 20_468))
        for contract in book.contracts.filter({ $0.secType == "STK" }) {
            let items = NewsItem.items(
                of: contract, in: book, after: Market.earliestData, through: 1_768_487_400,
                providers: [], limit: 20)
            #expect(items.count == 20)
            for item in items {
                #expect(NewsItem(articleID: item.articleID, in: book) == item)
            }
        }
        for id in ["", "BRFG$", "BRFG$zzzzzzzz", "BRFG$ffffffff", "BRFG$+1234567"] {
            #expect(NewsItem(articleID: id, in: book) == nil)
        }
    }

    @Test func `writes bulletins with a rule, their readers and a date`() {
        var gateway = Gateway()
        let client = gateway.start()
        let bulletin = gateway.reply(client, "reqNewsBulletins", ["allMsgs": "1"])[0]
        #expect(bulletin["msgType"] == "1")
        #expect(bulletin["msgId"] == "1768435200")
        let lines = (bulletin["newsMessage"] ?? "").split(separator: "\n")
        #expect(lines.count == 4 && lines[0].allSatisfy { $0 == "=" })
        #expect(lines[1] == "To \(bulletin["originExch"] ?? "") traders:")
        #expect(lines[2] == "Wed 14 Jan 2026 07:00:00 PM EST")
    }

    @Test func `refuses the event calendar to a login without it`() {
        var gateway = Gateway { $0.hasEventCalendar = false }
        let client = gateway.start()
        for name in ["reqWshMetaData", "reqWshEventData"] {
            let error = gateway.reply(client, name, ["reqId": "1"])[0]
            #expect(error["errorCode"] == "10276")
            #expect(error["errorString"] == "News feed is not allowed.")
        }
    }

    @Test func `has no fundamental data in newer builds`() {
        func code(_ data: FundamentalData, _ version: Int) -> [String?] {
            var gateway = Gateway {
                $0.fundamentalData = data
                $0.newestVersion = version
            }
            let client = gateway.start()
            let report = gateway.reply(
                client, "reqFundamentalData",
                ["reqId": "1", "contract.conId": "265598", "reportType": "RESC"])
            let line = gateway.reply(
                client, "reqMktData",
                ["reqId": "2", "contract.conId": "265598", "genericTickList": "233,258"])
            return [report[0]["errorCode"], line[0]["errorCode"]]
        }
        #expect(code(.byVersion, 225) == [nil, nil])
        #expect(code(.byVersion, 226) == ["10358", "10358"])
        #expect(code(.served, 226) == [nil, nil])
        #expect(code(.gone, 225) == ["10358", "10358"])
    }

    @Test func `samples symbols with what is about them, and bonds by their issuer`() {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        func rows(_ pattern: String) -> [String] {
            let message = gateway.reply(
                client, "reqMatchingSymbols", ["reqId": "1", "pattern": pattern])[0]
            guard let index = message.schema.indexes(of: "contractDescriptions").first,
                case .group(let group) = message.schema.items[index],
                case .group(let rows) = message.values[index],
                let place = group.items.firstIndex(where: { $0.name == "derivativeSecTypes" })
            else { return [] }
            return zip(message.items(of: "contractDescriptions"), rows).map { fields, row in
                guard case .group(let kinds) = row[place] else { return "?" }
                let texts = kinds.map { $0[0].string ?? "" }.joined(separator: ",")
                let names = ["secType", "primaryExchange", "issuerId"]
                    .compactMap { fields["contract.\($0)"] }
                return (names + [texts]).joined(separator: " ")
            }
        }
        #expect(rows("APPLE") == ["STK NASDAQ CFD,OPT,IOPT,WAR,BAG", "BOND e1432232 "])
        #expect(rows("SPY") == ["STK ARCA OPT,BAG"])
        #expect(rows("SPX") == ["IND CBOE CFD"])
        #expect(rows("EUR") == ["CASH IDEALPRO "])
        #expect(rows("QQQQQQ").isEmpty)
    }

    @Test func `names the exchanges with depth in no order`() throws {
        for version in [206, 225] {
            var gateway = Gateway()
            let client = gateway.start(version: version)
            let rows = gateway.reply(client, "reqMktDepthExchanges")[0]
                .items(of: "depthMktDataDescriptions")
            #expect(rows.count > 150)
            let names = rows.compactMap { $0["exchange"] }
            #expect(names != names.sorted())
            let nasdaq = rows.filter { $0["exchange"] == "NASDAQ" && $0["secType"] == "STK" }
            #expect(Set(nasdaq.compactMap { $0["serviceDataType"] }) == ["Deep", "Deep2"])
            let unset = version < 213 ? "2147483647" : nil
            #expect(nasdaq.allSatisfy { $0["aggGroup"] == unset })
            let smart = rows.filter { $0["exchange"] == "SMART" && $0["aggGroup"] != unset }
            #expect(Set(smart.compactMap { $0["aggGroup"] }) == ["1", "7", "12", "14"])
            #expect(Set(smart.compactMap { $0["listingExch"] }) == ["PINK", "OTCBB", ""])
        }
    }

    @Test func `has no soft dollar tiers for a plain login`() {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        #expect(
            gateway.reply(client, "reqSoftDollarTiers", ["reqId": "1"])[0].items(of: "tiers")
                .isEmpty)
    }

    @Test func `tells that a scan has no rows before it shows none`() {
        var gateway = Gateway()
        let client = gateway.start()
        let fields: KeyValuePairs = [
            "reqId": "8", "sub.instrument": "STK", "sub.locationCode": "STK.US.MAJOR",
            "sub.scanCode": "TOP_PERC_GAIN", "sub.abovePrice": "1000000",
        ]
        let answer = gateway.reply(client, "reqScannerSubscription", fields)
        #expect(story(answer) == ["error 165", "scannerData"])
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
