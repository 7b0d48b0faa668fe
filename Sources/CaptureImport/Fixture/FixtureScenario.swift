import EventLog
import GatewayWire
import ScenarioFormat
import Simulation

/// The scenario file of a fixture: a replaying gateway, client programs, and what the recording lets
/// one expect.
///
/// A recording that a stock program can act out gets one program for each connection, started as the
/// connections were. Any other needs the user's own program, which is one for all of them.
struct FixtureScenario {
    /// The tag of a fixture whose client program is still to be named.
    package static let needsProgram = "needs-program"

    let name: String
    let origin: String
    /// In the order they began; never empty.
    let recorded: [RecordedConversation]
    let transcripts: [String]
    let options: ImportOptions
    let causes: [RecordedCause]

    /// Messages whose count a user's own program is held to.
    private static let maxExpectedNames = 20
    /// Pauses between connections that are kept.
    private static let shortestPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(60)

    var text: String {
        var lines = [
            "# Made by 'fakegw import' from \(origin), \(numbers). Yours to edit."
        ]
        if client == .missing {
            lines += [
                "# The recorded client asked more than a stock program does. Name yours:",
                "# fakegw run \(name).yaml -- PROGRAM --port '${gateway.port}'",
            ]
        }
        var tags = ["imported"] + (client == .missing ? [Self.needsProgram] : [])
        for name in causes.flatMap(\.pathologies) where !tags.contains(name) { tags.append(name) }
        lines += [
            "version: 1",
            "name: \(JSONLine.quoted(name))",
            "about: \(JSONLine.quoted(about))",
            "tags: [\(tags.joined(separator: ", "))]",
        ]
        if !causes.isEmpty {
            lines.append("explained-by:")
            lines += causes.map { "  - \($0.explained)" }
        }
        lines += [
            "deadline: \(bounds.reduce(10, +))s",
            "gateway:",
            "  listen: 127.0.0.1:0",
        ]
        if !transcripts.isEmpty {
            let files = transcripts.map(JSONLine.quoted)
            lines.append("  replay: " + (files.count == 1 ? files[0] : JSONLine.array(files)))
        }
        lines += faults
        lines.append("clients:")
        lines += clients
        lines.append("steps:")
        lines += steps
        lines.append("expect:")
        lines += expectations.map { "  - {\($0)}" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What of the recording the scenario cannot play.
    var notes: [String] {
        guard let first = recorded.firstIndex(where: { !$0.isAttempt }) else { return [] }
        let early = first
        let between = recorded.indices.dropFirst(first).filter { index in
            recorded[index].isAttempt && recorded[index...].contains { !$0.isAttempt }
        }.count
        return early + between == 0
            ? []
            : [
                "\(early + between) attempts that were refused or not answered before a later "
                    + "connection are not played"
            ]
    }

    var about: String {
        if recorded.count == 1 { return Self.about(recorded[0]) }
        return recorded.map { "\($0.number): \(Self.about($0))" }.joined(separator: " ")
    }

    // Helpers, in the order they are called.

    private var numbers: String {
        let numbers = recorded.map { String($0.number) }
        return numbers.count == 1
            ? "connection \(numbers[0])" : "connections \(numbers.joined(separator: ", "))"
    }

    private static func about(_ recorded: RecordedConversation) -> String {
        switch recorded.ending {
        case .refused: return "A client's connection is refused, nobody listens."
        case .unanswered(let attempts):
            return "A client's connection is never answered, \(attempts) attempts."
        case .reset, .bothClosed, .halfClosed, .stillOpen, nil: break
        }
        let beginning: String
        if recorded.isReady {
            beginning = "A client connects and becomes ready"
        } else if recorded.reply != nil {
            beginning = "A client connects and never becomes ready"
        } else if recorded.hello != nil {
            beginning = "A client's hello is never answered"
        } else {
            beginning = "A client connects and says no hello"
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

    private static func way(_ ending: Transcript.Ending?) -> String {
        ending == .rst ? "RST" : "FIN"
    }

    private enum Client { case stock, own, missing }

    private var client: Client {
        if !options.program.isEmpty { return .own }
        return recorded.allSatisfy { stock($0).canAsk($0.received.map(\.name)) } ? .stock : .missing
    }

    private func stock(_ recorded: RecordedConversation) -> StockClient {
        recorded.hello.map { StockClient(hello: $0) } ?? .ibapi1046
    }

    private func holdMilliseconds(_ recorded: RecordedConversation) -> Int64 {
        let used = Double(recorded.timeUsed.nanoseconds / 1_000_000) * options.timeScale
        return min(Int64(used), 60_000)
    }

    private func timeoutSeconds(_ recorded: RecordedConversation) -> Int {
        guard let openedAt = recorded.openedAt, let readyAt = recorded.readyAt else { return 4 }
        // A slow gateway that did become ready is waited for.
        return max(4, Int(2 * (readyAt - openedAt).nanoseconds / 1_000_000_000) + 1)
    }

    /// Bounds on the programs' runs: what was recorded, waiting for answers, an interpreter's start.
    private var bounds: [Int64] {
        guard client == .stock else {
            let began = recorded[0].beganAt
            let end = recorded.map(\.leftAt).max { $1 - $0 > .zero }
            let used = began.flatMap { began in end.map { $0 - began } } ?? .zero
            return [30 + 2 * (used.nanoseconds / 1_000_000_000)]
        }
        return recorded.map {
            30 + holdMilliseconds($0) / 1000 + 5 * Int64(timeoutSeconds($0))
        }
    }

    /// A port that was closed, or lost what was sent to it, from the start or after a connection.
    private var faults: [String] {
        guard let last = recorded.last, last.isAttempt else { return [] }
        let isRefused = last.ending == .refused
        let action = isRefused ? "close-listener" : "drop-connections"
        let before = recorded.last { !$0.isAttempt }
        let count = recorded.count { !$0.isAttempt }
        let when =
            before.map { "{disconnect: {by: \($0.gatewayEndedFirst ? "gateway" : "client")}}" }
            ?? "start"
        return ["  faults:", "    - name: \(isRefused ? "port-closed" : "segments-lost")"]
            + ["      when: \(when)"]
            + (before == nil ? [] : ["      connection: \(count)"])
            + ["      do: [\(action)]"]
    }

    private func clientName(_ index: Int) -> String {
        recorded.count == 1 ? "client" : "client-\(recorded[index].number)"
    }

    private var clients: [String] {
        guard client == .stock else {
            let program =
                client == .own ? options.program : ["PROGRAM", "--port", "${gateway.port}"]
            let words = program.map { "      - \(JSONLine.quoted($0))" }
            let python = options.python.map { ["    python: \(JSONLine.quoted($0))"] } ?? []
            return ["  client:"] + python + ["    run:"] + words
        }
        return recorded.indices.flatMap { ["  \(clientName($0)):"] + program(of: recorded[$0]) }
    }

    private func program(of recorded: RecordedConversation) -> [String] {
        let stock = stock(recorded)
        let goodbye: StockClient.Goodbye =
            recorded.clientEnding == .rst && !recorded.gatewayEndedFirst ? .reset : .disconnect
        let asked = recorded.received.map(\.name)
        let text = stock.program(
            clientID: recorded.clientID ?? 1, timeoutSeconds: timeoutSeconds(recorded),
            holdMilliseconds: holdMilliseconds(recorded),
            isReadOnly: recorded.isReady && !asked.contains("reqOpenOrders"), asked: asked,
            goodbye: goodbye)
        let code = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return ["    python: \(JSONLine.quoted(options.python ?? stock.python))", "    run:"]
            + ["      - -c", "      - |"] + code.map { $0.isEmpty ? "" : "        \($0)" }
            + ["      - \"${gateway.port}\""]
    }

    private var steps: [String] {
        guard client == .stock else {
            return ["  - run: client", "    expect: {within: \(bounds[0])s}"]
        }
        var steps: [String] = []
        var running: [Int] = []
        for (index, conversation) in recorded.enumerated() {
            let next = index + 1 < recorded.count ? recorded[index + 1].beganAt : nil
            let isAlone = next.map { $0 - conversation.leftAt >= .zero } ?? running.isEmpty
            if isAlone {
                steps += [
                    "  - run: \(clientName(index))",
                    "    expect: {\(clientExpectation(index))}",
                ]
            } else {
                steps.append("  - start: \(clientName(index))")
                running.append(index)
            }
            let from = isAlone ? conversation.leftAt : conversation.beganAt
            if let next, let from { steps += pause(next - from) }
        }
        for index in running {
            steps += [
                "  - wait: {client: \(clientName(index)), exited: true}",
                "    within: \(bounds[index])s",
            ]
        }
        return steps
    }

    private func pause(_ pause: Duration) -> [String] {
        let scaled = Double(pause.nanoseconds / 1_000_000) * options.timeScale
        let milliseconds = min(Int64(scaled), Self.longestPause.nanoseconds / 1_000_000)
        guard milliseconds >= Self.shortestPause.nanoseconds / 1_000_000 else { return [] }
        return ["  - wait: \(milliseconds)ms"]
    }

    /// Whether a stock program's connect succeeds with what was recorded; nil when the recorded
    /// client left before that could be seen.
    private func reachesReady(_ recorded: RecordedConversation) -> Bool? {
        guard recorded.isReady else { return false }
        switch stock(recorded) {
        case .ibInsync, .ibAsync:
            // Their connect() ends with an answer to reqExecutions.
            if recorded.sent.contains(where: { $0.name == "execDetailsEnd" }) { return true }
            let hasAsked = recorded.received.contains { $0.name == "reqExecutions" }
            return hasAsked || recorded.gatewayEndedFirst ? false : nil
        case .ibapi981, .ibapi1046, .ibapi1051: return true
        }
    }

    private func clientExpectation(_ index: Int) -> String {
        let within = "within: \(bounds[index])s"
        guard let reachesReady = reachesReady(recorded[index]) else { return within }
        return reachesReady
            ? "exit: 0, \(within), stdout: {contains: connected}" : "exit: \"1..4\", \(within)"
    }

    private var expectations: [String] {
        let connections = recorded.filter { !$0.isAttempt }
        let isStock = client == .stock
        var claims = [
            "gateway: gateway, accepted: "
                + (isStock || connections.isEmpty
                    ? "\(connections.count)" : "\">= \(connections.count)\"")
        ]
        guard !connections.isEmpty else { return claims }
        var received: [(name: String, count: Int)] = []
        for (name, count) in connections.flatMap(\.received) {
            if let index = received.firstIndex(where: { $0.name == name }) {
                received[index].count += count
            } else {
                received.append((name, count))
            }
        }
        let starts = received.first { $0.name == "startApi" }?.count ?? 0
        claims.append(
            "gateway: gateway, received: startApi, count: "
                + (isStock || starts == 0 ? "\(starts)" : "\">= \(starts)\""))
        if !isStock {
            for (name, _) in received.filter({ $0.name != "startApi" }).prefix(
                Self.maxExpectedNames)
            {
                claims.append("gateway: gateway, received: \(name), count: \">= 1\"")
            }
        }
        let sent = Set(connections.flatMap { $0.sent.map(\.name) })
        claims.append(
            "gateway: gateway, sent: nextValidId, count: "
                + (sent.contains("nextValidId") ? "\">= 1\"" : "0"))
        let silent = received.compactMap { Self.lastAnswers[$0.name] }.filter { !sent.contains($0) }
        if !silent.isEmpty {
            claims.append("gateway: gateway, sent: [\(silent.joined(separator: ", "))], count: 0")
        }
        claims.append(
            "gateway: gateway, ended: [\(connections.map(Self.ending).joined(separator: ", "))]")
        let heldCount = connections.count(where: \.isHeld)
        if heldCount > 0 {
            claims.append("gateway: gateway, held: \(heldCount)")
            claims.append(
                "sockets: gateway, side: gateway, state: CLOSE_WAIT, count: \(heldCount), "
                    + "owner: process, within: 2s")
        }
        if client == .stock {
            for index in recorded.indices where !isAlone(index) {
                if reachesReady(recorded[index]) == true {
                    claims.append("client: \(clientName(index)), exit: 0")
                } else if reachesReady(recorded[index]) == false {
                    claims.append("client: \(clientName(index)), exit: \"1..4\"")
                }
            }
        }
        return claims
    }

    /// Whether the step of a connection's program waits for its end.
    private func isAlone(_ index: Int) -> Bool {
        steps.contains("  - run: \(clientName(index))")
    }

    /// The message that ends the answers to a request.
    private static let lastAnswers = [
        "reqExecutions": "execDetailsEnd", "reqPositions": "positionEnd",
        "reqOpenOrders": "openOrderEnd", "reqAllOpenOrders": "openOrderEnd",
        "reqCompletedOrders": "completedOrdersEnd", "reqAccountUpdates": "accountDownloadEnd",
        "reqAccountSummary": "accountSummaryEnd", "reqCurrentTime": "currentTime",
        "reqContractDetails": "contractDetailsEnd", "reqHistoricalData": "historicalData",
        "reqMatchingSymbols": "symbolSamples", "placeOrder": "orderStatus",
    ]

    /// How a connection ended, in the word of the expectation `ended`.
    private static func ending(_ recorded: RecordedConversation) -> String {
        if recorded.isHeld { return "held" }
        if recorded.gatewayEndedFirst {
            return recorded.gatewayEnding == .rst ? "gateway-rst" : "gateway-fin"
        }
        switch recorded.clientEnding {
        case .fin: return recorded.gatewayEnding == .rst ? "client-fin-gateway-rst" : "client-fin"
        // A program that gives up may leave with either.
        case .rst: return recorded.isReady ? "client-rst" : "any"
        case nil: return "any"
        }
    }
}
