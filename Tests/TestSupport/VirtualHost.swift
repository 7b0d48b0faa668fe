package import EventLog
package import Faults
package import GatewayMachine
package import Simulation

/// Hosts a gateway in memory under a clock moved by hand: the real driver's twin for tests.
package struct VirtualHost<Machine: GatewayMachine> {
    package private(set) var machine: Machine
    package private(set) var now = SimInstant.start
    /// Everything the gateway wanted done, in order, `wake` left out.
    package private(set) var effects: [StreamEffect] = []
    package private(set) var events: [LogEvent] = []
    package private(set) var received: [ConnectionID: [UInt8]] = [:]
    package private(set) var isListening = true
    private var wanted: SimInstant?
    /// The log as text, one line an event, with gateway nanoseconds.
    package var transcript: [String] {
        events.map { "\(($0.at - .start).nanoseconds) \($0.textLine())" }
    }

    private var lastID = 0

    package init(_ machine: Machine) {
        self.machine = machine
        step(.started)
    }

    package mutating func connect() -> ConnectionID {
        lastID += 1
        let connection = ConnectionID(lastID)
        received[connection] = []
        step(.accepted(connection))
        return connection
    }

    package mutating func send(_ bytes: [UInt8], on connection: ConnectionID) {
        step(.received(connection, bytes))
    }

    package mutating func end(_ connection: ConnectionID, _ ending: PeerEnding) {
        step(.ended(connection, ending))
    }

    package mutating func stayHalfOpen(_ connection: ConnectionID) {
        step(.stayedHalfOpen(connection))
    }

    package mutating func command(_ command: GatewayCommand) {
        carryOut(machine.command(command, at: now))
    }

    /// Moves the clock, stopping at every instant the gateway asked for.
    package mutating func advance(by duration: Duration) {
        let end = now + duration
        while let next = wanted, next <= end {
            now = max(now, next)
            wanted = nil
            step(.deadlineReached)
        }
        now = end
    }

    /// Takes what has arrived at a client.
    package mutating func take(_ connection: ConnectionID) -> [UInt8] {
        defer { received[connection] = [] }
        return received[connection] ?? []
    }

    private mutating func step(_ event: StreamEvent) {
        carryOut(machine.handle(event, at: now))
    }

    private mutating func carryOut(_ effects: [StreamEffect]) {
        for effect in effects {
            switch effect {
            case .send(let connection, let bytes): received[connection, default: []] += bytes
            case .wake(let at): wanted = at
            case .closeListener: isListening = false
            case .openListener: isListening = true
            case .shutdownWrite, .close, .hangUp, .reset, .closeAtNextBytes, .hold, .stopReading,
                .resumeReading, .stopAccepting, .resumeAccepting:
                break
            }
            if case .wake = effect {} else { self.effects.append(effect) }
        }
        events += machine.takeLog()
    }
}
