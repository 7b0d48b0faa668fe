import Glibc
import Simulation
import SocketDriver
import Testing

/// The tests on real sockets: one after the other, since each times something.
@Suite(.serialized) enum Loopback {}

/// Answers each event with what the test wants, and remembers it.
struct ScriptedHandler: StreamHandler {
    var events: [StreamEvent] = []
    var instants: [SimInstant] = []
    var answer: (StreamEvent) -> [StreamEffect] = { _ in [] }

    mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect] {
        events.append(event)
        instants.append(now)
        return answer(event)
    }

    /// Everything received from one client so far.
    func bytes(from id: ConnectionID) -> [UInt8] {
        events.flatMap { event -> [UInt8] in
            if case .received(id, let bytes) = event { bytes } else { [] }
        }
    }
}

extension ConnectionID {
    static let first = ConnectionID(1)
    static let second = ConnectionID(2)
}

extension EventLoop {
    /// Lets a minute pass at most; looks every millisecond, since a client's end wakes nobody.
    func eventually(_ isTrue: @escaping () -> Bool) -> Bool {
        var timer: TimerID?
        func tick() {
            timer = schedule(afterReal: .milliseconds(1)) { tick() }
        }
        tick()
        defer { if let timer { cancel(timer) } }
        return run(until: isTrue, forReal: .seconds(60))
    }

    /// Lets real time pass, and says how often the loop was woken meanwhile.
    func wakeups(during period: Duration) -> Int {
        let before = wakeups
        _ = run(until: { false }, forReal: period)
        return wakeups - before
    }
}

/// A host on a free port of this machine and what the transport reported.
final class Stage {
    let loop: EventLoop
    let host: Host<ScriptedHandler>
    var notices: [TransportNotice] = []

    init(
        options: HostOptions = HostOptions(), speed: Double = 1,
        answer: @escaping (StreamEvent) -> [StreamEffect] = { _ in [] }
    ) throws {
        loop = try EventLoop(speed: speed)
        host = Host(
            ScriptedHandler(answer: answer), listeningOn: .loopback(port: 0), options: options,
            loop: loop)
        host.onTransport = { [weak self] in self?.notices.append($0) }
        try host.start()
    }

    var events: [StreamEvent] { host.handler.events }

    /// Connects and waits until it was accepted.
    func admit() -> TestClient {
        let before = acceptedCount
        let client = TestClient(to: host.localEndpoint)
        let isAccepted = loop.eventually { [unowned self] in acceptedCount > before }
        #expect(isAccepted)
        return client
    }

    private var acceptedCount: Int {
        events.count { if case .accepted = $0 { true } else { false } }
    }

    func perform(_ effects: StreamEffect...) {
        host.perform { _, _ in effects }
    }

    func eventually(_ event: StreamEvent) -> Bool {
        loop.eventually { [unowned self] in events.contains(event) }
    }

    /// The client's row in the kernel's table.
    func row(of client: TestClient) throws -> KernelSockets.Row? {
        try KernelSockets.row(local: client.endpoint, remote: host.localEndpoint)
    }
}
