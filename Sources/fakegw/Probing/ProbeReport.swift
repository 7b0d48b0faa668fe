import EventLog
import GatewayWire
import HTTPMessages
import Simulation
import SocketDriver

/// The lines a probe prints: for people, one JSON object each, or metrics at the end.
struct ProbeReport {
    enum Form { case text, json, metrics }

    let gateway: Endpoint
    let clientID: Int
    let timeout: Duration
    let form: Form
    private var serverVersion: Int?
    private var nextValidID: Int?
    private var accounts: [String]?

    private var isJSON: Bool { form == .json }

    init(gateway: Endpoint, clientID: Int, timeout: Duration, form: Form) {
        self.gateway = gateway
        self.clientID = clientID
        self.timeout = timeout
        self.form = form
    }

    /// Nothing in JSON, whose every line is a step or the result, and in metrics.
    func opening(patience: Duration) -> [String] {
        guard form == .text else { return [] }
        let waiting =
            patience > .zero
            ? ["waiting for \(gateway), for \(Text.plainSeconds(patience)) at most"] : []
        return waiting + [
            "probing \(gateway) as client \(clientID), for \(Text.plainSeconds(timeout)) at most"
        ]
    }

    func connected(after time: Duration) -> String? {
        step(1, "connected", "TCP connected", [], after: time)
    }

    /// `nil` while a step is not complete.
    mutating func progress(_ progress: ClientHandshake.Progress, after time: Duration) -> String? {
        switch progress {
        case .helloSent(let versions):
            return step(
                2, "hello-sent",
                "hello sent: v\(versions.lowerBound)..\(versions.upperBound)", [], after: time)
        case .versionChosen(let reply):
            serverVersion = reply.serverVersion
            return step(
                3, "server-version",
                "server version \(reply.serverVersion), connection time \(reply.connectionTime)",
                [
                    ("serverVersion", String(reply.serverVersion)),
                    ("connectionTime", JSONLine.quoted(reply.connectionTime)),
                ], after: time)
        case .startAPISent(let clientID):
            return step(
                4, "start-api-sent", "startApi sent: client id \(clientID)",
                [("clientId", String(clientID))], after: time)
        case .nextValidID(let id): nextValidID = id
        case .managedAccounts(let accounts): self.accounts = accounts
        case .told(let code, let text): return told(code, text)
        }
        guard let nextValidID, let accounts else { return nil }
        return step(
            5, "session-started",
            "nextValidId \(nextValidID), managedAccounts \(accounts.joined(separator: ","))",
            sessionFields, after: time)
    }

    func result(_ outcome: ProbeOutcome, view: GatewayView, after time: Duration) -> [String] {
        let advice = ProbeAdvice(outcome, port: gateway.port, clientID: clientID, view: view)
        if isJSON { return [jsonResult(outcome, advice, view, after: time)] }
        if form == .metrics { return metrics(outcome, view, after: time) }
        guard let advice else {
            return [green("SUCCESS in \(Text.milliseconds(time))")] + zombieWarning(view)
        }
        let lines =
            [
                "[\(outcome.step)/5] failed: \(outcome.text(timeout: timeout).printable)",
                "  means: \(advice.meaning)", "  next:  \(advice.next)",
            ] + (advice.otherwise.map { ["  then:  \($0)"] } ?? [])
        let verdict = red("FAILED in \(Text.milliseconds(time)): \(outcome.keyword)")
        return lines + [verdict]
    }

    private func zombieWarning(_ view: GatewayView) -> [String] {
        view.closeWaitCount == 0
            ? []
            : [
                "warning: CLOSE_WAIT rows on the port, left by others: \(view.closeWaitCount); "
                    + "plan a restart of the gateway"
            ]
    }

    private func metrics(
        _ outcome: ProbeOutcome, _ view: GatewayView, after time: Duration
    ) -> [String] {
        var metrics = PrometheusText()
        let labels = [("gateway", gateway.description)]
        let isComplete = outcome == .handshake(.complete)
        metrics.gauge(
            "fakegw_probe_success", "Whether the probe started a session.", labels,
            isComplete ? "1" : "0")
        metrics.gauge(
            "fakegw_probe_step", "The step of five at which the probe ended.", labels,
            String(outcome.step))
        metrics.gauge(
            "fakegw_probe_result", "How the probe ended.",
            labels + [("result", outcome.keyword)], "1")
        metrics.gauge(
            "fakegw_probe_duration_seconds", "How long the probe took.", labels,
            String(Double(time.nanoseconds) / 1e9))
        metrics.gauge(
            "fakegw_probe_close_wait_sockets", "Rows in CLOSE_WAIT on the gateway's port.", labels,
            String(view.closeWaitCount))
        if let serverVersion {
            metrics.gauge(
                "fakegw_probe_server_version", "The server version that the gateway chose.", labels,
                String(serverVersion))
        }
        return metrics.lines
    }

    private var sessionFields: [(String, String)] {
        var fields: [(String, String)] = []
        if let nextValidID { fields.append(("nextValidId", String(nextValidID))) }
        if let accounts {
            fields.append(("accounts", JSONLine.array(accounts.map(JSONLine.quoted))))
        }
        return fields
    }

    private func step(
        _ number: Int, _ keyword: String, _ text: String, _ fields: [(String, String)],
        after time: Duration
    ) -> String? {
        if form == .metrics { return nil }
        guard isJSON else { return "[\(number)/5] \(text.printable) (\(Text.milliseconds(time)))" }
        var line = JSONLine()
        line.add("step", number)
        line.add("event", keyword)
        for (key, json) in fields { line.addRaw(key, json) }
        line.addRaw("ms", Text.bareMilliseconds(time))
        return line.finished
    }

    private func told(_ code: Int, _ text: String) -> String? {
        if form == .metrics { return nil }
        guard isJSON else { return "      told \(code): \(text.printable)" }
        var line = JSONLine()
        line.add("event", "told")
        line.add("code", code)
        line.add("text", text)
        return line.finished
    }

    private func jsonResult(
        _ outcome: ProbeOutcome, _ advice: ProbeAdvice?, _ view: GatewayView, after time: Duration
    ) -> String {
        var line = JSONLine()
        line.add("result", outcome.keyword)
        line.add("exit", Int(outcome.exitCode.rawValue))
        line.addRaw("ms", Text.bareMilliseconds(time))
        line.add("gateway", gateway.description)
        line.add("clientId", clientID)
        if let serverVersion { line.add("serverVersion", serverVersion) }
        for (key, json) in sessionFields { line.addRaw(key, json) }
        line.add("closeWait", view.closeWaitCount)
        if let advice {
            line.add("text", outcome.text(timeout: timeout))
            line.add("means", advice.meaning)
            line.add("next", advice.next)
            if let otherwise = advice.otherwise { line.add("then", otherwise) }
        }
        return line.finished
    }

    private func green(_ text: String) -> String {
        Terminal.coloured(text, .green, when: Terminal.outIsTerminal)
    }

    private func red(_ text: String) -> String {
        Terminal.coloured(text, .red, when: Terminal.outIsTerminal)
    }
}
