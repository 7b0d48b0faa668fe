import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A subscriber of account values` {
    @Test func `gets them sorted by key, and within a key by currency`() {
        var world = World.default
        world.accounts[0].otherCash = ["EUR": Amount(micros: 1_441_513_000)]
        var gateway = Gateway(world: world)
        let client = gateway.start()
        let answer = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
        let values = answer.filter { $0.name == "updateAccountValue" }
        let keys = values.map { ($0["key"] ?? "", $0["currency"] ?? "") }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
        #expect(
            values.prefix(9).map { "\($0["key"] ?? "") \($0["currency"] ?? "")" } == [
                "AccountCode ", "AccountOrGroup BASE", "AccountOrGroup EUR", "AccountOrGroup USD",
                "AccountReady ", "AccountType ", "AccruedCash BASE", "AccruedCash EUR",
                "AccruedCash USD",
            ])
        func value(_ key: String, _ currency: String) -> String? {
            values.first { $0["key"] == key && $0["currency"] == currency }?["val"]
        }
        #expect(value("CashBalance", "EUR") == "1441.513")
        #expect(value("CashBalance", "USD") == "186542.37")
        #expect(value("NetLiquidation", "USD") == value("NetLiquidation-S", "USD"))
        #expect(value("NetLiquidation-C", "USD") == "0.00")
        #expect(value("SettledCashByDate", "EUR") == "20260115:1441.513")
        #expect(answer.suffix(2).map(\.name) == ["updateAccountTime", "accountDownloadEnd"])
    }

    @Test func `by request gets the account first, then a block for each currency`() {
        var gateway = Gateway()
        let client = gateway.start()
        func keys(_ ledgerOnly: String) -> [String] {
            gateway.reply(
                client, "reqAccountUpdatesMulti",
                ["reqId": "2", "account": "DU0000001", "ledgerAndNLV": ledgerOnly]
            ).dropLast().map { $0["key"] ?? "" }
        }
        let all = keys("0")
        let blocks = all.indices.filter { all[$0] == "Currency" }
        #expect(blocks.count == 2)
        let account = Array(all[..<blocks[0]])
        #expect(account == account.sorted() && Set(account).count == account.count)
        #expect(account.prefix(4) == ["AccountCode", "AccountReady", "AccountType", "AccruedCash"])
        #expect(
            all[blocks[0]...].prefix(5) == [
                "Currency", "CashBalance", "TotalCashBalance", "AccruedCash", "StockMarketValue",
            ])
        #expect(keys("1") == Array(all[blocks[0]...]))
    }

    @Test func `hears after a trade of what changed, in three groups with the time between`() {
        var gateway = Gateway()
        let client = gateway.start()
        let before = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
        gateway.place(client, 1, "BUY", "MKT")
        let heard = gateway.sent(gateway.passing(.seconds(1))).filter {
            ["updateAccountValue", "updateAccountTime", "updatePortfolio"].contains($0.name)
        }
        let story = heard.map { message in
            message["key"].map { "\($0) \(message["currency"] ?? "")" } ?? message.name
        }
        let time = "updateAccountTime"
        #expect(
            story.prefix(9) == [
                "SettledCashByDate-S USD", "SettledCashByDate-S BASE", "SettledCashByDate USD",
                "SettledCashByDate BASE", "Cushion ", time, time, time, time,
            ])
        #expect(story[9] == "NetLiquidationUncertainty USD")
        #expect(story.contains("CashBalance BASE"))
        #expect(story.suffix(2) == ["updatePortfolio", time])
        #expect(
            !story.contains { $0.hasPrefix("PreviousDayEquity") || $0.contains("NetLiquidation-S") }
        )
        let settled = heard.first { $0["key"] == "SettledCashByDate" }?["val"]
        #expect(settled?.contains(";20260116:") == true)
        #expect(before.contains { $0["key"] == "PreviousDayEquityWithLoanValue" })
    }

    @Test func `of summaries gets them twice where the gateway is set up so`() {
        var gateway = Gateway { $0.repeatsAccountSummary = true }
        let client = gateway.start()
        let answer = gateway.reply(
            client, "reqAccountSummary",
            ["reqId": "1", "groupName": "All", "tags": "NetLiquidation,AccountType"])
        #expect(
            answer.map { $0["tag"] ?? $0.name } == [
                "AccountType", "NetLiquidation", "AccountType", "NetLiquidation",
                "accountSummaryEnd", "accountSummaryEnd",
            ])
    }

    @Test(arguments: [true, false])
    func `may ask for a third summary after a cancel, or not`(isFreed: Bool) {
        var gateway = Gateway { $0.freesCancelledSummaries = isFreed }
        let client = gateway.start()
        func ask(_ id: String) -> String? {
            gateway.reply(
                client, "reqAccountSummary", ["reqId": id, "groupName": "All", "tags": "SMA"]
            ).last.map { $0["errorCode"] ?? $0.name }
        }
        for id in ["1", "2"] {
            #expect(ask(id) == "accountSummaryEnd")
            gateway.ask(client, "cancelAccountSummary", ["reqId": id])
        }
        #expect(ask("1") == "accountSummaryEnd")
        #expect(ask("3") == (isFreed ? "accountSummaryEnd" : "322"))
    }

    @Test func `may get ledger tags with a prefix`() {
        for isPrefixed in [false, true] {
            var gateway = Gateway { $0.prefixesLedgerKeys = isPrefixed }
            let client = gateway.start()
            let answer = gateway.reply(
                client, "reqAccountSummary",
                ["reqId": "1", "groupName": "All", "tags": "$LEDGER,NetLiquidation"])
            let tags = answer.compactMap { $0["tag"] }
            #expect(tags.first == "NetLiquidation")
            #expect(
                tags.dropFirst().allSatisfy { $0.hasPrefix("$LEDGER-") == isPrefixed })
            #expect(tags.contains(isPrefixed ? "$LEDGER-CashBalance" : "CashBalance"))
        }
    }

    @Test func `sees a position of today that was closed, with zeros, under its listing exchange`()
    {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        gateway.place(client, 1, "SELL", "MKT", quantity: "75")
        _ = gateway.hear(.seconds(5))
        let positions = gateway.reply(client, "reqPositions").dropLast()
        let closed = positions.first { $0["contract.conId"] == "8314" }
        #expect(closed?["position"] == "0" && closed?["avgCost"] == "0")
        #expect(positions.allSatisfy { $0["contract.primaryExchange"] == nil })
        #expect(closed?["contract.exchange"] == "NYSE")
        let conIDs = positions.compactMap { $0["contract.conId"].flatMap { Int($0) } }
        #expect(conIDs != conIDs.sorted())
        let portfolio = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"]).first {
            $0["contract.conId"] == "8314"
        }
        #expect(portfolio?["contract.exchange"] == "NYSE")
        #expect(portfolio?["contract.primaryExchange"] == nil)
        let old = gateway.start(client: 8, version: 187)
        let text = gateway.reply(old, "reqAccountUpdates", ["subscribe": "1"]).first {
            $0["contract.conId"] == "8314"
        }
        #expect(text?["contract.primaryExchange"] == "NYSE")
    }

    @Test func `hears what has changed every three minutes, until it cancels`() {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
        #expect(gateway.hear(.seconds(179)).isEmpty)
        let heard = gateway.sent(gateway.passing(.seconds(2)))
        #expect(heard.count { $0.name == "updatePortfolio" } == 24)
        #expect(heard.contains { $0["key"] == "NetLiquidation" })
        #expect(!heard.contains { $0["key"] == "TotalCashValue" }, "cash has not moved")
        #expect(heard.last?.name == "updateAccountTime")
        _ = gateway.reply(client, "reqAccountUpdates", ["subscribe": "0"])
        #expect(gateway.hear(.seconds(400)).isEmpty)
    }

    @Test func `hears changes of its summary and of its account by request`() {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(
            client, "reqAccountSummary",
            ["reqId": "1", "groupName": "All", "tags": "NetLiquidation,TotalCashValue"])
        _ = gateway.reply(client, "reqAccountUpdatesMulti", ["reqId": "2", "account": "DU0000001"])
        let heard = gateway.sent(gateway.passing(.seconds(181)))
        #expect(
            heard.filter { $0.name == "accountSummary" }.map { $0["tag"] } == ["NetLiquidation"])
        #expect(heard.contains { $0.name == "accountUpdateMulti" })
        gateway.place(client, 1, "BUY", "MKT")
        let after = gateway.sent(gateway.passing(.seconds(1)))
        #expect(after.contains { $0.name == "accountSummary" && $0["tag"] == "TotalCashValue" })
    }

    @Test func `of another account loses the one before, with a notice`() {
        var gateway = Gateway(world: .advised)
        let client = gateway.start()
        func subscribe(_ account: String) -> [Message] {
            gateway.reply(client, "reqAccountUpdates", ["subscribe": "1", "acctCode": account])
        }
        #expect(subscribe("DU1").first?.name == "updateAccountValue")
        #expect(subscribe("DU2").first?["errorCode"] == "2100")
    }
}

@Suite struct `Profit and loss` {
    @Test func `comes at once and about once a second when it changes`() {
        var gateway = Gateway()
        let client = gateway.start()
        func ask(_ id: String) -> [Message] {
            gateway.reply(client, "reqPnL", ["reqId": id, "account": "DU0000001"])
        }
        #expect(ask("1").map(\.name) == ["pnl"])
        #expect(story(ask("1")) == ["error 102"])
        let count = gateway.hear(.seconds(60)).count
        #expect((30...60).contains(count))
        #expect(gateway.reply(client, "cancelPnL", ["reqId": "1"]).isEmpty)
        #expect(gateway.hear(.seconds(60)).isEmpty)
        #expect(story(gateway.reply(client, "cancelPnL", ["reqId": "1"])) == ["error 10185"])
        #expect(
            story(gateway.reply(client, "reqPnL", ["reqId": "2", "account": "X"])) == ["error 321"])
        #expect(
            story(gateway.reply(client, "reqPnLSingle", ["reqId": "2", "conid": "1"])) == [
                "error 200"
            ])
    }

    @Test func `of the day is the sum of its positions'`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, "SELL", "MKT", quantity: "500")
        _ = gateway.hear(.seconds(30))
        let whole = gateway.reply(client, "reqPnL", ["reqId": "1"]).first
        var sum = Amount.zero
        for (index, contract) in World.default.contracts.enumerated() {
            let line = gateway.reply(
                client, "reqPnLSingle",
                ["reqId": String(index + 2), "conid": String(contract.conID)]
            ).first
            sum += line?["dailyPnL"].flatMap { Amount($0) } ?? 0
        }
        let daily = try #require(whole?["dailyPnL"].flatMap { Amount($0) })
        #expect((daily - sum).magnitude < Amount(cents: 20), "rounded to cents line by line")
    }

    @Test func `begins anew with the day`() {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.pass(.seconds(10 * 3600))
        let line = gateway.reply(client, "reqPnL", ["reqId": "1"]).first
        #expect(line?["realizedPnL"] == "0.0")
        #expect(gateway.reply(client, "reqExecutions", ["reqId": "2"]).count == 1)
    }
}

extension World {
    /// Three accounts of an advisor's.
    static var advised: World {
        var world = World(
            accounts: [("DU1", 100_000), ("DU2", 300_000), ("DU3", 50_000)].map { name, cash in
                World.Account(name: name, cash: Amount(whole: cash))
            }, contracts: World.default.contracts,
            advisor: Advisor(groups: [
                .init(
                    name: "Everyone", method: "Equal",
                    members: ["DU1", "DU2", "DU3"].map { .init(account: $0) }),
                .init(
                    name: "Weighted", method: "Ratio",
                    members: [
                        .init(account: "DU1", amount: 1), .init(account: "DU2", amount: 3),
                    ]),
            ]))
        world.accounts[0].familyCode = "F1"
        world.accounts[1].alias = "Aunt & Uncle"
        return world
    }
}

@Suite struct `A position` {
    @Test func `is where its contract is listed, and has its cost to the eighth decimal`() throws {
        var world = World.default
        var future = Contract(
            conID: 77, symbol: "MES", secType: "FUT", longName: "MES", referencePrice: 10)
        future.exchange = "CME"
        future.primaryExchange = ""
        world.contracts.append(future)
        var share = World.Position(conID: 8314, quantity: 3, averageCost: 0)
        share.averageCost = 1405.66333665
        world.accounts[0].positions = [
            .init(conID: 77, quantity: 1, averageCost: 50), share,
        ]
        var gateway = Gateway(world: world)
        let client = gateway.start(version: 225)
        let rows = gateway.reply(client, "reqPositions")
        func row(_ conID: Int) -> Message? { rows.first { $0["contract.conId"] == "\(conID)" } }
        #expect(row(77)?["contract.exchange"] == "CME" && row(77)?["avgCost"] == "50")
        #expect(row(8314)?["contract.exchange"] == "NYSE")
        #expect(row(8314)?["avgCost"] == "1405.66333665")
        _ = gateway.place(client, 1, "BUY", "MKT")
        _ = gateway.passing(.seconds(1))
        let bought = gateway.reply(client, "reqPositions")
            .first { $0["contract.conId"] == "8314" }
        let decimals = bought?["avgCost"]?.split(separator: ".").last?.utf8.count ?? 0
        #expect((7...8).contains(decimals), "\(bought?["avgCost"] ?? "")")
    }
}

@Suite struct `An advisor's gateway` {
    @Test func `lists its accounts with a comma behind, and families by account`() {
        var gateway = Gateway(world: .advised)
        let (connection, _) = gateway.greet()
        let told = gateway.reply(connection, "startApi", ["clientId": "1"])
        #expect(told[0]["accountsList"] == "DU1,DU2,DU3,")
        #expect(
            gateway.reply(connection, "reqFamilyCodes")[0].items(of: "familyCodes") == [
                ["accountID": "DU1", "familyCodeStr": "F1"]
            ])
        #expect(
            gateway.reply(
                connection, "reqPositionsMulti", ["reqId": "1", "account": "Weighted"]
            ).map(\.name) == ["positionMultiEnd"])
    }

    @Test func `hands out its configuration and takes another`() {
        var gateway = Gateway(world: .advised)
        let client = gateway.start()
        func configuration(_ kind: String) -> String {
            gateway.reply(client, "requestFA", ["faData": kind])[0]["cxml"] ?? ""
        }
        #expect(configuration("1").contains("<name>Weighted</name>"))
        #expect(configuration("3").contains("<alias>Aunt &amp; Uncle</alias>"))
        #expect(
            gateway.reply(
                client, "replaceFA", ["faData": "1", "cxml": "<ListOfGroups/>", "reqId": "4"])
                == [Message("replaceFAEnd", ["reqId": "4", "text": "success"])])
        #expect(configuration("1") == "<ListOfGroups/>")
        #expect(
            story(gateway.reply(client, "replaceFA", ["faData": "9", "cxml": "x", "reqId": "4"]))
                == ["error 321"])
        #expect(story(gateway.reply(client, "requestFA", ["faData": "7"])) == ["error 321"])
    }

    @Test func `shares orders by the groups a client put in place`() {
        var gateway = Gateway(world: .advised)
        let client = gateway.start()
        func replace(_ groups: String) -> [String] {
            story(
                gateway.reply(
                    client, "replaceFA", ["faData": "1", "cxml": groups, "reqId": "4"]))
        }
        let members =
            "<Account><acct>DU3</acct><amount>1</amount></Account><!-- > -->"
            + "<Account><acct>DU1</acct><amount>4</amount></Account>"
        let pair =
            "<?xml version=\"1.0\"?><ListOfGroups><Group><name>A &amp; B</name>"
            + "<defaultMethod>Ratio</defaultMethod>"
            + "<ListOfAccts varName=\"list\">\(members)</ListOfAccts></Group></ListOfGroups>"
        #expect(replace(pair) == ["replaceFAEnd"])
        gateway.place(client, 1, "BUY", "MKT", more: ["order.faGroup": "A & B"])
        let shares = gateway.sent(gateway.passing(.seconds(1)))
            .filter { $0.name == "execDetails" }
            .map { "\($0["execution.acctNumber"] ?? "") \($0["execution.shares"] ?? "")" }
        #expect(shares == ["DU3 20", "DU1 80"])
        #expect(
            story(gateway.place(client, 2, "BUY", "MKT", more: ["order.faGroup": "Weighted"]))
                == ["error 332"])
        let deep = String(repeating: "<a>", count: 5_000)
        for wrong in [
            pair.replacing("DU3", with: "DU9"), "<ListOfGroups>", "<ListOfGroups><Group/></a>",
            "<ListOfGroups/><ListOfGroups/>", "<a/>", "<", deep,
            pair.replacing("A &amp; B", with: ""),
        ] {
            #expect(replace(wrong) == ["error 321"])
        }
    }

    @Test func `shares a group's order among its accounts`() {
        var gateway = Gateway(world: .advised)
        let client = gateway.start()
        func fill(_ id: Int, _ more: [String: String]) -> [String] {
            gateway.place(client, id, "BUY", "MKT", more: more)
            return gateway.sent(gateway.passing(.seconds(1))).filter { $0.name == "execDetails" }
                .map {
                    "\($0["execution.acctNumber"] ?? "") \($0["execution.shares"] ?? "")"
                }
        }
        #expect(fill(1, ["order.faGroup": "Everyone"]) == ["DU1 34", "DU2 33", "DU3 33"])
        #expect(fill(2, ["order.faGroup": "Weighted"]) == ["DU1 25", "DU2 75"])
        #expect(fill(3, ["order.account": "DU3"]) == ["DU3 100"])
        #expect(story(gateway.place(client, 4, "BUY", "MKT")) == ["error 436"])
        #expect(
            story(gateway.place(client, 4, "BUY", "MKT", more: ["order.faGroup": "None"])) == [
                "error 332"
            ])
    }

    @Test func `is not what everybody has`() {
        var gateway = Gateway()
        let client = gateway.start()
        #expect(story(gateway.reply(client, "requestFA", ["faData": "1"])) == ["error 321"])
        #expect(
            story(
                gateway.reply(client, "replaceFA", ["faData": "1", "cxml": "<a/>", "reqId": "1"]))
                == ["error 321"])
        #expect(
            gateway.reply(client, "reqFamilyCodes")[0].items(of: "familyCodes") == [
                ["accountID": "*", "familyCodeStr": ""]
            ])
        #expect(
            gateway.reply(client, "reqSoftDollarTiers", ["reqId": "1"])[0].items(of: "tiers")
                .isEmpty)
        #expect(gateway.reply(client, "reqUserInfo", ["reqId": "1"]).map(\.name) == ["userInfo"])
    }

    @Test func `asks which account an order is for where there are several`() {
        var world = World.advised
        world.advisor = nil
        var gateway = Gateway(world: world)
        let client = gateway.start()
        #expect(story(gateway.place(client, 1, "BUY", "MKT")) == ["error 435"])
    }
}

@Suite struct `Executions of other days` {
    @Test func `come from version 200 when they are asked for`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, "BUY", "MKT")
        _ = gateway.pass(.seconds(86_400))
        gateway.place(client, 2, "BUY", "MKT")
        _ = gateway.pass(.seconds(1))
        func count(_ change: (inout Message) -> Void) -> Int {
            var message = Message("reqExecutions", ["reqId": "1"], direction: .toGateway)
            change(&message)
            let effects = gateway.handle(gateway.request(client, message))
            return messages(effects, "execDetails").count
        }
        #expect(count { _ in } == 1)
        #expect(count { $0["filter.lastNDays"] = "2147483647" } == 1)
        #expect(count { $0["filter.lastNDays"] = "2" } == 5)
        #expect(
            count { $0.setItems(of: "filter.specificDates", to: [["_date": "20260115"]]) } == 4)
    }
}
