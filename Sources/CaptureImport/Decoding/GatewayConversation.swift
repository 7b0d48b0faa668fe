import EventLog
import GatewayWire

/// Understands one gateway connection: hello, version reply, frames of both directions.
///
/// A pure machine over the events of one connection, whose directions are right already. Memory
/// is bounded by the largest frame; bytes that mean nothing leave as `raw`.
package struct GatewayConversation {
    private enum Stage {
        case awaitingHello
        case awaitingReply
        case talking(serverVersion: Int)
        /// Open before the capture began: the version is a guess, frame by frame.
        case overheard
        /// Nothing can be decoded any more.
        case incomprehensible
    }

    /// Versions tried on a connection whose own was not captured: those where much changed.
    private static let guessedVersions = [200, 187, 176, 163, 157, 100]

    package let number: Int
    private var stage: Stage
    private var toGateway = FrameAssembler(.toGateway)
    private var toClient = FrameAssembler(.toClient)

    /// - Parameter start: `.midStream` unless the hello comes first.
    package init(number: Int, start: ConnectionStart) {
        self.number = number
        stage = start == .handshake ? .awaitingHello : .overheard
    }

    /// Takes the next event of the connection and appends what it means.
    package mutating func take(_ event: CapturedEvent, into events: inout [DecodedEvent]) {
        let position = FramePosition(at: event.at, packet: event.packet)
        switch event.happening {
        case .attempted(let client, let gateway):
            add(
                .attempted(client: client.description, gateway: gateway.description), position,
                &events)
        case .opened(let client, let gateway, let start):
            add(
                .opened(
                    client: client.description, gateway: gateway.description,
                    isMidStream: start == .midStream), position, &events)
            if case .overheard = stage {
                let text = "began before the capture: server version unknown, fields are a guess"
                add(.note(text), position, &events)
                toGateway.fallOutOfStep()
                toClient.fallOutOfStep()
            }
        case .bytes(let direction, let bytes):
            receive(bytes, direction, position, &events)
        case .gap(let direction, let count):
            let front =
                direction == .toGateway ? toGateway.skip(count) : toClient.skip(count)
            if let front { add(.raw(direction, front.0), front.1, &events) }
            add(.gap(direction, count: count), position, &events)
            missBytes(direction, position, &events)
        case .fin(let direction):
            flush(direction, &events)
            add(direction == .toGateway ? .ended(.fin) : .closed(.fin), position, &events)
        case .finAcknowledged(let direction):
            add(.finAcknowledged(direction), position, &events)
        case .rst(let direction):
            flush(.toGateway, &events)
            flush(.toClient, &events)
            add(direction == .toGateway ? .ended(.rst) : .closed(.rst), position, &events)
        case .stalled(let direction): add(.stalled(direction), position, &events)
        case .resumed(let direction): add(.resumed(direction), position, &events)
        case .note(let note): add(.note("\(note)"), position, &events)
        case .closed(let ending):
            flush(.toGateway, &events)
            flush(.toClient, &events)
            add(.over(ending), position, &events)
        }
    }

    // Helpers, in the order they are called.

    private func add(
        _ kind: LogEvent.Kind, _ position: FramePosition, _ events: inout [DecodedEvent]
    ) {
        events.append(DecodedEvent(connection: number, position: position, kind: kind))
    }

    private mutating func receive(
        _ bytes: [UInt8], _ direction: Direction, _ position: FramePosition,
        _ events: inout [DecodedEvent]
    ) {
        if case .incomprehensible = stage {
            add(.raw(direction, bytes), position, &events)
            return
        }
        switch direction {
        case .toGateway: toGateway.append(bytes, at: position.endedAt, packet: position.lastPacket)
        case .toClient: toClient.append(bytes, at: position.endedAt, packet: position.lastPacket)
        }
        read(direction, &events)
    }

    private mutating func read(_ direction: Direction, _ events: inout [DecodedEvent]) {
        switch (stage, direction) {
        case (.awaitingHello, .toGateway): readHello(&events)
        case (.awaitingReply, .toClient): readReply(&events)
        case (.awaitingHello, .toClient), (.awaitingReply, .toGateway):
            // Meaningless before the version is known; kept, within bounds, until it is.
            let count = direction == .toClient ? toClient.pendingCount : toGateway.pendingCount
            if count > FrameAssembler.maxSearchedBytes { giveUp(&events) }
        case (.talking(let version), _): readFrames(direction, version: version, &events)
        case (.overheard, _): readFrames(direction, version: nil, &events)
        case (.incomprehensible, _): flush(direction, &events)
        }
    }

    private mutating func readHello(_ events: inout [DecodedEvent]) {
        let (outcome, position) = toGateway.readHello()
        switch outcome {
        case .needsMore:
            return
        case .hello(let hello):
            add(.hello(hello), position, &events)
            stage = .awaitingReply
            read(.toClient, &events)
        case .legacy(let version):
            add(.legacyHello(clientVersion: version), position, &events)
            giveUp(&events)
        case .malformed(let error):
            add(
                .malformed(.toGateway, reason: error.description, bytes: []), position, &events)
            giveUp(&events)
        }
    }

    private mutating func readReply(_ events: inout [DecodedEvent]) {
        let taken: (body: ArraySlice<UInt8>, FramePosition)?
        do throws(FrameError) {
            taken = try toClient.next()
        } catch {
            let reason = "the answer to the hello: \(Self.text(error))"
            if let (bytes, position) = toClient.takePending() {
                add(.malformed(.toClient, reason: reason, bytes: bytes), position, &events)
            }
            giveUp(&events)
            return
        }
        guard let (body, position) = taken else { return }
        guard let reply = VersionReply(body: body) else {
            let reason = "the answer to the hello is no server version and connection time"
            add(.malformed(.toClient, reason: reason, bytes: frame(body)), position, &events)
            giveUp(&events)
            return
        }
        add(.version(reply), position, &events)
        stage = .talking(serverVersion: reply.serverVersion)
        read(.toGateway, &events)
        read(.toClient, &events)
    }

    private mutating func readFrames(
        _ direction: Direction, version: Int?, _ events: inout [DecodedEvent]
    ) {
        // Taken out for the time, so that reading and reporting do not collide.
        var assembler = direction == .toGateway ? toGateway : toClient
        if direction == .toGateway {
            toGateway = FrameAssembler(.toGateway)
        } else {
            toClient = FrameAssembler(.toClient)
        }
        defer {
            if direction == .toGateway { toGateway = assembler } else { toClient = assembler }
        }
        while true {
            if let (bytes, position) = assembler.resynchronise(isBinary: (version ?? 0) > 200) {
                add(.raw(direction, bytes), position, &events)
            }
            do throws(FrameError) {
                guard let (body, position) = try assembler.next() else { return }
                decode(body, direction, version: version, position, &events)
            } catch {
                let bytes = assembler.takePending()
                let position = bytes?.1 ?? events.last?.position
                guard let position else { return }
                add(
                    .malformed(direction, reason: Self.text(error), bytes: bytes?.0 ?? []),
                    position, &events)
                assembler.fallOutOfStep()
                return
            }
        }
    }

    private mutating func decode(
        _ body: ArraySlice<UInt8>, _ direction: Direction, version: Int?,
        _ position: FramePosition, _ events: inout [DecodedEvent]
    ) {
        switch Self.decode(body, direction, version: version) {
        case .message(let message):
            add(.message(message), position, &events)
        case .unknown(let id, _):
            add(.unknown(direction, id: id, bytes: frame(body)), position, &events)
        case .malformed(let error):
            add(
                .malformed(direction, reason: error.description, bytes: frame(body)), position,
                &events)
        }
    }

    private static func decode(
        _ body: ArraySlice<UInt8>, _ direction: Direction, version: Int?
    ) -> DecodeOutcome {
        if let version {
            return MessageDecoder(serverVersion: version, direction: direction).decode(body)
        }
        let outcomes = guessedVersions.map {
            MessageDecoder(serverVersion: $0, direction: direction).decode(body)
        }
        let fitting = outcomes.first {
            if case .message(let message) = $0 { message.surplus.isEmpty } else { false }
        }
        return fitting ?? outcomes[0]
    }

    /// After a gap the hello or its answer may be what is missing.
    private mutating func missBytes(
        _ direction: Direction, _ position: FramePosition, _ events: inout [DecodedEvent]
    ) {
        switch (stage, direction) {
        case (.awaitingHello, .toGateway), (.awaitingReply, .toClient):
            add(
                .note("the handshake was not captured whole: fields are a guess"), position, &events
            )
            stage = .overheard
            toGateway.fallOutOfStep()
            toClient.fallOutOfStep()
        case (.awaitingHello, .toClient), (.awaitingReply, .toGateway), (.talking, _),
            (.overheard, _), (.incomprehensible, _):
            break
        }
    }

    private mutating func giveUp(_ events: inout [DecodedEvent]) {
        stage = .incomprehensible
        flush(.toGateway, &events)
        flush(.toClient, &events)
    }

    /// Hands on what forms no whole frame.
    private mutating func flush(_ direction: Direction, _ events: inout [DecodedEvent]) {
        let rest = direction == .toGateway ? toGateway.takePending() : toClient.takePending()
        if let (bytes, position) = rest { add(.raw(direction, bytes), position, &events) }
    }

    static func text(_ error: FrameError) -> String {
        switch error {
        case .lengthOutOfRange(let found, let allowed):
            "frame length \(found), allowed are up to \(allowed)"
        }
    }
}
