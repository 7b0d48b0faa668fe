import EventLog
import GatewayWire
import Simulation

/// What the watches need of a row.
struct Row: Sendable {
    /// As the message tells it; `nil` when it has none.
    var request: Int?
    /// Of the contract that it names.
    var symbol: String?
    /// The client id of the order that it is about.
    var owner: String?
    /// The execution that it tells of.
    var execution: String?
}

/// Rows that come in streams, taken where they stand.
extension RequestWatch {
    enum RowFate {
        /// Only the message itself can tell.
        case unknown
        case nobodyAsked
        case taken
    }

    /// Takes a row, when all that it tells is that it came.
    ///
    /// - Returns: `.unknown`, with nothing taken, when the message itself is needed.
    mutating func take(
        _ row: Row, _ plan: RowPlan, _ seen: SeenFrame, _ body: Span<UInt8>
    ) -> RowFate {
        guard let asked = request(for: row, plan) else {
            count(row)
            return .nobodyAsked
        }
        return asked._withUnsafeGuaranteedRef { asked in
            // The first one of an answer tells more, and so does one that completes it.
            guard asked.answer.firstAt != nil,
                asked.answer.doneAt != nil || asked.isSnapshot || needsEnd(asked)
            else { return .unknown }
            count(row)
            lastAnswerAt = seen.at
            asked.takeRow(
                at: seen.at, isForeign: row.owner.map { $0 != clientID } ?? false,
                isHistoryUpdate: plan.isHistoryUpdate)
            asked.answer.lastBy.see(seen, body)
            return .taken
        }
    }

    /// The request that a row answers; it is there as long as it is followed.
    ///
    /// `mutating`, so that the whole is not copied for a look at it.
    private mutating func request(for row: Row, _ plan: RowPlan) -> Unmanaged<Followed>? {
        if let id = row.request, let asked = byNumber.handle(of: id),
            asked._withUnsafeGuaranteedRef({ $0.rowIDs.contains(plan.id) })
        {
            return asked
        }
        for number in waiting {
            if let asked = followed[number], plan.askers.contains(asked.messageID) {
                return Unmanaged.passUnretained(asked)
            }
        }
        return nil
    }

    private mutating func count(_ row: Row) {
        messageCount += 1
        if let symbol = row.symbol, symbols.count < limits.maxFollowed { symbols.insert(symbol) }
    }

    /// What came last to any of its requests.
    var lastRow: Sighting? {
        let latest = followed.values.map(\.answer.lastBy).max { $0.number < $1.number }
        guard let latest, latest.number > lastForgottenRow?.number ?? 0 else {
            return lastForgottenRow
        }
        return latest.value
    }
}

/// The requests of one connection by their ids, small ones at hand.
struct NumberedRequests {
    /// Small, because thousands of connections may have a table each.
    private static let maxSmall = 256

    private var small: [RequestWatch.Followed?] = []
    /// The same, which live as long as `small`: using one counts no references.
    private var handles: [Unmanaged<RequestWatch.Followed>?] = []
    private var large: [Int: RequestWatch.Followed] = [:]

    @inline(__always)
    func handle(of id: Int) -> Unmanaged<RequestWatch.Followed>? {
        guard id >= 0, id < Self.maxSmall else {
            return large[id].map { Unmanaged.passUnretained($0) }
        }
        return id < handles.count ? handles[id] : nil
    }

    subscript(id: Int) -> RequestWatch.Followed? {
        get {
            guard id >= 0, id < Self.maxSmall else { return large[id] }
            return id < small.count ? small[id] : nil
        }
        set {
            guard id >= 0, id < Self.maxSmall else {
                large[id] = newValue
                return
            }
            let missing = id + 1 - small.count
            if missing > 0 {
                small.append(contentsOf: repeatElement(nil, count: missing))
                handles.append(contentsOf: repeatElement(nil, count: missing))
            }
            small[id] = newValue
            handles[id] = newValue.map { Unmanaged.passUnretained($0) }
        }
    }
}
