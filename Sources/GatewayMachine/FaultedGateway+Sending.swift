import EventLog
import Faults
import GatewayModel
import GatewayWire
import Simulation

/// Towards the client: past the rules, onto the lane, and out.
extension FaultedGateway {
    /// Gives the origin an event and carries out the effects.
    mutating func tellOrigin(_ event: OriginEvent) { carryOut(origin.handle(event, at: now)) }

    /// Carries out what the origin wants.
    mutating func carryOut(_ effects: [OriginEffect]) {
        var resumed: [ConnectionID] = []
        for effect in effects {
            switch effect {
            case .ticks(let batch): say(batch)
            case .send(let connection, let message, let frame, let cuts):
                say(message, frame, cuts, on: connection)
            case .reply(let connection, let reply, let cuts, let decodes):
                answer(reply, cuts, decodes: decodes, on: connection)
            case .sendBytes(let connection, let bytes, let entry):
                place(.toClient(.bytes(bytes, .entry(entry))), on: connection, .pass)
            case .synchronized(let connection):
                put(.phase(.synchronized), on: connection)
            case .close(let connection): put(.close, on: connection)
            case .halfClose(let connection): put(.halfClose, on: connection)
            case .finish(let connection): finish(connection)
            case .hangUp(let connection, let reason):
                if let reason { record(.note(reason), connection) }
                put(.hangUp, on: connection)
            case .reset(let connection): put(.reset, on: connection)
            case .hold(let connection): _ = hold(connection)
            case .stopReading(let connection):
                changeReading(of: connection) {
                    ($0.originReadsNothing, $0.framesWait) = (true, true)
                }
            case .resumeReading(let connection): resumed.append(connection)
            case .closePort: closePort()
            case .openPort:
                // The process has started anew.
                resetLight()
                openPort()
            case .transport(let effect): self.effects.append(effect)
            case .note(let connection, let text): record(.note(text), connection)
            case .wake(let at): originWake = at
            }
        }
        // What the origin now reads makes it act again; its present wishes are carried out before.
        for connection in resumed { resumeReading(connection) }
    }

    /// Goes on with the frames that came already, then with the socket.
    private mutating func resumeReading(_ connection: ConnectionID) {
        guard conversations[connection]?.originReadsNothing ?? false else { return }
        _ = withConversation(connection) { $0.framesWait = false }
        readAll(on: connection)
        guard !(conversations[connection]?.framesWait ?? true) else { return }
        changeReading(of: connection) { $0.originReadsNothing = false }
    }

    /// Changes who keeps a client's socket from being read, and carries out what follows.
    mutating func changeReading(
        of connection: ConnectionID, _ change: (inout Conversation) -> Void
    ) {
        guard let place = conversations.index(forKey: connection) else { return }
        let wasRead = conversations.values[place].isRead
        change(&conversations.values[place])
        let isRead = conversations.values[place].isRead
        guard wasRead != isRead else { return }
        effects.append(isRead ? .resumeReading(connection) : .stopReading(connection))
    }

    private mutating func answer(
        _ reply: VersionReply, _ cuts: [FrameBreak], decodes: Bool, on connection: ConnectionID
    ) {
        guard let conversation = conversations[connection], !conversation.isMuted,
            !conversation.isHeld
        else { return }
        if decodes {
            let version = reply.serverVersion
            conversations[connection]?.stage = .talking(serverVersion: version)
            conversations[connection]?.tickEncoder = TickEncoder(serverVersion: version)
        } else {
            stopDecoding(connection)
        }
        let verdict = conversation.replyVerdict
        let (bytes, what) = answer(reply, verdict)
        let isSent = pass(bytes, cuts, what, verdict, on: connection)
        if isSent { put(.phase(.greeted), on: connection, after: verdict.delay) }
        // What the client sent after its hello can be decoded now.
        readAll(on: connection)
    }

    /// Sends ticks to clients.
    private mutating func say(_ batch: TickBatch) {
        let gathers = logging != .all && !TickEncoder.schemas.contains(where: plan.awaits)
        for part in batch.parts {
            if gathers,
                let isNew = withConversation(
                    part.connection, { [now] in $0.gather(part, of: batch, at: now) })
            {
                foldedTicks.take(part, of: batch)
                if isNew { busy.append(part.connection) }
            } else {
                for message in batch.messages(part) { say(message, nil, [], on: part.connection) }
            }
        }
    }

    /// Sends a message of the origin, after the rules have seen it.
    private mutating func say(
        _ message: Message, _ frame: [UInt8]?, _ cuts: [FrameBreak], on connection: ConnectionID
    ) {
        if logging == .none, cuts.isEmpty, !plan.awaits(message.schema),
            let isNew = withConversation(
                connection, { [now] in $0.gather(message, frame, at: now) })
        {
            if isNew { busy.append(connection) }
            return
        }
        judge(message, on: connection) { gateway, verdict in
            gateway.leave(message, frame, cuts, as: verdict, on: connection)
        }
    }

    /// Sends a message of the gateway's own.
    ///
    /// Rules do not see it.
    ///
    /// - Returns: Whether it could be sent on this connection.
    mutating func say(_ message: Message, on connection: ConnectionID) -> Bool {
        guard let conversation = conversations[connection], conversation.isSpeaking,
            let version = conversation.serverVersion
        else { return false }
        var sent = dated(message)
        let bytes = MessageEncoder(serverVersion: version).encode(sent)
        sent.encoding = message.schema.encoding(at: version)
        return pass(bytes, [], .message(sent), .pass, on: connection)
    }

    /// Sends bytes that are no message of the protocol.
    ///
    /// Rules do not see them.
    mutating func sayRaw(_ bytes: [UInt8], on connection: ConnectionID) {
        place(.toClient(.bytes(bytes, .entry(.raw(.toClient, bytes)))), on: connection, .pass)
    }

    /// Cargo and the lane it belongs to.
    enum Load {
        case toClient(Lane<Leaving>.Cargo)
        case toGateway(Lane<Arriving>.Cargo)
    }

    /// Puts cargo on its lane.
    ///
    /// The verdict may delay it or keep it back.
    mutating func place(_ load: Load, on connection: ConnectionID, _ verdict: Verdict) {
        guard let place = conversations.index(forKey: connection),
            !conversations.values[place].isHeld
        else { return }
        // A mute connection can still end.
        if case .toClient(let cargo) = load, !cargo.isMark, conversations.values[place].isMuted {
            return
        }
        let due = now + verdict.delay
        var isKept = false
        switch verdict.keeping {
        case .until(let trigger)? where keeping.count < limits.maxKeptCount:
            lastKeptID += 1
            keeping.append(KeptBack(id: lastKeptID, trigger: trigger, connection: connection))
            isKept = true
            switch load {
            case .toClient(let cargo):
                conversations.values[place].toClient.keep(cargo, id: lastKeptID)
            case .toGateway(let cargo):
                conversations.values[place].toGateway.keep(cargo, id: lastKeptID)
            }
        case .past(let count, let within)?:
            isKept = true
            switch load {
            case .toClient(let cargo):
                conversations.values[place].toClient.keep(cargo, past: count, until: due + within)
            case .toGateway(let cargo):
                conversations.values[place].toGateway.keep(cargo, past: count, until: due + within)
            }
        case .until?, nil: break
        }
        if !isKept {
            switch load {
            case .toClient(let cargo):
                conversations.values[place].toClient
                    .put(cargo, due: due, keepsOrder: verdict.keepsOrder)
            case .toGateway(let cargo):
                conversations.values[place].toGateway
                    .put(cargo, due: due, keepsOrder: verdict.keepsOrder)
            }
        }
        if conversations.values[place].becomesBusy() { busy.append(connection) }
        let bytes = max(
            conversations.values[place].toClient.storedBytes,
            conversations.values[place].toGateway.storedBytes)
        noteCongestion(of: connection, at: place)
        if bytes > limits.maxLaneBytes {
            record(.transport("reset with \(bytes) bytes stored on their way"), connection)
            leave(.mark(.reset), on: connection)
        }
    }

    /// Stops reading from the sender when too much is on the lane.
    private mutating func noteCongestion(
        of connection: ConnectionID, at place: Dictionary<ConnectionID, Conversation>.Index
    ) {
        if conversations.values[place].toGateway.byteCount > limits.congestionBytes,
            !conversations.values[place].toGatewayIsCongested
        {
            changeReading(of: connection) { $0.toGatewayIsCongested = true }
        }
        if origin.relaysBytes,
            conversations.values[place].toClient.byteCount > limits.congestionBytes,
            !conversations.values[place].toClientIsCongested
        {
            conversations.values[place].toClientIsCongested = true
            tellOrigin(.transport(.congested(connection)))
        }
    }

    /// Reads from the sender again once everything has left the lane.
    private mutating func noteRelief(of connection: ConnectionID) {
        let isCongested = withConversation(connection) {
            $0.toGatewayIsCongested || $0.toClientIsCongested
        }
        guard isCongested ?? false, let conversation = conversations[connection] else { return }
        if conversation.toGatewayIsCongested, conversation.toGateway.byteCount == 0 {
            changeReading(of: connection) { $0.toGatewayIsCongested = false }
        }
        if conversation.toClientIsCongested, conversation.toClient.byteCount == 0 {
            conversations[connection]?.toClientIsCongested = false
            tellOrigin(.transport(.drained(connection)))
        }
    }

    /// Queues an ending or a change of phase of the origin, behind everything queued before it.
    mutating func put(
        _ mark: Leaving, on connection: ConnectionID, after delay: Duration = .zero
    ) {
        guard conversations[connection]?.isSpeaking ?? false else { return }
        conclude(mark, on: connection, after: delay)
    }

    /// Queues an ending, on a muted connection too.
    mutating func conclude(
        _ mark: Leaving, on connection: ConnectionID, after delay: Duration = .zero
    ) {
        var verdict = Verdict.pass
        let isSlow = mark.isOrderly
        verdict.delay = delay + (isSlow ? conversations[connection]?.closeDelay ?? .zero : .zero)
        place(.toClient(.mark(mark)), on: connection, verdict)
    }

    /// Sends what is due, and what becomes due because of it.
    mutating func release(_ connection: ConnectionID) {
        while true {
            if let arriving = withConversation(
                connection, { [now] in $0.toGateway.releaseDue(at: now) })
            {
                for cargo in arriving { arrive(cargo, on: connection) }
            } else if let leaving = withConversation(
                connection, { [now] in $0.toClient.releaseDue(at: now) })
            {
                for cargo in leaving { leave(cargo, on: connection) }
            } else {
                noteLoss(on: connection)
                noteRelief(of: connection)
                return
            }
        }
    }

    private mutating func noteLoss(on connection: ConnectionID) {
        for way in Direction.allCases {
            let count = withConversation(connection) {
                way == .toClient
                    ? $0.toClient.takeLostByteCount() : $0.toGateway.takeLostByteCount()
            }
            guard let count, count > 0 else { continue }
            let end = way == .toClient ? "client" : "gateway"
            record(.note("\(count) bytes to the \(end) were lost"), connection)
        }
    }

    private mutating func arrive(_ cargo: Lane<Arriving>.Cargo, on connection: ConnectionID) {
        guard let conversation = conversations[connection], !conversation.isMuted else { return }
        switch cargo.tag {
        case .ended(let ending): tellOrigin(.clientEnded(connection, ending))
        case .concluded(let ending):
            if origin.relaysBytes, !cargo.bytes.isEmpty {
                tellOrigin(.heard(connection, nil, bytes: cargo.bytes))
            }
            conclude(ending, on: connection)
        case .parcel(let parcel):
            tellOrigin(.heard(connection, parcel, bytes: cargo.bytes))
        case nil:
            if origin.relaysBytes { tellOrigin(.heard(connection, nil, bytes: cargo.bytes)) }
        }
    }

    private mutating func leave(_ cargo: Lane<Leaving>.Cargo, on connection: ConnectionID) {
        guard conversations[connection] != nil else { return }
        if !cargo.bytes.isEmpty {
            effects.append(.send(connection, cargo.bytes))
            if plan.needs.watchesBytes {
                let isWhole = if case .entry? = cargo.tag { false } else { true }
                notePassing(cargo.bytes.count, .toClient, on: connection, isMessage: isWhole)
            }
        }
        switch cargo.tag {
        case nil: break
        case .version(let reply): record(.version(reply), connection)
        case .message(let message):
            record(.message(message), connection)
            noteStartUp(message, on: connection)
        case .entry(let entry): record(entry, connection)
        case .changed(let message, let entry):
            record(entry, connection)
            noteStartUp(message, on: connection)
        case .phase(let phase): enter(phase, on: connection)
        case .halfClose:
            effects.append(.shutdownWrite(connection))
            record(.closed(.halfClose), connection)
        case .close: endOwnSide(of: connection) { $0.close(connection) }
        case .hangUp: endOwnSide(of: connection) { $0.hangUp(connection) }
        case .reset: endOwnSide(of: connection) { $0.reset(connection) }
        case .silence:
            record(.note("silence"), connection)
            loseSegments(of: connection)
        }
    }

    /// A connection is ready when both its ids and its accounts have left.
    private mutating func noteStartUp(_ message: Message, on connection: ConnectionID) {
        guard conversations[connection]?.phase == .starting else { return }
        let isReady = withConversation(connection) { $0.startUp.note(message) }
        if isReady ?? false { enter(.ready, on: connection) }
    }

    mutating func enter(_ phase: ConnectionPhase, on connection: ConnectionID) {
        guard let conversation = conversations[connection], conversation.phase < phase else {
            return
        }
        conversations[connection]?.phase = phase
        record(.phase(phase), connection)
        setAlarms(since: TimeAnchor(phase), on: connection)
        fire(.phaseEntered(phase), on: connection)
    }

    // MARK: Ending a connection

    /// Tells the origin that a connection is gone, when a fault or the origin has ended it.
    private mutating func endOwnSide(
        of connection: ConnectionID, _ end: (inout FaultedGateway) -> Void
    ) {
        tellOrigin(.gone(connection))
        end(&self)
    }

    /// Closes our side after the client's: at once, or after the time in which a half-close becomes
    /// known.
    private mutating func finish(_ connection: ConnectionID) {
        guard let conversation = conversations[connection], !conversation.isHeld else { return }
        conversations[connection]?.toClient.removeAll()
        let grace = waitsForHalfClose ? limits.halfCloseGrace : .zero
        let delay = max(grace, conversation.closeDelay)
        if delay > .zero {
            let due = now + delay
            let index = closings.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
            closings.insert((due, connection), at: index)
        } else {
            close(connection)
        }
    }

    private var waitsForHalfClose: Bool { plan.needs.halfClose }

    mutating func close(_ connection: ConnectionID) {
        dropLanes(of: connection)
        let surroundings = farewell(of: connection)
        guard let conversation = conversations.removeValue(forKey: connection) else { return }
        effects.append(.close(connection))
        record(.closed(conversation.isHeld ? .released : .fin), connection)
        noteEnd(of: connection, conversation, .fin, in: surroundings)
    }

    /// Hangs up, so that the last message reaches a client that is still sending.
    mutating func hangUp(_ connection: ConnectionID) {
        guard let conversation = conversations[connection], !conversation.isHeld,
            !conversation.clientHasEnded
        else {
            close(connection)
            return
        }
        dropLanes(of: connection)
        let surroundings = farewell(of: connection)
        conversations[connection] = nil
        effects.append(.hangUp(connection))
        record(.closed(.fin), connection)
        noteEnd(of: connection, conversation, .fin, in: surroundings)
    }

    mutating func reset(_ connection: ConnectionID) {
        dropLanes(of: connection)
        let surroundings = farewell(of: connection)
        guard let conversation = conversations.removeValue(forKey: connection) else { return }
        guard front == .none else {
            // The front gets the RST, and its client a FIN.
            effects.append(.hangUp(connection))
            record(.closed(.fin), connection)
            noteEnd(of: connection, conversation, .fin, in: surroundings)
            return
        }
        effects.append(.reset(connection))
        record(.closed(.rst), connection)
        noteEnd(of: connection, conversation, .rst, in: surroundings)
    }

    /// Keeps the descriptor open until the gateway restarts or a rule releases it.
    ///
    /// - Returns: False when there is no such connection, or it is kept already.
    mutating func hold(_ connection: ConnectionID) -> Bool {
        guard let conversation = conversations[connection], !conversation.isHeld else {
            return false
        }
        dropLanes(of: connection)
        conversations[connection]?.isHeld = true
        effects.append(.hold(connection))
        record(.closed(.held), connection)
        return true
    }
}
