import Control
import EventLog
import HTTPMessages
import Simulation
import TestSupport
import Testing

@Suite("Expectations of sockets at the control port") struct SocketExpectationTests {
    private let client = "127.0.0.1:50000"
    private let leaked = "{sockets: _, state: CLOSE_WAIT, count: 1}"

    private func row(_ state: String) -> SocketRow {
        SocketRow(isGatewaySide: true, state: state, owner: "a process", client: client)
    }

    private func within(_ seconds: Int) -> [HTTPField] { [HTTPField("within", "\(seconds)")] }

    @Test func `are judged by what the kernel's table shows now`() {
        let stage = ControlStage()
        stage.rows = [row("ESTABLISHED")]
        let misses = stage.ask("POST", "/expect", leaked)
        #expect(misses.text.hasPrefix(#"{"holds":false"#))
        #expect(misses.text.contains("1 ESTABLISHED (a process)"))
        stage.rows = [row("CLOSE_WAIT")]
        #expect(stage.ask("POST", "/expect", leaked).text.hasPrefix(#"{"holds":true"#))
    }

    @Test func `are waited for, and the table is looked at meanwhile`() {
        let stage = ControlStage()
        stage.rows = [row("ESTABLISHED")]
        stage.ask("POST", "/expect", leaked, query: within(5))
        #expect(stage.socketsAreAwaited)
        #expect(!stage.streams[0].isEnded)
        stage.rows = [row("CLOSE_WAIT")]
        stage.look()
        #expect(stage.streams[0].text.hasPrefix(#"{"holds":true"#))
        #expect(stage.streams[0].isEnded)
        #expect(!stage.socketsAreAwaited)
    }

    @Test func `wait for their own time where none is asked for`() {
        let stage = ControlStage()
        stage.ask("POST", "/expect", "{sockets: _, state: CLOSE_WAIT, count: 1, within: 2s}")
        stage.fireTimers(due: .seconds(2))
        #expect(stage.streams[0].text.hasPrefix(#"{"holds":false"#))
        #expect(stage.streams[0].text.contains("no socket at all"))
        #expect(!stage.socketsAreAwaited)
    }

    @Test func `wait no longer than anybody may, whatever their own time is`() {
        let stage = ControlStage()
        stage.ask("POST", "/expect", "{sockets: _, state: CLOSE_WAIT, count: 1, within: 9999h}")
        #expect(!stage.streams[0].isEnded)
        stage.fireTimers(due: .seconds(ControlLimits().maxWaitSeconds))
        #expect(stage.streams[0].text.hasPrefix(#"{"holds":false"#))
        #expect(stage.streams[0].isEnded)
    }

    @Test func `about their past are refused where nobody followed them`() {
        let stage = ControlStage()
        let refused = stage.ask("POST", "/expect", "{sockets: _, never: CLOSE_WAIT}")
        #expect(refused.status == 409)
        #expect(refused.text.contains("--follow-sockets"))
    }

    @Test func `about their past tell the nearest miss, and become true by themselves`() {
        let stage = ControlStage()
        stage.followsSockets = true
        stage.look()
        let stays = "{sockets: _, stays: CLOSE_WAIT, at-least: 2s}"
        stage.rows = [row("ESTABLISHED")]
        stage.look()
        stage.ask("POST", "/expect", stays, query: within(60))
        stage.host.advance(by: .seconds(1))
        stage.rows = [row("CLOSE_WAIT")]
        stage.look()
        stage.host.advance(by: .seconds(1))
        let early = stage.ask("POST", "/expect", stays)
        #expect(early.text.hasPrefix(#"{"holds":false"#))
        #expect(early.text.contains("nearest: \(client), 1s"), "\(early.text)")
        #expect(!stage.streams[0].isEnded)
        stage.host.advance(by: .seconds(1))
        // The table is the same as before: only time has passed.
        stage.fireTimers(due: .seconds(2))
        #expect(stage.streams[0].text.hasPrefix(#"{"holds":true"#), "\(stage.streams[0].text)")
    }

    @Test func `about a program of a scenario are refused`() {
        let stage = ControlStage()
        let refused = stage.ask(
            "POST", "/expect", "{sockets: _, zero-within: 1s, after: {exited: bot}}")
        #expect(refused.status == 400)
        #expect(refused.text.contains("no client 'bot'"), "\(refused.text)")
    }
}
