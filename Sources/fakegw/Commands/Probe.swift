import SocketDriver

/// `fakegw probe`: one careful attempt to start a session.
enum Probe {
    static let subcommand = Subcommand(
        name: "probe", summary: "try once whether a gateway starts a session",
        usage: "HOST:PORT [options]",
        about: """
            Makes one connection, tries the handshake in five steps, prints each step, and closes.
            It never tries again by itself, except with --wait-ready: then it asks for a connection
            twice a second while the port refuses, which a gateway does not notice, and makes the one
            attempt once it accepts. HOST is an address or a name.

            It closes with a RST, also when it is interrupted or killed: a FIN would stay for ever as
            a CLOSE_WAIT row at a gateway that keeps its sockets, and turns the API light of some
            gateways red; a RST takes the row away. Everything sent has been answered by then.

            Exit status: 0 the handshake is complete: nextValidId and managedAccounts arrived;
            1 no connection came about, the gateway has seen nothing of us; 2 connected, but no
            session: it timed out, was closed or was refused, and another attempt at once may do
            harm. Bad arguments also exit 2, with an error and no step printed.
            """,
        options: [
            Option("client-id", "N", "client id to start the session with (10)"),
            Option("timeout", "S", "seconds the whole attempt may take (10)"),
            Option("wait-ready", "S", "seconds to wait for a port that refuses (0)"),
            Option("json", nil, "print one JSON object a step, the result last"),
            Option("prometheus", nil, "print metrics in Prometheus' text form instead"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try probe(arguments) }
        })

    private static func probe(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.count == 1, let target = arguments.rest.first else {
            throw CommandFailure(
                text: "probe takes one HOST:PORT", hint: "fakegw probe 127.0.0.1:4002")
        }
        if arguments.has("json"), arguments.has("prometheus") {
            throw CommandFailure(text: "--json and --prometheus cannot stand together")
        }
        let report = ProbeReport(
            gateway: try gateway(target),
            clientID: try arguments.integer("client-id", in: 0...Int(Int32.max)) ?? 10,
            timeout: .seconds(try arguments.number("timeout", in: 0.01...3600) ?? 10),
            form: arguments.has("json") ? .json : arguments.has("prometheus") ? .metrics : .text)
        let patience = Duration.seconds(try arguments.number("wait-ready", in: 0...86_400) ?? 0)
        let attempt = try CommandFailure.ofMachine { () throws(OSFailure) in
            try probe(report, patience: patience)
        }
        return attempt.outcome?.exitCode ?? .failed
    }

    /// The one attempt; before it, as many as the port refuses within `patience`.
    private static func probe(
        _ report: ProbeReport, patience: Duration
    ) throws(OSFailure) -> ProbeAttempt {
        let loop = try EventLoop()
        let deadline = ContinuousClock.now + patience
        for line in report.opening(patience: patience) { Terminal.out(line) }
        while true {
            let mayWait = ContinuousClock.now < deadline
            let attempt = try ProbeAttempt(report: report, on: loop, acceptsRefusal: !mayWait)
            loop.run(until: { attempt.outcome != nil })
            guard mayWait, case .notConnected? = attempt.outcome else { return attempt }
            let pause = min(.milliseconds(500), max(.zero, deadline - ContinuousClock.now))
            _ = loop.run(until: { false }, forReal: pause)
        }
    }

    /// - Throws: For a host that has no address, and for a port that is not from 1 to 65535.
    static func gateway(_ text: String) throws(CommandFailure) -> Endpoint {
        if let endpoint = Endpoint(text), endpoint.port > 0 { return endpoint }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0, colon > text.startIndex,
            !text[..<colon].contains(":"), !text[..<colon].contains("[")
        else {
            throw CommandFailure(
                text: "'\(text)' is no HOST:PORT",
                hint: "an address or a name, such as 127.0.0.1:4002, [::1]:4002 or gateway:4002")
        }
        let host = String(text[..<colon])
        do {
            let found = try Endpoint.resolve(host: host, port: port)
            return found[0]
        } catch {
            throw CommandFailure(
                text: "host '\(host)' cannot be resolved: \(error.reason)",
                hint: "check the name, or give its address")
        }
    }
}
