import EventLog
import Faults
import GatewayModel
import GatewayWire
import Simulation

/// How bytes flow on a connection, and what all connections go through together.
extension FaultedGateway {
    // MARK: One connection

    mutating func loseSegments(of connection: ConnectionID) {
        effects.append(.loseSegments(connection))
        _ = withConversation(connection) { $0.stopWriting(losesSegments: true) }
    }

    mutating func heal(_ connection: ConnectionID) {
        effects.append(.takeSegments(connection))
        _ = withConversation(connection) { $0.resumeWriting(losesSegments: true) }
    }

    mutating func pause(_ connection: ConnectionID, _ ways: [Direction], until end: SimInstant) {
        _ = withConversation(connection) { conversation in
            for way in ways {
                switch way {
                case .toClient: conversation.toClient.pause(until: end)
                case .toGateway: conversation.toGateway.pause(until: end)
                }
            }
        }
    }

    /// Neither reads nor answers a new connection for a time.
    mutating func serve(_ connection: ConnectionID, after time: Duration) {
        let due = now + time
        pause(connection, Direction.allCases, until: due)
        changeReading(of: connection) { $0.isUnserved = true }
        unserved.removeAll { $0.connection == connection }
        let index = unserved.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
        unserved.insert((due, connection), at: index)
    }

    mutating func delay(_ connection: ConnectionID, _ latency: Latency, _ way: Direction) {
        let delays = Delays(latency, random.stream("latency \(way.rawValue) \(connection)"))
        _ = withConversation(connection) { conversation in
            switch way {
            case .toClient: conversation.toClient.latency = delays
            case .toGateway: conversation.toGateway.latency = delays
            }
        }
    }

    mutating func lose(_ connection: ConnectionID, _ loss: Loss, _ way: Direction) {
        let draws = CorrelatedDraws(
            random.stream("loss \(way.rawValue) \(connection)"), correlation: loss.correlation)
        _ = withConversation(connection) { conversation in
            switch way {
            case .toClient: conversation.toClient.loss = (loss, draws)
            case .toGateway: conversation.toGateway.loss = (loss, draws)
            }
        }
    }

    mutating func end(
        _ connection: ConnectionID, after bytes: Int, by way: WayToEnd, _ direction: Direction
    ) {
        _ = withConversation(connection) { conversation in
            switch direction {
            case .toClient: conversation.toClient.allowance = (bytes, way.ending)
            case .toGateway: conversation.toGateway.allowance = (bytes, .concluded(way.ending))
            }
        }
    }

    // MARK: All connections

    mutating func endAll(by way: WayToEnd, except spared: ConnectionID?) {
        for connection in conversations.keys.sorted() where connection != spared {
            guard let conversation = conversations[connection], !conversation.isHeld,
                !conversation.clientHasEnded
            else { continue }
            conclude(way.ending, on: connection)
        }
    }

    mutating func kick(_ clientID: Int) {
        let kicked = conversations.keys.sorted().filter {
            conversations[$0]?.clientID == clientID && conversations[$0]?.isHeld == false
                && conversations[$0]?.clientHasEnded == false
        }
        if kicked.isEmpty {
            refusal = CommandRefusal(.unknown, "nobody has the client id \(clientID)")
        }
        for connection in kicked { conclude(.hangUp, on: connection) }
    }

    /// Nothing is read, sent or accepted for a time.
    mutating func freeze(for time: Duration) {
        let end = max(thawAt ?? now, now + time)
        if thawAt == nil, !acceptingIsStopped { changePort(.stopAccepting) }
        thawAt = end
        for connection in conversations.keys.sorted() {
            pause(connection, Direction.allCases, until: end)
            guard conversations[connection]?.isHeld == false else { continue }
            changeReading(of: connection) { $0.isFrozen = true }
        }
    }

    mutating func thaw() {
        thawAt = nil
        for connection in conversations.keys.sorted()
        where conversations[connection]?.isFrozen ?? false {
            changeReading(of: connection) { $0.isFrozen = false }
        }
        if !acceptingIsStopped { changePort(.resumeAccepting) }
        tellUnanswered()
    }

    /// Takes back what faults have done.
    ///
    /// Messages that were dropped or changed stay so, and so do connections that were told nothing.
    mutating func makeWell() {
        if thawAt != nil { thaw() }
        for connection in conversations.keys.sorted() {
            guard let conversation = conversations[connection], !conversation.isHeld else {
                continue
            }
            if conversation.losesSegments { heal(connection) }
            _ = withConversation(connection) { conversation in
                conversation.resumeWriting()
                conversation.toClient.clear()
                conversation.toGateway.clear()
                conversation.closeDelay = .zero
            }
            changeReading(of: connection) { $0.ruleReadsNothing = false }
        }
        releaseSockets()
        openPort()
        resumeAccepting()
        turnLight(.green)
        if serverIsLost { obey(.restoreServer(dataLost: false)) }
    }

    // MARK: The port

    mutating func stopAccepting(backlog: Int?) {
        acceptingIsStopped = true
        changePort(.stopAccepting)
        guard let backlog else { return }
        backlogIsLimited = true
        changePort(.limitBacklog(backlog))
    }

    /// Accepts again, and takes back whatever kept new clients away.
    mutating func resumeAccepting() {
        acceptingIsStopped = false
        if losesConnects { changePort(.takeConnects) }
        if backlogIsLimited { changePort(.limitBacklog(nil)) }
        (losesConnects, backlogIsLimited) = (false, false)
        if thawAt == nil { changePort(.resumeAccepting) }
        tellUnanswered()
    }
}

extension WayToEnd {
    var ending: Leaving {
        switch self {
        case .fin: .hangUp
        case .rst: .reset
        case .silence: .silence
        }
    }
}
