import EventLog
import GatewayWire

/// Reads the frames of a connection whose server version was not captured.
///
/// It tries versions where much changed, always in the same order, which is the dissector's too.
struct VersionGuess {
    private var textVersions = [200, 187, 176, 163, 157, 100]
    private var binaryVersions = [226, 201]

    /// Keeps to the versions that the client offered.
    mutating func limit(to offered: ClosedRange<Int>) {
        let known = ProtocolSchema.serverVersions
        let offered = offered.clamped(to: known)
        for path in [\Self.textVersions, \Self.binaryVersions] {
            let isText = path == \Self.textVersions
            let range = (isText ? known.lowerBound...200 : 201...known.upperBound)
            guard range.overlaps(offered) else {
                self[keyPath: path] = []
                continue
            }
            let newest = offered.clamped(to: range).upperBound
            self[keyPath: path] =
                [newest] + self[keyPath: path].filter { offered.contains($0) && $0 != newest }
        }
    }

    func kind(of body: Span<UInt8>, _ direction: Direction) -> LogEvent.Kind {
        let bytes = body.copied(0..<body.count)
        var first: DecodeOutcome?
        if let message = message(in: bytes[...], direction, otherwise: &first) {
            return .message(message)
        }
        switch first {
        case .message(let message): return .message(message)
        case .unknown(let id, _): return .unknown(direction, id: id, bytes: frame(bytes))
        case .malformed(let error):
            return .malformed(direction, reason: error.description, bytes: frame(bytes))
        case nil:
            return .malformed(
                direction, reason: "the client offered no server version with such frames",
                bytes: frame(bytes))
        }
    }

    /// Whether a frame reads as a message of this direction at one of the versions, with nothing that
    /// its schema does not have.
    func fits(_ body: ArraySlice<UInt8>, _ direction: Direction) -> Bool {
        var first: DecodeOutcome?
        return message(in: body, direction, otherwise: &first).map { $0.extras.isEmpty } ?? false
    }

    /// The message that leaves nothing over; without one, `first` is what the first version made of it.
    private func message(
        in body: ArraySlice<UInt8>, _ direction: Direction, otherwise first: inout DecodeOutcome?
    ) -> Message? {
        let isText = body.first.map { $0 != 0 } ?? false
        for version in isText ? textVersions : binaryVersions {
            let outcome = MessageDecoder(serverVersion: version, direction: direction)
                .decode(body)
            if case .message(let message) = outcome, message.surplus.isEmpty,
                Self.isLikely(message)
            {
                return message
            }
            first = first ?? outcome
        }
        return nil
    }

    /// Whether what should be JSON looks so: else the fields are another version's.
    ///
    /// Where newer gateways have it, an `error` of older ones has its text.
    private static func isLikely(_ message: Message) -> Bool {
        zip(message.schema.items, message.values).allSatisfy { item, value in
            guard item.name.hasSuffix("Json"), case .text(let text) = value, !text.isEmpty else {
                return true
            }
            return text.first == "{"
        }
    }
}
