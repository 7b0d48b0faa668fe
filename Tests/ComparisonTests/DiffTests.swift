import Comparison
import GatewayWire
import ScenarioFormat
import Testing

@Suite struct `Two recordings held against each other` {
    private func recording(
        _ messages: [Message], path: String = "a.pcap", endings: [String] = []
    ) -> Comparison.Recording {
        var recording = Comparison.Recording(path: path)
        var leg = Recording.Leg(serverVersion: 176, connectionTime: "20260115 14:31:07 UTC")
        leg.turns = Conversation.turns(messages)
        leg.endings = endings
        recording.legs = [leg]
        return recording
    }

    private func report(
        _ one: Comparison.Recording, _ other: Comparison.Recording, ignoring: [String] = [],
        isExact: Bool = false
    ) -> ComparisonReport {
        var tolerances = Tolerances()
        tolerances.differences = ignoring.flatMap(Tolerance.ignoring)
        var report = ComparisonReport(tolerances, against: "other")
        report.compare(one, against: other, isExact: isExact)
        return report
    }

    private func market(_ id: Int, _ symbol: String) -> Message {
        Conversation.ask(
            "reqMktData", ["reqId": "\(id)", "contract.symbol": symbol, "contract.secType": "STK"])
    }

    private func greeting(_ account: String) -> Message {
        Message("managedAccounts", ["accountsList": account])
    }

    @Test func `are equal under other ids and accounts, in another order`() {
        let one = recording([
            greeting("DU0000001"), market(1, "AAPL"), market(2, "MSFT"), Conversation.tick(1, 1),
            Conversation.tick(2, 2), Message("position", ["account": "DU0000001"]),
        ])
        let other = recording([
            greeting("DU0000009"), market(71, "MSFT"), market(70, "AAPL"),
            Conversation.tick(71, 2), Conversation.tick(70, 1),
            Message("position", ["account": "DU0000009"]),
        ])
        #expect(report(one, other, isExact: true).isEqual)
    }

    @Test func `differ in what is said, what is asked and how it ends`() {
        let one = recording(
            [market(1, "AAPL"), Conversation.error(1, 354, "Not subscribed")],
            endings: ["client fin", "gateway fin"])
        let other = recording(
            [
                market(5, "AAPL"), Conversation.error(5, 10089, "Needs a subscription"),
                Conversation.ask("reqPositions"),
            ], endings: ["gateway rst"])
        let found = report(one, other)
        #expect(!found.isEqual)
        let text = found.text()
        #expect(text.contains("the other lacks error 354"))
        #expect(text.contains("the other adds error 10089"))
        #expect(text.contains("the other adds reqPositions"))
        #expect(
            text.contains(
                "ending: another value: recorded client fin, gateway fin, other gateway rst"))
        #expect(
            report(one, other, ignoring: ["error", "connection.ending", "reqPositions"]).isEqual)
    }

    @Test func `differ in a value only when that is asked`() {
        let one = recording([market(1, "AAPL"), Conversation.tick(1, 1, price: "1.5")])
        let same = recording([market(1, "AAPL"), Conversation.tick(1, 1, price: "1.50")])
        let other = recording([market(1, "AAPL"), Conversation.tick(1, 1, price: "2.5")])
        #expect(report(one, other).isEqual)
        #expect(report(one, same, isExact: true).isEqual)
        let found = report(one, other, isExact: true)
        #expect(found.text().contains("price: another value: recorded 1.5, other 2.5"))
        #expect(report(one, other, ignoring: ["tickPrice.price"], isExact: true).isEqual)
    }

    @Test func `count every message when that is asked`() {
        let twice = [Conversation.tick(1, 1), Conversation.tick(1, 1)]
        let one = recording([market(1, "AAPL")] + twice)
        let other = recording([market(1, "AAPL"), Conversation.tick(1, 1)])
        #expect(report(one, other).isEqual)
        #expect(!report(one, other, isExact: true).isEqual)
    }
}
