import EventLog
import GatewayWire
import Simulation

extension RequestWatch {
    struct Followed {
        let name: String
        let id: String?
        let entry: AnswerTable.Entry
        let at: SimInstant
        let evidence: Sighting
        /// The contract or account that it is about.
        let subject: String
        let symbol: String
        let secType: String
        let isSubscription: Bool
        let isSnapshot: Bool
        let isKeptUp: Bool
        let isBeforeNotices: Bool
        let noticesBefore: Set<Int>
        let since: Duration?
        var rows = 0
        var foreign = 0
        var updates = 0
        var codes: Set<Int> = []
        var firstAt: SimInstant?
        var lastAt: SimInstant?
        var lastBy: Sighting?
        var doneAt: SimInstant?
        var doneBy: Sighting?
        var cancelledAt: SimInstant?
        var cancelledBy: Sighting?
        var afterCancel = 0
        var tailAt: SimInstant?
        var gaps: [Duration] = []
        /// Of account updates: the first execution that none of them has followed.
        var executionAt: SimInstant?
        var unreflected = Duration.zero
        var notices: Set<Int> = []
        /// Codes without an id since its last message.
        var silentSince: Set<Int> = []
        var cut = "no"
        var endAt: SimInstant?
        var endBy: Sighting?
        /// It is settled when nothing more is due for it.
        var isSettled: Bool { doneAt != nil || cancelledAt != nil || endAt != nil }

        mutating func takeAnswer(of other: Followed) {
            (rows, updates, foreign) = (other.rows, other.updates, other.foreign)
            (firstAt, lastAt, lastBy) = (other.firstAt, other.lastAt, other.lastBy)
            (doneAt, doneBy) = (other.doneAt, other.doneBy)
        }

        mutating func loseAnswer() {
            (rows, updates, foreign) = (0, 0, 0)
            (firstAt, lastAt, lastBy, doneAt, doneBy) = (nil, nil, nil, nil, nil)
        }

        mutating func reflect(_ at: SimInstant) {
            if let executionAt { unreflected = max(unreflected, at - executionAt) }
            executionAt = nil
        }

        /// The two longest pauses are enough to judge them.
        mutating func add(gap: Duration) {
            gaps.append(gap)
            gaps.sort(by: >)
            if gaps.count > 3 { gaps.removeLast() }
        }

        /// The client cancelled it, or the connection ended.
        var isEnded: Bool { endAt != nil }
    }
}
