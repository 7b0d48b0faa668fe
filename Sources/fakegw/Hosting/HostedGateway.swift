import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import Glibc
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

/// One gateway on real sockets, its events going to a sink.
final class HostedGateway {
    let name: String
    let spec: GatewaySpec
    let host: Host<FaultedGateway>
    /// Called when a connection is accepted, and when its client's end comes, before anything is done
    /// about it: the client's address.
    var onMoment: ((Endpoint) -> Void)?
    /// Which messages are recorded when nobody asks for more.
    let logging: MessageLogging
    /// Ticks without an event, as of the last step.
    ///
    /// Within a step nobody may ask the machine.
    private(set) var foldedTicks = TickCounts()
    /// Every port on which it has listened.
    private var heardPorts: Set<UInt16> = []

    /// - Parameters:
    ///   - upstream: The gateway behind it, when it is a proxy.
    ///   - directory: Where the specification's file stands, for the fixture it may name.
    init(
        _ spec: GatewaySpec, upstream: Endpoint? = nil, seed: UInt64, directory: String,
        loop: EventLoop, sink: EventSink
    ) throws(CommandFailure) {
        name = spec.name
        self.spec = spec
        logging = sink.logging
        guard let endpoint = Endpoint(spec.listen) else {
            throw CommandFailure(
                text: "'\(spec.listen)' is no address to listen on",
                hint: "write a numeric address and a port, such as 127.0.0.1:4002")
        }
        var options = HostOptions()
        options.backlog = Int32(clamping: spec.backlog)
        options.upstream = upstream
        let gateway = FaultedGateway(
            name: spec.name,
            origin: try spec.origin(
                seed: seed, now: sink.epoch, directory: directory, isInFront: upstream != nil),
            rules: spec.rules, seed: seed, front: spec.front, logging: sink.logging)
        host = Host(gateway, listeningOn: endpoint, options: options, loop: loop)
        host.afterStep = { [unowned self] gateway, _ in
            foldedTicks = gateway.foldedTicks
            sink.take(gateway.takeLog().map(self.addressed))
        }
        host.beforeEnding = { [unowned self] connection in
            if let client = host.clientEndpoint(of: connection) { onMoment?(client) }
        }
        host.onTransport = { [unowned self] notice in
            if case .listening(let endpoint) = notice { heardPorts.insert(endpoint.port) }
            if case .accepted(let connection, _) = notice,
                let client = host.clientEndpoint(of: connection)
            {
                onMoment?(client)
            }
            guard let text = Self.text(of: notice) else { return }
            let note = LogEvent(at: loop.now, gateway: name, kind: .transport(text))
            sink.take([note])
        }
    }

    func start() throws(CommandFailure) {
        do {
            try host.start()
        } catch {
            throw CommandFailure(
                text: error.description, hint: Self.hint(for: error, at: host.localEndpoint),
                code: .machineUnfit)
        }
    }

    static func hint(for failure: OSFailure, at endpoint: Endpoint) -> String? {
        switch failure.code {
        case EADDRINUSE:
            let rows = try? KernelSockets.rows(localPort: endpoint.port, states: [.listening])
            let owner = rows?.lazy.compactMap { KernelSockets.owner(ofInode: $0.inode) }.first
            let who = owner.map { "process \($0.processID) (\($0.command)) listens there" }
            return (who ?? "somebody else listens there, and ss -ltnp tells root who")
                + "; port 0 takes a free port"
        case EACCES: return "ports below 1024 are for root, or need CAP_NET_BIND_SERVICE"
        case EADDRNOTAVAIL:
            return "this machine does not have the address; 'ip address' lists what it has"
        case EAFNOSUPPORT: return "this machine has no IPv6"
        default: return failure.hint
        }
    }

    /// - Returns: Why the gateway does not obey; `nil` when it does.
    @discardableResult
    func command(_ command: GatewayCommand) -> CommandRefusal? {
        host.perform { gateway, now in gateway.command(command, at: now) }
        return host.handler.refusal
    }

    /// Listens on another port, and lets the gateway tell its clients; 0 takes a free one.
    func changePort(to port: UInt16) throws(OSFailure) {
        try host.moveListener(to: port)
    }

    var port: UInt16 { host.localEndpoint.port }
    /// Every port it has listened on.
    var ports: [UInt16] { heardPorts.union([port]).sorted() }

    /// Adds the addresses of a connection, which the machine does not know.
    private func addressed(_ event: LogEvent) -> LogEvent {
        guard case .opened = event.kind, let connection = event.connection,
            let client = host.clientEndpoint(of: connection)
        else { return event }
        return LogEvent(
            at: event.at, gateway: event.gateway, connection: connection,
            kind: .opened(
                client: client.description, gateway: host.localEndpoint.description,
                isMidStream: false))
    }

    private static func text(of notice: TransportNotice) -> String? {
        switch notice {
        case .listenFailed(let failure): "\(failure)"
        case .acceptFailed(let failure): "\(failure)" + (failure.hint.map { ": \($0)" } ?? "")
        case .connectionLimitReached(let count):
            "no more than \(count) connections fit into this process's descriptor limit (ulimit -n)"
        case .outboundOverflow(let connection, let bytes):
            "\(connection) does not read: reset with \(bytes) bytes queued"
        case .listening, .accepted, .sendFailed, .closed: nil
        }
    }
}

extension GatewaySpec {
    /// The origin of the gateway: the healthy model, or a recording or an upstream with the model
    /// beside it.
    ///
    /// - Parameters:
    ///   - now: Nanoseconds since 1970 at the start of gateway time.
    ///   - directory: Where the specification's file stands, for the fixture it may name.
    ///   - isInFront: Whether it is a proxy in front of another gateway.
    fileprivate func origin(
        seed: UInt64, now: Int64, directory: String, isInFront: Bool
    ) throws(CommandFailure) -> any GatewayOrigin {
        var settings = settings
        settings.epoch = start.epoch(now: now)
        // A calendar that begins now follows the real clock from the start.
        if start == .now { settings.marketWaits = false }
        let usual = GatewaySettings()
        if isInFront { settings.maxClients = HostOptions.connectionsAllowed(reserve: 0) }
        // Somebody else answers: only limits that were asked for come on top.
        if isInFront || !replay.isEmpty, settings.messagesPerSecond == usual.messagesPerSecond {
            settings.messagesPerSecond = nil
        }
        let model = HealthyGateway(world: world, settings: settings, seed: seed)
        if isInFront { return UpstreamOrigin(model: model) }
        guard !replay.isEmpty else { return ModelOrigin(model) }
        let transcripts = try replay.map { name throws(CommandFailure) in
            let path = name.hasPrefix("/") ? name : "\(directory)/\(name)"
            let text = try Files.readText(path)
            do throws(TranscriptError) {
                return try Transcript.parse(text, file: path)
            } catch {
                throw CommandFailure(text: error.description)
            }
        }
        return RecordingOrigin(transcripts, beyond: beyond, model: model)
    }
}
