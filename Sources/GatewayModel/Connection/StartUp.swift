import GatewayWire
import Simulation

/// From hello to the farm notices, and what losing the broker does to started clients.
extension HealthyGateway {
    /// Answers a hello with the version both sides speak.
    ///
    /// Under a red light nothing is said and nothing closed: the client waits. Ranges that do not
    /// overlap close the connection (assumed: no client shows what a real gateway does).
    mutating func greet(_ connection: ConnectionID, _ hello: Hello, at now: SimInstant) {
        guard let client = clients[connection], client.version == nil, light == .green else {
            return
        }
        guard
            let version = VersionReply.negotiate(
                ownNewest: settings.newestVersion, client: hello.versions)
        else {
            let theirs = "\(hello.versions.lowerBound)..\(hello.versions.upperBound)"
            close(
                connection,
                "no common version: gateway 100..\(settings.newestVersion), client \(theirs)")
            return
        }
        clients[connection]?.phase = .greeted(version: version)
        let reply = VersionReply(
            serverVersion: version, connectionTime: clock.connectionTime(at: now))
        emit(.reply(connection, reply))
    }

    /// Takes a request to the phase its connection is in.
    ///
    /// Before startApi every other request is ignored without an answer (assumed): nothing may be
    /// sent between the version reply and startApi, official clients would lose it.
    mutating func serve(_ connection: ConnectionID, _ message: Message, at now: SimInstant) {
        guard let client = clients[connection] else { return }
        switch client.phase {
        case .connected: return
        case .greeted(let version):
            if message.name == "startApi" { start(connection, version, message, at: now) }
        case .started(let version, let clientID):
            let request = Request(
                connection: connection, clientID: clientID, version: version, message: message,
                now: now)
            if let defect = request.defect(limits: limits) {
                refuseUnreadable(connection, "\(message.name): \(defect)", at: now)
            } else {
                answer(request)
            }
        }
    }

    /// Reports a request nobody could read; the connection lives on.
    mutating func refuseUnreadable(
        _ connection: ConnectionID, _ defect: String, at now: SimInstant
    ) {
        guard clients[connection]?.clientID != nil else { return }
        sendError(320, "Error reading request. \(defect)", to: connection, at: now)
    }

    private mutating func start(
        _ connection: ConnectionID, _ version: Int, _ message: Message, at now: SimInstant
    ) {
        guard let clientID = message["clientId"].flatMap({ Int32($0) }), clientID >= 0 else {
            let text = quoted(message["clientId"] ?? "")
            sendError(
                320, "Error reading request. client id '\(text)' is no number from 0",
                to: connection, at: now)
            close(connection, "client id '\(text)' is no number from 0")
            return
        }
        guard started[Int(clientID)] == nil else {
            sendError(
                326,
                "Unable to connect as the client id is already in use. "
                    + "Retry with a unique client id.",
                to: connection, at: now)
            close(connection, "client id \(clientID) is in use")
            return
        }
        // Assumed: nobody has shown what the client above the maximum is told.
        guard started.count < settings.maxClients else {
            close(connection, "\(settings.maxClients) clients are already started")
            return
        }
        clients[connection]?.phase = .started(version: version, clientID: Int(clientID))
        started[Int(clientID)] = connection
        sendManagedAccounts(to: connection)
        sendNextValidID(to: connection, clientID: Int(clientID))
        sendFarmNotices(to: connection, at: now)
        emit(.synchronized(connection))
    }

    mutating func close(_ connection: ConnectionID, _ reason: String) {
        forget(connection)
        emit(.close(connection, reason: reason))
    }

    mutating func sendManagedAccounts(to connection: ConnectionID) {
        let names = ledger.accounts.map(\.name).joined(separator: ",")
        send(Message("managedAccounts", ["accountsList": names]), to: connection)
    }

    mutating func sendNextValidID(to connection: ConnectionID, clientID: Int) {
        let next = orders.nextOrderID(for: clientID)
        send(Message("nextValidId", ["orderId": String(next)]), to: connection)
    }

    /// The farms are all fine, or all broken while the broker is out of reach (assumed).
    private mutating func sendFarmNotices(to connection: ConnectionID, at now: SimInstant) {
        let notices =
            serverIsConnected
            ? [
                (2104, "Market data farm connection is OK:usfarm"),
                (2106, "HMDS data farm connection is OK:ushmds"),
                (2158, "Sec-def data farm connection is OK:secdefil"),
            ]
            : [
                (
                    2110,
                    "Connectivity between Trader Workstation and server is broken. "
                        + "It will be restored automatically."
                ),
                (2103, "Market data farm connection is broken:usfarm"),
                (2105, "HMDS data farm connection is broken:ushmds"),
                (2157, "Sec-def data farm connection is broken:secdefil"),
            ]
        for (code, text) in notices { sendError(code, text, to: connection, at: now) }
    }

    /// Tells every started client; ticks and fills pause until the broker is back.
    mutating func loseServer(at now: SimInstant) {
        serverIsConnected = false
        tellEveryone(
            1100, "Connectivity between IB and Trader Workstation has been lost.", at: now)
    }

    mutating func restoreServer(dataLost: Bool, at now: SimInstant) {
        serverIsConnected = true
        if dataLost {
            for connection in connections { dropMarketData(of: connection) }
            tellEveryone(
                1101,
                "Connectivity between IB and Trader Workstation has been restored - data lost.",
                at: now)
        } else {
            tellEveryone(
                1102,
                "Connectivity between IB and Trader Workstation has been restored - "
                    + "data maintained. All data farms are connected: usfarm; ushmds; secdefil.",
                at: now)
        }
    }

    private mutating func tellEveryone(_ code: Int, _ text: String, at now: SimInstant) {
        for connection in connections where clients[connection]?.clientID != nil {
            sendError(code, text, to: connection, at: now)
        }
    }
}
