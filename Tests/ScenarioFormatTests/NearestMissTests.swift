import EventLog
import GatewayWire
import ScenarioFormat
import Simulation
import Testing

/// What a claim that does not hold says was seen.
@Suite struct `What came nearest to an expectation` {
    private typealias Happened = (at: Int64, connection: Int, kind: LogEvent.Kind)

    private func seen(_ claim: String, _ events: [Happened], speed: Double = 1) throws -> String {
        let text = """
            version: 1
            name: n
            gateway:
            clients: {bot: {run: [a]}}
            steps: [{run: bot}]
            expect: [{\(claim)}]
            """
        let scenario = try #require(
            try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped).first)
        let expectation = try #require(scenario.expectations.first)
        var tally = LogTally()
        if case .gateway(let wanted) = expectation {
            for direction in wanted.neededMessages { tally.keep(direction, of: "gateway") }
        }
        tally.take(
            LogEvent(
                at: .start,
                kind: .run(RunHeader(scenario: "s.yaml", title: "n", seed: 1, speed: speed))))
        tally.take(
            LogEvent(
                at: .start, kind: .clientStarted(run: "bot#1", client: "bot", command: "bot")))
        for event in events {
            tally.take(
                LogEvent(
                    at: .start + .milliseconds(event.at), gateway: "gateway",
                    connection: ConnectionID(event.connection), kind: event.kind))
        }
        let finding = try #require(
            expectation.findings(in: tally, at: .start + .seconds(10)).first)
        #expect(!finding.holds, "\(finding.seen)")
        return finding.seen
    }

    private let opened = LogEvent.Kind.opened(client: nil, gateway: nil, isMidStream: false)

    private func message(_ name: String, _ fields: KeyValuePairs<String, String> = [:])
        -> LogEvent.Kind
    {
        .message(Message(name, fields, direction: .toGateway))
    }

    @Test func `is the message with the fewest other fields, by its number`() throws {
        let orders: [Happened] = [
            (0, 1, message("placeOrder", ["order.action": "SELL", "order.orderType": "MKT"])),
            (1, 1, message("placeOrder", ["order.action": "SELL", "order.orderType": "LMT"])),
        ]
        let claim =
            "gateway: gateway, received: placeOrder, "
            + "fields: {order.action: BUY, order.orderType: LMT}"
        #expect(
            try seen(claim, orders) == "0; nearest: order.action was SELL (number 2 of 2)")
        #expect(
            try seen(claim, [orders[0]])
                == "0; nearest: order.action was SELL, order.orderType was MKT (the only one)")
        #expect(try seen(claim + ", count: 0", [(0, 1, bought)]) == "1")
    }

    private var bought: LogEvent.Kind {
        message("placeOrder", ["order.action": "BUY", "order.orderType": "LMT"])
    }

    @Test func `is what came instead, when no such message did`() throws {
        let claim = "gateway: gateway, received: reqPositions"
        #expect(try seen(claim, []) == "0; no message at all was received")
        #expect(
            try seen(
                claim,
                [(0, 1, message("startApi")), (1, 1, message("reqIds")), (2, 1, message("reqIds"))])
                == "0; received: 2 reqIds, 1 startApi")
    }

    @Test func `is a message that came too early for the order`() throws {
        let claim = "gateway: gateway, in-order: [reqIds, startApi]"
        #expect(
            try seen(claim, [(0, 1, message("startApi")), (1, 1, message("reqIds"))])
                == "after reqIds came no startApi; it came before")
        #expect(
            try seen(claim, [(1, 1, message("reqIds"))])
                == "after reqIds came no startApi, nor before")
    }

    private var visits: [Happened] {
        [
            (0, 1, opened), (100, 1, .ended(.fin)), (1100, 2, opened), (1200, 2, .closed(.rst)),
            (1400, 3, opened), (1400, 3, message("startApi", ["clientId": "7"])),
            (1500, 4, opened), (1500, 4, message("startApi", ["clientId": "9"])),
        ]
    }

    @Test(arguments: [
        ("gaps-at-least: 500ms", "2, the shortest 200ms; before connection 3"),
        ("gaps-at-most: 500ms", "2, the longest 1s; before connection 2"),
        ("backs-off: true", "it does not; gaps: 1s, 200ms"),
        ("most-open: 1", "2; since connection 4 was opened"), ("client-ids: 1", "2; 7, 9"),
        ("gives-up-after: 4", "4 came, and more may come; 2 go on"),
        (
            "ended: [client-fin, client-fin]",
            "client-fin, gateway-rst; connection 2 is the first that differs"
        ),
    ])
    func `is told of a client's manners`(claim: String, words: String) throws {
        #expect(try seen("gateway: gateway, \(claim)", visits) == words)
    }

    @Test func `is the moment from which on no more connections are expected`() throws {
        let short: [Happened] = [(0, 1, opened), (9500, 1, .ended(.fin))]
        #expect(
            try seen("gateway: gateway, gives-up-after: 1", short)
                == "1 came, and more may come; the programs run, and only at 10.500s no more would be "
                + "expected")
    }

    @Test func `is the socket that went furthest`() throws {
        func rows(_ states: [String]) -> LogEvent.Kind {
            .sockets(
                states.enumerated().map { index, state in
                    SocketRow(
                        isGatewaySide: true, state: state, owner: nil, client: "127.0.0.1:\(index)")
                })
        }
        let looks: [Happened] = [
            (0, 1, rows([])), (100, 1, rows(["ESTABLISHED", "ESTABLISHED"])),
            (300, 1, rows(["ESTABLISHED", "CLOSE_WAIT"])), (600, 1, rows([])),
        ]
        let passing = try seen(
            "sockets: gateway, passes: [ESTABLISHED, CLOSE_WAIT, LAST_ACK]", looks)
        #expect(passing.hasPrefix("127.0.0.1:1: ESTABLISHED for 200ms, CLOSE_WAIT for 300ms; "))
        #expect(passing.hasSuffix("; nearest: 127.0.0.1:1 lacks LAST_ACK"))
        let staying = try seen("sockets: gateway, stays: CLOSE_WAIT, at-least: 400ms", looks)
        #expect(staying.hasSuffix("; nearest: 127.0.0.1:1, 300ms"))
        let never = try seen("sockets: gateway, never: CLOSE_WAIT, longer-than: 200ms", looks)
        #expect(never.hasPrefix("127.0.0.1:1: ESTABLISHED for 200ms, CLOSE_WAIT for 300ms"))
    }
}
