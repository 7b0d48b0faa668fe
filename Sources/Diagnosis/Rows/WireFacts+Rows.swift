package import GatewayWire
import Simulation

extension WireFacts {
    /// Takes a message where it stands in a frame, when that tells as much as its fields would.
    ///
    /// Most messages of a capture are rows that somebody asked for and that no sign wants.
    ///
    /// - Parameters:
    ///   - body: The frame's body; it does not outlive the call.
    ///   - scanner: Has just scanned `body`.
    /// - Returns: False, with nothing taken, when the message itself is needed: then it comes as an
    ///   `Observation`.
    package mutating func take(
        _ seen: SeenFrame, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) -> Bool {
        let id = scanner.messageID
        guard scanner.direction == .toClient, body.count <= KeptFrame.maxBytes,
            id < patterns.rowPlans.count, let plan = patterns.rowPlans[id], pauses.isAtEase,
            seen.isProtobuf || !scanner.hasSurplus, let place = place(of: seen)
        else { return false }
        // Taken out for the time, so that nothing counts references to it.
        var values: [PlacedValue] = []
        swap(&values, &self.values)
        defer { swap(&values, &self.values) }
        guard
            scanner.find(plan.items, in: body, isProtobuf: seen.isProtobuf, &tape, &values),
            watches[place].take(plan, values.span, seen, body, scanner, into: &finished)
        else { return false }
        lastAt = max(lastAt, seen.at)
        messageCount += 1
        if plan.isTick { pauses.noteTick(at: seen.at) }
        return true
    }

    private func place(of seen: SeenFrame) -> Int? {
        let number = seen.connection.number
        guard number < numberedPlaces.count, number >= 0, numberedPlaces[number] >= 0 else {
            return nil
        }
        return numberedPlaces[number]
    }
}
