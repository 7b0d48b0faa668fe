import Simulation
import Testing

/// Notes down what it is told, and does what it was given for the next event.
private struct Recorder: StreamHandler {
    var heard: [StreamEvent] = []
    var answers: [[StreamEffect]]

    init(_ answers: [StreamEffect]...) { self.answers = answers }

    mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect] {
        heard.append(event)
        return answers.isEmpty ? [] : answers.removeFirst()
    }
}

@Suite struct `A handler hosted in memory` {
    private let first = ConnectionID(1)

    @Test func `hears of the start, then of every connection`() {
        var host = MemoryHost(Recorder())
        let connection = host.connect()
        host.send([1, 2], on: connection)
        host.send([], on: connection)
        host.end(connection, .fin)
        host.stayHalfOpen(connection)
        #expect(
            host.handler.heard == [
                .started, .accepted(first), .received(first, [1, 2]), .ended(first, .fin),
                .stayedHalfOpen(first),
            ])
    }

    @Test(arguments: [
        StreamEffect.close(ConnectionID(1)), .hangUp(ConnectionID(1)), .reset(ConnectionID(1)),
    ])
    func `hears nothing of a connection that it has ended, and cannot send on it`(
        ending: StreamEffect
    ) {
        let last = StreamEffect.send(first, [9])
        var host = MemoryHost(Recorder([], [last, ending, .send(first, [7])]))
        let connection = host.connect()
        host.send([1], on: connection)
        host.end(connection, .fin)
        #expect(host.handler.heard == [.started, .accepted(first)])
        #expect(host.take(connection) == [9])
    }

    @Test func `hears nothing of a connection that it holds`() {
        var host = MemoryHost(Recorder([], [.hold(first)]))
        let connection = host.connect()
        host.send([1], on: connection)
        host.end(connection, .fin)
        #expect(host.handler.heard == [.started, .accepted(first)])
    }

    @Test func `gets what came while it did not read, once it reads`() {
        var host = MemoryHost(Recorder([], [.stopReading(first)]))
        let connection = host.connect()
        host.send([1], on: connection)
        host.end(connection, .reset)
        #expect(host.handler.heard == [.started, .accepted(first)])
        host.perform { _, _ in [.resumeReading(ConnectionID(1))] }
        #expect(
            host.handler.heard.dropFirst(2) == [.received(first, [1]), .ended(first, .reset)])
    }

    @Test func `loses a connection at the next bytes when it wants to`() {
        var host = MemoryHost(Recorder([], [.closeAtNextBytes(first)]))
        let connection = host.connect()
        host.send([1], on: connection)
        host.end(connection, .fin)
        #expect(host.handler.heard == [.started, .accepted(first)])
    }

    @Test func `accepts later what came while it did not accept`() {
        var host = MemoryHost(Recorder([.stopAccepting]))
        let waiting = host.connect()
        #expect(host.handler.heard == [.started])
        host.perform { _, _ in [.resumeAccepting] }
        #expect(host.handler.heard == [.started, .accepted(waiting)])
        host.perform { _, _ in [.closeListener] }
        _ = host.connect()
        #expect(host.handler.heard.count == 2)
        host.perform { _, _ in [.openListener] }
        let third = host.connect()
        #expect(host.handler.heard.last == .accepted(third))
    }

    @Test func `is woken at the instant it asked for last, and time never goes back`() {
        let early = SimInstant.start + .seconds(1)
        let late = SimInstant.start + .seconds(5)
        var host = MemoryHost(Recorder([.wake(at: early), .wake(at: late)]))
        host.advance(to: early + .seconds(3))
        #expect(host.handler.heard == [.started])
        host.advance(to: late)
        #expect(host.handler.heard == [.started, .deadlineReached])
        host.advance(to: early)
        #expect(host.now == late)
    }
}
