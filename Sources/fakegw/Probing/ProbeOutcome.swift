import GatewayWire

/// How a probe ended: with the outcome of the handshake, or without a connection.
enum ProbeOutcome: Equatable {
    case handshake(ClientHandshake.Outcome)
    /// In the kernel's words.
    case notConnected(String)

    /// 1 when no connection came about, 2 when one did and no session started.
    var exitCode: ExitCode {
        switch self {
        case .handshake(.complete): .success
        case .notConnected, .handshake(.timedOut(in: .connecting)),
            .handshake(.ended(_, in: .connecting)):
            .failed
        case .handshake: .usage
        }
    }

    /// One word for scripts.
    var keyword: String {
        switch self {
        case .handshake(.complete): "complete"
        case .notConnected, .handshake(.ended(_, in: .connecting)): "not-connected"
        case .handshake(.timedOut(in: .connecting)): "connect-timeout"
        case .handshake(.timedOut): "timeout"
        case .handshake(.ended): "closed"
        case .handshake(.refused): "refused"
        case .handshake(.versionNotOffered), .handshake(.malformed): "malformed"
        }
    }

    /// The step of five at which it ended.
    var step: Int {
        switch self {
        case .notConnected, .handshake(.timedOut(in: .connecting)),
            .handshake(.ended(_, in: .connecting)):
            1
        case .handshake(.timedOut(in: .versionReply)), .handshake(.ended(_, in: .versionReply)),
            .handshake(.malformed(_, in: .versionReply)), .handshake(.versionNotOffered):
            3
        case .handshake: 5
        }
    }

    func text(timeout: Duration) -> String {
        switch self {
        case .handshake(.complete): "nextValidId and managedAccounts arrived"
        case .notConnected(let reason): reason
        case .handshake(.timedOut(.connecting)):
            "no answer to the connection attempt within \(Text.plainSeconds(timeout))"
        case .handshake(.timedOut(.versionReply)):
            "connected, but no answer to the hello within \(Text.plainSeconds(timeout))"
        case .handshake(.timedOut(.session)):
            "startApi sent, but nextValidId and managedAccounts did not both arrive within "
                + Text.plainSeconds(timeout)
        case .handshake(.ended(let ending, let phase)):
            "the gateway \(ending == .fin ? "closed (FIN)" : "reset (RST)") the connection "
                + (phase == .versionReply ? "instead of answering the hello" : "after startApi")
        case .handshake(.refused(let code, let text)): "error \(code): \(text)"
        case .handshake(.versionNotOffered(let version)):
            "the gateway chose server version \(version), offered were 100 to 226"
        case .handshake(.malformed(let what, _)): "not a gateway's answer: \(what)"
        }
    }
}

/// What a failure means and what to do next: the decision tree of the field reports.
struct ProbeAdvice: Equatable {
    let meaning: String
    let next: String
    /// What to do when that does not help.
    var otherwise: String?

    init?(_ outcome: ProbeOutcome, port: UInt16, clientID: Int, view: GatewayView) {
        switch outcome {
        case .handshake(.complete):
            return nil
        case .notConnected:
            meaning = Self.nothingListens(port, view)
            next =
                "start the gateway and log in, wait 90 s, then probe once; check the port "
                + "(\(KnownPort.meaning))"
            otherwise =
                "look into the gateway's window: a dialog, a second factor or wrong credentials keep "
                + "the port closed"
        case .handshake(.timedOut(.connecting)), .handshake(.ended(_, .connecting)):
            meaning = "packets to the port are not answered: a filter, or a full accept queue"
            next = "check host and firewall; if the gateway runs there it hangs: restart it"
        case .handshake(.refused):
            meaning = "another connection holds client id \(clientID)"
            next = "stop the other client, or probe with its own id: --client-id N"
        case .handshake(.malformed), .handshake(.versionNotOffered):
            meaning = "something else than a TWS API gateway answers on port \(port)"
            next = "check the port; a proxy or SSL in front of the gateway also does this"
        case .handshake(.ended(_, let phase)), .handshake(.timedOut(let phase)):
            (meaning, next) = Self.connectedInVain(
                isSilent: outcome.keyword == "timeout", phase, clientID, view)
            otherwise = Self.lastResort(port)
        }
    }

    /// The end of the field reports' decision tree.
    private static func lastResort(_ port: UInt16) -> String {
        let log =
            "look into the gateway's API log: no entry for this attempt means that its listener is "
            + "stuck: restart it, then reinstall it"
        return port == KnownPort.twsPaper.rawValue
            ? log : log + "; meanwhile fall back to TWS (\(KnownPort.twsPaper.rawValue))"
    }

    private static func nothingListens(_ port: UInt16, _ view: GatewayView) -> String {
        let others = view.listeningPorts.filter { $0 != port }.map(String.init)
        return "no gateway answers on port \(port)"
            + (others.isEmpty
                ? "" : "; something listens on \(others.joined(separator: " and "))")
    }

    private static func connectedInVain(
        isSilent: Bool, _ phase: ClientHandshake.Phase, _ clientID: Int, _ view: GatewayView
    ) -> (String, String) {
        if view.closeWaitCount > 0 {
            let rows = view.closeWaitCount == 1 ? "1 row" : "\(view.closeWaitCount) rows"
            return (
                "\(rows) in CLOSE_WAIT on the port: the gateway keeps sockets of clients that left",
                "do not retry; restart the gateway (waiting does not clear them), wait 90 s, probe "
                    + "once"
            )
        }
        if !view.otherClients.isEmpty {
            return (
                "another client is connected (from \(view.otherClients.joined(separator: ", "))) "
                    + "and may hold the only connection",
                "stop it and probe once; fakegw preflight names the process"
            )
        }
        switch (isSilent, phase) {
        case (false, .session):
            return (
                "the session was ended without a word: often client id \(clientID) is in use",
                "stop other clients of this id, or probe with --client-id N"
            )
        case (false, _):
            return (
                "the gateway does not want this client: its address is not a trusted one, or the "
                    + "API is off",
                "look at Trusted IPs and 'Enable ActiveX and Socket Clients' in its API settings"
            )
        case (true, .session):
            return (
                "the API answers, the session does not start: the login is incomplete, or the "
                    + "gateway is still synchronizing",
                "do not retry at once; finish the login, wait 90 s, probe once; then restart it"
            )
        case (true, _):
            return (
                Self.silence(view.ownRow),
                view.ownRow == .notAccepted
                    ? "do not retry; restart the gateway, wait 90 s, probe once"
                    : "do not retry at once; wait 90 s from the gateway's start and probe once; if "
                        + "it stays so: restart it"
            )
        }
    }

    private static func silence(_ row: GatewayView.OwnRow?) -> String {
        switch row {
        case .notAccepted?:
            "no CLOSE_WAIT rows; the kernel connected us, the gateway has not accepted: it hangs"
        case .accepted(let unread)? where unread > 0:
            "no CLOSE_WAIT rows; the gateway accepted and has not read the hello: its API is stuck"
        case .accepted?, nil:
            "no CLOSE_WAIT rows seen; the gateway accepts and is silent: its API is not ready, or "
                + "stuck"
        }
    }
}
