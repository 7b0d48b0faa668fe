import Glibc
import Simulation
import SocketDriver

/// A plain listening server whose connections the test reads and writes itself.
final class TestGateway {
    let endpoint: Endpoint
    private let listener: CInt

    /// - Parameter backlog: Connections that wait to be accepted; the kernel adds one.
    init(backlog: CInt = 511) {
        let listener = socket(
            AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &raw.sin_addr)
        raw.withSocketAddress { _ = bind(listener, $0, $1) }
        listen(listener, backlog)
        self.listener = listener
        endpoint = Endpoint(localOf: listener) ?? .loopback(port: 0)
    }

    deinit { close(listener) }

    /// The next connection, once one has come in.
    func accept() -> TestClient? {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return TestClient(accepted: descriptor)
    }
}

extension sockaddr_in {
    fileprivate mutating func withSocketAddress(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void
    ) {
        withUnsafePointer(to: &self) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// Passes everything on as it comes, both ways: bytes, FIN, RST and back pressure.
struct Relay: StreamHandler {
    var events: [StreamEvent] = []
    private var ended: Set<ConnectionID> = []

    mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect] {
        if case .received = event {} else { events.append(event) }
        switch event {
        case .accepted(let client): return [.connect(client)]
        case .connectFailed(let upstream, _): return [.reset(upstream.client)]
        case .received(let id, let bytes): return [.send(id.otherSide, bytes)]
        case .congested(let id): return [.stopReading(id.otherSide)]
        case .drained(let id): return [.resumeReading(id.otherSide)]
        case .ended(let id, .reset): return [.close(id), .reset(id.otherSide)]
        case .ended(let id, .fin):
            ended.insert(id)
            return ended.contains(id.otherSide)
                ? [.close(id.otherSide), .close(id)] : [.shutdownWrite(id.otherSide)]
        case .started, .connected, .stayedHalfOpen, .listenerMoved, .deadlineReached: return []
        }
    }
}

extension ConnectionID {
    var otherSide: ConnectionID { isUpstream ? client : upstream }
}

/// A client, a host that relays, and a gateway behind it.
final class RelayStage {
    let loop: EventLoop
    let gateway = TestGateway()
    let host: Host<Relay>
    var notices: [TransportNotice] = []
    var wire: [WireEvent] = []
    /// Most bytes that ever waited in the host on one connection, looked at after every step.
    private(set) var mostQueuedBytes = 0

    init(options: HostOptions = HostOptions(), upstream: Endpoint? = nil, isTapped: Bool = false)
        throws
    {
        var options = options
        options.upstream = upstream ?? gateway.endpoint
        loop = try EventLoop()
        host = Host(Relay(), listeningOn: .loopback(port: 0), options: options, loop: loop)
        host.onTransport = { [weak self] in self?.notices.append($0) }
        if isTapped { host.tap = { [weak self] in self?.wire.append($0) } }
        host.afterStep = { [weak self] _, _ in
            guard let self else { return }
            for id in [ConnectionID.first, .first.upstream] {
                mostQueuedBytes = max(mostQueuedBytes, host.queuedByteCount(of: id))
            }
        }
        try host.start()
    }

    var events: [StreamEvent] { host.handler.events }

    func eventually(_ event: StreamEvent) -> Bool {
        loop.eventually { [unowned self] in events.contains(event) }
    }

    /// A client, and what it talks to through the relay.
    func connect() throws -> (client: TestClient, gateway: TestClient) {
        let client = TestClient(to: host.localEndpoint)
        var accepted: TestClient?
        _ = loop.eventually { [unowned self] in
            accepted = accepted ?? gateway.accept()
            return accepted != nil
        }
        guard let accepted else {
            throw OSFailure("wait for the relay to connect", code: ETIMEDOUT)
        }
        return (client, accepted)
    }

    /// Everything that arrives until `reader` has read `count` bytes or met an end.
    func read(_ reader: TestClient, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = loop.eventually {
            while bytes.count < count, let reading = reader.read() {
                guard case .bytes(let more) = reading else { return true }
                bytes += more
            }
            return bytes.count >= count
        }
        return bytes
    }

    /// The next thing that `reader` meets.
    func next(_ reader: TestClient) -> TestClient.Reading? {
        var reading: TestClient.Reading?
        _ = loop.eventually {
            reading = reader.read()
            return reading != nil
        }
        return reading
    }
}
