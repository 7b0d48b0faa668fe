import CaptureImport
import Control
import EventLog
import Faults
import Glibc
import HTTPDriver
import ScenarioFormat
import Simulation
import SocketDriver
import Toxiproxy

/// Gateways that run until the program is stopped.
///
/// `serve` and `record` share this class.
final class GatewayService {
    private let seed: UInt64
    private let portFile: String?
    let sink: EventSink
    let wireCapture: WireCapture?
    let loop: EventLoop
    private let log: LiveLog
    private(set) var hosted: [HostedGateway] = []
    let catalogue: PathologyCatalogue
    private let control: ControlPort.Options?
    let followsSockets: Bool
    /// A gateway that lives for long must not spend a tenth of a processor on it.
    var follower = KernelFollower(readEvery: 0.1)
    /// Somebody waits for the kernel's tables to change.
    var socketsAreAwaited = false
    /// The next look at them is arranged.
    var isBeating = false
    /// Proxies of the control port, when there is one.
    private(set) var proxies: ToxiproxyAPI?
    private var controlFile: AnnouncedFile?
    private var portFileText: AnnouncedFile?

    /// - Parameters:
    ///   - title: The command, for the event log's first line.
    ///   - capture: A capture file to write.
    ///   - rotation: When the capture and the event log go on in another file.
    ///   - redaction: What the log hides, on the terminal and in its file.
    init(
        _ arguments: ParsedArguments, title: String, scenario: String = "", seed: UInt64,
        capture path: String?, showsGateway: Bool = false, rotation: Rotation? = nil,
        redaction: RedactionOptions? = nil, catalogue: PathologyCatalogue = .shipped
    ) throws(CommandFailure) {
        self.seed = seed
        self.catalogue = catalogue
        control = try ControlPort.Options(arguments)
        followsSockets = arguments.has(Self.followingSockets.name)
        if followsSockets, control == nil {
            throw CommandFailure(
                text: "--follow-sockets is for claims that are asked at a control port",
                hint: "add --control 127.0.0.1:0")
        }
        let speed = try arguments.number("speed", in: 0.001...10_000) ?? 1
        wireCapture = try path.map { path throws(CommandFailure) in
            try WireCapture(path: path, rotation: rotation)
        }
        var file: LineFile?
        let events = arguments.last("events")
        if let path = events {
            file = try LineFile(path: rotation == nil ? path : Rotation.path(path, 1))
        }
        let epoch = RealClock.nanosecondsSince1970
        let log = LiveLog(
            showsGateway: showsGateway, filter: try LogFilter(arguments.all("log")),
            clock: LiveLog.Clock(epoch: epoch, speed: speed))
        self.log = log
        let isQuiet = arguments.has("quiet")
        sink = EventSink(
            epoch: epoch,
            header: RunHeader(scenario: scenario, title: title, seed: seed, speed: speed),
            keeps: false, file: file, redactor: redaction.map(Redactor.init),
            rotation: rotation.flatMap { rule in events.map { ($0, rule) } },
            isObserved: control != nil,
            show: isQuiet ? nil : { event in log.show(event) })
        portFile = arguments.last("port-file")
        loop = try CommandFailure.ofMachine { () throws(OSFailure) in try EventLoop(speed: speed) }
    }

    /// Opens a gateway.
    ///
    /// - Parameters:
    ///   - upstream: The gateway behind it, where it only stands in front of one.
    ///   - interface: Goes before the capture's interface names.
    ///   - writesUpstream: The connections to the gateway behind it are captured too.
    func open(
        _ spec: GatewaySpec, upstream: Endpoint? = nil, directory: String,
        interface: String? = nil, writesUpstream: Bool = false
    ) throws(CommandFailure) {
        let other = spec.upstream.flatMap { name in hosted.first { $0.name == name } }
        let gateway = try HostedGateway(
            spec, upstream: upstream ?? other?.host.localEndpoint, seed: seed, directory: directory,
            loop: loop, sink: sink)
        if control != nil {
            sink.keepMessages(of: spec.name)
            follow(gateway)
        }
        try wireCapture?.attach(
            to: gateway.host, name: interface, writesUpstream: writesUpstream)
        try gateway.start()
        hosted.append(gateway)
    }

    /// Says where the gateways listen, and serves until SIGTERM or SIGINT; SIGHUP restarts them.
    func runUntilStopped() throws(CommandFailure) -> ExitCode {
        var isStopped = false
        try CommandFailure.ofMachine { () throws(OSFailure) in
            let numbers = [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2]
            try loop.watchSignals(numbers) { [unowned self] number in
                switch number {
                case SIGHUP:
                    for gateway in hosted { gateway.command(.restart(down: .milliseconds(500))) }
                case SIGTERM, SIGINT: isStopped = true
                default:
                    let text = "SIG\(SignalNames.name(of: number)) does nothing here"
                    sink.take([LogEvent(at: loop.now, kind: .note(text))])
                }
            }
        }
        let server = try openControl()
        try announce(server?.server.endpoint)
        loop.run(until: { isStopped })
        server?.api.end()
        server?.server.stop()
        for gateway in hosted { gateway.host.shutDown() }
        log.finish()
        portFileText?.remove()
        controlFile?.remove()
        for sentence in sink.redaction { Terminal.error("note: \(sentence)") }
        if let trouble = sink.finish() {
            Terminal.fail(trouble)
            return .failed
        }
        return wireCapture?.failure?.code ?? .success
    }

    /// Opens the control port, when one is wanted.
    private func openControl() throws(CommandFailure) -> (server: HTTPServer, api: ControlAPI)? {
        guard let control else { return nil }
        let api = ControlAPI(self)
        sink.observe = { [unowned api] event in api.take(event) }
        let toxiproxy = toxiproxy()
        self.proxies = toxiproxy
        let port = ControlPort(api, toxiproxy, access: AccessGuard(token: control.token))
        do throws(OSFailure) {
            return (try HTTPServer(port, listeningOn: control.endpoint, loop: loop), api)
        } catch {
            throw CommandFailure(
                text: error.description,
                hint: HostedGateway.hint(for: error, at: control.endpoint), code: .machineUnfit)
        }
    }

    /// Proxies whose connections may go to a gateway by its name.
    private func toxiproxy() -> ToxiproxyAPI {
        let proxies = ToxicProxies(seed: seed, loop: loop) { [unowned self] name in
            hosted.first { $0.name == name }?.host.localEndpoint
        }
        return ToxiproxyAPI(proxies, seed: seed)
    }

    /// The files come first: whoever reads a line finds them written.
    ///
    /// - Parameter control: Where the control port listens.
    private func announce(_ control: Endpoint?) throws(CommandFailure) {
        if let control, let path = self.control?.file {
            controlFile = try AnnouncedFile("\(control)\n", at: path)
        }
        if let portFile {
            let lines = hosted.map { hosted.count > 1 ? "\($0.name) \($0.port)" : "\($0.port)" }
            portFileText = try AnnouncedFile(lines.joined(separator: "\n") + "\n", at: portFile)
        }
        for gateway in hosted {
            let prefix = hosted.count > 1 ? "\(gateway.name) " : ""
            Terminal.out("\(prefix)listening on \(gateway.host.localEndpoint)")
            if !gateway.host.localEndpoint.isLoopback {
                Terminal.error(
                    "warning: \(gateway.host.localEndpoint) can be reached from beyond this machine, "
                        + "and anybody who reaches it is taken for a client")
            }
        }
        if let control { Terminal.out("control on http://\(control)") }
    }
}

/// A file that tells others where to connect, and goes when the program ends.
struct AnnouncedFile {
    private let text: String
    private let path: String

    init(_ text: String, at path: String) throws(CommandFailure) {
        self.text = text
        self.path = path
        try Files.write(text, to: path)
    }

    /// A file that somebody else has written since stays.
    func remove() {
        guard let found = try? Files.readText(path), found == text else { return }
        unlink(path)
    }
}
