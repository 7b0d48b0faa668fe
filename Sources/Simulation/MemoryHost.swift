/// Hosts one byte-stream handler in memory, under a clock that is moved by hand.
///
/// It keeps the same contract with the handler as the driver that hosts it on sockets:
///
/// - **Order.** The handler gets one event at a time. The effects of a step are carried out in
///   order, all of them, before the next event is delivered. `started` comes first of all. Per
///   connection the events are `accepted`, then any number of `received`, then `ended`. A RST may
///   follow a FIN; nothing else follows an ending but `stayedHalfOpen` and `drained`.
/// - **Time.** `now` never goes backwards. `deadlineReached` comes at the instant asked for with
///   `wake`, never before. A second `wake` replaces the first. A driver on a real clock may be late.
/// - **Sending.** Bytes arrive in the order of the `send` effects. An ending (`shutdownWrite`,
///   `close`, `hangUp`, `reset`) comes after everything queued before it.
/// - **Connections that are gone.** After `close`, `hangUp` or `reset`, and after bytes that
///   `closeAtNextBytes` was waiting for, the handler hears nothing more of the connection. Effects
///   that name it are ignored. A held connection is silent too, but can still be closed or reset.
/// - **Reading.** Between `stopReading` and `resumeReading` neither `received` nor `ended` is
///   delivered. What came meanwhile is delivered after `resumeReading`.
/// - **Lost segments.** Between `loseSegments` and `takeSegments` neither `received` nor `ended` is
///   delivered, and nothing that is sent arrives. Both follow after `takeSegments`: the other side
///   sends again, and our queue leaves.
/// - **Accepting.** While accepting is stopped, or the listener is closed, `connect` is not reported.
///   Connections made while accepting is stopped are reported after `resumeAccepting`.
///   Those made while connects are lost, and those beyond the backlog, are never reported.
///
/// - **Outbound connections.** After `connect` comes one of `connected` and `connectFailed`, unless
///   the handler ends the connection first. From then on it is a connection like the others.
///
/// It differs from sockets in three ways: bytes need no time to travel; nothing waits for a slow
/// receiver, so there is no `congested` and no `drained`; and the caller reports what only the
/// other side's kernel knows: half-closes, and the results of outbound connections.
package struct MemoryHost<Handler: StreamHandler> {
    package private(set) var handler: Handler
    package private(set) var now = SimInstant.start
    /// All effects of the handler in order, without `wake`.
    package private(set) var effects: [StreamEffect] = []
    package private(set) var isListening = true
    /// What the handler sent and no client has taken yet.
    package private(set) var received: [ConnectionID: [UInt8]] = [:]
    private var isAccepting = true
    private var losesConnects = false
    private var backlog: Int?
    private var connections: [ConnectionID: Connection] = [:]
    /// Connections made while accepting was stopped, in order.
    private var unaccepted: [ConnectionID] = []
    /// Events to deliver after the effects of the current step.
    private var followUps: [(connection: ConnectionID?, event: StreamEvent)] = []
    /// The port of the listener.
    package private(set) var port = 4002
    private var wanted: SimInstant?
    private var lastID = 0

    /// How events of a connection are delivered.
    ///
    /// A connection that is gone has no entry.
    private struct Connection {
        enum Attention { case reading, paused, held, closingAtNextBytes }
        var attention = Attention.reading
        /// Came while the handler did not read.
        var postponed: [StreamEvent] = []
        /// What segments carry is lost until further notice.
        var losesSegments = false
        /// Came, or was sent, while segments were lost.
        var lost: [StreamEvent] = []
        var unsent: [UInt8] = []
    }

    package init(_ handler: Handler) {
        self.handler = handler
        step(.started)
    }

    /// A client connects.
    ///
    /// When the listener is closed, nothing happens.
    package mutating func connect() -> ConnectionID {
        lastID += 1
        let connection = ConnectionID(lastID)
        received[connection] = []
        guard isListening, !losesConnects else { return connection }
        if !isAccepting, let backlog, unaccepted.count > backlog { return connection }
        if isAccepting { accept(connection) } else { unaccepted.append(connection) }
        return connection
    }

    /// Reports that the outbound connection is established, or that it failed.
    ///
    /// - Parameter reason: `nil` when it is established.
    package mutating func answerConnect(_ side: ConnectionID, failure reason: String? = nil) {
        guard connections[side] != nil else { return }
        if let reason {
            connections[side] = nil
            step(.connectFailed(side, reason: reason))
        } else {
            step(.connected(side))
        }
    }

    /// A client, or the other end of an outbound connection, sends bytes.
    package mutating func send(_ bytes: [UInt8], on connection: ConnectionID) {
        guard !bytes.isEmpty else { return }
        deliver(.received(connection, bytes), of: connection)
    }

    /// The other side of a connection ends.
    package mutating func end(_ connection: ConnectionID, _ ending: PeerEnding) {
        deliver(.ended(connection, ending), of: connection)
    }

    /// A client that has sent a FIN still owns its socket.
    package mutating func stayHalfOpen(_ connection: ConnectionID) {
        deliver(.stayedHalfOpen(connection), of: connection)
    }

    /// Runs a command on the handler as a step of its own.
    package mutating func perform(
        _ command: (inout Handler, SimInstant) -> [StreamEffect]
    ) {
        carryOut(command(&handler, now))
    }

    /// Changes the handler without a step, for example to take its log.
    package mutating func withHandler<Value>(_ body: (inout Handler) -> Value) -> Value {
        body(&handler)
    }

    /// Moves the clock to the instant the handler asked for, if that comes by `end`.
    ///
    /// - Returns: False, and nothing done, when it asked for none or a later one.
    package mutating func runNextDeadline(by end: SimInstant) -> Bool {
        guard let next = wanted, next <= end else { return false }
        now = max(now, next)
        wanted = nil
        step(.deadlineReached)
        return true
    }

    /// Moves the clock to `end`, stopping at every instant the handler asked for.
    package mutating func advance(to end: SimInstant) {
        while runNextDeadline(by: end) {}
        now = max(now, end)
    }

    /// Moves the clock to `end` as a busy machine does: the handler learns late, and once, what passed.
    package mutating func oversleep(to end: SimInstant) {
        now = max(now, end)
        guard let next = wanted, next <= now else { return }
        wanted = nil
        step(.deadlineReached)
    }

    /// The instant the handler asked for.
    package var nextDeadline: SimInstant? { wanted }

    /// Takes what has arrived at a client.
    package mutating func take(_ connection: ConnectionID) -> [UInt8] {
        defer { received[connection] = [] }
        return received[connection] ?? []
    }

    private mutating func accept(_ connection: ConnectionID) {
        connections[connection] = Connection()
        step(.accepted(connection))
    }

    private mutating func deliver(_ event: StreamEvent, of connection: ConnectionID) {
        if connections[connection]?.losesSegments ?? false {
            connections[connection]?.lost.append(event)
            return
        }
        switch connections[connection]?.attention {
        case nil, .held: break
        case .reading: step(event)
        case .paused: connections[connection]?.postponed.append(event)
        case .closingAtNextBytes:
            if case .received = event {
                connections[connection] = nil
            } else {
                step(event)
            }
        }
    }

    private mutating func step(_ event: StreamEvent) {
        carryOut(handler.handle(event, at: now))
    }

    private mutating func carryOut(_ effects: [StreamEffect]) {
        for effect in effects { carryOut(effect) }
        while !followUps.isEmpty {
            let (connection, event) = followUps.removeFirst()
            guard let connection else {
                step(event)
                continue
            }
            if case .accepted = event { accept(connection) } else { deliver(event, of: connection) }
        }
    }

    private mutating func carryOut(_ effect: StreamEffect) {
        switch effect {
        case .wake(let at):
            wanted = at
            return
        case .connect(let connection):
            let side = connection.upstream
            if connections[side] == nil { connections[side] = Connection() }
        case .send(let connection, let bytes):
            if connections[connection]?.losesSegments ?? false {
                connections[connection]?.unsent += bytes
            } else if connections[connection] != nil {
                received[connection, default: []] += bytes
            }
        case .loseSegments(let connection): connections[connection]?.losesSegments = true
        case .takeSegments(let connection): takeSegments(connection)
        case .loseConnects: losesConnects = true
        case .takeConnects: losesConnects = false
        case .limitBacklog(let count): backlog = count
        case .close(let connection), .hangUp(let connection), .reset(let connection):
            connections[connection] = nil
        case .hold(let connection): connections[connection]?.attention = .held
        case .closeAtNextBytes(let connection):
            connections[connection]?.attention = .closingAtNextBytes
        case .stopReading(let connection): connections[connection]?.attention = .paused
        case .closeListener:
            isListening = false
            unaccepted = []
        case .openListener: isListening = true
        case .moveListener(let wanted):
            port = wanted == 0 ? port + 1 : wanted
            followUps.append((nil, .listenerMoved(to: port)))
        case .stopAccepting: isAccepting = false
        case .resumeReading(let connection): resumeReading(connection)
        case .resumeAccepting:
            isAccepting = true
            followUps += unaccepted.map { ($0, .accepted($0)) }
            unaccepted = []
        case .shutdownWrite, .limitReceiveBuffer: break
        }
        self.effects.append(effect)
    }

    private mutating func takeSegments(_ connection: ConnectionID) {
        guard let state = connections[connection], state.losesSegments else { return }
        connections[connection]?.losesSegments = false
        connections[connection]?.lost = []
        connections[connection]?.unsent = []
        received[connection, default: []] += state.unsent
        followUps += state.lost.map { (connection, $0) }
    }

    private mutating func resumeReading(_ connection: ConnectionID) {
        guard connections[connection]?.attention == .paused else { return }
        connections[connection]?.attention = .reading
        followUps += (connections[connection]?.postponed ?? []).map { (connection, $0) }
        connections[connection]?.postponed = []
    }
}
