import GatewayWire
import Simulation

/// The started clients, for every part of the gateway to read; `Connections` alone changes it.
struct Roster: Sendable {
    private struct Entry: Sendable {
        let connection: ConnectionID
        let version: Int
    }

    /// By client id.
    private var started: [Int: Entry] = [:]
    private var versions: [ConnectionID: Int] = [:]

    var count: Int { started.count }

    /// Oldest first.
    var connections: [ConnectionID] { started.values.map(\.connection).sorted() }

    func connection(of clientID: Int) -> ConnectionID? { started[clientID]?.connection }

    func version(of clientID: Int) -> Int? { started[clientID]?.version }

    func version(of connection: ConnectionID) -> Int? { versions[connection] }

    fileprivate mutating func add(_ clientID: Int, _ connection: ConnectionID, version: Int) {
        started[clientID] = Entry(connection: connection, version: version)
        versions[connection] = version
    }

    fileprivate mutating func remove(_ clientID: Int) {
        guard let entry = started.removeValue(forKey: clientID) else { return }
        versions[entry.connection] = nil
    }
}

/// Every connection from its first byte to its end: hello, start of the API, pace, close.
///
/// It does not know what clients subscribe to. `takeDeparted` says which connections have ended, so
/// that the other parts forget them.
struct Connections: Sendable {
    private var clients: [ConnectionID: Client] = [:]
    /// Hellos that came while the gateway was not ready to answer, oldest first.
    private var waitingHellos: [(ConnectionID, Hello)] = []
    private var departed: [ConnectionID] = []

    var count: Int { clients.count }
    var waitingHelloCount: Int { waitingHellos.count }
    var waitingRequestCount: Int { clients.values.reduce(0) { $0 + $1.pace.waitingCount } }

    /// Oldest first.
    var all: [ConnectionID] { clients.keys.sorted() }

    func phase(of connection: ConnectionID) -> Client.Phase? { clients[connection]?.phase }

    func version(of connection: ConnectionID) -> Int? { clients[connection]?.version }

    func clientID(of connection: ConnectionID) -> Int? { clients[connection]?.clientID }

    mutating func connect(_ connection: ConnectionID) { clients[connection] = Client() }
}

/// The end of connections.
extension Connections {
    /// Forgets a connection that has ended.
    mutating func forget(_ connection: ConnectionID, _ context: inout GatewayContext) {
        guard let client = clients.removeValue(forKey: connection) else { return }
        if let clientID = client.clientID { context.roster.remove(clientID) }
        waitingHellos.removeAll { $0.0 == connection }
        departed.append(connection)
    }

    mutating func close(
        _ connection: ConnectionID, _ reason: String, _ context: inout GatewayContext
    ) {
        forget(connection, &context)
        context.emit(.close(connection, reason: reason))
    }

    mutating func closeAll(_ reason: String, _ context: inout GatewayContext) {
        for connection in all { close(connection, reason, &context) }
        waitingHellos = []
    }

    mutating func closeStarted(_ reason: String, _ context: inout GatewayContext) {
        for connection in context.roster.connections { close(connection, reason, &context) }
    }

    /// Forgets all connections and sends nothing, because the gateway's process has ended.
    mutating func forgetAll(_ context: inout GatewayContext) {
        for connection in all { forget(connection, &context) }
        waitingHellos = []
    }

    /// The connections that have ended since this was asked last.
    mutating func takeDeparted() -> [ConnectionID] {
        defer { departed = [] }
        return departed
    }
}

/// From hello to the start of the API.
extension Connections {
    /// What the gateway does with a hello in its present state.
    enum HelloTreatment: Sendable {
        case answered
        /// Answered later, when the gateway is ready.
        case kept
    }

    /// Answers a hello with the version both sides speak.
    ///
    /// Ranges that do not overlap close the connection (assumed: no client shows what a real
    /// gateway does).
    mutating func greet(
        _ connection: ConnectionID, _ hello: Hello, _ treatment: HelloTreatment,
        at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard let client = clients[connection], client.version == nil else { return }
        if hello.isPadded, !context.settings.answersPaddedHellos { return }
        switch treatment {
        case .kept:
            if !waitingHellos.contains(where: { $0.0 == connection }) {
                waitingHellos.append((connection, hello))
            }
            return
        case .answered: break
        }
        let newest = context.settings.newestVersion
        guard let version = VersionReply.negotiate(ownNewest: newest, client: hello.versions)
        else {
            let theirs = "\(hello.versions.lowerBound)..\(hello.versions.upperBound)"
            close(
                connection, "no common version: gateway 100..\(newest), client \(theirs)",
                &context)
            return
        }
        clients[connection]?.phase = .greeted(version: version)
        clients[connection]?.pace.asksToWait = hello.connectOptions.contains("+PACEAPI")
        let reply = VersionReply(
            serverVersion: version,
            connectionTime: context.market.clock.connectionTime(at: now))
        context.emit(.reply(connection, reply))
    }

    /// Answers the hellos that came too early.
    mutating func greetWaiting(
        _ treatment: HelloTreatment, at now: SimInstant, _ context: inout GatewayContext
    ) {
        let waiting = waitingHellos
        waitingHellos = []
        for (connection, hello) in waiting {
            greet(connection, hello, treatment, at: now, &context)
        }
    }

    /// Starts the API for a greeted client, or closes its connection.
    ///
    /// - Returns: The client id; `nil` when the connection was closed.
    mutating func start(
        _ connection: ConnectionID, _ message: Message, version: Int, at now: SimInstant,
        _ context: inout GatewayContext
    ) -> Int? {
        guard let number = message["clientId"].flatMap({ Int32($0) }), number >= 0 else {
            let text = quoted(message["clientId"] ?? "")
            context.sendError(
                320, "Error reading request. client id '\(text)' is no number from 0",
                to: connection, at: now)
            close(connection, "client id '\(text)' is no number from 0", &context)
            return nil
        }
        let clientID = Int(number)
        guard context.roster.connection(of: clientID) == nil else {
            context.sendError(
                326,
                "Unable to connect as the client id is already in use. "
                    + "Retry with a unique client id.",
                to: connection, at: now)
            close(connection, "client id \(clientID) is in use", &context)
            return nil
        }
        // Assumed: what a real gateway tells the client above the maximum is not known.
        let most = context.settings.maxClients
        guard context.roster.count < most else {
            close(connection, "\(most) clients are already started", &context)
            return nil
        }
        clients[connection]?.phase = .started(version: version, clientID: clientID)
        context.roster.add(clientID, connection, version: version)
        return clientID
    }

    /// Reports a request that could not be read; the connection stays open.
    func refuseUnreadable(
        _ connection: ConnectionID, _ defect: String, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        guard clients[connection]?.clientID != nil else { return }
        context.sendError(
            320, "Error reading request. \(defect)", to: connection, at: now)
    }
}

/// The limit on requests a second.
///
/// A request above it waits, and the client's socket is not read meanwhile (inferred: the setting
/// that chooses is IB's and off by default, and clients that send 45 requests in every second are
/// not refused). Where a gateway is set up to refuse, and the client did not connect with
/// `+PACEAPI`, the request gets error 100 and is not served. A client that goes on in several
/// different seconds is then disconnected (reports show errors, then a FIN; the number is assumed).
extension Connections {
    /// Whether the client's requests wait rather than being refused.
    func isPaced(_ connection: ConnectionID, _ settings: GatewaySettings) -> Bool {
        !settings.rejectMessagesAboveMaxRate || clients[connection]?.pace.asksToWait ?? false
    }

    /// Whether a message is served now; one that is not was held back or refused.
    mutating func admits(
        _ connection: ConnectionID, _ message: Message, at now: SimInstant,
        _ context: inout GatewayContext
    ) -> Bool {
        guard let limit = context.settings.messagesPerSecond, limit > 0,
            var pace = clients[connection]?.pace, clients[connection]?.clientID != nil
        else { return true }
        if pace.waitingCount == 0, pace.admit(at: now, limit: limit) {
            warn(connection, &pace, limit: limit, at: now, &context)
            clients[connection]?.pace = pace
            return true
        }
        if isPaced(connection, context.settings) {
            let most = context.limits.pacedRequests
            guard pace.waitingCount < most else {
                close(connection, "more than \(most) requests wait to be paced", &context)
                return false
            }
            if pace.waitingCount == 0 {
                _ = context.schedule.add(.servePaced(connection), at: pace.nextAdmission)
                context.emit(.stopReading(connection))
            }
            pace.hold(message)
            clients[connection]?.pace = pace
        } else {
            pace.violate(at: now)
            clients[connection]?.pace = pace
            refusePace(connection, limit: limit, violations: pace.violations, at: now, &context)
        }
        return false
    }

    /// Warns a client that comes near the limit, at most once a second.
    ///
    /// Reported for many versions: an error without a code, about no request. The number in
    /// brackets was seen from 42 to 48 with a limit of 50. Where it begins is assumed.
    private func warn(
        _ connection: ConnectionID, _ pace: inout MessagePace, limit: Int, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        let many = limit / 100 * 84 + limit % 100 * 84 / 100
        guard context.settings.warnsNearMaxRate, many > 1, pace.comesNear(many, at: now) else {
            return
        }
        var warning = context.error(
            0, "Warning: Approaching max rate of \(limit) messages per second (\(many))", at: now)
        // A code of zero is not on the wire. Recorded in protobuf.
        if version(of: connection).map({ warning.schema.encoding(at: $0) }) == .protobuf {
            warning["errorCode"] = nil
        }
        context.send(warning, to: connection)
    }

    private mutating func refusePace(
        _ connection: ConnectionID, limit: Int, violations: Int, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        context.sendError(
            100,
            "Max rate of messages per second has been exceeded:max=\(limit) rec=\(limit + 1) "
                + "(\(violations))", to: connection, at: now)
        if violations >= context.settings.pacingViolations {
            close(connection, "too many requests a second, \(violations) times", &context)
        }
    }

    /// Takes the next waiting message if the limit allows it now.
    ///
    /// - Returns: `nil` when no message waits, or when the next one has to wait longer. In that
    ///   case a task is scheduled for it.
    mutating func nextPaced(
        _ connection: ConnectionID, at now: SimInstant, _ context: inout GatewayContext
    ) -> Message? {
        guard let limit = context.settings.messagesPerSecond,
            var pace = clients[connection]?.pace, pace.waitingCount > 0
        else { return nil }
        guard pace.admit(at: now, limit: limit) else {
            _ = context.schedule.add(.servePaced(connection), at: pace.nextAdmission)
            return nil
        }
        let message = pace.takeWaiting()
        clients[connection]?.pace = pace
        return message
    }

    /// Lets a client be read again when none of its requests waits any more.
    func resumeReading(_ connection: ConnectionID, _ context: inout GatewayContext) {
        if clients[connection]?.pace.waitingCount == 0 { context.emit(.resumeReading(connection)) }
    }
}

/// Requests about the gateway itself.
extension Connections {
    /// Sends the next valid id of a client.
    ///
    /// Recorded at 200 and 225: ids are counted for each client id, and begin at 1. Each answer on a
    /// connection is above the one before, though nothing was ordered.
    ///
    /// - Parameter next: The lowest id that the client has not used.
    mutating func sendNextValidID(
        _ next: Int, to connection: ConnectionID, _ context: inout GatewayContext
    ) {
        guard let given = clients[connection]?.lastGivenID else { return }
        let id = min(max(next, given + 1), Int(Int32.max) - 1)
        clients[connection]?.lastGivenID = id
        context.send(Message("nextValidId", ["orderId": String(id)]), to: connection)
    }

    /// Whether a clock request is answered; see `GatewaySettings.currentTimeInterval`.
    private mutating func answersClock(_ request: Request, _ context: GatewayContext) -> Bool {
        let interval = context.settings.currentTimeInterval
        if let last = clients[request.connection]?.lastClockAnswer, request.now < last + interval {
            return false
        }
        clients[request.connection]?.lastClockAnswer = request.now
        return true
    }

    mutating func reqCurrentTime(_ request: Request, _ context: inout GatewayContext) {
        guard answersClock(request, context) else { return }
        let seconds = String(context.market.clock.seconds(at: request.now))
        context.send(Message("currentTime", ["time": seconds]), to: request.connection)
    }

    mutating func reqCurrentTimeInMillis(_ request: Request, _ context: inout GatewayContext) {
        guard answersClock(request, context) else { return }
        let milliseconds = String(context.market.clock.milliseconds(at: request.now))
        context.send(
            Message("currentTimeInMillis", ["timeInMillis": milliseconds]), to: request.connection)
    }
}
