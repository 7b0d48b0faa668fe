import EventLog
import GatewayWire
import Simulation

/// Takes what is understood of a connection of which the gateway's side alone was recorded.
///
/// Where its recorder read something on is no segment's border, so frames have no cuts.
struct GatewaySideSink<Sink: DecodedEventSink>: DecodedEventSink {
    var sink: Sink
    /// A hello before the first bytes, and a startApi behind the version, are made up.
    private let completesHandshake: Bool
    /// Connections that have no hello yet.
    private var silent: Set<Int> = []

    init(_ sink: Sink, completesHandshake: Bool) {
        self.sink = sink
        self.completesHandshake = completesHandshake
    }

    /// Begins a connection.
    mutating func open(_ number: Int, at: CaptureInstant) {
        let position = FramePosition(at: at, packet: 1)
        func add(_ kind: LogEvent.Kind) {
            sink.take(DecodedEvent(connection: number, position: position, kind: kind))
        }
        add(.opened(client: nil, gateway: nil, isMidStream: !completesHandshake))
        add(
            .note(
                "the gateway's side alone was recorded"
                    + (completesHandshake ? "; hello and startApi are made up" : "")))
        if completesHandshake { silent.insert(number) }
    }

    mutating func take(_ event: DecodedEvent) {
        let event = DecodedEvent(
            connection: event.connection, position: event.position.whole, kind: event.kind,
            at: event.at)
        var reply: VersionReply?
        if case .version(let version) = event.kind { reply = version }
        if silent.remove(event.connection) != nil { sayHello(reply, before: event) }
        sink.take(event)
        guard completesHandshake, reply != nil else { return }
        let start = Message("startApi", ["clientId": "0"], direction: .toGateway)
        add(.message(start), beside: event)
    }

    mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        sink.take(
            MessagePlace(
                connection: place.connection, position: place.position.whole, at: place.at,
                isProtobuf: place.isProtobuf), body, scanner)
    }

    // Helpers, in the order they are called.

    /// - Parameter reply: What the gateway answers; `nil` when that is no version.
    private mutating func sayHello(_ reply: VersionReply?, before event: DecodedEvent) {
        let known = ProtocolSchema.serverVersions
        let newest = max(known.lowerBound, reply?.serverVersion ?? known.upperBound)
        add(.hello(Hello(versions: known.lowerBound...newest)), beside: event)
    }

    private mutating func add(_ kind: LogEvent.Kind, beside event: DecodedEvent) {
        sink.take(
            DecodedEvent(
                connection: event.connection, position: event.position, kind: kind, at: event.at))
    }
}

extension FramePosition {
    fileprivate var whole: FramePosition {
        if cuts.isEmpty { return self }
        var position = self
        position.cuts = []
        return position
    }
}
