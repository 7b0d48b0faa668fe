import EventLog
import GatewayWire

/// Reads the frames of a connection whose server version was not captured.
///
/// It tries versions where much changed, the one that fitted last first.
struct VersionGuess {
    private var textVersions = [200, 187, 176, 163, 157, 100]
    private var binaryVersions = [225, 220, 213, 207, 203, 201]

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

    mutating func kind(of body: Span<UInt8>, _ direction: Direction) -> LogEvent.Kind {
        let isText = !body.isEmpty && body[0] != 0
        let versions = isText ? textVersions : binaryVersions
        let bytes = body.copied(0..<body.count)
        var first: DecodeOutcome?
        for (index, version) in versions.enumerated() {
            let outcome = MessageDecoder(serverVersion: version, direction: direction)
                .decode(bytes[...])
            if case .message(let message) = outcome, message.surplus.isEmpty {
                if index > 0 { prefer(index, isText: isText) }
                return .message(message)
            }
            first = first ?? outcome
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

    private mutating func prefer(_ index: Int, isText: Bool) {
        if isText {
            textVersions.insert(textVersions.remove(at: index), at: 0)
        } else {
            binaryVersions.insert(binaryVersions.remove(at: index), at: 0)
        }
    }
}
