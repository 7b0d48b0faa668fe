import EventLog
import Faults
import GatewayWire
import Simulation

/// From the client: a connection's life, and what its bytes mean.
extension FaultedGateway {
    mutating func accept(_ connection: ConnectionID) {
        var conversation = Conversation(maxFrameBytes: limits.maxFrameBytes)
        conversation.traffic.lastByte = now
        conversation.traffic.lastMessage = now
        conversations[connection] = conversation
        record(.opened(client: nil, gateway: nil, isMidStream: false), connection)
        tellOrigin(.opened(connection))
        setAlarms(since: .connect, on: connection)
        fire(.connected, on: connection)
    }

    mutating func receive(_ bytes: [UInt8], on connection: ConnectionID) {
        if plan.needs.watchesBytes {
            notePassing(bytes.count, .toGateway, on: connection, isMessage: false)
        }
        // A muted connection's bytes are read and discarded.
        guard let conversation = conversations[connection], conversation.isListening else { return }
        if case .deaf = conversation.stage {
            passOn(Parcel(.raw, frame: bytes), .pass, on: connection)
            return
        }
        conversations[connection]?.reader.append(bytes)
        readAll(on: connection)
    }

    /// Reads hello and frames as far as they are complete and their version is known.
    mutating func readAll(on connection: ConnectionID) {
        while readNext(on: connection) {}
    }

    /// Takes one hello or frame off the reader.
    ///
    /// - Returns: False when bytes are missing or the connection takes no more.
    private mutating func readNext(on connection: ConnectionID) -> Bool {
        guard let conversation = conversations[connection], conversation.isListening,
            !conversation.framesWait
        else { return false }
        switch conversation.stage {
        case .awaitingHello: return readHello(on: connection)
        case .greeting:
            // What follows is encoded at a version that the answer is still to name.
            if conversation.reader.pendingCount > limits.maxFrameBytes {
                estrange(
                    connection, "more than \(limits.maxFrameBytes) bytes before any answer")
            }
            return false
        case .talking(let version): return readFrame(on: connection, version: version)
        case .deaf: return false
        }
    }

    private mutating func readHello(on connection: ConnectionID) -> Bool {
        switch conversations[connection]?.takeHello() {
        case nil, .needsMore:
            return false
        case .hello(let hello, let bytes):
            conversations[connection]?.stage = .greeting
            record(.hello(hello), connection)
            let verdict = fire(.hello, on: connection)
            conversations[connection]?.replyVerdict = verdict
            // The origin does not hear the hello while the light is red, or when a rule drops the
            // answer.
            guard light == .green, verdict.copies > 0 else { return true }
            passOn(Parcel(.hello(hello), frame: bytes), .pass, on: connection)
            return true
        case .legacy(let version):
            record(.legacyHello(clientVersion: version), connection)
            greetStranger(
                connection, "hello from before API\\0, client version \(version): not served",
                hasMagic: false)
        case .malformed(let error):
            let hasMagic =
                switch error {
                case .noMagic: false
                case .lengthOutOfRange, .notAVersionRange: true
                }
            greetStranger(connection, error.description, hasMagic: hasMagic)
        }
        return false
    }

    private mutating func readFrame(on connection: ConnectionID, version: Int) -> Bool {
        switch conversations[connection]?.takeFrame() {
        case nil, .success(nil):
            return false
        case .success(.some(let body)):
            hear(body, version: version, on: connection)
            return true
        case .failure(.lengthOutOfRange(let found, let allowed)):
            estrange(connection, "frame length \(found), allowed are up to \(allowed)")
            return false
        }
    }

    private mutating func hear(
        _ body: ArraySlice<UInt8>, version: Int, on connection: ConnectionID
    ) {
        let decoder = MessageDecoder(serverVersion: version, direction: .toGateway)
        switch decoder.decode(body) {
        case .message(let message):
            record(.message(message), connection)
            noteMessage(on: connection)
            noteStart(message, on: connection)
            judge(message, on: connection) { gateway, verdict in
                guard gateway.conversations[connection]?.isListening ?? false else { return }
                gateway.arrive(message, body, as: verdict, on: connection)
            }
        case .unknown(let id, let bytes):
            record(.unknown(.toGateway, id: id, bytes: bytes), connection)
            passOn(
                Parcel(.unknown(id: id), frame: framed(body, on: connection)), .pass,
                on: connection)
        case .malformed(let error):
            let reason = error.description
            record(.malformed(.toGateway, reason: reason, bytes: Array(body)), connection)
            passOn(
                Parcel(.malformed(reason), frame: framed(body, on: connection)), .pass,
                on: connection)
        }
    }

    /// The frame as it came.
    ///
    /// It is empty when neither the origin nor the lane needs the bytes.
    func framed(_ body: ArraySlice<UInt8>, on connection: ConnectionID) -> [UInt8] {
        let isPlain = conversations[connection]?.toGateway.isPlain ?? true
        return origin.relaysBytes || !isPlain ? frame(body) : []
    }

    private mutating func noteStart(_ message: Message, on connection: ConnectionID) {
        guard message.name == "startApi",
            conversations[connection]?.phase ?? .synchronized < .starting
        else { return }
        conversations[connection]?.clientID = message["clientId"].flatMap { Int($0) }
        enter(.starting, on: connection)
    }

    /// Handles first bytes that are no hello.
    private mutating func greetStranger(
        _ connection: ConnectionID, _ reason: String, hasMagic: Bool
    ) {
        let wasGreen = light == .green
        fire(.strangerCame, on: connection)
        guard conversations[connection]?.isListening ?? false else { return }
        estrange(connection, reason, hasMagic: hasMagic, isAnswered: wasGreen)
    }

    /// Stops decoding a connection whose bytes make no sense, and tells the origin.
    private mutating func estrange(
        _ connection: ConnectionID, _ reason: String, hasMagic: Bool = true,
        isAnswered: Bool = true
    ) {
        guard let conversation = conversations[connection] else { return }
        let pending = Array(conversation.reader.pending)
        record(.malformed(.toGateway, reason: reason, bytes: pending), connection)
        stopDecoding(connection)
        guard isAnswered else { return }
        passOn(
            Parcel(.stranger(reason, hasMagic: hasMagic), frame: pending), .pass, on: connection)
    }

    /// From here on passes the client's bytes without decoding them.
    mutating func stopDecoding(_ connection: ConnectionID) {
        let reader = FrameReader(maxBytes: limits.maxFrameBytes)
        conversations[connection]?.stage = .deaf
        conversations[connection]?.reader = reader
    }

    mutating func end(_ connection: ConnectionID, _ ending: PeerEnding) {
        guard conversations[connection] != nil else { return }
        let kind: EndingKind =
            switch ending {
            case .fin: .fin
            case .reset: dyingUnread.remove(connection) == nil ? .rst : .rstUnread
            }
        record(.ended(kind), connection)
        conversations[connection]?.clientHasEnded = true
        fire(.ended(kind), on: connection)
        // The ending that a rule wants comes before the ending that the origin chooses.
        if ending == .fin { release(connection) }
        guard let conversation = conversations[connection] else { return }
        if ending == .reset {
            // After a RST nothing can be sent, so what is still on the lanes is dropped.
            dropLanes(of: connection)
            tellOrigin(.clientEnded(connection, ending))
            if !conversation.isHeld { close(connection) }
        } else if conversation.toGateway.isEmpty {
            tellOrigin(.clientEnded(connection, ending))
        } else {
            place(.toGateway(.mark(.ended(ending))), on: connection, .pass)
        }
    }

    mutating func stayHalfOpen(_ connection: ConnectionID) {
        guard conversations[connection] != nil else { return }
        record(.ended(.halfClose), connection)
        fire(.ended(.halfClose), on: connection)
    }

    /// Empties the lanes of a connection that ends, and records what was on them.
    mutating func dropLanes(of connection: ConnectionID) {
        guard let conversation = conversations[connection] else { return }
        for (count, way) in [
            (conversation.toClient.count, "to the client"),
            (conversation.toGateway.count, "to the gateway"),
        ] where count > 0 {
            record(.note("\(count) frames on their way \(way) were dropped"), connection)
        }
        conversations[connection]?.toClient.removeAll()
        conversations[connection]?.toGateway.removeAll()
    }
}
