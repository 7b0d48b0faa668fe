import Faults
import GatewayModel
import GatewayWire
import ScenarioFormat
import SocketDriver

/// `fakegw record`: a proxy between clients and a real gateway, which records and may misbehave.
enum Record {
    static let subcommand = Subcommand(
        name: "record", summary: "stand between clients and a gateway, and record",
        usage: "--upstream HOST:PORT [options]",
        about: """
            Listens for clients and opens a connection of its own to the gateway at --upstream for
            each. FIN, half-close, RST and back pressure go through as they came, both ways; what
            passes is decoded into the live log and --events, and captured without root into the
            file named by -o. The capture holds the connections between clients and this program;
            with --both-sides those to the gateway too, on a second interface.

            Pathologies apply on the way, and what they do is in the log. A restart (SIGHUP) ends
            every connection and closes the port for half a second; the gateway behind is left
            alone, except that its connections end. SIGTERM and Ctrl-C end the program in order.

            The capture holds account numbers and balances: "fakegw import" replaces them.
            """,
        options: [
            Option("upstream", "HOST:PORT", "numeric address of the gateway behind"),
            Option("listen", "HOST:PORT", "numeric address; port 0 takes a free one (127.0.0.1:0)"),
            Option("output", "FILE", "capture there, -o for short; .pcapng or .pcap"),
            Option("both-sides", nil, "capture the connections to the gateway behind too"),
            Option("events", "FILE", "write every event there, one JSON object a line"),
            Option(
                "pathology", "NAME[:k=v,…]", "be ill; may be repeated (see: fakegw pathologies)"),
            Option("seed", "N", "seed of chances (1)"),
            Option("port-file", "FILE", "write the port there once it listens"),
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
                text: "record needs the gateway behind it",
                hint: "for example: --upstream 127.0.0.1:\(KnownPort.gatewayPaper)")
        }
        guard let upstream = Endpoint(text), upstream.port > 0 else {
            throw CommandFailure(
                text: "'\(text)' is no address of a gateway",
                hint: "write a numeric address and a port, such as 127.0.0.1:4002")
        }
        if arguments.has("both-sides"), arguments.last("output") == nil {
            throw CommandFailure(
                text: "--both-sides says what to capture, and nothing is captured",
                hint: "name the capture with -o FILE.pcapng")
        }
        let (pathologies, rules) = try GatewayService.pathologies(arguments)
        let seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init) ?? 1
        let service = try GatewayService(
            arguments, title: "record", seed: seed, capture: arguments.last("output"))
        let spec = GatewaySpec(
            name: "gateway", listen: arguments.last("listen") ?? GatewaySpec.defaultListen,
            settings: GatewaySettings(), pathologies: pathologies, rules: rules)
        try service.open(
            spec, upstream: upstream, directory: ".",
            writesUpstream: arguments.has("both-sides"))
        return try service.runUntilStopped()
    }
}
