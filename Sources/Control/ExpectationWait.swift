import EventLog
import GatewayWire
import HTTPMessages
import ScenarioFormat
import Simulation

/// An answer that comes once an expectation holds, or when its time is over.
final class ExpectationWait {
    let expectations: [Expectation]
    private let stream: any HTTPStream

    init(_ expectations: [Expectation], _ stream: any HTTPStream) {
        self.expectations = expectations
        self.stream = stream
    }

    func finish(_ findings: [Finding]) {
        stream.append(Array(ControlJSON.verdict(findings).utf8))
        stream.end()
    }
}

extension ControlAPI {
    func findings(_ expectations: [Expectation]) -> [Finding] {
        expectations.flatMap { $0.findings(in: host.tally, at: host.now) }
    }

    private func holds(_ expectations: [Expectation]) -> Bool {
        expectations.allSatisfy { $0.holds(in: host.tally, at: host.now) }
    }

    /// Judges at once, or waits in real time until it holds.
    func judge(_ expectations: [Expectation], within seconds: Int?) throws(ControlProblem)
        -> HTTPReply
    {
        guard let seconds, !holds(expectations) else {
            return .whole(.json(ControlJSON.verdict(findings(expectations))))
        }
        guard waits.count < limits.maxWaits else {
            throw ControlProblem(
                503, "too many wait",
                "\(limits.maxWaits) expectations are waited for; try again later")
        }
        return .stream(type: "application/json") { [unowned self] stream in
            let wait = ExpectationWait(expectations, stream)
            waits.append(wait)
            stream.onEnd = { [weak self, weak wait] in self?.waits.removeAll { $0 === wait } }
            let changes = expectations.compactMap { $0.nextChange(in: host.tally, at: host.now) }
            if let change = changes.min() {
                host.schedule(at: change) { [weak self] in self?.judgeWaits() }
            }
            host.schedule(afterReal: .seconds(seconds)) { [weak self, weak wait] in
                guard let self, let wait, waits.contains(where: { $0 === wait }) else { return }
                finish(wait)
            }
        }
    }

    func judgeWaits() {
        guard !waits.isEmpty else { return }
        for wait in waits where holds(wait.expectations) { finish(wait) }
    }

    private func finish(_ wait: ExpectationWait) {
        waits.removeAll { $0 === wait }
        wait.finish(findings(wait.expectations))
    }
}
