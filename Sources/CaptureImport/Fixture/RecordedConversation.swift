package import EventLog
package import GatewayWire
internal import ScenarioFormat
import Simulation

/// One gateway connection of a capture as the lines of a transcript, and what a fixture made of
/// it expects.
package struct RecordedConversation {
    /// How long a client's FIN goes unanswered before the gateway is said to hold its descriptor.
    private static let patience = Duration.seconds(5)
    /// Below this a frame's break is the network's, not the gateway's.
    private static let shortestCut = Duration.microseconds(200)

    package let number: Int
    package private(set) var gatewayPort: UInt16 = 0
    /// What opened it in a log of several gateways.
    package private(set) var attemptedAt: CaptureInstant?
    package private(set) var openedAt: CaptureInstant?
    package private(set) var start = ConnectionStart.handshake
    package private(set) var hello: Hello?
    package private(set) var reply: VersionReply?
    private var kept: KeptLines
    /// What is odd.
    package private(set) var remarks: [String] = []
    /// What the capture could not show.
    package private(set) var unknown: [String] = []
    /// Messages by name in the order they were first seen.
    package var received: [(name: String, count: Int)] { receivedCounts.counts }
    package var sent: [(name: String, count: Int)] { sentCounts.counts }
    private var receivedCounts = MessageCounts(.toGateway)
    private var sentCounts = MessageCounts(.toClient)
    /// What is left out of its lines.
    private var removedTopics: Set<Topic> = []
    /// At which its messages are to be read.
    private var messageVersion: Int?
    package private(set) var clientID: Int?
    package private(set) var readyAt: CaptureInstant?
    private var startUp = StartUpMessages()
    package private(set) var clientEnding: Transcript.Ending?
    package private(set) var gatewayEnding: Transcript.Ending?
    package private(set) var gatewayEndedFirst = false
    package private(set) var isHeld = false
    package private(set) var ending: ConnectionEnding?

    private var lastAt = CaptureInstant(nanosecondsSinceEpoch: 0)
    package private(set) var clientEndedAt: CaptureInstant?

    /// - Parameter folding: How much of repeated messages is kept; `nil` for all.
    package init(number: Int, folding: Folding? = nil) {
        self.init(number: number, folding: folding, store: KeptStore(KeptLimits()))
    }

    init(number: Int, folding: Folding?, store: KeptStore) {
        self.number = number
        kept = KeptLines(folding: folding, store: store)
    }

    /// When anything of it was last seen.
    var lastInstant: CaptureInstant { lastAt }

    /// The conversation without what the client asked about some topics, and what was answered.
    func without(_ topics: Set<Topic>) -> RecordedConversation {
        var conversation = self
        conversation.removedTopics = topics
        conversation.receivedCounts = MessageCounts(.toGateway)
        conversation.sentCounts = MessageCounts(.toClient)
        conversation.readLines { line in
            guard case .message(let message, _) = line.event else { return }
            conversation.count(message.schema.id, message.schema.direction)
        }
        return conversation
    }

    /// Messages of repeated market data that were left out.
    package var foldedDataCount: Int { kept.foldedDataCount }

    /// Messages of repeated account news that were left out.
    package var foldedNewsCount: Int { kept.foldedNewsCount }

    /// Other lines in the middle that were left out.
    package var droppedCount: Int { kept.droppedCount }

    /// When its first packet travelled.
    package var beganAt: CaptureInstant? { openedAt ?? attemptedAt }

    /// When the client or else the capture was done with it.
    package var leftAt: CaptureInstant { clientEndedAt ?? lastAt }

    /// Whether there was no connection at all: refused, or never answered.
    package var isAttempt: Bool { openedAt == nil && attemptedAt != nil }

    /// Whether it is as a healthy connection is: it became ready, and the client left.
    package var isHealthy: Bool {
        isReady && clientEnding != nil && !gatewayEndedFirst && !isHeld && remarks.isEmpty
    }

    package var serverVersion: Int? {
        reply.flatMap {
            ProtocolSchema.serverVersions.contains($0.serverVersion) ? $0.serverVersion : nil
        }
    }

    /// Both ids and accounts reached the client.
    package var isReady: Bool { readyAt != nil }

    package var duration: Duration { openedAt.map { lastAt - $0 } ?? .zero }

    /// From ready until the client left.
    package var timeUsed: Duration {
        guard let readyAt else { return .zero }
        return max(.zero, (clientEndedAt ?? lastAt) - readyAt)
    }

    package mutating func take(_ event: DecodedEvent) {
        let position = event.position
        switch event.kind {
        case .attempted(_, let gateway):
            gatewayPort = Self.port(of: gateway)
            if attemptedAt == nil { attemptedAt = event.at }
            lastAt = max(lastAt, event.at)
        case .opened(_, let gateway, let isMidStream):
            gatewayPort = gateway.map(Self.port) ?? 0
            start = isMidStream ? .midStream : .handshake
            // No fixture is made of it.
            kept.isKeeping = !isMidStream
            openedAt = event.at
            lastAt = event.at
            add(.clientOpens, from: event.at, position)
        case .hello(let hello):
            self.hello = hello
            add(.hello(hello), .toGateway, position)
        case .version(let reply):
            self.reply = reply
            add(.version(reply, cuts: position.cuts.map(KeptLines.rounded)), .toClient, position)
        case .message(let message): add(message, position)
        case .unknown(let direction, _, let bytes):
            add(.bytes(direction, bytes), direction, position)
        case .malformed(let direction, let reason, let bytes):
            remark("malformed \(direction.words): \(reason)", event.at)
            if !bytes.isEmpty { add(.bytes(direction, bytes), direction, position) }
        case .raw(let direction, let bytes): add(.bytes(direction, bytes), direction, position)
        case .legacyHello(let version):
            remark("a hello from before API\\0, client version \(version)", event.at)
        case .gap(let direction, let count):
            miss("\(count) bytes \(direction.words) were not captured", event.at)
        case .ended(.fin): end(.fin, .toGateway, position)
        case .ended(.rst), .ended(.rstUnread): end(.rst, .toGateway, position)
        case .ended(.halfClose): remark("the client keeps its half open", event.at)
        case .closed(.fin), .closed(.halfClose): end(.fin, .toClient, position)
        case .closed(.rst): end(.rst, .toClient, position)
        case .closed(.held): hold(position)
        case .stalled(let direction):
            remark("window 0: bytes \(direction.words) wait", event.at)
            if direction == .toGateway { add(.gatewayReads(false), nil, position) }
        case .resumed(let direction):
            remark("bytes \(direction.words) flow again", event.at)
            if direction == .toGateway { add(.gatewayReads(true), nil, position) }
        case .note(let text): remark(text, event.at)
        case .over(let ending): close(ending, position)
        case .omitted(let count): miss("\(count) events are missing here", event.at)
        case .closed(.released), .run, .step, .expectation, .verdict, .listening, .listenerClosed,
            .light, .lifecycle, .commanded, .phase, .finAcknowledged, .unacknowledged, .fault,
            .faultIdle,
            .faultFailed,
            .transport, .clientStarted, .clientLine, .clientEnded, .clientSignaled, .clientFed,
            .sockets, .runner:
            break
        }
    }

    // Helpers, in the order they are called.

    /// 0 for an address without one.
    private static func port(of address: String) -> UInt16 {
        address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    }

    private mutating func add(
        _ event: Transcript.Event, from instant: CaptureInstant, _ position: FramePosition
    ) {
        kept.add(
            event,
            KeptLine(
                .event, nil, from: instant, to: instant, firstPacket: position.firstPacket,
                lastPacket: position.lastPacket))
    }

    private mutating func add(
        _ event: Transcript.Event, _ direction: Direction?, _ position: FramePosition
    ) {
        let form: KeptLine.Form = if case .bytes = event { .bytes } else { .event }
        kept.add(event, KeptLine(form, direction, position))
        lastAt = max(lastAt, position.endedAt)
    }

    private mutating func add(_ message: Message, _ position: FramePosition) {
        let direction = message.schema.direction
        add(.message(message, cuts: Self.cuts(position, direction)), direction, position)
        count(message.schema.id, direction)
        switch direction {
        case .toGateway:
            if hear(message.schema) != nil { clientID = message["clientId"].flatMap { Int($0) } }
        case .toClient:
            if startUp.note(message) { readyAt = position.endedAt }
        }
    }

    /// Breaks of a frame that may be the gateway's.
    private static func cuts(
        _ position: FramePosition, _ direction: Direction
    ) -> [Transcript.Cut] {
        if position.cuts.isEmpty || direction == .toGateway { return [] }
        return position.cuts.filter { $0.gap >= shortestCut }.map(KeptLines.rounded)
    }

    @inline(__always)
    private mutating func count(_ id: Int, _ direction: Direction) {
        switch direction {
        case .toGateway: receivedCounts.add(id)
        case .toClient: sentCounts.add(id)
        }
    }

    /// Takes note of a request.
    ///
    /// - Returns: Where it says the client's id, when that is not known yet.
    private mutating func hear(_ schema: MessageSchema) -> Int? {
        if FoldedMessage.requests.contains(schema.name) { kept.beginAccountNews() }
        guard schema.name == "startApi", clientID == nil else { return nil }
        return schema.indexes(of: "clientId").first
    }

    private mutating func end(
        _ ending: Transcript.Ending, _ direction: Direction, _ position: FramePosition
    ) {
        switch direction {
        case .toGateway:
            if clientEnding == nil {
                clientEnding = ending
                clientEndedAt = position.endedAt
            }
            if !isHeld { add(.clientEnds(ending), nil, position) }
        case .toClient:
            if let since = clientEndedAt, clientEnding == .fin,
                position.endedAt - since > Self.patience
            {
                hold(position)
                let way = ending.rawValue.uppercased()
                remark("the gateway's \(way) came at last; the fixture holds on", position.endedAt)
                return
            }
            // A live log tells of a half-close and of the close after it, and of closing a socket
            // that the client has reset.
            if ending == .fin, gatewayEnding != nil || clientEnding == .rst { return }
            if gatewayEnding == nil { gatewayEndedFirst = clientEnding == nil }
            gatewayEnding = ending
            add(.gatewayEnds(ending), nil, position)
        }
    }

    private mutating func hold(_ position: FramePosition) {
        guard !isHeld else { return }
        isHeld = true
        add(.gatewayHolds, from: lastAt, position)
    }

    private mutating func close(_ ending: ConnectionEnding, _ position: FramePosition) {
        self.ending = ending
        defer { finish() }
        switch ending {
        case .halfClosed(.toGateway, let waited, isAcknowledged: true):
            hold(position)
            if waited < .seconds(1) {
                let milliseconds = waited.nanoseconds / 1_000_000
                unknown.append(
                    "the capture ends \(milliseconds) ms after the client's FIN: the gateway may "
                        + "have answered it later")
            }
        case .halfClosed(.toGateway, _, isAcknowledged: false):
            unknown.append("the client's FIN is not known to have reached the gateway")
        case .stillOpen: unknown.append("still open when the capture ended: its end was not seen")
        case .halfClosed(.toClient, _, _), .refused, .unanswered, .reset, .bothClosed: break
        }
    }

    private mutating func remark(_ text: String, _ at: CaptureInstant) {
        guard remarks.count < 50 else { return }
        remarks.append("at \(milliseconds(at)) ms: \(text)")
    }

    private mutating func miss(_ text: String, _ at: CaptureInstant) {
        guard unknown.count < 50 else { return }
        unknown.append("at \(milliseconds(at)) ms: \(text)")
    }

    private func milliseconds(_ at: CaptureInstant) -> Int64 {
        max(0, (openedAt.map { at - $0 } ?? .zero).nanoseconds / 1_000_000)
    }
}

/// Messages as bytes, and lines made of what was kept.
extension RecordedConversation {
    /// Takes a message whose fields have not been copied.
    ///
    /// - Parameters:
    ///   - kind: Of one that may be folded.
    ///   - key: Tells its stream.
    mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner,
        _ kind: FoldedMessage.Kind?, key: borrowing StreamKey
    ) {
        let direction = scanner.direction
        let id = scanner.messageID
        messageVersion = scanner.serverVersion
        lastAt = max(lastAt, place.position.endedAt)
        count(id, direction)
        switch direction {
        case .toGateway:
            if let item = hear(scanner.schema) {
                clientID =
                    place.isProtobuf
                    ? scanner.protobufInteger(of: item, in: body)
                    : scanner.integer(of: item, in: body)
            }
        case .toClient:
            if !startUp.areComplete, startUp.note(scanner.schema) {
                readyAt = place.position.endedAt
            }
        }
        kept.add(
            KeptLine(place.isProtobuf ? .protobuf : .text, direction, place.position),
            Self.cuts(place.position, direction), body, kind, key: key)
    }

    /// Nothing more comes: what is kept takes its final form.
    mutating func finish() { kept.finish() }

    /// What was kept, as the lines of a transcript.
    package var lines: [Transcript.Line] {
        var lines: [Transcript.Line] = []
        readLines { lines.append($0) }
        return lines
    }

    /// What the client asked about, in the order in which it first did.
    var askedTopics: [Topic] {
        var teller = TopicTeller()
        var seen: Set<Topic> = []
        var asked: [Topic] = []
        readLines { line in
            guard let topic = teller.topic(of: line.event),
                case .message(let message, _) = line.event,
                message.schema.direction == .toGateway, seen.insert(topic).inserted
            else { return }
            asked.append(topic)
        }
        return asked
    }

    /// Hands on what was kept, line by line, with the times between them.
    ///
    /// - Parameter takePlaced: Takes a message as it stands in its frame, the time before it, and
    ///   the scanner that has just scanned it; says whether the line is done with.
    /// - Returns: How many lines could not be read back.
    @discardableResult
    func readLines(
        takePlaced: (PlacedMessage, Span<UInt8>, borrowing MessageScanner) -> Bool = { _, _, _ in
            false
        },
        _ take: (Transcript.Line) -> Void
    ) -> Int {
        var events = KeptEvents(serverVersion: messageVersion)
        var clock = LineClock()
        var teller = TopicTeller()
        return kept.read { lines in
            guard let line = lines.current?.line else { return }
            if !removedTopics.isEmpty, let event = events.event(of: lines),
                let topic = teller.topic(of: event), removedTopics.contains(topic)
            {
                return
            }
            let after = clock.after(line)
            if events.place(lines, after: after, takePlaced) { return }
            guard let event = events.event(of: lines) else { return }
            take(Transcript.Line(after: after, event: event))
        }
    }
}
