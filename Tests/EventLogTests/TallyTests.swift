import EventLog
import GatewayWire
import Simulation
import Testing

@Suite struct `The tally of a log` {
    private func tally(
        _ kinds: [LogEvent.Kind], gateway: String? = "live", limits: EventLogLimits = .init()
    ) -> LogTally {
        var tally = LogTally(limits: limits)
        for (index, kind) in kinds.enumerated() {
            tally.take(
                LogEvent(
                    at: SimInstant(nanoseconds: Int64(index)), gateway: gateway,
                    connection: ConnectionID(1), kind: kind))
        }
        return tally
    }

    @Test func `counts what a gateway did and got`() {
        let rows = [SocketRow(isGatewaySide: true, state: "CLOSE_WAIT", owner: nil)]
        let tally = tally([
            .listening, .opened(client: nil, gateway: nil, isMidStream: false), .phase(.connected),
            .message(Message("startApi", direction: .toGateway)), .message(Message("nextValidId")),
            .message(Message("nextValidId")), .phase(.greeted),
            .opened(client: nil, gateway: nil, isMidStream: false), .phase(.connected),
            .fault(rule: "r", action: "hold", change: ""),
            .faultIdle(rule: "r", action: "a", reason: ""),
            .closed(.held), .light(.red), .sockets(rows), .listenerClosed,
        ])
        var expected = GatewayTally(name: "live")
        expected.acceptedCount = 2
        expected.openCount = 1
        expected.heldCount = 1
        expected.light = .red
        expected.received = ["startApi": 1]
        expected.sent = ["nextValidId": 2]
        expected.fired = ["r": 1]
        expected.reached = [.connected: 2, .greeted: 1]
        expected.sockets = rows
        expected.socketsSeenAt = SimInstant(nanoseconds: 13)
        expected.history = tally.gateways[0].history
        expected.socketHistory = tally.gateways[0].socketHistory
        expected.listenedAt = SimInstant(nanoseconds: 0)
        #expect(tally.gateways == [expected])
        #expect(tally.gateway("live") == expected)
        #expect(tally.gateway("paper") == nil)
        #expect(tally.eventCount == 15 && tally.now == SimInstant(nanoseconds: 14))
    }

    @Test func `gives up the oldest messages where the latest are wanted`() {
        var tally = LogTally()
        tally.keep(.toGateway, of: "live", latest: true)
        for id in 0...TrafficHistory.mostCount {
            let message = Message(
                "startApi", ["clientId": String(id)], direction: .toGateway)
            tally.take(
                LogEvent(at: .start, gateway: "live", connection: nil, kind: .message(message)))
        }
        let history = tally.gateways[0].history
        #expect(history.received.last?["clientId"] == "\(TrafficHistory.mostCount)")
        #expect(history.received.count == TrafficHistory.mostCount / 2)
        #expect(history.isIncomplete)
    }

    @Test func `bounds the memory of the latest messages`() {
        var tally = LogTally()
        tally.keep(.toClient, of: "live", latest: true)
        let text = String(repeating: "x", count: TrafficHistory.mostBytes / 4)
        for _ in 0..<10 {
            let message = Message("error", ["errorString": text])
            tally.take(
                LogEvent(at: .start, gateway: "live", connection: nil, kind: .message(message)))
        }
        #expect((1...3).contains(tally.gateways[0].history.sent.count))
    }

    @Test(arguments: LogEvent.Closing.allCases)
    func `knows which connections are open and held`(closing: LogEvent.Closing) {
        let opened = LogEvent.Kind.opened(client: nil, gateway: nil, isMidStream: false)
        let gateway = tally([opened, opened, .closed(.held), .closed(closing)]).gateway("live")
        let expected: (open: Int, held: Int) =
            switch closing {
            case .fin, .rst: (0, 1)
            case .halfClose: (1, 1)
            case .held: (0, 2)
            case .released: (1, 0)
            }
        #expect(gateway?.openCount == expected.open && gateway?.heldCount == expected.held)
    }

    @Test func `follows the runs of client programs`() {
        let tally = tally(
            [
                .clientStarted(run: "bot#1", client: "bot", command: "bot"),
                .clientLine(run: "bot#1", stream: .stdout, text: "a"),
                .clientLine(run: "bot#1", stream: .stderr, text: "b"),
                .clientStarted(run: "bot#2", client: "bot", command: "bot"),
                .clientLine(run: "bot#2", stream: .stdout, text: "c"),
                .clientEnded(run: "bot#1", .exited(3)), .clientEnded(run: "nobody", .exited(0)),
            ], gateway: nil)
        var first = RunTally(name: "bot#1", client: "bot", startedAt: .start)
        first.take("a", .stdout)
        first.take("b", .stderr)
        first.ending = .exited(3)
        first.endedAt = SimInstant(nanoseconds: 5)
        #expect(tally.runs.first == first)
        #expect(tally.run("bot#1") == first)
        #expect(tally.run("bot")?.stdout == ["c"])
        #expect(tally.gateways.isEmpty)
    }

    @Test func `keeps the first and the last of a program's lines, and finds what is sought`() {
        var limits = EventLogLimits()
        limits.maxOutputBytes = 2000
        var tally = LogTally(
            sought: SoughtOutput(texts: ["line 500,", "line 70000,"]), limits: limits)
        func take(_ kind: LogEvent.Kind) { tally.take(LogEvent(at: .start, kind: kind)) }
        take(.clientStarted(run: "r", client: "r", command: "r"))
        for number in 0..<1000 {
            take(.clientLine(run: "r", stream: .stdout, text: "line \(number), and so on"))
        }
        let run = tally.run("r")
        let kept = run?.stdout ?? []
        #expect(kept.first == "line 0, and so on" && kept.last == "line 999, and so on")
        #expect((30...40).contains(kept.count))
        #expect(kept.count + (run?.omittedLineCount ?? 0) == 1000)
        #expect(run?.line(holding: "line 500,", on: .stdout) == "line 500, and so on")
        #expect(run?.has("line 500,") == true && run?.has("line 70000,") == false)
        #expect(run?.has("line 999,") == true && run?.has("line 501,") == false)
        #expect(run?.line(holding: "line 500,", on: .stderr) == nil)
    }

    @Test func `says how much it has not seen, and what was played`() {
        let header = RunHeader(scenario: "s", title: "t", seed: 1, speed: 1)
        let tally = tally([.run(header), .omitted(3), .omitted(4), .omitted(-9)], gateway: nil)
        #expect(tally.omittedCount == 7 && tally.header == header)
    }

    /// A reader of the file gets everything the judge had.
    @Test func `is the same after the log was written and read back`() throws {
        var maker = EventMaker(seed: 4)
        var events = (0..<500).map { _ in maker.event() }
        events.removeAll { if case .run = $0.kind { true } else { false } }
        let header = RunHeader(scenario: "s", title: "t", seed: 1, speed: 1)
        events.insert(LogEvent(at: .start, kind: .run(header)), at: 0)
        let text = events.map { $0.jsonLine(epoch: 5) }.joined(separator: "\n")
        var live = LogTally()
        var read = LogTally()
        for event in events { live.take(event) }
        for event in try EventLogReader.events(of: text) { read.take(event) }
        #expect(live == read && live.eventCount == events.count)
    }
}
