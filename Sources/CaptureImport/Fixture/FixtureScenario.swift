import EventLog
import GatewayWire
import ScenarioFormat
import Simulation

/// The scenario file of one fixture: a replaying gateway, a client program, and what the
/// recording lets one expect.
struct FixtureScenario {
    let name: String
    let origin: String
    let recorded: RecordedConversation
    /// The user's own program with its arguments; empty for a stock one.
    let program: [String]
    let python: String?

    /// Messages whose count a user's own program is held to.
    private static let maxExpectedNames = 20

    var text: String {
        var lines = [
            "# Made by 'fakegw import' from \(origin), connection \(recorded.number). Yours to edit.",
            "version: 1",
            "name: \(JSONLine.quoted(name))",
            "about: \(JSONLine.quoted(about))",
            "tags: [imported]",
            "deadline: \(boundSeconds + 10)s",
            "gateway:",
            "  listen: 127.0.0.1:0",
            "  replay: \(JSONLine.quoted(name + ".transcript"))",
            "clients:",
            "  client:",
        ]
        lines += client
        lines += [
            "steps:",
            "  - run: client",
            "    expect: {\(clientExpectation)}",
            "expect:",
        ]
        lines += gatewayExpectations.map { "  - {\($0)}" }
        return lines.joined(separator: "\n") + "\n"
    }

    // Helpers, in the order they are called.

    var about: String {
        let beginning: String
        if recorded.isReady {
            beginning = "A client connects and becomes ready"
        } else if recorded.reply != nil {
            beginning = "A client connects and never becomes ready"
        } else {
            beginning = "A client's hello is never answered"
        }
        let ending: String
        if recorded.isHeld {
            ending = "its FIN is never answered"
        } else if recorded.gatewayEndedFirst {
            ending = "the gateway ends the connection with a \(way(recorded.gatewayEnding))"
        } else if let clientEnding = recorded.clientEnding {
            ending = "it leaves with a \(way(clientEnding))"
        } else {
            ending = "its end was not captured"
        }
        return "\(beginning); \(ending)."
    }

    private func way(_ ending: Transcript.Ending?) -> String { ending == .rst ? "RST" : "FIN" }

    private var isStock: Bool { program.isEmpty }

    private var stock: StockClient? { recorded.hello.map { StockClient(hello: $0) } }

    private var holdMilliseconds: Int64 {
        min(recorded.timeUsed.nanoseconds / 1_000_000, 60_000)
    }

    private var timeoutSeconds: Int {
        guard let openedAt = recorded.openedAt, let readyAt = recorded.readyAt else { return 4 }
        // A slow gateway that did become ready is waited for.
        return max(4, Int(2 * (readyAt - openedAt).nanoseconds / 1_000_000_000) + 1)
    }

    /// Bound on the client's run: what was recorded, waiting for answers, an interpreter's start.
    private var boundSeconds: Int64 {
        let used = recorded.duration.nanoseconds / 1_000_000_000
        return 30 + (isStock ? holdMilliseconds / 1000 + 5 * Int64(timeoutSeconds) : 2 * used)
    }

    private var client: [String] {
        if !isStock {
            let words = program.map { "      - \(JSONLine.quoted($0))" }
            return (python.map { ["    python: \(JSONLine.quoted($0))"] } ?? []) + ["    run:"]
                + words
        }
        let stock = stock ?? .ibapi1046
        let goodbye: StockClient.Goodbye =
            recorded.clientEnding == .rst && !recorded.gatewayEndedFirst ? .reset : .disconnect
        let asked = recorded.received.map(\.name)
        let text = stock.program(
            clientID: recorded.clientID ?? 1, timeoutSeconds: timeoutSeconds,
            holdMilliseconds: holdMilliseconds,
            isReadOnly: recorded.isReady && !asked.contains("reqOpenOrders"), goodbye: goodbye)
        let code = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return ["    python: \(JSONLine.quoted(python ?? stock.python))", "    run:", "      - -c"]
            + ["      - |"] + code.map { $0.isEmpty ? "" : "        \($0)" }
            + ["      - \"${gateway.port}\""]
    }

    /// Whether a stock program's connect succeeds with what was recorded; nil when the recorded
    /// client left before that could be seen.
    private var reachesReady: Bool? {
        guard recorded.isReady else { return false }
        switch stock ?? .ibapi1046 {
        case .ibInsync, .ibAsync:
            // Their connect() ends with an answer to reqExecutions.
            if recorded.sent.contains(where: { $0.name == "execDetailsEnd" }) { return true }
            let hasAsked = recorded.received.contains { $0.name == "reqExecutions" }
            return hasAsked || recorded.gatewayEndedFirst ? false : nil
        case .ibapi981, .ibapi1046, .ibapi1051: return true
        }
    }

    private var clientExpectation: String {
        let within = "within: \(boundSeconds)s"
        guard isStock, let reachesReady else { return within }
        return reachesReady
            ? "exit: 0, \(within), stdout: {contains: connected}" : "exit: \"1..4\", \(within)"
    }

    private var gatewayExpectations: [String] {
        var claims = ["gateway: gateway, accepted: \(isStock ? "1" : "\">= 1\"")"]
        let startCount = recorded.received.first { $0.name == "startApi" }?.count ?? 0
        claims.append(
            "gateway: gateway, received: startApi, count: "
                + (isStock || startCount == 0 ? "\(startCount)" : "\">= \(startCount)\""))
        if !isStock {
            let others = recorded.received.filter { $0.name != "startApi" }
            for (name, _) in others.prefix(Self.maxExpectedNames) {
                claims.append("gateway: gateway, received: \(name), count: \">= 1\"")
            }
        }
        claims.append(
            "gateway: gateway, sent: nextValidId, count: "
                + (recorded.sent.contains { $0.name == "nextValidId" } ? "\">= 1\"" : "0"))
        if recorded.isHeld {
            claims.append("gateway: gateway, held: 1")
            claims.append(
                "sockets: gateway, side: gateway, state: CLOSE_WAIT, count: 1, owner: process, "
                    + "within: 2s")
        }
        return claims
    }
}
