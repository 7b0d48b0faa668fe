import EventLog
import Faults
import GatewayModel
import GatewayWire
import Simulation

/// Towards the client: past the faults, onto the lane, and out.
extension SimulatedGateway {
    /// Gives the model an event and carries out what it wants.
    mutating func tellModel(_ event: HealthyGateway.Event) {
        for effect in model.handle(event, at: now) {
            switch effect {
            case .ticks(let batch): say(batch)
            case .reply(let connection, let reply):
                answer(reply, on: connection)
            case .send(let connection, let message):
                say(message, on: connection)
            case .synchronized(let connection):
                put(.phase(.synchronized), on: connection)
            case .close(let connection, let reason):
                record(.note(reason), connection)
                put(.hangUp, on: connection)
            case .closePort: closePort()
            case .openPort: openPort()
            case .wake(let at):
                modelWake = at
            }
        }
    }

    /// The gateway goes down by its own routine: nobody is accepted until it is back.
    private mutating func closePort() {
        reopenAt = nil
        guard isListening else { return }
        isListening = false
        effects.append(.closeListener)
        record(.listenerClosed)
    }

    private mutating func openPort() {
        guard !isListening else { return }
        effects.append(.openListener)
        isListening = true
        record(.listening)
    }

    private mutating func answer(_ reply: VersionReply, on connection: ConnectionID) {
        guard let conversation = conversations[connection], conversation.isListening else { return }
        conversations[connection]?.stage = .talking(serverVersion: reply.serverVersion)
        conversations[connection]?.tickEncoder = TickEncoder(serverVersion: reply.serverVersion)
        put(.bytes(reply.bytes, .version(reply)), on: connection, after: conversation.replyDelay)
        put(.phase(.greeted), on: connection)
    }

    /// Changes a conversation where it is; by `conversations[connection]?` it moves out and back.
    ///
    /// - Returns: What the change says; `nil` too when there is no such conversation.
    mutating func withConversation<Result>(
        _ connection: ConnectionID, _ change: (inout Conversation) -> Result?
    ) -> Result? {
        guard let place = conversations.index(forKey: connection) else { return nil }
        return change(&conversations.values[place])
    }

    /// Ticks on their way out.
    private mutating func say(_ batch: TickBatch) {
        let gathers = gathersFrames && !TickEncoder.schemas.contains(where: plan.awaits)
        for part in batch.parts {
            if gathers,
                let isNew = withConversation(
                    part.connection, { [now] in $0.gather(part, of: batch, at: now) })
            {
                if isNew { busy.append(part.connection) }
            } else {
                for message in batch.messages(part) { say(message, on: part.connection) }
            }
        }
    }

    /// A message of the model's on its way out, past the faults.
    private mutating func say(_ message: Message, on connection: ConnectionID) {
        if gathersFrames, !plan.awaits(message.schema),
            let isNew = withConversation(connection, { [now] in $0.gather(message, at: now) })
        {
            if isNew { busy.append(connection) }
            return
        }
        let verdict = fire(.message(message), on: connection)
        guard !verdict.isDropped else { return }
        for _ in 0..<verdict.copies {
            send(verdict.replaced(message), on: connection, after: verdict.delay, cut: verdict.cut)
        }
    }

    /// Puts a message on the lane as it is, unjudged.
    mutating func send(
        _ message: Message, on connection: ConnectionID, after delay: Duration = .zero,
        cut: FrameCut? = nil
    ) {
        guard let conversation = conversations[connection], !conversation.isMuted,
            let version = conversation.serverVersion
        else { return }
        let bytes = MessageEncoder(serverVersion: version).encode(message)
        var sent = message
        sent.encoding = message.schema.encoding(at: version)
        if let cut {
            let kept = Array(bytes.prefix(cut.kept))
            put(.bytes(kept, nil), on: connection, after: delay)
            put(cut.abort ? .reset : .close, on: connection)
        } else {
            put(.bytes(bytes, .message(sent)), on: connection, after: delay)
        }
    }

    mutating func put(
        _ cargo: OutboundLane.Cargo, on connection: ConnectionID, after delay: Duration = .zero
    ) {
        if withConversation(connection, { [now] in $0.put(cargo, due: now + delay) }) ?? false {
            busy.append(connection)
        }
    }

    /// Lets leave what is due, and what that sets in motion.
    mutating func release(_ connection: ConnectionID) {
        while let leaving = withConversation(connection, { [now] in $0.lane.releaseDue(at: now) }) {
            for cargo in leaving { leave(cargo, on: connection) }
        }
    }

    private mutating func leave(_ cargo: OutboundLane.Cargo, on connection: ConnectionID) {
        guard conversations[connection] != nil else { return }
        switch cargo {
        case .bytes(let bytes, let entry):
            effects.append(.send(connection, bytes))
            if let entry {
                record(entry, connection)
                if case .message(let message) = entry { noteStartUp(message, on: connection) }
            }
        case .phase(let phase):
            enter(phase, on: connection)
        case .halfClose:
            effects.append(.shutdownWrite(connection))
            record(.closed(.halfClose), connection)
        case .close:
            tellModel(.disconnected(connection))
            close(connection)
        case .hangUp:
            tellModel(.disconnected(connection))
            hangUp(connection)
        case .reset:
            tellModel(.disconnected(connection))
            reset(connection)
        }
    }

    /// A connection is ready when both its ids and its accounts have left.
    private mutating func noteStartUp(_ message: Message, on connection: ConnectionID) {
        guard conversations[connection]?.phase == .starting else { return }
        if message.name == "nextValidId" { conversations[connection]?.sentIDs = true }
        if message.name == "managedAccounts" { conversations[connection]?.sentAccounts = true }
        if let conversation = conversations[connection], conversation.sentIDs,
            conversation.sentAccounts
        {
            enter(.ready, on: connection)
        }
    }

    mutating func enter(_ phase: ConnectionPhase, on connection: ConnectionID) {
        guard let conversation = conversations[connection], conversation.phase < phase else {
            return
        }
        conversations[connection]?.phase = phase
        record(.phase(phase), connection)
        fire(.phaseEntered(phase), on: connection)
    }

    // MARK: Ending a connection

    mutating func close(_ connection: ConnectionID) {
        guard let conversation = conversations.removeValue(forKey: connection) else { return }
        effects.append(.close(connection))
        record(.closed(conversation.isHeld ? .released : .fin), connection)
    }

    /// Closes so that what was said last reaches a client that is still sending.
    mutating func hangUp(_ connection: ConnectionID) {
        guard let conversation = conversations[connection] else { return }
        guard !conversation.isHeld, !conversation.clientHasEnded else {
            close(connection)
            return
        }
        conversations[connection] = nil
        effects.append(.hangUp(connection))
        record(.closed(.fin), connection)
    }

    mutating func reset(_ connection: ConnectionID) {
        guard conversations.removeValue(forKey: connection) != nil else { return }
        effects.append(.reset(connection))
        record(.closed(.rst), connection)
    }

    mutating func record(_ kind: LogEvent.Kind, _ connection: ConnectionID? = nil) {
        if case .message = kind, !logsMessages { return }
        guard log.count < limits.maxLogCount else { return }
        log.append(LogEvent(at: now, gateway: name, connection: connection, kind: kind))
    }
}

extension Message {
    /// Every client takes it for what it is: a notice that needs no answer.
    static var farmNotice: Message {
        Message(
            "error",
            [
                "reqId": "-1", "errorCode": "2106",
                "errorString": "HMDS data farm connection is OK:ushmds",
            ])
    }
}
