import EventLog
import GatewayWire

/// Understands one gateway connection: hello, version reply, frames of both directions.
///
/// A pure machine over what one connection shows, whose directions are right already. Memory
/// is bounded by the largest frame; bytes that mean nothing leave as `raw`.
struct GatewayConversation {
    private enum Stage {
        case awaitingHello
        /// The hello may be missing; then nothing is known of its versions.
        case awaitingReply
        case talking
        /// The version is a guess, frame by frame.
        case overheard
        /// Nothing can be decoded any more.
        case incomprehensible
    }

    let number: Int
    private var stage: Stage
    private var toGateway = FrameAssembler(.toGateway)
    private var toClient = FrameAssembler(.toClient)
    /// The connection's own, once it is known.
    private var version: Int?
    /// At that version.
    private var toGatewayScanner = Self.blank(.toGateway)
    private var toClientScanner = Self.blank(.toClient)
    private var guess = VersionGuess()
    /// Nothing is told with an earlier time.
    private var now = CaptureInstant(nanosecondsSinceEpoch: .min)

    /// - Parameter start: `.midStream` unless the hello comes first.
    init(number: Int, start: ConnectionStart) {
        self.number = number
        stage = start == .handshake ? .awaitingHello : .overheard
    }

    /// - Parameter isAfterHello: The hello has passed unseen, and its answer comes next.
    init(number: Int, isAfterHello: Bool) {
        self.number = number
        stage = isAfterHello ? .awaitingReply : .awaitingHello
    }

    /// Takes the next event of the connection and hands on what it means.
    mutating func take<Sink: DecodedEventSink>(_ event: CapturedEvent, into sink: inout Sink) {
        now = max(now, event.at)
        let position = FramePosition(at: event.at, packet: event.packet)
        switch event.happening {
        case .attempted(let client, let gateway):
            add(
                .attempted(client: client.description, gateway: gateway.description), position,
                &sink)
        case .opened(let client, let gateway, let start):
            add(
                .opened(
                    client: client.description, gateway: gateway.description,
                    isMidStream: start == .midStream), position, &sink)
            if case .overheard = stage {
                let text = "began before the capture: server version unknown, fields are a guess"
                add(.note(text), position, &sink)
                toGateway.fallOutOfStep()
                toClient.fallOutOfStep()
            }
        case .bytes(let direction, let bytes):
            take(bytes.span, direction, at: event.at, packet: event.packet, into: &sink)
        case .gap(let direction, let count):
            let front = direction == .toGateway ? toGateway.skip(count) : toClient.skip(count)
            if let front { add(.raw(direction, front.0), front.1, &sink) }
            add(.gap(direction, count: count), position, &sink)
            missBytes(direction, position, &sink)
        case .fin(let direction):
            flush(direction, position, &sink)
            add(direction == .toGateway ? .ended(.fin) : .closed(.fin), position, &sink)
        case .finAcknowledged(let direction):
            add(.finAcknowledged(direction), position, &sink)
        case .unacknowledged(let direction, let count, let resent):
            add(.unacknowledged(direction, count: count, resent: resent), position, &sink)
        case .rst(let direction):
            flush(.toGateway, position, &sink)
            flush(.toClient, position, &sink)
            add(direction == .toGateway ? .ended(.rst) : .closed(.rst), position, &sink)
        case .stalled(let direction): add(.stalled(direction), position, &sink)
        case .resumed(let direction): add(.resumed(direction), position, &sink)
        case .note(let note): add(.note("\(note)"), position, &sink)
        case .closed(let ending):
            flush(.toGateway, position, &sink)
            flush(.toClient, position, &sink)
            add(.over(ending), position, &sink)
        }
    }

    /// Takes new bytes, never empty.
    @inline(__always)
    mutating func take<Sink: DecodedEventSink>(
        _ bytes: Span<UInt8>, _ direction: Direction, at: CaptureInstant, packet: Int,
        into sink: inout Sink
    ) {
        now = max(now, at)
        if case .talking = stage {
            let isBetweenFrames =
                direction == .toGateway ? toGateway.isBetweenFrames : toClient.isBetweenFrames
            if isBetweenFrames {
                readInPlace(bytes, direction, at: at, packet: packet, &sink)
                return
            }
        }
        receive(bytes, direction, FramePosition(at: at, packet: packet), &sink)
    }

    // Helpers, in the order they are called.

    private static func blank(_ direction: Direction) -> MessageScanner {
        MessageScanner(
            serverVersion: ProtocolSchema.serverVersions.lowerBound, direction: direction)
    }

    private func add<Sink: DecodedEventSink>(
        _ kind: LogEvent.Kind, _ position: FramePosition, _ sink: inout Sink
    ) {
        sink.take(
            DecodedEvent(
                connection: number, position: position, kind: kind,
                at: max(now, position.endedAt)))
    }

    /// Reads the whole frames of a segment where they stand, and keeps the rest.
    @inline(__always)
    private mutating func readInPlace<Sink: DecodedEventSink>(
        _ bytes: Span<UInt8>, _ direction: Direction, at: CaptureInstant, packet: Int,
        _ sink: inout Sink
    ) {
        let boundary = FrameBoundary()
        let position = FramePosition(at: at, packet: packet)
        var start = 0
        while start < bytes.count {
            guard let body = (try? boundary.body(in: bytes, from: start)) ?? nil else { break }
            decode(bytes.extracting(body), direction, position, &sink)
            start = body.upperBound
        }
        guard start < bytes.count else { return }
        // The front of a frame, or no frame at all.
        receive(bytes.extracting(droppingFirst: start), direction, position, &sink)
    }

    private mutating func receive<Sink: DecodedEventSink>(
        _ bytes: Span<UInt8>, _ direction: Direction, _ position: FramePosition,
        _ sink: inout Sink
    ) {
        if case .incomprehensible = stage {
            add(.raw(direction, bytes.copied(0..<bytes.count)), position, &sink)
            return
        }
        switch direction {
        case .toGateway: toGateway.append(bytes, at: position.endedAt, packet: position.lastPacket)
        case .toClient: toClient.append(bytes, at: position.endedAt, packet: position.lastPacket)
        }
        read(direction, &sink)
    }

    private mutating func read<Sink: DecodedEventSink>(
        _ direction: Direction, _ sink: inout Sink
    ) {
        switch (stage, direction) {
        case (.awaitingHello, .toGateway): readHello(&sink)
        case (.awaitingReply, .toClient): readReply(&sink)
        case (.awaitingHello, .toClient), (.awaitingReply, .toGateway):
            // Meaningless before the version is known; kept, within bounds, until it is.
            let count = direction == .toClient ? toClient.pendingCount : toGateway.pendingCount
            if count > FrameAssembler.maxSearchedBytes { giveUp(&sink) }
        case (.talking, _), (.overheard, _): readFrames(direction, &sink)
        case (.incomprehensible, _): takeRest(direction, &sink)
        }
    }

    private mutating func readHello<Sink: DecodedEventSink>(_ sink: inout Sink) {
        let (outcome, position) = toGateway.readHello()
        switch outcome {
        case .needsMore:
            return
        case .hello(let hello):
            add(.hello(hello), position, &sink)
            guess.limit(to: hello.versions)
            stage = .awaitingReply
            read(.toClient, &sink)
        case .legacy(let version):
            add(.legacyHello(clientVersion: version), position, &sink)
            giveUp(&sink)
        case .malformed(let error):
            add(.malformed(.toGateway, reason: error.description, bytes: []), position, &sink)
            giveUp(&sink)
        }
    }

    private mutating func readReply<Sink: DecodedEventSink>(_ sink: inout Sink) {
        let taken: (body: ArraySlice<UInt8>, FramePosition)?
        do throws(FrameError) {
            taken = try toClient.next()
        } catch {
            let reason = "the answer to the hello: \(Self.text(error))"
            if let (bytes, position) = toClient.takePending() {
                add(.malformed(.toClient, reason: reason, bytes: bytes), position, &sink)
            }
            giveUp(&sink)
            return
        }
        guard let (body, position) = taken else { return }
        guard let reply = VersionReply(body: body) else {
            let reason = "the answer to the hello is no server version and connection time"
            add(.malformed(.toClient, reason: reason, bytes: frame(body)), position, &sink)
            giveUp(&sink)
            return
        }
        add(.version(reply), position, &sink)
        talk(at: reply.serverVersion, &sink)
    }

    private mutating func talk<Sink: DecodedEventSink>(at version: Int, _ sink: inout Sink) {
        self.version = version
        toGatewayScanner = MessageScanner(serverVersion: version, direction: .toGateway)
        toClientScanner = MessageScanner(serverVersion: version, direction: .toClient)
        stage = .talking
        read(.toGateway, &sink)
        read(.toClient, &sink)
    }

    /// What frames may look like.
    private var form: FramePlausibility.Form {
        guard let version else { return .unknown }
        return version > 200 ? .binary : .text
    }

    private mutating func readFrames<Sink: DecodedEventSink>(
        _ direction: Direction, _ sink: inout Sink
    ) {
        // Taken out for the time, so that reading and reporting do not collide.
        var assembler = FrameAssembler(direction)
        exchange(&assembler, direction)
        defer { exchange(&assembler, direction) }
        while true {
            if let (bytes, position) = assembler.resynchronise(form) {
                add(.raw(direction, bytes), position, &sink)
            }
            do throws(FrameError) {
                guard let (body, position) = try assembler.next() else { return }
                decode(body.span, direction, position, &sink)
            } catch {
                guard let (bytes, position) = assembler.takePending() else { return }
                add(
                    .malformed(direction, reason: Self.text(error), bytes: bytes), position, &sink)
                assembler.fallOutOfStep()
                return
            }
        }
    }

    private mutating func exchange(_ assembler: inout FrameAssembler, _ direction: Direction) {
        switch direction {
        case .toGateway: swap(&assembler, &toGateway)
        case .toClient: swap(&assembler, &toClient)
        }
    }

    @inline(__always)
    private mutating func decode<Sink: DecodedEventSink>(
        _ body: Span<UInt8>, _ direction: Direction, _ position: FramePosition,
        _ sink: inout Sink
    ) {
        guard version != nil else {
            add(guess.kind(of: body, direction), position, &sink)
            return
        }
        switch direction {
        case .toGateway:
            let outcome = toGatewayScanner.scan(body)
            hand(on: outcome, body, toGatewayScanner, position, &sink)
        case .toClient:
            let outcome = toClientScanner.scan(body)
            hand(on: outcome, body, toClientScanner, position, &sink)
        }
    }

    @inline(__always)
    private func hand<Sink: DecodedEventSink>(
        on outcome: ScanOutcome, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner,
        _ position: FramePosition, _ sink: inout Sink
    ) {
        switch outcome {
        case .text:
            sink.take(place(position, isProtobuf: false), body, scanner)
        case .protobuf:
            sink.take(place(position, isProtobuf: true), body, scanner)
        case .unknown(let id):
            let bytes = frame(body.copied(0..<body.count))
            add(.unknown(scanner.direction, id: id, bytes: bytes), position, &sink)
        case .malformed(let error):
            let bytes = frame(body.copied(0..<body.count))
            add(
                .malformed(scanner.direction, reason: error.description, bytes: bytes), position,
                &sink)
        }
    }

    @inline(__always)
    private func place(_ position: FramePosition, isProtobuf: Bool) -> MessagePlace {
        MessagePlace(
            connection: number, position: position, at: max(now, position.endedAt),
            isProtobuf: isProtobuf)
    }

    /// After a gap the hello or its answer may be what is missing.
    private mutating func missBytes<Sink: DecodedEventSink>(
        _ direction: Direction, _ position: FramePosition, _ sink: inout Sink
    ) {
        switch (stage, direction) {
        case (.awaitingHello, .toGateway):
            add(.note("the hello was not captured whole"), position, &sink)
            stage = .awaitingReply
            toGateway.fallOutOfStep()
            if toClient.pendingCount > 0 { readReplyOrFrames(position, &sink) }
        case (.awaitingReply, .toClient):
            add(
                .note(
                    "the answer to the hello was not captured whole: server version unknown, "
                        + "fields are a guess"), position, &sink)
            overhear(&sink)
        case (.awaitingHello, .toClient), (.awaitingReply, .toGateway), (.talking, _),
            (.overheard, _), (.incomprehensible, _):
            break
        }
    }

    private mutating func overhear<Sink: DecodedEventSink>(_ sink: inout Sink) {
        stage = .overheard
        read(.toGateway, &sink)
        read(.toClient, &sink)
    }

    /// Reads what a gateway said that was never asked, as far as the capture shows.
    private mutating func readReplyOrFrames<Sink: DecodedEventSink>(
        _ position: FramePosition, _ sink: inout Sink
    ) {
        guard let body = toClient.firstBody else { return }
        if VersionReply(body: body) != nil {
            stage = .awaitingReply
            readReply(&sink)
        } else {
            add(.note("server version unknown, fields are a guess"), position, &sink)
            overhear(&sink)
        }
    }

    private mutating func giveUp<Sink: DecodedEventSink>(_ sink: inout Sink) {
        stage = .incomprehensible
        takeRest(.toGateway, &sink)
        takeRest(.toClient, &sink)
    }

    /// One side will say no more: what it said is read, with a guessed version if need be.
    private mutating func flush<Sink: DecodedEventSink>(
        _ direction: Direction, _ position: FramePosition, _ sink: inout Sink
    ) {
        switch stage {
        case .awaitingReply where direction == .toGateway && toGateway.firstBody != nil:
            add(
                .note(
                    "no answer to the hello was seen: server version unknown, fields are a guess"),
                position, &sink)
            overhear(&sink)
        case .awaitingHello where direction == .toClient && toClient.firstBody != nil:
            add(.note("the hello was never seen"), position, &sink)
            toGateway.fallOutOfStep()
            readReplyOrFrames(position, &sink)
        case .awaitingHello, .awaitingReply, .talking, .overheard, .incomprehensible: break
        }
        let given: ([UInt8], FramePosition)? =
            switch direction {
            case .toGateway: toGateway.stopSearching(form)
            case .toClient: toClient.stopSearching(form)
            }
        if let (bytes, position) = given {
            add(.raw(direction, bytes), position, &sink)
            readFrames(direction, &sink)
        }
        takeRest(direction, &sink)
    }

    /// Hands on what forms no whole frame.
    private mutating func takeRest<Sink: DecodedEventSink>(
        _ direction: Direction, _ sink: inout Sink
    ) {
        let rest = direction == .toGateway ? toGateway.takePending() : toClient.takePending()
        if let (bytes, position) = rest { add(.raw(direction, bytes), position, &sink) }
    }

    static func text(_ error: FrameError) -> String {
        switch error {
        case .lengthOutOfRange(let found, let allowed):
            "frame length \(found), allowed are up to \(allowed)"
        }
    }
}
