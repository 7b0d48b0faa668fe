import EventLog
import GatewayWire
import Simulation

extension ConnectionWatch {
    /// Takes a message of the gateway that has been looked at, when all that it tells is that it came.
    ///
    /// - Parameter details: Of a row that has some.
    /// - Returns: False, with nothing taken, when the message itself is needed.
    mutating func take(
        _ glance: RowGlance, _ details: RowDetails?, _ plan: RowPlan, _ seen: SeenFrame,
        _ body: Span<UInt8>, into facts: inout FactStore
    ) -> Bool {
        guard isUsual(plan, seen) else { return false }
        var row = Row()
        row.request = glance.request
        guard let details else {
            return take(row, glance.glimpse(isForeign: nil), plan, seen, body, into: &facts)
        }
        if plan.order != nil, !orders.isEmpty {
            guard let id = details.order.text(in: body), !orders.has(id) else { return false }
        }
        row.symbol = details.symbol.text(in: body)
        row.owner = details.owner.text(in: body)
        row.execution = details.execution.text(in: body)
        let isForeign = row.owner.flatMap { owner in requests.clientID.map { owner != $0 } }
        return take(row, glance.glimpse(isForeign: isForeign), plan, seen, body, into: &facts)
    }

    /// Whether it is a message of a kind that nobody is surprised by here.
    private func isUsual(_ plan: RowPlan, _ seen: SeenFrame) -> Bool {
        !isGuess && frames.isUsual(pieceCount: seen.pieceCount)
            && (seen.isProtobuf || frames.version.map { $0 < plan.textUntil } ?? true)
            && (!plan.isOpenOrder || openOrderAt != nil)
    }

    @inline(__always)
    private mutating func take(
        _ row: Row, _ glimpse: Glimpse, _ plan: RowPlan, _ seen: SeenFrame, _ body: Span<UInt8>,
        into facts: inout FactStore
    ) -> Bool {
        // A message that a clause wants is kept, while there is room for more of them.
        let isCounted = glimpse == .yes && !facts.hasRoom(for: "message", on: name)
        guard glimpse == .no || isCounted else { return false }
        if plan.isExecution {
            guard row.request ?? 0 < 0, let id = row.execution,
                orders.executions.isOnlyCounted(id, facts)
            else { return false }
        }
        switch requests.take(row, plan, seen, body) {
        case .unknown: return false
        case .nobodyAsked: lastEvidence.see(seen, body)
        // Its request keeps it.
        case .taken: break
        }
        if isCounted { facts.omit() }
        if let id = row.execution {
            orders.executions.note(id, at: seen.at)
            requests.noteExecution(seen.at)
            facts.omit()
        }
        frames.count(pieceCount: seen.pieceCount)
        if muteCount > 0 {
            muteSince = nil
            muteDueAt = nil
            muteCount = 0
        }
        heardAt = seen.at
        return true
    }
}
