import Simulation

extension WireFacts {
    /// What looks at frames for `take(_:_:_:_:)`; on another thread, if one likes.
    package var glancer: RowGlancer { RowGlancer(patterns.rowPlans) }

    /// Takes a row that has been looked at, when that tells as much as its fields would.
    ///
    /// Most messages of a capture are rows that somebody asked for and that no sign wants.
    ///
    /// - Parameters:
    ///   - glance: Of the frame's body.
    ///   - details: What the glancer has of it, when it has details.
    ///   - body: The frame's body; it does not outlive the call.
    /// - Returns: False, with nothing taken, when the message itself is needed: then it comes as an
    ///   `Observation`.
    package mutating func take(
        _ seen: SeenFrame, _ glance: RowGlance, _ details: RowDetails?, _ body: Span<UInt8>
    ) -> Bool {
        guard glance.isRow, pauses.isAtEase, let place = place(of: seen),
            let plan = patterns.rowPlans[glance.messageID]
        else { return false }
        return plan._withUnsafeGuaranteedRef { plan in
            guard watches[place].take(glance, details, plan, seen, body, into: &finished) else {
                return false
            }
            count(plan, seen)
            return true
        }
    }

    private mutating func count(_ plan: RowPlan, _ seen: SeenFrame) {
        lastAt = max(lastAt, seen.at)
        messageCount += 1
        if plan.isTick { pauses.noteTick(at: seen.at) }
    }

    private func place(of seen: SeenFrame) -> Int? {
        let number = seen.connection.number
        guard number < numberedPlaces.count, number >= 0, numberedPlaces[number] >= 0 else {
            return nil
        }
        return numberedPlaces[number]
    }
}
