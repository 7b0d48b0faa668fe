package import EventLog
package import Faults
package import GatewayMachine
package import Simulation

/// Two gateways in memory, one in front of the other: what the front sends upstream reaches the back
/// at the same moment, and the other way round.
package struct ProxyHost {
    private var front: MemoryHost<FaultedGateway>
    private var back: MemoryHost<FaultedGateway>
    package private(set) var events: [LogEvent] = []
    /// The back's name for each of the front's outbound connections.
    private var links: [(side: ConnectionID, behind: ConnectionID)] = []
    private var seenFront = 0
    private var seenBack = 0

    package var received: [ConnectionID: [UInt8]] {
        front.received.filter { !$0.key.isUpstream }
    }

    /// How the front ended a client's connection, in order.
    package func endings(of connection: ConnectionID) -> [StreamEffect] {
        front.effects.filter { effect in
            switch effect {
            case .shutdownWrite(connection), .close(connection), .hangUp(connection),
                .reset(connection), .closeAtNextBytes(connection), .hold(connection):
                true
            case .shutdownWrite, .close, .hangUp, .reset, .closeAtNextBytes, .hold, .connect,
                .send, .stopReading, .resumeReading, .stopAccepting, .resumeAccepting,
                .closeListener, .openListener, .moveListener, .loseSegments, .takeSegments,
                .limitReceiveBuffer, .limitBacklog, .loseConnects, .takeConnects, .wake:
                false
            }
        }
    }

    package init(front: FaultedGateway, back: FaultedGateway) {
        self.back = MemoryHost(back)
        self.front = MemoryHost(front)
        pump()
    }

    package mutating func connect() -> ConnectionID {
        defer { pump() }
        return front.connect()
    }

    package mutating func send(_ bytes: [UInt8], on connection: ConnectionID) {
        front.send(bytes, on: connection)
        pump()
    }

    package mutating func end(_ connection: ConnectionID, _ ending: PeerEnding) {
        front.end(connection, ending)
        pump()
    }

    package mutating func command(_ command: GatewayCommand) {
        front.perform { machine, now in machine.command(command, at: now) }
        pump()
    }

    package mutating func advance(by duration: Duration) {
        let end = front.now + duration
        while let next = [front.nextDeadline, back.nextDeadline].compactMap({ $0 }).min(),
            next <= end
        {
            back.advance(to: next)
            pump()
            front.advance(to: next)
            pump()
        }
        back.advance(to: end)
        front.advance(to: end)
    }

    /// Carries what each has done to the other, until nothing is left.
    private mutating func pump() {
        while seenFront < front.effects.count || seenBack < back.effects.count {
            while seenFront < front.effects.count {
                let effect = front.effects[seenFront]
                seenFront += 1
                carryBack(effect)
            }
            while seenBack < back.effects.count {
                let effect = back.effects[seenBack]
                seenBack += 1
                carryForth(effect)
            }
        }
        events += front.withHandler { $0.takeLog() }
        _ = back.withHandler { $0.takeLog() }
    }

    private func behind(_ side: ConnectionID) -> ConnectionID? {
        links.last { $0.side == side }?.behind
    }

    private func side(of behind: ConnectionID) -> ConnectionID? {
        links.last { $0.behind == behind }?.side
    }

    private mutating func carryBack(_ effect: StreamEffect) {
        switch effect {
        case .connect(let side):
            links.append((side, back.connect()))
            front.answerConnect(side)
        case .send(let side, let bytes) where side.isUpstream:
            if let behind = behind(side) { back.send(bytes, on: behind) }
        case .shutdownWrite(let side) where side.isUpstream,
            .close(let side) where side.isUpstream, .hangUp(let side) where side.isUpstream:
            if let behind = behind(side) { back.end(behind, .fin) }
        case .reset(let side) where side.isUpstream:
            if let behind = behind(side) { back.end(behind, .reset) }
        case .send, .shutdownWrite, .close, .hangUp, .reset, .closeAtNextBytes, .hold,
            .stopReading, .resumeReading, .stopAccepting, .resumeAccepting, .closeListener,
            .openListener, .moveListener, .loseSegments, .takeSegments,
            .limitReceiveBuffer, .limitBacklog, .loseConnects, .takeConnects, .wake:
            break
        }
    }

    private mutating func carryForth(_ effect: StreamEffect) {
        switch effect {
        case .send(let behind, let bytes):
            if let side = side(of: behind) { front.send(bytes, on: side) }
        case .shutdownWrite(let behind), .close(let behind), .hangUp(let behind):
            if let side = side(of: behind) { front.end(side, .fin) }
        case .reset(let behind):
            if let side = side(of: behind) { front.end(side, .reset) }
        case .connect, .closeAtNextBytes, .hold, .stopReading, .resumeReading, .stopAccepting,
            .resumeAccepting, .closeListener, .openListener, .moveListener, .loseSegments,
            .takeSegments,
            .limitReceiveBuffer, .limitBacklog, .loseConnects, .takeConnects, .wake:
            break
        }
    }
}
