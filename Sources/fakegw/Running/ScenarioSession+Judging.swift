import EventLog
import Faults
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

/// Waiting for what must come, and judging what came.
extension ScenarioSession {
    func hosted(_ name: String, _ step: Step) throws(StoryEnd) -> HostedGateway {
        guard let gateway = gateway(name) else {
            throw StoryEnd(
                .expectationFailed, at: step.mark, "a gateway '\(name)'", "there is none")
        }
        return gateway
    }

    func wait(
        _ step: Step, _ what: String, until condition: () -> Bool
    ) throws(StoryEnd) {
        guard !wait(upTo: step.within, until: condition) else { return }
        if loop.now >= deadline { throw deadlinePassed(step, what) }
        throw StoryEnd(
            .expectationFailed, at: step.mark,
            "\(what) within \(Judge.text(step.within ?? .zero))", "it does not")
    }

    func waitFor(_ expectation: Expectation, _ step: Step) throws(StoryEnd) {
        var open: [Complaint] = []
        let held = wait(upTo: step.within) {
            open = Judge.complaints(about: expectation, in: facts(for: [expectation]))
            return open.isEmpty
        }
        guard !held else { return }
        complaints += open
        throw StoryEnd(loop.now >= deadline ? .deadlinePassed : .expectationFailed)
    }

    /// Every expectation must come to hold within its time, a moment by default.
    func judge(_ expectations: [Expectation], settle needsSettling: Bool) throws(StoryEnd) {
        guard !expectations.isEmpty else { return }
        if needsSettling { settle() }
        var open: [Complaint] = []
        for expectation in expectations {
            var last: [Complaint] = []
            let held = wait(upTo: patience(of: expectation)) {
                last = Judge.complaints(about: expectation, in: facts(for: [expectation]))
                return last.isEmpty
            }
            if !held { open += last }
        }
        guard !open.isEmpty else { return }
        complaints += open
        throw StoryEnd(.expectationFailed)
    }

    private func patience(of expectation: Expectation) -> Duration {
        switch expectation {
        // What a program said and how it ended is known; nothing is to be waited for.
        case .client: .zero
        case .gateway: .milliseconds(Int64(500 * loop.speed))
        case .sockets(let sockets): max(sockets.within, .milliseconds(Int64(500 * loop.speed)))
        }
    }

    func deadlinePassed(_ step: Step, _ what: String) -> StoryEnd {
        StoryEnd(
            .deadlinePassed, at: step.mark,
            "\(what) before the scenario's deadline of \(Judge.text(scenario.deadline))",
            "it had not happened")
    }

    private func facts(for expectations: [Expectation]) -> RunFacts {
        var sockets: [SocketFact] = []
        for case .sockets(let expectation) in expectations {
            guard let gateway = gateway(expectation.gateway) else { continue }
            sockets += Self.sockets(of: gateway)
        }
        return RunFacts(
            now: loop.now, clients: runs.map(\.facts), gateways: gateways.map(\.facts),
            sockets: sockets)
    }

    private static func sockets(of gateway: HostedGateway) -> [SocketFact] {
        let own = gateway.ports.flatMap { (try? KernelSockets.rows(localPort: $0)) ?? [] }
        let theirs = gateway.ports.flatMap { (try? KernelSockets.rows(remotePort: $0)) ?? [] }
        return [(own, true), (theirs, false)].flatMap { rows, isGatewaySide in
            rows.map { row in
                SocketFact(
                    gateway: gateway.name, isGatewaySide: isGatewaySide,
                    state: row.state.description,
                    owner: row.inode == 0 ? nil : "a process")
            }
        }
    }

    func note(_ kind: LogEvent.Kind) {
        sink.take([LogEvent(at: loop.now, kind: kind)])
    }
}
