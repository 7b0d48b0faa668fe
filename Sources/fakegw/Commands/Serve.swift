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

/// `fakegw serve`: one gateway, or all gateways of a scenario, until stopped.
enum Serve {
    private static let usualAddress = "127.0.0.1:\(KnownPort.gatewayPaper)"

    static let subcommand = Subcommand(
        name: "serve", summary: "run a simulated gateway until stopped",
        usage: "[FILE.yaml] [options]",
        about: """
            Listens like IB Gateway and answers its clients. The first line on standard output is
            "listening on HOST:PORT"; the live log goes to standard error.

            Without FILE the gateway is healthy, unless --pathology adds a failure. With FILE it
            opens every gateway of that scenario or fixture. It does not start the client programs
            and does not take the steps.

            The gateway's calendar begins at 2026-01-15 14:30:00 UTC, unless its world, its scenario
            or --clock sets another start. So the same seed gives the same prices on every day.

            The live log shows the time on the wall and gateway seconds, and folds ticks. --log shows
            less or more of it: "--log life", "--log '#2'", "--log placeOrder,orderStatus".

            SIGHUP restarts the gateway. Every connection ends, CLOSE_WAIT rows go, and the API
            light turns green. SIGTERM and Ctrl-C end the program.
            """,
        options: [
            Catalogues.pathology, Catalogues.option,
            Option(
                "listen", "HOST:PORT",
                "numeric or localhost; port 0 takes a free one (\(usualAddress))"),
            Option("server-version", "N", "newest server version to speak, 100 to 226 (226)"),
            Option("dialect", "NAME", "start from a preset (see: fakegw dialects)"),
            Option("front", "KIND", "what clients connect to: none, rst-to-fin or socat (none)"),
            Option("world", "FILE", "accounts, contracts and orders (see: fakegw world)"),
            Option("clock", "TIME", "start the calendar there: 2026-01-15T14:30:00Z, or now"),
            Option("set", "NAME=VALUE", "change a setting; may be repeated (see: fakegw settings)"),
            Option("seed", "N", "seed of prices, fills and chances (1)"),
            Option("speed", "X", "gateway seconds in one real second (1)"),
            Option("port-file", "FILE", "write the port there once it listens"),
            Option("events", "FILE", "write every event there, one JSON object a line"),
            Option("pcap", "FILE", "capture the connections there; .pcapng or .pcap, without root"),
            Option(
                "row", "TEXT", "the row of FILE's matrix whose title contains the text (the first)"),
            LogFilter.option,
        ] + ControlPort.Options.all + [
            GatewayService.followingSockets,
            Option("quiet", nil, "no live log"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try serve(arguments) }
        })

    private static func serve(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        let (used, catalogue) = try Catalogues.used(arguments)
        let (specs, directory, ownSeed) = try gateways(arguments, used, catalogue)
        let seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init) ?? ownSeed
        let service = try GatewayService(
            arguments, title: "serve", scenario: arguments.rest.first ?? "", seed: seed,
            capture: arguments.last("pcap"), showsGateway: specs.count > 1, catalogue: catalogue)
        for spec in specs {
            try service.open(
                spec, directory: directory, interface: specs.count > 1 ? spec.name : nil)
        }
        return try service.runUntilStopped()
    }

    /// Names the rules that cannot fire here.
    private static func warn(of spec: GatewaySpec) {
        for rule in spec.rules {
            for case .client(let client, _, _) in rule.trigger.happenings {
                Terminal.error(
                    "note: fault '\(rule.name)' waits for the program '\(client)', which only 'run' "
                        + "starts; it never fires here")
            }
        }
    }

    private static func gateways(
        _ arguments: ParsedArguments, _ used: [(use: PathologyUse, rules: [FaultRule])],
        _ catalogue: PathologyCatalogue
    ) throws(CommandFailure) -> (specs: [GatewaySpec], directory: String, seed: UInt64) {
        let changes = try GatewayChanges(arguments)
        guard let file = arguments.rest.first else {
            var spec = GatewaySpec(
                name: "gateway", listen: arguments.last("listen") ?? usualAddress,
                settings: GatewaySettings(), pathologies: [], rules: [])
            changes.make(in: &spec)
            try add(used, from: catalogue, to: &spec, changes)
            return ([spec], ".", 1)
        }
        guard arguments.rest.count == 1 else {
            throw CommandFailure(text: "serve takes one file, not \(arguments.rest.count)")
        }
        let scenario = try row(of: file, arguments.last("row"), catalogue)
        if scenario.gateways.count > 1, arguments.last("listen") != nil {
            throw CommandFailure(
                text:
                    "--listen names one address, and \(file) has \(scenario.gateways.count) gateways",
                hint: "write 'listen:' into the file")
        }
        var specs: [GatewaySpec] = []
        for spec in scenario.gateways {
            var changed = spec
            changes.make(in: &changed)
            if let listen = arguments.last("listen"), scenario.gateways.count == 1 {
                changed.listen = listen
            }
            try add(used, from: catalogue, to: &changed, changes)
            warn(of: changed)
            specs.append(changed)
        }
        return (specs, ScenarioFiles.directory(of: file), scenario.seed)
    }

    /// Says so when there are others.
    private static func row(
        of file: String, _ text: String?, _ catalogue: PathologyCatalogue
    ) throws(CommandFailure) -> Scenario {
        let rows = try ScenarioFiles.load(file, catalogue)
        let matching = rows.filter { text.map($0.title.contains) ?? true }
        guard let scenario = matching.first else {
            throw CommandFailure(
                text: rows.isEmpty
                    ? "\(file) holds no scenario"
                    : "no row of \(file) has '\(text ?? "")' in its title",
                hint: "fakegw run --list \(file) shows what it has")
        }
        if matching.count > 1 {
            Terminal.error(
                "note: \(file) has \(matching.count) rows, and this is '\(scenario.title)'; --row TEXT "
                    + "chooses another")
        }
        return scenario
    }

    private static func add(
        _ used: [(use: PathologyUse, rules: [FaultRule])], from catalogue: PathologyCatalogue,
        to spec: inout GatewaySpec, _ changes: GatewayChanges
    ) throws(CommandFailure) {
        // What is given besides the dialect wins.
        let labels = Set((used.map(\.use) + spec.pathologies).map(\.label))
        let own = changes.pathologies.filter { !labels.contains($0.use.label) }
        if let objection = spec.add(own + used, from: catalogue, given: changes.settingNames) {
            throw CommandFailure(text: objection)
        }
    }
}
