import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A started client asking` {
    @Test func `for the account summary gets the tags it named, once per account`() {
        var gateway = Gateway()
        let client = gateway.start()
        let answer = gateway.reply(
            client, "reqAccountSummary",
            ["reqId": "9", "groupName": "All", "tags": "NetLiquidation,TotalCashValue,$LEDGER"])
        #expect(answer[0]["tag"] == "NetLiquidation")
        #expect(answer[1]["tag"] == "TotalCashValue")
        #expect(answer[1]["value"] == "186542.37")
        #expect(answer[2]["currency"] == "BASE")
        #expect(answer.last == Message("accountSummaryEnd", ["reqId": "9"]))
        _ = gateway.reply(client, "reqAccountSummary", ["reqId": "10", "tags": "AccountType"])
        #expect(
            story(gateway.reply(client, "reqAccountSummary", ["reqId": "11", "tags": ""])) == [
                "error 322"
            ])
        #expect(gateway.reply(client, "cancelAccountSummary", ["reqId": "9"]).isEmpty)
        #expect(
            gateway.reply(client, "reqAccountSummary", ["reqId": "11", "tags": ""]).count == 1)
    }

    @Test func `for values gets numbers that add up`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        let answer = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
        func value(_ key: String) throws -> Amount {
            try #require(answer.first { $0["key"] == key }?["val"].flatMap { Amount($0) })
        }
        let portfolio = answer.filter { $0.name == "updatePortfolio" }
        let worth = portfolio.compactMap { $0["marketValue"].flatMap { Amount($0) } }
            .reduce(Amount.zero, +)
        #expect(try value("NetLiquidation") == value("TotalCashValue") + worth)
        let profit = portfolio.compactMap { $0["unrealizedPNL"].flatMap { Amount($0) } }
            .reduce(Amount.zero, +)
        #expect(try value("UnrealizedPnL") == profit)
        #expect(try value("RealizedPnL") == Amount(cents: 484_650))
    }

    @Test func `about an unknown account is told so`() {
        var gateway = Gateway()
        let client = gateway.start()
        #expect(
            story(gateway.reply(client, "reqAccountUpdates", ["subscribe": "1", "acctCode": "X"]))
                == ["error 321"])
        #expect(
            story(gateway.reply(client, "reqPositionsMulti", ["reqId": "1", "account": "X"]))
                == ["error 321"])
    }

    @Test func `for positions by account hears of fills until it cancels`() {
        var gateway = Gateway()
        let client = gateway.start()
        let answer = gateway.reply(
            client, "reqPositionsMulti", ["reqId": "3", "account": "DU0000001"])
        #expect(answer.count == 25)
        gateway.place(client, 1, "BUY", "MKT")
        #expect(gateway.hear(.seconds(1)).contains("positionMulti"))
        _ = gateway.reply(client, "cancelPositionsMulti", ["reqId": "3"])
        gateway.place(client, 2, "BUY", "MKT")
        #expect(!gateway.hear(.seconds(1)).contains("positionMulti"))
    }

    @Test func `for contracts gets every match and an end, or error 200`() {
        var gateway = Gateway()
        let client = gateway.start()
        func details(_ fields: KeyValuePairs<String, String>) -> [String] {
            gateway.reply(client, "reqContractDetails", fields).map {
                $0["contract.localSymbol"] ?? $0["errorCode"] ?? $0.name
            }
        }
        #expect(
            details(["reqId": "1", "contract.conId": "265598"]) == ["AAPL", "contractDetailsEnd"])
        #expect(
            details([
                "reqId": "1", "contract.symbol": "EUR", "contract.secType": "CASH",
                "contract.currency": "USD", "contract.exchange": "IDEALPRO",
            ]) == ["EUR.USD", "contractDetailsEnd"])
        #expect(
            details([
                "reqId": "1", "contract.symbol": "AAPL", "contract.secType": "OPT",
                "contract.lastTradeDateOrContractMonth": "20271217",
            ]) == ["AAPL  271217C00250000", "AAPL  271217C00300000", "contractDetailsEnd"])
        #expect(details(["reqId": "1", "contract.symbol": "NOPE"]) == ["200"])
        #expect(details(["reqId": "1"]) == ["200"])
        #expect(details(["reqId": "1", "contract.conId": "-5"]) == ["200"])
        let samples = gateway.reply(client, "reqMatchingSymbols", ["reqId": "2", "pattern": "goo"])
        #expect(samples[0].items(of: "contractDescriptions").count == 2)
    }

    @Test func `for executions gets what its filter lets through`() {
        var gateway = Gateway()
        let client = gateway.start(version: 176)
        let all = gateway.reply(client, "reqExecutions", ["reqId": "1"])
        #expect(all[0]["execution.time"] == "20260115 08:30:48 US/Eastern")
        let names = all.dropLast().map(\.name)
        #expect(names.count { $0 == "execDetails" } * 2 == names.count)
        #expect(names.drop { $0 == "execDetails" }.allSatisfy { $0 == "commissionReport" })
        func count(_ fields: KeyValuePairs<String, String>) -> Int {
            gateway.reply(client, "reqExecutions", fields).count { $0.name == "execDetails" }
        }
        #expect(count(["reqId": "1", "filter.side": "SELL"]) == 1)
        #expect(count(["reqId": "1", "filter.symbol": "JPM"]) == 2)
        #expect(count(["reqId": "1", "filter.clientId": "5"]) == 0)
        #expect(count(["reqId": "1", "filter.time": "20260115-13:40:00"]) == 1)
        let old = gateway.start(client: 3, version: 157)
        let early = gateway.reply(old, "reqExecutions", ["reqId": "1"])
        #expect(early[0]["execution.time"] == "20260115  13:30:48")
    }

    @Test func `for what nobody can read is told so`() {
        var gateway = Gateway()
        let client = gateway.start()
        #expect(
            gateway.lines(gateway.handle(.unknownRequest(client, id: 999))) == [
                "#1 4|-1|320|Error reading request. message id 999 is unknown||1768487400000|"
            ])
        #expect(
            story(gateway.reply(client, "reqContractDetails", ["reqId": "x"])) == ["error 320"])
    }

    @Test func `for the log level gets no answer, for the time the time`() {
        var gateway = Gateway()
        let client = gateway.start()
        #expect(gateway.reply(client, "setServerLogLevel", ["logLevel": "5"]).isEmpty)
        gateway.now = gateway.now + .milliseconds(2500)
        #expect(gateway.ask(client, "reqCurrentTime") == ["#1 49|1|1768487402|"])
        #expect(gateway.ask(client, "reqCurrentTimeInMillis") == ["#1 109|1768487402500|"])
        #expect(gateway.ask(client, "reqManagedAccts") == ["#1 15|1|DU0000001|"])
    }

    /// Official clients below 150 send the request all the same and cannot read the answer.
    @Test func `for what its version does not have is refused`() {
        var gateway = Gateway()
        let client = gateway.start(version: 149)
        #expect(
            story(gateway.reply(client, "reqCompletedOrders", ["apiOnly": "1"])) == ["error 322"])
    }
}
