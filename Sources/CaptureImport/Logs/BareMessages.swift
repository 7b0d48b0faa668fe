import EventLog
import GatewayWire
import Simulation

/// Messages that were recorded without a handshake, as the events of connections.
///
/// A startApi behind other messages begins the next connection.
struct BareMessages {
    /// The version that is taken for a connection, and how it is known.
    struct Version {
        let number: Int
        let isInferred: Bool
    }

    /// A hello, an answer and a startApi are made up where none is recorded, so that the messages can
    /// be replayed.
    let completesHandshake: Bool
    /// Messages whose fields could not be told apart, by their numbers.
    private(set) var ambiguous = Occurrences()
    private(set) var connectionCount = 0
    private var fields: SeparatedFields
    private var isOpen = false
    private var last = FramePosition(at: CaptureInstant(nanosecondsSinceEpoch: 0), packet: 0)

    /// - Parameter separator: Stands in place of the NULs.
    init(separator: UInt8, completesHandshake: Bool) {
        fields = SeparatedFields(separator)
        self.completesHandshake = completesHandshake
    }

    /// - Parameters:
    ///   - number: Of its file or line; stands for a packet's.
    ///   - clientID: Of the connection, where the recording tells it.
    mutating func take<Sink: DecodedEventSink>(
        _ body: RecordedBody, _ direction: Direction, at: CaptureInstant, number: Int,
        _ version: Version, clientID: String? = nil, into sink: inout Sink
    ) {
        let kind = kind(of: body, direction, number, version.number)
        let position = FramePosition(at: at, packet: number)
        var isStart = false
        if case .message(let message) = kind { isStart = message.name == "startApi" }
        if isOpen, isStart { close(into: &sink) }
        if !isOpen { open(at: position, version, clientID, isStart: isStart, &sink) }
        last = position
        add(kind, position, &sink)
    }

    /// Nothing more comes of the connection.
    mutating func close<Sink: DecodedEventSink>(into sink: inout Sink) {
        if isOpen { add(.over(.stillOpen), last, &sink) }
        isOpen = false
    }

    // Helpers, in the order they are called.

    private mutating func kind(
        of body: RecordedBody, _ direction: Direction, _ number: Int, _ version: Int
    ) -> LogEvent.Kind {
        var bytes = body.bytes
        if !body.isBinary {
            let texts = body.texts
            let found = fields.resolve(texts, direction, version: version)
            if found == nil { ambiguous.add(number) }
            bytes = SeparatedFields.wire(found ?? texts[0], version: version)
        }
        let decoder = MessageDecoder(serverVersion: version, direction: direction)
        switch decoder.decode(bytes[...]) {
        case .message(let message): return .message(message)
        case .unknown(let id, let bytes): return .unknown(direction, id: id, bytes: frame(bytes))
        case .malformed(let error):
            return .malformed(direction, reason: error.description, bytes: frame(bytes))
        }
    }

    private mutating func open<Sink: DecodedEventSink>(
        at position: FramePosition, _ version: Version, _ clientID: String?, isStart: Bool,
        _ sink: inout Sink
    ) {
        connectionCount += 1
        isOpen = true
        add(
            .opened(client: nil, gateway: nil, isMidStream: !completesHandshake), position, &sink)
        let way = version.isInferred ? "inferred" : "given"
        add(
            .note(
                "the handshake was not recorded: server version \(version.number) is \(way)"
                    + (completesHandshake ? "; hello, its answer and startApi are made up" : "")),
            position, &sink)
        guard completesHandshake else { return }
        add(.hello(Hello(versions: 100...version.number)), position, &sink)
        let time = UTCTime(nanosecondsSince1970: position.startedAt.nanosecondsSinceEpoch)
        add(
            .version(
                VersionReply(
                    serverVersion: version.number,
                    connectionTime: "\(time.compactDate) \(time.clockText) UTC")),
            position, &sink)
        if !isStart {
            add(
                .message(Message("startApi", ["clientId": clientID ?? "0"], direction: .toGateway)),
                position, &sink)
        }
    }

    private func add<Sink: DecodedEventSink>(
        _ kind: LogEvent.Kind, _ position: FramePosition, _ sink: inout Sink
    ) {
        sink.take(DecodedEvent(connection: connectionCount, position: position, kind: kind))
    }
}
