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
            id < RowRole.all.count, let role = RowRole.all[id], pauses.isAtEase,
            let place = place(of: seen)
        else { return false }
        if seen.isProtobuf {
            guard scanner.find(in: body, &tape) else { return false }
        } else if scanner.hasSurplus {
            return false
        }
        guard !patterns.mayWant(body, scanner, isProtobuf: seen.isProtobuf, tape),
            watches[place].take(
                role, seen, body, scanner, tape, history: &histories[watches[place].history])
        else { return false }
        lastAt = max(lastAt, seen.at)
        messageCount += 1
        if role.isTick { pauses.noteTick(at: seen.at) }
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
