import GatewayWire
import Simulation

/// From hello to the farm notices.
extension HealthyGateway {
    /// Answers a hello with the version both sides speak.
    ///
    /// Under a red light nothing is said and nothing closed: the client waits. Ranges that do not
    /// overlap close the connection (assumed: no client shows what a real gateway does).
    mutating func greet(_ connection: ConnectionID, _ hello: Hello, at now: SimInstant) {
        guard let client = clients[connection], client.version == nil, light == .green else {
            return
        }
        guard phase == .connectingFarms || phase == .ready else {
            if !waitingHellos.contains(where: { $0.0 == connection }) {
                waitingHellos.append((connection, hello))
            }
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
        clients[connection]?.pace.isPaced = hello.connectOptions.contains("+PACEAPI")
        let reply = VersionReply(
            serverVersion: version, connectionTime: clock.connectionTime(at: now))
        emit(.reply(connection, reply))
    }

    /// Answers the hellos that came too early.
    mutating func greetWaiting(at now: SimInstant) {
        let waiting = waitingHellos
        waitingHellos = []
        for (connection, hello) in waiting { greet(connection, hello, at: now) }
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
        if settings.idsComeFirst {
            sendNextValidID(to: connection, clientID: Int(clientID))
            sendManagedAccounts(to: connection)
        } else {
            sendManagedAccounts(to: connection)
            sendNextValidID(to: connection, clientID: Int(clientID))
        }
        sendFarmNotices(to: connection, at: now)
        emit(.synchronized(connection))
    }

    mutating func close(_ connection: ConnectionID, _ reason: String) {
        forget(connection)
        emit(.close(connection, reason: reason))
    }

    /// An advisor's list ends with a comma, as at a real gateway.
    mutating func sendManagedAccounts(to connection: ConnectionID) {
        let names =
            ledger.accounts.map(\.name).joined(separator: ",") + (advisor == nil ? "" : ",")
        send(Message("managedAccounts", ["accountsList": names]), to: connection)
    }

    mutating func sendNextValidID(to connection: ConnectionID, clientID: Int) {
        let next = orders.nextOrderID(for: clientID)
        send(Message("nextValidId", ["orderId": String(next)]), to: connection)
    }
}
