import CaptureImport
import EventLog
import Faults
import Glibc
import ScenarioFormat
import Simulation
import SocketDriver

/// Gateways that run until the program is stopped.
///
/// `serve` and `record` share this class.
final class GatewayService {
    private let seed: UInt64
    private let portFile: String?
    private let sink: EventSink
    private let capture: WireCapture?
    private let loop: EventLoop
    private let log: LiveLog
    private var hosted: [HostedGateway] = []
    /// What stands in the port file.
    private var announced = ""

    /// - Parameters:
    ///   - title: The command, for the event log's first line.
    ///   - capture: A capture file to write.
    ///   - rotation: When the capture and the event log go on in another file.
    ///   - redaction: What the log hides, on the terminal and in its file.
    init(
        _ arguments: ParsedArguments, title: String, scenario: String = "", seed: UInt64,
        capture path: String?, showsGateway: Bool = false, rotation: Rotation? = nil,
        redaction: RedactionOptions? = nil
    ) throws(CommandFailure) {
        self.seed = seed
        let speed = try arguments.number("speed", in: 0.001...10_000) ?? 1
        capture = try path.map { path throws(CommandFailure) in
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
        try capture?.attach(
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
        try announce()
        loop.run(until: { isStopped })
        for gateway in hosted { gateway.host.shutDown() }
        log.finish()
        removePortFile()
        for sentence in sink.redaction { Terminal.error("note: \(sentence)") }
        if let trouble = sink.finish() {
            Terminal.fail(trouble)
            return .failed
        }
        return capture?.failure?.code ?? .success
    }

    private func announce() throws(CommandFailure) {
        for gateway in hosted {
            let prefix = hosted.count > 1 ? "\(gateway.name) " : ""
            Terminal.out("\(prefix)listening on \(gateway.host.localEndpoint)")
            if !gateway.host.localEndpoint.isLoopback {
                Terminal.error(
                    "warning: \(gateway.host.localEndpoint) can be reached from beyond this machine, "
                        + "and anybody who reaches it is taken for a client")
            }
        }
        guard let portFile else { return }
        let lines = hosted.map { hosted.count > 1 ? "\($0.name) \($0.port)" : "\($0.port)" }
        announced = lines.joined(separator: "\n") + "\n"
        try Files.write(announced, to: portFile)
    }

    /// A port file that somebody else has written since stays.
    private func removePortFile() {
        guard let portFile, let text = try? Files.readText(portFile), text == announced else {
            return
        }
        unlink(portFile)
    }
}
