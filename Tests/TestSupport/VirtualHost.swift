package import EventLog
package import Faults
package import GatewayMachine
package import Simulation

/// A gateway hosted in memory, with everything it has logged.
package struct VirtualHost {
    private var host: MemoryHost<FaultedGateway>
    package private(set) var events: [LogEvent] = []

    package var machine: FaultedGateway { host.handler }
    package var now: SimInstant { host.now }
    /// Everything the gateway wanted done, in order, `wake` left out.
    package var effects: [StreamEffect] { host.effects }
    package var received: [ConnectionID: [UInt8]] { host.received }
    package var isListening: Bool { host.isListening }
    package var nextDeadline: SimInstant? { host.nextDeadline }
    /// The log as text, one line an event, with gateway nanoseconds.
    package var transcript: [String] {
        events.map { "\(($0.at - .start).nanoseconds) \($0.textLine())" }
    }

    package init(_ machine: FaultedGateway) {
        host = MemoryHost(machine)
        collect()
    }

    package mutating func connect() -> ConnectionID {
        defer { collect() }
        return host.connect()
    }

    package mutating func send(_ bytes: [UInt8], on connection: ConnectionID) {
        host.send(bytes, on: connection)
        collect()
    }

    package mutating func end(_ connection: ConnectionID, _ ending: PeerEnding) {
        host.end(connection, ending)
        collect()
    }

    package mutating func stayHalfOpen(_ connection: ConnectionID) {
        host.stayHalfOpen(connection)
        collect()
    }

    package mutating func command(_ command: GatewayCommand) {
        host.perform { machine, now in machine.command(command, at: now) }
        collect()
    }

    /// Moves the clock, stopping at every instant the gateway asked for.
    package mutating func advance(by duration: Duration) {
        advance(to: now + duration)
    }

    package mutating func advance(to end: SimInstant) {
        while host.runNextDeadline(by: end) { collect() }
        host.advance(to: end)
    }

    /// Moves the clock; the gateway learns at its end of every instant it asked for.
    package mutating func oversleep(by duration: Duration) {
        host.oversleep(to: now + duration)
        collect()
    }

    /// Takes what has arrived at a client.
    package mutating func take(_ connection: ConnectionID) -> [UInt8] { host.take(connection) }

    /// The events that have not been taken yet.
    package mutating func takeEvents() -> [LogEvent] {
        defer { events = [] }
        return events
    }

    private mutating func collect() {
        events += host.withHandler { $0.takeLog() }
    }
}
