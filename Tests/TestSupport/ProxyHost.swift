package import EventLog
package import Faults
package import GatewayMachine
package import Simulation

/// Two gateways in memory, one in front of the other: what the front sends upstream reaches the back
/// at the same moment, and the other way round.
package struct ProxyHost {
    package private(set) var front: FaultedGateway
    package private(set) var back: FaultedGateway
    package private(set) var now = SimInstant.start
    /// What has reached each client, and how its connection was ended.
    package private(set) var received: [ConnectionID: [UInt8]] = [:]
    package private(set) var endings: [ConnectionID: [StreamEffect]] = [:]
    package private(set) var events: [LogEvent] = []
    /// Effects of the front that are about its own sockets and port.
    package private(set) var effects: [StreamEffect] = []
    private var frontWake: SimInstant?
    private var backWake: SimInstant?
    /// Ends of connections between the two that are gone.
    private var closed: Set<ConnectionID> = []
    private var lastID = 0

    package init(front: FaultedGateway, back: FaultedGateway) {
        self.front = front
        self.back = back
        tellBack(.started)
        tellFront(.started)
    }

    package mutating func connect() -> ConnectionID {
        lastID += 1
        let connection = ConnectionID(lastID)
        received[connection] = []
        tellFront(.accepted(connection))
        return connection
    }

    package mutating func send(_ bytes: [UInt8], on connection: ConnectionID) {
        tellFront(.received(connection, bytes))
    }

    package mutating func end(_ connection: ConnectionID, _ ending: PeerEnding) {
        tellFront(.ended(connection, ending))
    }

    package mutating func command(_ command: GatewayCommand) {
        carryOutFront(front.command(command, at: now))
    }

    /// Tells the gateway behind, as its own operator would.
    package mutating func commandBack(_ command: GatewayCommand) {
        carryOutBack(back.command(command, at: now))
    }

    package mutating func advance(by duration: Duration) {
        let end = now + duration
        while let next = [frontWake, backWake].compactMap({ $0 }).min(), next <= end {
            now = max(now, next)
            if let wake = backWake, wake <= now {
                backWake = nil
                tellBack(.deadlineReached)
            }
            if let wake = frontWake, wake <= now {
                frontWake = nil
                tellFront(.deadlineReached)
            }
        }
        now = end
    }

    private mutating func tellFront(_ event: StreamEvent) {
        carryOutFront(front.handle(event, at: now))
    }

    private mutating func tellBack(_ event: StreamEvent) {
        carryOutBack(back.handle(event, at: now))
    }

    private mutating func carryOutFront(_ effects: [StreamEffect]) {
        events += front.takeLog()
        for effect in effects {
            switch effect {
            case .wake(let instant): frontWake = instant
            case .connect(let side):
                tellBack(.accepted(side.client))
                tellFront(.connected(side))
            case .send(let side, let bytes) where side.isUpstream:
                if !closed.contains(side) { tellBack(.received(side.client, bytes)) }
            case .shutdownWrite(let side) where side.isUpstream,
                .close(let side) where side.isUpstream, .hangUp(let side) where side.isUpstream:
                if closed.insert(side).inserted { tellBack(.ended(side.client, .fin)) }
            case .reset(let side) where side.isUpstream:
                if closed.insert(side).inserted { tellBack(.ended(side.client, .reset)) }
            case .send(let connection, let bytes): received[connection, default: []] += bytes
            case .shutdownWrite(let connection), .close(let connection), .hangUp(let connection),
                .reset(let connection), .closeAtNextBytes(let connection), .hold(let connection):
                endings[connection, default: []].append(effect)
                self.effects.append(effect)
            case .stopReading, .resumeReading, .stopAccepting, .resumeAccepting, .closeListener,
                .openListener:
                self.effects.append(effect)
            }
        }
    }

    private mutating func carryOutBack(_ effects: [StreamEffect]) {
        for effect in effects {
            switch effect {
            case .wake(let instant): backWake = instant
            case .send(let connection, let bytes):
                tellFront(.received(connection.upstream, bytes))
            case .shutdownWrite(let connection), .close(let connection), .hangUp(let connection):
                tellFront(.ended(connection.upstream, .fin))
            case .reset(let connection): tellFront(.ended(connection.upstream, .reset))
            case .connect, .closeAtNextBytes, .hold, .stopReading, .resumeReading, .stopAccepting,
                .resumeAccepting, .closeListener, .openListener:
                break
            }
        }
        _ = back.takeLog()
    }
}
