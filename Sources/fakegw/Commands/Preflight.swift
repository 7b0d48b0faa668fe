import GatewayWire
import SocketDriver

/// `fakegw preflight`: the checklist before a connection is attempted.
enum Preflight {
    static let subcommand = Subcommand(
        name: "preflight", summary: "tell whether it is safe to attempt a connection at all",
        usage: "[options]",
        about: """
            Reads this machine's socket table and opens no connection. For each port it checks that
            a gateway listens and accepts, that no row is in CLOSE_WAIT, that no other client is
            connected, and that the gateway has been running long enough. For each check that
            fails it prints what to do.

            Without --port it checks those of \(KnownPort.listed(with: "and")) on which something listens.
            With --port, a port without a listener is a failure.

            The age of the gateway's process counts as its running time. If the gateway had to wait
            for a login, add that time to --settle.

            Exit status: 0 safe; 1 not safe; 2 bad arguments.
            """,
        options: [
            Option("port", "N", "judge this port; may be repeated"),
            Option("settle", "S", "seconds the gateway must have been up (60); 0 does not ask"),
            Option("json", nil, "print one JSON object a check, the verdict last"),
            Option("prometheus", nil, "print metrics in Prometheus' text form instead"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try judge(arguments) }
        })

    private static func judge(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "preflight takes no '\(arguments.rest[0])'",
                hint: "fakegw preflight --port 4002")
        }
        if arguments.has("json"), arguments.has("prometheus") {
            throw CommandFailure(text: "--json and --prometheus cannot stand together")
        }
        let named = try arguments.all("port").map { (text) throws(CommandFailure) in
            try port(text)
        }
        let settle = Duration.seconds(try arguments.number("settle", in: 0...86_400) ?? 60)
        let looked = named.isEmpty ? KnownPort.allCases.map(\.rawValue) : named
        var ports: [(port: UInt16, findings: [PortFinding])] = []
        for port in looked {
            let facts = try CommandFailure.ofMachine { () throws(OSFailure) in
                try PortFacts.read(port)
            }
            if named.isEmpty, facts.listeners.isEmpty { continue }
            ports.append((port, PortFinding.judge(facts, settle: settle)))
        }
        let report = PreflightReport(ports: ports)
        let lines =
            arguments.has("json")
            ? report.jsonLines(looked: looked)
            : arguments.has("prometheus") ? report.metrics : report.lines(looked: looked)
        for line in lines { Terminal.out(line) }
        return report.isSafe ? .success : .failed
    }

    private static func port(_ text: String) throws(CommandFailure) -> UInt16 {
        guard let port = UInt16(text), port > 0 else {
            throw CommandFailure(text: "--port takes a port from 1 to 65535, not '\(text)'")
        }
        return port
    }
}
