import CaptureImport
import Glibc
import SocketDriver

/// An interface to be listened on, as `decode` and `diagnose` are asked to with `--live`.
struct LiveReading {
    static let options = [
        Option("live", "INTERFACE", "listen there instead of reading files: lo, eth0, any"),
        Option("seconds", "N", "with --live: end after so long"),
    ]

    /// Packets read before anything else has its turn.
    private static let batchSize = 1024
    private static let lastWait = Duration.milliseconds(100)

    let interface: String
    let ports: Set<UInt16>
    private let seconds: Double?

    /// What was seen when it was over.
    struct Outcome {
        let notes: [String]
        /// The interface ended before anybody wanted it.
        let isDamaged: Bool
    }

    /// - Returns: `nil` without `--live`.
    init?(_ arguments: ParsedArguments) throws(CommandFailure) {
        guard let interface = arguments.last("live") else {
            if arguments.has("seconds") {
                throw CommandFailure(
                    text: "--seconds needs --live", hint: "a file is read to its end")
            }
            return nil
        }
        if let path = arguments.rest.first {
            throw CommandFailure(
                text: "--live stands instead of files, and '\(path)' is one",
                hint: "name the file without --live")
        }
        self.interface = interface
        ports = try ReadingChoices.ports(arguments)
        seconds = try arguments.number("seconds", in: 0.001...1e9)
    }

    /// Hands on what passes until time is over, the interface ends, or SIGINT or SIGTERM comes.
    ///
    /// - Parameter flush: Called when what was there has been read.
    func read<Sink: DecodedEventSink>(
        into sink: Sink, flush: (inout Sink) -> Void
    ) throws(CommandFailure) -> Outcome {
        var capture: LiveCapture<Sink>
        do throws(CaptureError) {
            capture = try LiveCapture(
                interface: interface, ports: GatewayPorts(ports), sink: sink)
        } catch {
            throw CommandFailure(text: "\(error)")
        }
        let loop = try CommandFailure.ofMachine { () throws(OSFailure) in try EventLoop() }
        // Whoever reads the output and goes away ends this program too.
        signal(SIGPIPE, SIG_DFL)
        var isEnding = false
        var isOver = false
        // What the kernel is still gathering comes first.
        let end = { [unowned loop] in
            if !isEnding {
                _ = loop.schedule(afterReal: Self.lastWait) { isOver = true }
            }
            isEnding = true
        }
        try CommandFailure.ofMachine { () throws(OSFailure) in
            _ = try loop.watch(capture.descriptor, .readable) { _, _ in }
            try loop.watchSignals([SIGINT, SIGTERM]) { _ in end() }
        }
        if let seconds {
            _ = loop.schedule(afterReal: .nanoseconds(Int64(seconds * 1e9)), end)
        }
        Terminal.error("listening on \(interface), \(what); Ctrl-C ends")
        var isDropping = false
        loop.run {
            if capture.read(atMost: Self.batchSize) {
                // The rest has its turn at once.
                _ = loop.schedule(afterReal: .zero) {}
            }
            capture.withSink(flush)
            if !isDropping, capture.droppedCount > 0 {
                isDropping = true
                Terminal.error("note: packets come faster than they are read, and are dropped")
            }
            return isOver || capture.failure != nil
        }
        capture.finish()
        capture.withSink(flush)
        return Outcome(notes: capture.notes, isDamaged: capture.failure != nil)
    }

    private var what: String {
        ports.isEmpty
            ? "TCP" : "TCP port " + ports.sorted().map(String.init).joined(separator: ", ")
    }
}
