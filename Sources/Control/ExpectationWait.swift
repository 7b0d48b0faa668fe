import EventLog
import GatewayWire
import HTTPMessages
import ScenarioFormat
import Simulation

/// An answer that comes once an expectation holds, or when its time is over.
final class ExpectationWait {
    let expectations: [Expectation]
    private let stream: any HTTPStream
    /// When it is looked at again without any event.
    fileprivate var alarm: SimInstant?

    init(_ expectations: [Expectation], _ stream: any HTTPStream) {
        self.expectations = expectations
        self.stream = stream
    }

    func finish(_ findings: [Finding]) {
        stream.append(Array(ControlJSON.verdict(findings).utf8))
        stream.end()
    }

    /// Whether an event can make it true.
    fileprivate func isTouched(by event: LogEvent) -> Bool {
        !expectations.allSatisfy(\.isOfSockets) || event.tellsOfSockets
    }
}

/// What there is to do while an expectation is judged.
///
/// It is judged within steps of the gateways, so from what was counted alone, never from a gateway.
extension ControlAPI {
    func findings(_ expectations: [Expectation]) -> [Finding] {
        expectations.flatMap { $0.findings(in: host.tally, at: host.now) }
    }

    private func holds(_ expectations: [Expectation]) -> Bool {
        expectations.allSatisfy { $0.holds(in: host.tally, at: host.now) }
    }

    /// Judges at once, or waits until it holds.
    ///
    /// - Parameter seconds: Real time; without it, socket claims wait for their own `within`.
    func judge(_ expectations: [Expectation], within seconds: Int?) throws(ControlProblem)
        -> HTTPReply
    {
        if expectations.needFollowing, !host.followsSockets {
            throw ControlProblem(
                409, "the kernel's sockets are not followed",
                "start with --follow-sockets, so that claims about their states over time can be judged"
            )
        }
        if expectations.contains(where: \.isOfSockets) { host.lookAtSockets() }
        let own = expectations.longestWithin
        guard seconds != nil || own > .zero, !holds(expectations) else {
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
            stream.onEnd = { [weak self, weak wait] in self?.forget { $0 === wait } }
            awaitSockets()
            arm(wait)
            let giveUp = { [weak self, weak wait] in
                guard let self, let wait, waits.contains(where: { $0 === wait }) else { return }
                finish(wait)
            }
            if seconds == nil { host.schedule(at: host.now + own, giveUp) }
            // The claim's own time may be longer than anybody may wait.
            host.schedule(afterReal: .seconds(seconds ?? limits.maxWaitSeconds), giveUp)
        }
    }

    /// - Parameter event: What has just been counted; `nil` when time has passed.
    func judgeWaits(after event: LogEvent?) {
        guard !waits.isEmpty else { return }
        for wait in waits where event.map(wait.isTouched) ?? true {
            if holds(wait.expectations) { finish(wait) } else { arm(wait) }
        }
    }

    /// Looks again when it can become true without any event.
    private func arm(_ wait: ExpectationWait) {
        let changes = wait.expectations.compactMap { $0.nextChange(in: host.tally, at: host.now) }
        guard let next = changes.min(), next > host.now, wait.alarm != next else { return }
        wait.alarm = next
        host.schedule(at: next) { [weak self] in self?.judgeWaits(after: nil) }
    }

    private func finish(_ wait: ExpectationWait) {
        forget { $0 === wait }
        wait.finish(findings(wait.expectations))
    }

    private func forget(where isGone: (ExpectationWait) -> Bool) {
        waits.removeAll(where: isGone)
        awaitSockets()
    }

    /// The kernel's tables are looked at while somebody waits for them.
    private func awaitSockets() {
        host.awaitSockets(waits.contains { $0.expectations.contains(where: \.isOfSockets) })
    }
}

extension Expectation {
    fileprivate var isOfSockets: Bool {
        switch self {
        case .sockets, .socketPaths: true
        case .client, .gateway: false
        }
    }
}

extension [Expectation] {
    /// Whether what the table shows now is not enough.
    fileprivate var needFollowing: Bool {
        contains { if case .socketPaths = $0 { true } else { false } }
    }

    fileprivate var longestWithin: Duration {
        compactMap { if case .sockets(let expectation) = $0 { expectation.within } else { nil } }
            .max() ?? .zero
    }
}

extension LogEvent {
    /// Whether what is known of sockets changes with it.
    fileprivate var tellsOfSockets: Bool {
        switch kind {
        case .sockets, .runner, .opened, .ended, .closed, .listening: true
        case .run, .step, .expectation, .verdict, .omitted, .listenerClosed, .light, .lifecycle,
            .commanded, .attempted, .hello, .legacyHello, .version, .message, .unknown, .malformed,
            .raw, .gap, .phase, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over,
            .fault,
            .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientSignaled,
            .clientFed,
            .clientLine, .clientEnded:
            false
        }
    }
}
