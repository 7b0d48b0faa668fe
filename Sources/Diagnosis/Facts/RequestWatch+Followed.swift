import EventLog
import GatewayWire
import Simulation

extension RequestWatch {
    /// A request; a reference, so that looking at one copies nothing.
    final class Followed {
        let name: String
        let id: String?
        let entry: AnswerTable.Entry
        /// The request's message id, and those of its rows.
        let messageID: Int
        let rowIDs: MessageIDs
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
        /// It asks for the executions of a day, in which something has been filled.
        let isAfterFill: Bool
        /// It asks for a part of what there is.
        let isNarrowed: Bool
        /// What came of it, a value, so that a row changes it at once.
        var answer = Answer()
        var codes: Set<Int> = []
        var cancelledAt: SimInstant?
        var cancelledBy: Sighting?
        var notices: Set<Int> = []
        var cut = "no"
        var endAt: SimInstant?
        var endBy: Sighting?

        init(
            _ message: Message, id: String?, _ entry: AnswerTable.Entry,
            _ observation: Observation, isBeforeNotices: Bool, noticesBefore: Set<Int>,
            since: Duration?, isAfterFill: Bool
        ) {
            name = message.name
            self.id = id
            self.entry = entry
            messageID = message.schema.id
            rowIDs = MessageIDs(entry.rows, .toClient)
            at = observation.at
            evidence = Sighting(observation)
            subject = message.subject
            symbol = message["contract.symbol"] ?? ""
            secType = message["contract.secType"] ?? ""
            isKeptUp = message["keepUpToDate"] == "1"
            isSnapshot = message["snapshot"] == "1" || message["regulatorySnapshot"] == "1"
            isSubscription =
                (entry.isSubscription && !isSnapshot) || isKeptUp || name == "reqAccountUpdates"
            self.isBeforeNotices = isBeforeNotices
            self.noticesBefore = noticesBefore
            self.since = since
            self.isAfterFill = isAfterFill
            isNarrowed = message.isNarrowed
        }

        /// Takes the end of its answer.
        func takeEnd(at: SimInstant) {
            answer.take(at: at, isLate: cancelledAt != nil)
            if answer.lastAt == nil { answer.lastAt = at }
        }

        /// Takes a row of its answer.
        func takeRow(at: SimInstant, isForeign: Bool, isHistoryUpdate: Bool) {
            answer.takeRow(
                at: at, isLate: cancelledAt != nil, isForeign: isForeign,
                isUpdate: isSubscription && (!isKeptUp || isHistoryUpdate))
        }

        /// - Returns: False when it was settled before.
        func settle(_ observation: Observation) -> Bool {
            guard answer.doneAt == nil else { return false }
            answer.doneAt = observation.at
            answer.doneBy = Sighting(observation)
            return true
        }

        /// The client cancelled it, or the connection ended.
        var isEnded: Bool { endAt != nil }
    }

    /// What came of a request.
    struct Answer {
        var rows = 0
        var foreign = 0
        /// A completed order that was filled, in part at least.
        var tellsFill = false
        var updates = 0
        var firstAt: SimInstant?
        var lastAt: SimInstant?
        var lastBy = LastSighting()
        var doneAt: SimInstant?
        var doneBy: Sighting?
        /// After the client had cancelled.
        var afterCancel = 0
        var tailAt: SimInstant?
        /// The two longest pauses between rows are enough to judge them.
        var longestGap = Duration.zero
        var secondGap = Duration.zero
        /// Of account updates: the first execution that none of them has followed.
        var executionAt: SimInstant?
        var unreflected = Duration.zero
        /// Codes without an id since its last message.
        var silentSince: Set<Int> = []

        /// Takes the rows and the end of another request's answer.
        mutating func takeOver(_ other: inout Answer) {
            (rows, updates, foreign) = (other.rows, other.updates, other.foreign)
            tellsFill = other.tellsFill
            (firstAt, lastAt, lastBy) = (other.firstAt, other.lastAt, other.lastBy)
            (doneAt, doneBy) = (other.doneAt, other.doneBy)
            (other.rows, other.updates, other.foreign) = (0, 0, 0)
            other.tellsFill = false
            (other.firstAt, other.lastAt, other.lastBy) = (nil, nil, LastSighting())
            (other.doneAt, other.doneBy) = (nil, nil)
        }

        mutating func take(at: SimInstant, isLate: Bool) {
            if firstAt == nil { firstAt = at }
            if isLate {
                afterCancel += 1
                tailAt = at
            }
        }

        mutating func takeRow(at: SimInstant, isLate: Bool, isForeign: Bool, isUpdate: Bool) {
            take(at: at, isLate: isLate)
            rows += 1
            if isForeign { foreign += 1 }
            if let lastAt { add(gap: at - lastAt) }
            lastAt = at
            if let executionAt { unreflected = max(unreflected, at - executionAt) }
            executionAt = nil
            if !silentSince.isEmpty { silentSince = [] }
            if isUpdate { updates += 1 }
        }

        private mutating func add(gap: Duration) {
            if gap > longestGap {
                secondGap = longestGap
                longestGap = gap
            } else if gap > secondGap {
                secondGap = gap
            }
        }
    }
}
