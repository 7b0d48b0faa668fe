package import GatewayWire
package import Simulation

/// A healthy gateway: decides what every client is told, and when.
///
/// Pure: everything follows from the world, the seed and the events. It refuses to decide anything
/// about bytes, frames, sockets, and what goes wrong with them; faults are done to it from outside.
package struct HealthyGateway: Sendable {
    package enum Event: Hashable, Sendable {
        case connected(ConnectionID)
        case hello(ConnectionID, Hello)
        /// A request, decoded at the connection's version.
        case received(ConnectionID, Message)
        /// A whole frame whose message id the protocol does not know.
        case unknownRequest(ConnectionID, id: Int)
        /// A frame that could not be decoded; the text says why.
        case malformed(ConnectionID, String)
        /// The client's side has ended, or the connection was taken away.
        case disconnected(ConnectionID)
        case deadlineReached
        case commanded(LifecycleCommand)
    }

    /// What an operator, the broker or the night does to a gateway.
    package enum LifecycleCommand: Hashable, Sendable {
        /// The process starts anew: connections and subscriptions are forgotten, the light is green;
        /// orders, positions and cash are kept, because they live with the broker.
        case restarted
        case turnLightRed
        case turnLightGreen
        /// The gateway loses the broker (1100).
        case loseServer
        /// The broker is back: subscriptions lost (1101) or kept (1102).
        case restoreServer(dataLost: Bool)
    }

    /// Whether the gateway takes new API conversations.
    package enum APILight: Hashable, Sendable {
        case green
        /// Connections are accepted by the port, but no hello is answered.
        case red
    }

    package enum Effect: Hashable, Sendable {
        /// The answer to a hello; from here on the caller encodes and decodes at its version.
        case reply(ConnectionID, VersionReply)
        case send(ConnectionID, Message)
        /// That was the last unsolicited start-up message of this connection.
        case synchronized(ConnectionID)
        case close(ConnectionID, reason: String)
        /// The next deadline; replaces the one asked for before.
        case wake(at: SimInstant)
    }

    let settings: GatewaySettings
    let clock: WallClock
    let contracts: ContractBook
    let prices: PriceProcess
    var ledger: Ledger
    var orders: OrderBook
    var schedule = Schedule()
    var feeds: [FeedKey: Feed] = [:]
    var displayGroups = DisplayGroups()
    var clients: [ConnectionID: Client] = [:]
    /// Started clients by client id.
    var started: [Int: ConnectionID] = [:]
    var serverIsConnected = true
    package private(set) var light = APILight.green

    private var outbox: [Effect] = []
    private var announcedWake: SimInstant?

    var limits: ModelLimits { settings.limits }
    /// At least a millisecond, whatever the settings say.
    var tickInterval: Duration { max(settings.tickInterval, .milliseconds(1)) }

    package init(world: World, settings: GatewaySettings, seed: UInt64) {
        self.settings = settings
        clock = WallClock(epoch: settings.epoch, zoneName: settings.timeZoneName)
        contracts = ContractBook(world.allContracts(today: clock.day(at: .start)))
        prices = PriceProcess(
            seed: SeededRandom(seed: seed).stream("prices").firstNumber,
            contracts: contracts.contracts, epoch: clock.milliseconds(at: .start),
            sizeStep: min(1000, settings.tickInterval.nanoseconds / 500_000))
        ledger = Ledger(accounts: world.accounts)
        orders = OrderBook(
            world: world, contracts: contracts, random: SeededRandom(seed: seed).stream("orders"))
        orders.anchor(epochSeconds: clock.seconds(at: .start))
    }

    package func serverVersion(of connection: ConnectionID) -> Int? {
        clients[connection]?.version
    }

    package func clientID(of connection: ConnectionID) -> Int? {
        clients[connection]?.clientID
    }

    package mutating func handle(_ event: Event, at now: SimInstant) -> [Effect] {
        switch event {
        case .connected(let connection): clients[connection] = Client()
        case .hello(let connection, let hello): greet(connection, hello, at: now)
        case .received(let connection, let message): serve(connection, message, at: now)
        case .unknownRequest(let connection, let id):
            refuseUnreadable(connection, "message id \(id) is unknown", at: now)
        case .malformed(let connection, let defect):
            refuseUnreadable(connection, quoted(defect), at: now)
        case .disconnected(let connection): forget(connection)
        case .deadlineReached: announcedWake = nil
        case .commanded(let command): obey(command, at: now)
        }
        performDue(at: now)
        announceWake()
        defer { outbox = [] }
        return outbox
    }

    private mutating func obey(_ command: LifecycleCommand, at now: SimInstant) {
        switch command {
        case .restarted:
            for connection in connections { forget(connection) }
            light = .green
            serverIsConnected = true
        case .turnLightRed: light = .red
        case .turnLightGreen: light = .green
        case .loseServer: loseServer(at: now)
        case .restoreServer(let dataLost): restoreServer(dataLost: dataLost, at: now)
        }
    }

    /// Does everything that has come due, in order; each task is done at most once a step.
    private mutating func performDue(at now: SimInstant) {
        var budget = schedule.count
        while budget > 0, let task = schedule.takeDue(at: now) {
            budget -= 1
            switch task {
            case .advanceOrder(let permID): advanceOrder(permID, at: now)
            case .feed(let key): tick(key, at: now)
            case .stream(let connection, let key): advance(connection, key, at: now)
            }
        }
    }

    private mutating func announceWake() {
        guard let earliest = schedule.earliest, earliest != announcedWake else { return }
        announcedWake = earliest
        outbox.append(.wake(at: earliest))
    }

    /// Connections oldest first.
    var connections: [ConnectionID] { clients.keys.sorted() }

    /// Forgets a connection and everything it subscribed to.
    mutating func forget(_ connection: ConnectionID) {
        guard let client = clients.removeValue(forKey: connection) else { return }
        if let clientID = client.clientID { started[clientID] = nil }
        drop(client.streams, of: connection)
    }

    mutating func emit(_ effect: Effect) { outbox.append(effect) }

    mutating func send(_ message: Message, to connection: ConnectionID) {
        outbox.append(.send(connection, message))
    }

    mutating func sendError(
        _ code: Int, _ text: String, id: Int = -1, to connection: ConnectionID, at now: SimInstant
    ) {
        let error = Message(
            "error",
            [
                "reqId": String(id), "errorCode": String(code), "errorString": text,
                "advancedOrderRejectJson": "",
                "errorTime": String(clock.milliseconds(at: now)),
            ])
        send(error, to: connection)
    }

    /// Answers a request with an error on its own id.
    mutating func fail(_ request: Request, _ code: Int, _ text: String) {
        sendError(code, text, id: request.id, to: request.connection, at: request.now)
    }
}
