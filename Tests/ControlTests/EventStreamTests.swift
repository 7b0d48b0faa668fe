import Control
import EventLog
import HTTPMessages
import TestSupport
import Testing

@Suite("The stream of events") struct EventStreamTests {
    @Test func `tells every event once, numbered, from where the listener was`() throws {
        let stage = ControlStage()
        stage.ask("GET", "/events", query: [HTTPField("since", "0")])
        stage.ask("POST", "/gateways/_/commands", "redden")
        let text = stage.streams[0].text
        #expect(text.contains("id: 1\ndata: {"))
        #expect(text.contains(#""event":"light","light":"red""#))
        let numbers = text.split(separator: "\n").filter { $0.hasPrefix("id: ") }
            .compactMap { Int($0.dropFirst(4)) }
        #expect(numbers == Array(1...numbers.count))
        let last = try #require(numbers.last)
        stage.ask("GET", "/events", query: [HTTPField("since", "\(last - 1)")])
        #expect(stage.streams[1].text.contains("id: \(last)\n"))
        #expect(!stage.streams[1].text.contains("id: \(last - 1)\n"))
    }

    @Test func `tells how many events a slow listener has missed`() {
        let stage = ControlStage()
        stage.ask("GET", "/events")
        let stream = stage.streams[0]
        stream.waitingByteCount = Int.max
        stage.ask("POST", "/gateways/_/commands", "redden")
        #expect(!stream.text.contains("light"))
        stream.waitingByteCount = 0
        stage.ask("POST", "/gateways/_/commands", "heal")
        #expect(stream.text.contains(#""event":"omitted","count":2"#))
        #expect(stream.text.contains(#""light":"green""#))
    }

    @Test func `tells how many events are not kept any more`() {
        var limits = ControlLimits()
        limits.maxEvents = 4
        let stage = ControlStage(limits: limits)
        for _ in 0..<10 { stage.ask("POST", "/gateways/_/commands", "interrupt-server") }
        stage.ask("GET", "/events", query: [HTTPField("since", "0")])
        let text = stage.streams[0].text
        #expect(text.contains(#""event":"omitted""#))
        #expect(text.components(of: "data: ") == 5)
        #expect(stage.ask("GET", "/transcript").text.contains("earlier events are not kept"))
    }

    @Test func `ends with the program, and waiting answers with it`() {
        let stage = ControlStage()
        stage.ask("GET", "/events")
        stage.ask(
            "POST", "/expect", "{gateway: gateway, received: reqCurrentTime}",
            query: [HTTPField("within", "9")])
        stage.api.end()
        #expect(!stage.streams.contains { !$0.isEnded })
        #expect(stage.streams[1].text.contains(#""holds":false"#))
    }

    @Test func `leaves ticks out unless they are wanted`() {
        let stage = ControlStage()
        stage.ask("GET", "/events")
        stage.ask("GET", "/events", query: [HTTPField("ticks", "1")])
        var client = stage.startedClient()
        client.request(
            "reqMktData",
            [
                "reqId": "1", "contract.conId": "0", "contract.symbol": "AAPL",
                "contract.secType": "STK", "contract.exchange": "SMART", "contract.currency": "USD",
            ], &stage.host)
        stage.host.advance(by: .seconds(5))
        stage.takeLog()
        #expect(!stage.streams[0].text.contains(#""name":"tickPrice""#))
        #expect(stage.streams[1].text.contains(#""name":"tickPrice""#))
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        ranges(of: part).count
    }
}
