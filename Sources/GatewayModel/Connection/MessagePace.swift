import GatewayWire
import Simulation

/// How fast one client has been sending, and which of its requests wait.
struct MessagePace: Sendable {
    /// The instants of the latest requests served, as many as one second allows; a ring.
    private var served: [SimInstant] = []
    private var oldest = 0
    /// Seconds in which the client went over the limit.
    private(set) var violations = 0
    private var lastViolation: SimInstant?
    /// When the client was last told that it comes near the limit.
    private var lastWarning: SimInstant?
    /// The client asked to be held back rather than refused (`+PACEAPI`).
    var asksToWait = false
    private var waiting: [Message] = []
    private var firstWaiting = 0

    var waitingCount: Int { waiting.count - firstWaiting }

    /// Counts one more request if the limit for the second before `now` allows it.
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

    /// When the limit allows the next request.
    var nextAdmission: SimInstant {
        served.isEmpty ? .start : served[oldest] + .seconds(1)
    }

    /// Whether as many requests as `many` were served within the last second, and the client has
    /// not been told so for a second.
    mutating func comesNear(_ many: Int, at now: SimInstant) -> Bool {
        guard served.count >= many else { return false }
        let index = (oldest + served.count - many) % served.count
        guard served[index] + .seconds(1) > now else { return false }
        if let lastWarning, now < lastWarning + .seconds(1) { return false }
        lastWarning = now
        return true
    }

    /// Counts a request over the limit; several within one second are one violation.
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
