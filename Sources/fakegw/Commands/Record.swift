import CaptureImport
import Faults
import GatewayModel
import GatewayWire
import ScenarioFormat
import SocketDriver

/// `fakegw record`: a proxy between clients and a real gateway.
///
/// It records, and can apply faults.
enum Record {
    static let subcommand = Subcommand(
        name: "record", summary: "record a gateway as a proxy, with faults on request",
        usage: "--upstream HOST:PORT [options]",
        about: """
            Listens for clients. For each client it opens a connection of its own to the gateway at
            --upstream. FIN, half-close, RST and back pressure are passed on both ways. Everything
            that passes is decoded into the live log and into --events, and written to the capture
            that -o names, without root privileges. The capture holds the connections of clients.
            With --both-sides it also holds those to the gateway, on a second interface.

            Pathologies act on what passes, and the log records what they do. SIGHUP ends every
            connection and closes the port for half a second. The gateway at --upstream keeps
            running. SIGTERM and Ctrl-C end the program.

            The capture holds account numbers and balances. "fakegw import" replaces what tells who
            was recorded. --redact does so before anything is written, in the live log and in the
            event log; a capture would hold the bytes as they are, so -o does not stand beside it.
            An event log is imported as a capture is.

            --rotate begins a new file when the bound is reached and no connection is open, at the
            latest at twice the bound; the files are numbered (night-000001.pcapng). --keep removes
            the oldest ones.

              fakegw record --upstream 127.0.0.1:4001 -o night.pcapng --rotate 100MiB --keep 20
              fakegw record --upstream 127.0.0.1:4001 --events night.jsonl --redact --rotate 1h
            """,
        options: [
            Option("upstream", "HOST:PORT", "numeric address of the gateway to record"),
            Option(
                "listen", "HOST:PORT", "numeric or localhost; port 0 takes a free one (127.0.0.1:0)"
            ),
            Option("output", "FILE", "capture there, -o for short; .pcapng or .pcap"),
            Option("both-sides", nil, "capture the connections to the gateway too"),
            Option("rotate", "BOUND", "begin a new file at this size or time: 100MiB, 1h"),
            Option("keep", "N", "files that --rotate leaves"),
            Option("redact", nil, "replace accounts, names, references and addresses in the log"),
            Option("events", "FILE", "write every event there, one JSON object a line"),
            Catalogues.pathology, Catalogues.option,
            Option("seed", "N", "seed of the rules' chances (1)"),
            Option("port-file", "FILE", "write the port there once it listens"),
            LogFilter.option,
            Option("quiet", nil, "no live log"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try record(arguments) }
        })

    private static func record(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "record takes options only, not '\(arguments.rest[0])'",
                hint: "name the gateway with --upstream HOST:PORT")
        }
        guard let text = arguments.last("upstream") else {
            throw CommandFailure(
                text: "record needs the address of a gateway",
                hint: "for example: --upstream 127.0.0.1:\(KnownPort.gatewayPaper)")
        }
        guard let upstream = Endpoint(text), upstream.port > 0 else {
            throw CommandFailure(
                text: "'\(text)' is not the address of a gateway",
                hint: "write a numeric address and a port, such as 127.0.0.1:4002")
        }
        if arguments.has("both-sides"), arguments.last("output") == nil {
            throw CommandFailure(
                text: "--both-sides needs a capture, and none is written",
                hint: "name the capture with -o FILE.pcapng")
        }
        if arguments.has("redact"), arguments.last("output") != nil {
            throw CommandFailure(
                text: "--redact rewrites the event log; a capture holds the bytes as they are",
                hint: "--events FILE.jsonl --redact, without -o; 'fakegw import' reads it")
        }
        let (used, catalogue) = try Catalogues.used(arguments)
        let seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init) ?? 1
        let service = try GatewayService(
            arguments, title: "record", seed: seed, capture: arguments.last("output"),
            rotation: try Rotation(arguments),
            redaction: arguments.has("redact") ? RedactionOptions() : nil)
        var spec = GatewaySpec(
            name: "gateway", listen: arguments.last("listen") ?? GatewaySpec.defaultListen,
            settings: GatewaySettings(), pathologies: [], rules: [])
        if let use = used.map(\.use).first(where: \.needsSettings) {
            throw CommandFailure(
                text: "'\(use.name)' needs settings, and the gateway at --upstream has its own",
                hint: "fakegw serve simulates the gateway, with its settings")
        }
        if let objection = spec.add(used, from: catalogue, given: []) {
            throw CommandFailure(text: objection)
        }
        try service.open(
            spec, upstream: upstream, directory: ".",
            writesUpstream: arguments.has("both-sides"))
        return try service.runUntilStopped()
    }
}
