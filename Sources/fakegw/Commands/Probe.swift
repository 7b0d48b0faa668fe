import SocketDriver

/// `fakegw probe`: one careful attempt to start a session.
enum Probe {
    static let subcommand = Subcommand(
        name: "probe", summary: "try once whether a gateway starts a session",
        usage: "HOST:PORT [options]",
        about: """
            Makes one connection, tries the handshake in five steps, prints each step, and closes.
            It never tries again by itself. HOST is numeric or "localhost" (127.0.0.1).

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
            Option("json", nil, "print one JSON object a step, the result last"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try probe(arguments) }
        })

    private static func probe(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.count == 1, let target = arguments.rest.first else {
            throw CommandFailure(
                text: "probe takes one HOST:PORT", hint: "fakegw probe 127.0.0.1:4002")
        }
        let report = ProbeReport(
            gateway: try gateway(target),
            clientID: try arguments.integer("client-id", in: 0...Int(Int32.max)) ?? 10,
            timeout: .seconds(try arguments.number("timeout", in: 0.01...3600) ?? 10),
            isJSON: arguments.has("json"))
        let attempt = try CommandFailure.ofMachine { () throws(OSFailure) in
            let loop = try EventLoop()
            let attempt = try ProbeAttempt(report: report, on: loop)
            loop.run(until: { attempt.outcome != nil })
            return attempt
        }
        return attempt.outcome?.exitCode ?? .failed
    }

    /// - Throws: For anything but a numeric address or `localhost`, and a port from 1.
    static func gateway(_ text: String) throws(CommandFailure) -> Endpoint {
        guard let endpoint = Endpoint(text), endpoint.port > 0 else {
            throw CommandFailure(
                text: "'\(text)' is no HOST:PORT",
                hint: "a numeric address or localhost, such as 127.0.0.1:4002 or [::1]:4002")
        }
        return endpoint
    }
}
