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
        var rows = 0
        var foreign = 0
        var updates = 0
        var codes: Set<Int> = []
        var firstAt: SimInstant?
        var lastAt: SimInstant?
        var lastBy = LastSighting()
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

        init(
            _ message: Message, id: String?, _ entry: AnswerTable.Entry,
            _ observation: Observation, isBeforeNotices: Bool, noticesBefore: Set<Int>,
            since: Duration?
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
        }

        func takeAnswer(of other: Followed) {
            (rows, updates, foreign) = (other.rows, other.updates, other.foreign)
            (firstAt, lastAt, lastBy) = (other.firstAt, other.lastAt, other.lastBy)
            (doneAt, doneBy) = (other.doneAt, other.doneBy)
        }

        func loseAnswer() {
            (rows, updates, foreign) = (0, 0, 0)
            (firstAt, lastAt, lastBy, doneAt, doneBy) = (nil, nil, LastSighting(), nil, nil)
        }

        func reflect(_ at: SimInstant) {
            if let executionAt { unreflected = max(unreflected, at - executionAt) }
            executionAt = nil
        }

        /// Takes the end of its answer.
        func takeEnd(at: SimInstant) {
            take(at: at)
            if lastAt == nil { lastAt = at }
        }

        private func take(at: SimInstant) {
            if firstAt == nil { firstAt = at }
            if cancelledAt != nil {
                afterCancel += 1
                tailAt = at
            }
        }

        /// Takes a row of its answer.
        func takeRow(at: SimInstant, isForeign: Bool, isHistoryUpdate: Bool) {
            take(at: at)
            rows += 1
            if isForeign { foreign += 1 }
            if let lastAt { add(gap: at - lastAt) }
            lastAt = at
            reflect(at)
            if !silentSince.isEmpty { silentSince = [] }
            if isSubscription, !isKeptUp || isHistoryUpdate { updates += 1 }
        }

        /// - Returns: False when it was settled before.
        func settle(_ observation: Observation) -> Bool {
            guard doneAt == nil else { return false }
            doneAt = observation.at
            doneBy = Sighting(observation)
            return true
        }

        /// The two longest pauses are enough to judge them.
        func add(gap: Duration) {
            if gaps.count == 3, gap <= gaps[2] { return }
            gaps.append(gap)
            gaps.sort(by: >)
            if gaps.count > 3 { gaps.removeLast() }
        }

        /// The client cancelled it, or the connection ended.
        var isEnded: Bool { endAt != nil }
    }
}
