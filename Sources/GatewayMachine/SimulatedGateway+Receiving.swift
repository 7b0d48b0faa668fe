import EventLog
import Faults
import GatewayModel
import GatewayWire
import Simulation

/// From the client: a connection's life, and what its bytes mean.
extension SimulatedGateway {
    mutating func start() {
        isListening = true
        record(.listening)
        fire(.started)
        // Lets a gateway that has plans of its own ask for its first deadline.
        tellModel(.deadlineReached)
    }

    mutating func accept(_ connection: ConnectionID) {
        conversations[connection] = Conversation(maxFrameBytes: limits.maxFrameBytes)
        record(.opened(client: nil, gateway: nil, isMidStream: false), connection)
        tellModel(.connected(connection))
        fire(.connected, on: connection)
    }

    mutating func receive(_ bytes: [UInt8], on connection: ConnectionID) {
        // A muted connection's bytes are read and forgotten.
        guard let conversation = conversations[connection], conversation.isListening else { return }
        conversations[connection]?.reader.append(bytes)
        while readNext(on: connection) {}
    }

    /// Takes one hello or frame off the reader.
    ///
    /// - Returns: False when bytes are missing or the connection takes no more.
    private mutating func readNext(on connection: ConnectionID) -> Bool {
        guard let conversation = conversations[connection], conversation.isListening else {
            return false
        }
        return switch conversation.stage {
        case .awaitingHello: readHello(on: connection)
        case .talking(let version): readFrame(on: connection, version: version)
        }
    }

    private mutating func readHello(on connection: ConnectionID) -> Bool {
        switch conversations[connection]?.takeHello() {
        case nil, .needsMore:
            return false
        case .hello(let hello):
            record(.hello(hello), connection)
            let verdict = fire(.hello, on: connection)
            guard !verdict.isDropped else { return true }
            conversations[connection]?.replyDelay = verdict.delay
            tellModel(.hello(connection, hello))
            return true
        case .legacy(let version):
            refuse(connection, "hello from before API\\0, client version \(version): not served")
        case .malformed(let error):
            refuse(connection, error.description)
        }
        return false
    }

    private mutating func readFrame(on connection: ConnectionID, version: Int) -> Bool {
        switch conversations[connection]?.takeFrame() {
        case nil, .success(nil):
            return false
        case .success(.some(let body)):
            let decoder = MessageDecoder(serverVersion: version, direction: .toGateway)
            switch decoder.decode(body) {
            case .message(let message):
                hear(message, on: connection)
            case .unknown(let id, let bytes):
                record(.unknown(.toGateway, id: id, bytes: bytes), connection)
                tellModel(.unknownRequest(connection, id: id))
            case .malformed(let error):
                record(
                    .malformed(.toGateway, reason: error.description, bytes: Array(body)),
                    connection)
                tellModel(.malformed(connection, error.description))
            }
            return true
        case .failure(.lengthOutOfRange(let found, let allowed)):
            refuse(connection, "frame length \(found), allowed are up to \(allowed)")
            return false
        }
    }

    private mutating func hear(_ message: Message, on connection: ConnectionID) {
        record(.message(message), connection)
        if message.name == "startApi", conversations[connection]?.phase ?? .synchronized < .starting
        {
            conversations[connection]?.clientID = message["clientId"].flatMap { Int($0) }
            enter(.starting, on: connection)
        }
        let verdict = fire(.message(message), on: connection)
        guard !verdict.isDropped, conversations[connection]?.isListening ?? false else { return }
        for _ in 0..<verdict.copies {
            tellModel(.received(connection, verdict.replaced(message)))
        }
    }

    /// Ends a connection whose bytes can mean nothing: a FIN, as a closed socket gives it.
    ///
    /// What a real gateway does then is not known; closing is assumed.
    private mutating func refuse(_ connection: ConnectionID, _ reason: String) {
        record(.malformed(.toGateway, reason: reason, bytes: []), connection)
        tellModel(.disconnected(connection))
        close(connection)
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
        tellModel(.disconnected(connection))
        conversations[connection]?.lane.removeAll()
        guard let conversation = conversations[connection], !conversation.isHeld else { return }
        if ending == .fin && waitsForHalfClose {
            closings.append((now + limits.halfCloseGrace, connection))
        } else {
            close(connection)
        }
    }

    private var waitsForHalfClose: Bool {
        plan.rules.contains {
            if case .disconnect(let kinds) = $0.trigger {
                kinds.contains(.halfClose)
            } else {
                false
            }
        }
    }

    mutating func stayHalfOpen(_ connection: ConnectionID) {
        guard conversations[connection] != nil else { return }
        record(.ended(.halfClose), connection)
        fire(.ended(.halfClose), on: connection)
    }
}
