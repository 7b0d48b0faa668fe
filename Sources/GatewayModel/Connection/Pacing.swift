import GatewayWire
import Simulation

/// How fast one client has been sending, and what waits for its turn.
struct MessagePace: Sendable {
    /// The instants of the latest requests served, as many as one second allows; a ring.
    private var served: [SimInstant] = []
    private var oldest = 0
    /// Seconds in which the client went over the limit.
    private(set) var violations = 0
    private var lastViolation: SimInstant?
    /// The client asked to be held back rather than refused (`+PACEAPI`).
    var isPaced = false
    private var waiting: [Message] = []
    private var firstWaiting = 0

    var waitingCount: Int { waiting.count - firstWaiting }

    /// Whether one more request fits into the second before `now`; then it counts.
    mutating func admit(at now: SimInstant, limit: Int) -> Bool {
        if served.count < limit {
            served.append(now)
            return true
        }
        guard !served.isEmpty, served[oldest] + .seconds(1) <= now else { return false }
        served[oldest] = now
        oldest = (oldest + 1) % served.count
        return true
    }

    /// When the next request fits.
    var nextAdmission: SimInstant {
        served.isEmpty ? .start : served[oldest] + .seconds(1)
    }

    /// Notes a request over the limit; those of one second are one violation.
    mutating func violate(at now: SimInstant) {
        if let lastViolation, now < lastViolation + .seconds(1) { return }
        lastViolation = now
        violations += 1
    }

    mutating func hold(_ message: Message) { waiting.append(message) }

    mutating func takeWaiting() -> Message? {
        guard firstWaiting < waiting.count else { return nil }
        defer {
            firstWaiting += 1
            if firstWaiting == waiting.count {
                waiting = []
                firstWaiting = 0
            }
        }
        return waiting[firstWaiting]
    }
}

/// The limit on requests a second.
///
/// A request above it is refused with error 100 and not served. A client that does so in several
/// different seconds is disconnected (both assumed: reports show errors, then a FIN). A client that
/// connected with `+PACEAPI` is served later instead.
extension HealthyGateway {
    mutating func hear(_ connection: ConnectionID, _ message: Message, at now: SimInstant) {
        guard let limit = settings.messagesPerSecond, limit > 0,
            var pace = clients[connection]?.pace, clients[connection]?.clientID != nil
        else {
            serve(connection, message, at: now)
            return
        }
        let admits = pace.waitingCount == 0 && pace.admit(at: now, limit: limit)
        if admits {
            clients[connection]?.pace = pace
            serve(connection, message, at: now)
        } else if pace.isPaced {
            guard pace.waitingCount < limits.pacedRequests else {
                close(connection, "more than \(limits.pacedRequests) requests wait to be paced")
                return
            }
            if pace.waitingCount == 0 {
                _ = schedule.add(.servePaced(connection), at: pace.nextAdmission)
            }
            pace.hold(message)
            clients[connection]?.pace = pace
        } else {
            pace.violate(at: now)
            clients[connection]?.pace = pace
            refusePace(connection, limit: limit, violations: pace.violations, at: now)
        }
    }

    private mutating func refusePace(
        _ connection: ConnectionID, limit: Int, violations: Int, at now: SimInstant
    ) {
        sendError(
            100,
            "Max rate of messages per second has been exceeded:max=\(limit) rec=\(limit + 1) "
                + "(\(violations))", to: connection, at: now)
        if violations >= settings.pacingViolations {
            close(connection, "too many requests a second, \(violations) times")
        }
    }

    mutating func servePaced(_ connection: ConnectionID, at now: SimInstant) {
        guard let limit = settings.messagesPerSecond else { return }
        while var pace = clients[connection]?.pace, pace.waitingCount > 0 {
            guard pace.admit(at: now, limit: limit) else {
                _ = schedule.add(.servePaced(connection), at: pace.nextAdmission)
                return
            }
            let message = pace.takeWaiting()
            clients[connection]?.pace = pace
            if let message { serve(connection, message, at: now) }
        }
    }
}
