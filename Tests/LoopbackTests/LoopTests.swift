import Glibc
import Simulation
import SocketDriver
import Testing

extension Loopback {
    @Suite(.serialized) struct `The event loop` {
        @Test(arguments: [0.5, 1.0, 60.0, 143.7])
        func `wakes the handler at the instant and not before`(speed: Double) throws {
            let wanted = SimInstant.start + .milliseconds(Int(50 * speed)) + .nanoseconds(1)
            let stage = try Stage(speed: speed) { event in
                event == .started ? [.wake(at: wanted)] : []
            }
            #expect(stage.eventually(.deadlineReached))
            #expect(stage.host.handler.instants[1] >= wanted)
            #expect(stage.host.handler.instants[1] - wanted < .milliseconds(Int(2000 * speed)))
        }

        @Test func `keeps only the last instant asked for`() throws {
            let stage = try Stage()
            let now = stage.loop.now
            stage.perform(.wake(at: now + .seconds(3600)), .wake(at: now + .milliseconds(5)))
            stage.perform(.wake(at: now + .milliseconds(30)))
            #expect(stage.eventually(.deadlineReached))
            #expect(stage.host.handler.instants[1] >= now + .milliseconds(30))
            _ = stage.loop.run(until: { false }, forReal: .milliseconds(20))
            #expect(stage.events == [.started, .deadlineReached])
        }

        @Test func `fires timers by deadline, then in the order they were made`() throws {
            let loop = try EventLoop()
            var fired: [Int] = []
            let due = loop.now + .milliseconds(2)
            _ = loop.schedule(at: due + .nanoseconds(1)) { fired.append(4) }
            for number in 1...3 { _ = loop.schedule(at: due) { fired.append(number) } }
            let cancelled = loop.schedule(at: due) { fired.append(0) }
            loop.cancel(cancelled)
            #expect(loop.eventually { fired.count == 4 })
            #expect(fired == [1, 2, 3, 4])
        }

        @Test(arguments: [1, 2, 3] as [UInt64])
        func `keeps its order whatever is cancelled`(seed: UInt64) throws {
            var random = SeededRandom(seed: seed)
            let loop = try EventLoop()
            let due = loop.now + .milliseconds(2)
            var fired: [Int] = []
            var wanted: [(deadline: SimInstant, number: Int)] = []
            var timers: [TimerID] = []
            for number in 0..<500 {
                let deadline = due + .microseconds(Int(random.next() % 50))
                wanted.append((deadline, number))
                timers.append(loop.schedule(at: deadline) { fired.append(number) })
            }
            let cancelled = Set((0..<250).map { _ in Int(random.next() % 500) })
            for number in cancelled.sorted() { loop.cancel(timers[number]) }
            wanted.removeAll { cancelled.contains($0.number) }
            wanted.sort { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
            #expect(loop.eventually { fired.count == wanted.count })
            #expect(fired == wanted.map(\.number))
        }

        @Test func `gives up when its time is over`() throws {
            let loop = try EventLoop()
            #expect(!loop.run(until: { false }, forReal: .milliseconds(5)))
            #expect(loop.now >= .start + .milliseconds(5))
        }

        @Test func `reports signals`() throws {
            let loop = try EventLoop()
            var seen: [CInt] = []
            try loop.watchSignals([SIGUSR1, SIGUSR2]) { seen.append($0) }
            // To this thread alone: others in the test process do not block them.
            pthread_kill(pthread_self(), SIGUSR2)
            #expect(loop.eventually { seen == [SIGUSR2] })
        }

        @Test func `runs a command as a step of its own`() throws {
            let stage = try Stage()
            var steps = 0
            stage.host.afterStep = { handler, _ in steps += handler.events.count }
            let client = stage.admit()
            stage.perform(.send(.first, [9]))
            #expect(client.read() == .bytes([9]))
            #expect(steps == 4)
        }
    }
}
