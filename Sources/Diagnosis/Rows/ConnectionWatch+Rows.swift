import EventLog
import GatewayWire
import Simulation

extension ConnectionWatch {
    /// Takes a row about its request alone, when all that it tells is that it came.
    ///
    /// - Returns: False, with nothing taken, when the message itself is needed.
    mutating func take(
        _ glance: RowGlance, _ plan: RowPlan, _ seen: SeenFrame, _ body: Span<UInt8>,
        into facts: inout FactStore
    ) -> Bool {
        var row = Row()
        row.request = glance.request
        return isUsual(plan, seen) && take(row, glance.glimpse, plan, seen, body, into: &facts)
    }

    /// Takes a message of the gateway where it stands, when all that it tells is that it came.
    ///
    /// - Parameter values: Those of the plan's items.
    /// - Returns: False, with nothing taken, when the message itself is needed.
    mutating func take(
        _ plan: RowPlan, _ values: Span<PlacedValue>, _ seen: SeenFrame, _ body: Span<UInt8>,
        into facts: inout FactStore
    ) -> Bool {
        guard isUsual(plan, seen), let row = row(plan, values, body) else { return false }
        let isForeign = row.owner.flatMap { owner in requests.clientID.map { owner != $0 } }
        let glimpse = plan.glances.glimpse(
            values, in: body, isProtobuf: seen.isProtobuf, isForeign: isForeign)
        return take(row, glimpse, plan, seen, body, into: &facts)
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
            muteCount = 0
        }
        heardAt = seen.at
        return true
    }

    /// What the watches need of it; `nil` when they need the message itself.
    ///
    /// `mutating`, so that the whole is not copied for a look at it.
    private mutating func row(
        _ plan: RowPlan, _ values: Span<PlacedValue>, _ body: Span<UInt8>
    ) -> Row? {
        var row = Row()
        if let place = plan.request {
            guard let number = values[place].plainNumber(in: body) else { return nil }
            row.request = number
        }
        if let place = plan.order, !orders.isEmpty {
            guard let id = values[place].text(in: body), !orders.has(id) else { return nil }
        }
        if let place = plan.symbol {
            guard let text = values[place].text(in: body) else { return nil }
            row.symbol = text
        }
        if let place = plan.owner {
            guard let owner = values[place].text(in: body) else { return nil }
            row.owner = owner
        }
        if let place = plan.execution {
            guard let id = values[place].text(in: body) else { return nil }
            row.execution = id
        }
        return row
    }
}

extension PlacedValue {
    /// A whole number that is written the usual way; `nil` for anything else.
    func plainNumber(in body: Span<UInt8>) -> Int? {
        switch self {
        case .whole(let number): return Int(number)
        case .text(let range):
            let text = body.extracting(range)
            let digits =
                text.count > 1 && text[0] == UInt8(ascii: "-")
                ? text.extracting(droppingFirst: 1) : text
            return digits.isPlainNumber ? text.integer : nil
        case .absent, .double, .rows, .noRows: return nil
        }
    }

    /// The text of a field that has one; `nil` also for texts that only the message can tell.
    fileprivate func text(in body: Span<UInt8>) -> String? {
        switch self {
        case .whole(let number): return String(number)
        case .text(let range):
            let text = body.extracting(range)
            guard text.isASCII else { return nil }
            return text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        case .absent, .double, .rows, .noRows: return nil
        }
    }
}
