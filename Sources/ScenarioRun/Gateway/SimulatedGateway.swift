package import Faults
package import GatewayModel
import GatewayWire
package import Simulation

/// Bounds on what a client can make the gateway keep.
package struct GatewayLimits: Sendable {
    /// Largest frame accepted from a client, in bytes. The real bound is unknown; requests are
    /// below a few kilobytes.
    package var maxFrameBytes = 1 << 20
    /// Log entries kept until somebody takes them.
    package var maxLogCount = 1 << 20
    /// How long a client's FIN goes unanswered when a fault waits for a half-close.
    package var halfCloseGrace = Duration.milliseconds(300)

    package init() {}
}

/// A command from outside the wire: a step of a scenario, or a signal to `fakegw serve`.
package enum OperatorCommand: Hashable, Sendable {
    case restart(down: Duration)
    case turnLight(APILight)
    case loseServer
    case restoreServer(dataLost: Bool)
    case signal(String)
    /// The runner is about to kill the client behind this connection, with bytes unread.
    case clientDiesUnread(ConnectionID)
    /// Say something harmless, so that bytes lie in the client's socket.
    case notify(ConnectionID)
}

/// One gateway as a pure machine: the healthy model, and the faults between it and the wire.
///
/// ```
/// bytes ─▶ FrameReader ─▶ faults ─▶ HealthyGateway ─▶ faults ─▶ OutboundLane ─▶ bytes
/// ```
///
/// It knows no socket and no clock. Drivers and tests host it alike; what it did is in the log.
package struct SimulatedGateway: GatewayMachine {
    package let name: String
    package internal(set) var plan: FaultPlan
    var model: HealthyGateway
    let limits: GatewayLimits
    var conversations: [ConnectionID: Conversation] = [:]
    /// Connections with something on their lane, in order.
    var busy: [ConnectionID] = []
    var deferred: [DeferredFiring] = []
    var dyingUnread: Set<ConnectionID> = []
    var closings: [(due: SimInstant, connection: ConnectionID)] = []
    var modelWake: SimInstant?
    var reopenAt: SimInstant?
    var isListening = false
    /// The Gateway window's indicator.
    package internal(set) var light = APILight.green
    private var armed: SimInstant?
    var log: [LogEvent] = []
    var effects: [StreamEffect] = []
    var now = SimInstant.start

    package init(
        name: String, model: HealthyGateway, rules: [FaultRule], seed: UInt64,
        limits: GatewayLimits = GatewayLimits()
    ) {
        self.name = name
        self.model = model
        self.limits = limits
        plan = FaultPlan(rules: rules, seed: seed)
    }

    package var unfired: [String] { plan.unfired }

    package mutating func takeLog() -> [LogEvent] {
        defer { log = [] }
        return log
    }

    package mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect] {
        step(at: now) { gateway in
            switch event {
            case .started: gateway.start()
            case .accepted(let connection): gateway.accept(connection)
            case .received(let connection, let bytes): gateway.receive(bytes, on: connection)
            case .ended(let connection, let ending): gateway.end(connection, ending)
            case .stayedHalfOpen(let connection): gateway.stayHalfOpen(connection)
            case .drained, .deadlineReached: break
            }
        }
    }

    package mutating func command(_ command: OperatorCommand, at now: SimInstant) -> [StreamEffect]
    {
        step(at: now) { gateway in
            switch command {
            case .restart(let down): gateway.restart(down: down)
            case .turnLight(let light): gateway.turnLight(light)
            case .loseServer: gateway.tellModel(.commanded(.loseServer))
            case .restoreServer(let lost):
                gateway.tellModel(.commanded(.restoreServer(dataLost: lost)))
            case .signal(let name): gateway.fire(.signaled(name))
            case .clientDiesUnread(let connection): gateway.dyingUnread.insert(connection)
            case .notify(let connection): gateway.send(.farmNotice, on: connection)
            }
        }
    }

    /// Runs one input, then everything that has become due, and collects what is to be done.
    private mutating func step(
        at now: SimInstant, _ body: (inout SimulatedGateway) -> Void
    ) -> [StreamEffect] {
        self.now = now
        runDue()
        body(&self)
        runDue()
        let next = nextDue
        if let next, next != armed { effects.append(.wake(at: next)) }
        armed = next
        defer { effects = [] }
        return effects
    }

    private var nextDue: SimInstant? {
        let lanes = busy.compactMap { conversations[$0]?.lane.nextDue }
        return
            ([modelWake, reopenAt, deferred.first?.due, closings.first?.due].compactMap { $0 }
            + lanes).min()
    }

    /// Does what is due by now. Bounded: what it sets in motion is due later, or leaves the lane.
    private mutating func runDue() {
        if let reopen = reopenAt, reopen <= now {
            reopenAt = nil
            effects.append(.openListener)
            record(.lifecycle("restarted"))
            start()
        }
        while let first = deferred.first, first.due <= now {
            deferred.removeFirst()
            perform(first.firing, on: first.connection)
        }
        while let first = closings.first, first.due <= now {
            closings.removeFirst()
            close(first.connection)
        }
        if let wake = modelWake, wake <= now {
            modelWake = nil
            tellModel(.deadlineReached)
        }
        for connection in busy { release(connection) }
        busy.removeAll { conversations[$0]?.lane.isEmpty ?? true }
    }
}

// MARK: - The life of a connection

extension SimulatedGateway {
    private mutating func start() {
        isListening = true
        record(.listening)
        fire(.started)
        // Lets a gateway that has plans of its own ask for its first deadline.
        tellModel(.deadlineReached)
    }

    private mutating func accept(_ connection: ConnectionID) {
        conversations[connection] = Conversation(maxFrameBytes: limits.maxFrameBytes)
        record(.opened, connection)
        tellModel(.connected(connection))
        fire(.connected, on: connection)
    }

    private mutating func receive(_ bytes: [UInt8], on connection: ConnectionID) {
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
            let decoder = TextDecoder(serverVersion: version, direction: .toGateway)
            switch decoder.decode(body) {
            case .message(let message):
                hear(message, on: connection)
            case .unknown(let id, let bytes):
                record(.unknown(.toGateway, id: id, bytes: bytes), connection)
                tellModel(.unknownRequest(connection, id: id))
            case .malformed(let error):
                record(.malformed(.toGateway, reason: error.description), connection)
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
        record(.malformed(.toGateway, reason: reason), connection)
        tellModel(.disconnected(connection))
        close(connection)
    }

    private mutating func end(_ connection: ConnectionID, _ ending: PeerEnding) {
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

    private mutating func stayHalfOpen(_ connection: ConnectionID) {
        guard conversations[connection] != nil else { return }
        record(.ended(.halfClose), connection)
        fire(.ended(.halfClose), on: connection)
    }
}

// MARK: - Towards the client

extension SimulatedGateway {
    /// Gives the model an event and carries out what it wants.
    mutating func tellModel(_ event: HealthyGateway.Event) {
        for effect in model.handle(event, at: now) {
            switch effect {
            case .reply(let connection, let reply):
                answer(reply, on: connection)
            case .send(let connection, let message):
                say(message, on: connection)
            case .synchronized(let connection):
                put(.phase(.synchronized), on: connection)
            case .close(let connection, let reason):
                record(.note(reason), connection)
                put(.close, on: connection)
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
        put(.bytes(reply.bytes, .version(reply)), on: connection, after: conversation.replyDelay)
        put(.phase(.greeted), on: connection)
    }

    /// A message of the model's on its way out, past the faults.
    private mutating func say(_ message: Message, on connection: ConnectionID) {
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
        let bytes = TextEncoder(serverVersion: version).encode(message)
        if let cut {
            let kept = Array(bytes.prefix(cut.kept))
            put(.bytes(kept, nil), on: connection, after: delay)
            put(cut.abort ? .reset : .close, on: connection)
        } else {
            put(.bytes(bytes, .message(message)), on: connection, after: delay)
        }
    }

    mutating func put(
        _ cargo: OutboundLane.Cargo, on connection: ConnectionID, after delay: Duration = .zero
    ) {
        guard let conversation = conversations[connection], !conversation.isMuted,
            !conversation.isHeld
        else { return }
        conversations[connection]?.lane.put(cargo, due: now + delay)
        if !busy.contains(connection) { busy.append(connection) }
    }

    /// Lets leave what is due, and what that sets in motion.
    func releasable(_ connection: ConnectionID) -> Bool {
        conversations[connection]?.lane.nextDue.map { $0 <= now } ?? false
    }

    mutating func release(_ connection: ConnectionID) {
        while releasable(connection) {
            for cargo in conversations[connection]?.lane.release(at: now) ?? [] {
                leave(cargo, on: connection)
            }
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

    private mutating func enter(_ phase: ConnectionPhase, on connection: ConnectionID) {
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

    mutating func reset(_ connection: ConnectionID) {
        guard conversations.removeValue(forKey: connection) != nil else { return }
        effects.append(.reset(connection))
        record(.closed(.rst), connection)
    }

    mutating func record(_ kind: LogEvent.Kind, _ connection: ConnectionID? = nil) {
        guard log.count < limits.maxLogCount else { return }
        log.append(LogEvent(at: now, gateway: name, connection: connection, kind: kind))
    }
}

extension Message {
    /// Every client takes it for what it is: a notice that needs no answer.
    fileprivate static var farmNotice: Message {
        Message(
            "error",
            [
                "reqId": "-1", "errorCode": "2106",
                "errorString": "HMDS data farm connection is OK:ushmds",
            ])
    }
}
