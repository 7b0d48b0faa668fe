import SocketDriver

/// One question of the checklist, answered for one port.
struct PortFinding: Equatable {
    enum Check: String { case listener, accepting, closeWait = "close-wait", clients, settled }

    let check: Check
    let isGood: Bool
    let text: String
    /// What to do when it is not good.
    let remedy: String?
    /// The processes the remedy is about.
    var processes: [SocketOwner] = []
    /// Seconds still to wait.
    var waitSeconds: Int?

    private init(_ check: Check, good text: String) {
        self.check = check
        isGood = true
        self.text = text
        remedy = nil
    }

    private init(_ check: Check, bad text: String, remedy: String) {
        self.check = check
        isGood = false
        self.text = text
        self.remedy = remedy
    }

    /// Answers every question for a port, the most basic first.
    ///
    /// Without a listener there is only one question.
    ///
    /// - Parameter settle: How long the gateway must have been running. Zero skips the question.
    static func judge(_ facts: PortFacts, settle: Duration) -> [PortFinding] {
        guard let listener = facts.listeners.first else {
            let zombies = facts.zombies.isEmpty ? [] : [closeWait(facts.zombies)]
            return [noListener(facts.port)] + zombies
        }
        var findings = [
            Self.listener(facts.listeners), accepting(listener), closeWait(facts.zombies),
            clients(facts.clients),
        ]
        if settle > .zero { findings.append(settled(listener, settle: settle)) }
        return findings
    }

    private static func noListener(_ port: UInt16) -> PortFinding {
        PortFinding(
            .listener, bad: "nothing listens on port \(port)",
            remedy: "start the gateway, log in and wait 90 s; or check the port")
    }

    private static func listener(_ listeners: [PortFacts.Listener]) -> PortFinding {
        let texts = listeners.map { listener in
            "\(listener.endpoint), \(listener.owner?.inWords ?? "owner not visible to this user")"
        }
        return PortFinding(.listener, good: texts.joined(separator: "; "))
    }

    private static func accepting(_ listener: PortFacts.Listener) -> PortFinding {
        guard listener.waitingCount > 0 else {
            return PortFinding(.accepting, good: "no connection waits to be accepted")
        }
        let count = listener.waitingCount
        return PortFinding(
            .accepting,
            bad: "\(count) connection\(count == 1 ? " waits" : "s wait") to be accepted",
            remedy: "the gateway hangs or is very busy: look again, then restart the gateway")
    }

    private static func closeWait(_ zombies: [PortFacts.Zombie]) -> PortFinding {
        guard !zombies.isEmpty else { return PortFinding(.closeWait, good: "no CLOSE_WAIT rows") }
        let shown = zombies.prefix(4).map { zombie in
            zombie.client.description + (zombie.isAccepted ? "" : " (never accepted)")
        }
        let more = zombies.count > shown.count ? ", …" : ""
        return PortFinding(
            .closeWait,
            bad: "\(zombies.count) CLOSE_WAIT row\(zombies.count == 1 ? "" : "s"): "
                + shown.joined(separator: ", ") + more,
            remedy: "restart the gateway: they do not clear by waiting, and each may block a slot")
    }

    private static func clients(_ clients: [PortFacts.Client]) -> PortFinding {
        guard !clients.isEmpty else { return PortFinding(.clients, good: "no other client") }
        var owners: [SocketOwner] = []
        for owner in clients.compactMap(\.owner) where !owners.contains(owner) {
            owners.append(owner)
        }
        let texts = clients.map { client in
            let who =
                client.owner?.inWords
                ?? (client.isLocal ? "a process not visible to this user" : "another machine")
            return "\(who) \(client.isConnected ? "from" : "trying from") \(client.endpoint)"
        }
        let remedy =
            owners.isEmpty
            ? "stop that client" : "stop \(owners.map(\.inWords).joined(separator: " and "))"
        var finding = PortFinding(
            .clients,
            bad: "\(clients.count) other client\(clients.count == 1 ? "" : "s"): "
                + texts.joined(separator: ", "),
            remedy: remedy + ", then look again")
        finding.processes = owners
        return finding
    }

    private static func settled(
        _ listener: PortFacts.Listener, settle: Duration
    ) -> PortFinding {
        guard let age = listener.age else {
            return PortFinding(
                .settled, bad: "cannot see since when the gateway is up",
                remedy: "run this as the gateway's user or as root; --settle 0 does not ask")
        }
        let up = "up for \(age.components.seconds) s"
        guard age < settle else { return PortFinding(.settled, good: up) }
        let wait = Int(((settle - age) / .seconds(1)).rounded(.up))
        var finding = PortFinding(
            .settled, bad: "\(up), wanted are \(Text.plainSeconds(settle))",
            remedy: "wait \(wait) s more, and do not touch the gateway meanwhile")
        finding.waitSeconds = wait
        return finding
    }
}

extension SocketOwner {
    /// `java (pid 18684)`.
    var inWords: String { "\(command) (pid \(processID))" }
}
