import EventLog
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

@testable import ScenarioRun

@Suite struct `The last events of a failed scenario` {
    private func event(
        _ kind: LogEvent.Kind, connection: Int? = nil, gateway: String = "gateway"
    ) -> LogEvent {
        LogEvent(
            at: .start + .milliseconds(1500), gateway: gateway,
            connection: connection.map { ConnectionID($0) }, kind: kind)
    }

    private func lines(_ events: [LogEvent], showsGateway: Bool = false) -> [String] {
        var recent = RecentEvents()
        for event in events { recent.take(event) }
        return Array(recent.lines(showsGateway: showsGateway).dropFirst())
    }

    /// What stands in the three columns.
    private func cells(_ events: [LogEvent], showsGateway: Bool = false) -> [[String]] {
        lines(events, showsGateway: showsGateway).map { line in
            let parts = line.split(separator: "│", omittingEmptySubsequences: false)
            return (["\(parts[0].dropFirst(11))"] + parts.dropFirst().map(String.init)).map {
                String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
    }

    private func message(_ name: String, connection: Int = 1) -> LogEvent {
        event(.message(Message(name)), connection: connection)
    }

    @Test func `stand in the lane of the one who did it`() {
        #expect(
            cells([
                event(.listening), event(.clientStarted(run: "bot#1", client: "bot", command: "b")),
                event(
                    .opened(client: "127.0.0.1:5", gateway: nil, isMidStream: false), connection: 1),
                event(.phase(.ready), connection: 1), event(.ended(.fin), connection: 1),
                event(.closed(.held), connection: 1), event(.runner(.done("x"))),
            ]) == [
                ["", "", "listening"], ["bot#1 started: b", "", ""],
                ["", "", "#1 opened 127.0.0.1:5"], ["", "#1 is ready", ""],
                ["", "", "#1 client sent FIN"], ["", "", "#1 descriptor kept: CLOSE_WAIT"],
            ])
        #expect(lines([event(.listening)])[0].hasPrefix("1.500 s    "))
    }

    @Test func `fold ticks of every kind, and those of two connections`() {
        var events: [LogEvent] = [message("nextValidId")]
        for _ in 0..<312 {
            events += [message("tickPrice"), message("tickPrice", connection: 2)]
            events.append(message("tickSize"))
        }
        let cells = cells(events).map { $0[1] }
        #expect(cells.count == 3)
        #expect(cells[0].hasPrefix("#1 ← nextValidId"))
        #expect(cells[1] == "#1 ← … 312 tickPrice, 312 tickSize …")
        #expect(cells[2] == "#2 ← … 312 tickPrice …")
    }

    @Test func `fold equal messages only in a row`() {
        let events = ["position", "position", "positionEnd", "position"].map { message($0) }
        let cells = cells(events).map {
            $0[1].split(separator: " ").prefix(4).joined(separator: " ")
        }
        #expect(cells[0] == "#1 ← … 2")
        #expect(cells.count == 3)
    }

    @Test func `show the last of many lines of output`() {
        let said = ["Traceback", "  File", "ValueError: x"].map {
            event(.clientLine(run: "bot#1", stream: .stderr, text: $0))
        }
        let other = event(.clientLine(run: "bot#1", stream: .stdout, text: "bye"))
        #expect(
            lines(said + [other]).map { String($0.dropFirst(11).prefix(32)) } == [
                "bot#1 stderr| ValueError: x (2  ", "↳ more before)                  ",
                "bot#1 stdout| bye               ",
            ])
    }

    @Test func `are the last ones, each within three lines of its column`() {
        let long = String(repeating: "word ", count: 100)
        let many = (0..<50).map { event(.note("number \($0)")) }
        let shown = lines(many + [event(.note(long))])
        #expect(shown.count == RecentEvents.mostCount + 2)
        #expect(shown[0].contains("number 37") && shown.last?.contains("…") == true)
        for line in shown {
            #expect(line.count <= 11 + 32 + 3 + 46 + 3 + 34)
            #expect(line.firstIndex(of: "│") == shown[0].firstIndex(of: "│"))
        }
    }

    @Test func `name the gateway where there are several`() {
        #expect(
            cells([event(.listening, gateway: "live")], showsGateway: true)[0][2]
                == "live listening")
    }

    @Test func `cannot be forged by what a program says`() {
        let cells = cells([
            event(.clientLine(run: "bot#1", stream: .stdout, text: "a\u{1B}[2J\nb"))
        ])
        #expect(cells == [["bot#1 stdout| a\\u{1b}[2J\\nb", "", ""]])
    }
}

@Suite struct `The table of sockets in a report` {
    private func row(
        _ state: String, _ owner: String?, remote: String? = nil, unread: Int = 0,
        isGatewaySide: Bool = true
    ) -> SocketRow {
        SocketRow(
            isGatewaySide: isGatewaySide, state: state, owner: owner, local: "127.0.0.1:4002",
            remote: remote, unreadBytes: unread)
    }

    @Test func `has owners, addresses and what lies unread`() {
        let table = SocketTable(
            [
                (
                    "live",
                    [
                        row("LISTEN", "fakegw", unread: 2),
                        row("CLOSE_WAIT", "fakegw", remote: "127.0.0.1:9", unread: 57),
                        row("FIN_WAIT2", nil, remote: "127.0.0.1:9", isGatewaySide: false),
                    ]
                )
            ], showsGateway: true)
        #expect(
            table.lines == [
                "sockets:",
                "  live gateway  LISTEN      127.0.0.1:4002                fakegw, 2 not yet accepted",
                "  live gateway  CLOSE_WAIT  127.0.0.1:4002 ↔ 127.0.0.1:9  fakegw, 57 bytes unread",
                "  live client   FIN_WAIT2   127.0.0.1:4002 ↔ 127.0.0.1:9  no owner",
            ])
    }

    @Test func `counts what is too much to show`() {
        let rows = Array(repeating: row("CLOSE_WAIT", "fakegw"), count: 500)
        let lines = SocketTable([("live", rows)], showsGateway: false).lines
        #expect(lines.count == 22 && lines.last == "  and 480 gateway CLOSE_WAIT")
        #expect(SocketTable([("live", [])], showsGateway: false).lines == ["sockets: none"])
    }
}
