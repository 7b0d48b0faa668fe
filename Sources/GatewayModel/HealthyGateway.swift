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
        /// A short break between gateway and broker that heals by itself (2110).
        case announceBrokenServer
        /// One farm changes: 2103 to 2108, 2119, 2157, 2158.
        case setFarm(String, FarmState)
        /// The API port changes: 1300, and every connection ends.
        case changePort(Int)
        /// Somebody answers the weekly login.
        case authenticate
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
        /// Messages too, which `TickBatch.messages` spells out; in their place among the others.
        case ticks(TickBatch)
        /// That was the last unsolicited start-up message of this connection.
        case synchronized(ConnectionID)
        case close(ConnectionID, reason: String)
        /// The API port is closed, or open again.
        case closePort
        case openPort
        /// The next deadline; replaces the one asked for before.
        case wake(at: SimInstant)
    }

    var settings: GatewaySettings
    let clock: WallClock
    let contracts: ContractBook
    let exchangeRates: ExchangeRates
    var prices: PriceProcess
    var ledger: Ledger
    var orders: OrderBook
    var schedule = Schedule()
    var feeds = Feeds()
    var feedTicket: Schedule.Ticket?
    var displayGroups = DisplayGroups()
    var clients: [ConnectionID: Client] = [:]
    /// Started clients by client id.
    var started: [Int: ConnectionID] = [:]
    var serverIsConnected = true
    package internal(set) var light = APILight.green
    package internal(set) var phase = LifePhase.ready
    var farmStates: [FarmState]
    /// The next step of the start-up under way.
    var lifeTicket: Schedule.Ticket?
    /// Hellos that came while the gateway was not ready to answer, oldest first.
    var waitingHellos: [(ConnectionID, Hello)] = []
    var advisor: Advisor?
    /// Resting orders by con id.
    var watches: [Int64: PriceWatch] = [:]
    /// Orders and cancellations that came due while the broker was out of reach.
    var stalledOrders: [Int64] = []
    var stalledCancels: Set<Int64> = []
    var accountTicket: Schedule.Ticket?
    var profitTicket: Schedule.Ticket?
    var heldMarkets = HeldMarkets()
    /// The day on the gateway's calendar, since 1970.
    var today: Int64
    /// Prices when that day began, as far as somebody asked, by con id.
    var midnightPrices: [Int64: Amount] = [:]

    private var outbox: [Effect] = []
    /// Ticks that follow the last effect.
    private var ticks = TickBatch()
    /// How many ticks the last batch had; the next one probably has as many.
    private var usualBatch = (parts: 0, ticks: 0)
    private var announcedWake: SimInstant?

    var limits: ModelLimits { settings.limits }
    /// At least a millisecond, whatever the settings say.
    var tickInterval: Duration { max(settings.tickInterval, .milliseconds(1)) }

    package init(world: World, settings: GatewaySettings, seed: UInt64) {
        self.settings = settings
        clock = WallClock(epoch: settings.epoch, zoneName: settings.timeZoneName)
        contracts = ContractBook(world.allContracts(today: clock.day(at: .start)))
        exchangeRates = ExchangeRates(contracts.contracts)
        prices = PriceProcess(
            seed: SeededRandom(seed: seed).stream("prices").firstNumber,
            contracts: contracts.contracts, epoch: clock.milliseconds(at: .start),
            sizeStep: min(1000, settings.tickInterval.nanoseconds / 500_000),
            clock: MarketClock(waits: settings.marketWaits))
        ledger = Ledger(accounts: world.accounts)
        advisor = world.advisor
        farmStates = settings.farms.map(\.firstState)
        today = floorDivide(clock.seconds(at: .start), WallClock.secondsPerDay)
        orders = OrderBook(
            random: SeededRandom(seed: seed).stream("orders"),
            knownClients: settings.limits.knownClients)
        orders.load(world, contracts: contracts, epochSeconds: clock.seconds(at: .start))
        for fill in orders.fills.entries where isToday(fill.seconds) { ledger.recall(fill) }
        for order in orders.open {
            planExpiry(of: order, at: .start)
            resume(order)
        }
        beginLife()
    }

    /// An order of the world goes on where it stood.
    private mutating func resume(_ order: Order) {
        if order.terms.trigger == .close {
            planAcknowledgement(of: order, pricedAt: 0, at: .start)
        } else if let order = orders.openOrder(permID: order.permID) {
            watch(order, at: .start)
        }
    }

    package func serverVersion(of connection: ConnectionID) -> Int? {
        clients[connection]?.version
    }

    package func clientID(of connection: ConnectionID) -> Int? {
        clients[connection]?.clientID
    }

    package mutating func handle(_ event: Event, at driverNow: SimInstant) -> [Effect] {
        if movesMarket(event, at: driverNow) { openMarket(at: driverNow) }
        let now = driverNow + prices.clock.skipped
        startDay(at: now)
        switch event {
        case .connected(let connection): clients[connection] = Client()
        case .hello(let connection, let hello): greet(connection, hello, at: now)
        case .received(let connection, let message): hear(connection, message, at: now)
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
        closeBatch()
        defer { outbox = [] }
        return outbox
    }

    private mutating func obey(_ command: LifecycleCommand, at now: SimInstant) {
        switch command {
        case .restarted: startAnew(at: now)
        case .turnLightRed: light = .red
        case .turnLightGreen: light = .green
        case .loseServer: loseServer(at: now)
        case .restoreServer(let dataLost): restoreServer(dataLost: dataLost, at: now)
        case .announceBrokenServer: announceBrokenServer(at: now)
        case .setFarm(let name, let state): setFarm(name, state, at: now)
        case .changePort(let port): changePort(port, at: now)
        case .authenticate: authenticate(at: now)
        }
    }

    /// Does everything that has come due, in order; each task is done at most once a step.
    private mutating func performDue(at now: SimInstant) {
        var budget = schedule.count
        while budget > 0, let task = schedule.takeDue(at: now) {
            budget -= 1
            switch task {
            case .advanceOrder(let permID): advanceOrder(permID, at: now)
            case .expireOrder(let permID): expireOrder(permID, at: now)
            case .finishCancel(let permID): finishCancel(permID, at: now)
            case .reportCommission(let number): reportCommission(number)
            case .lookAtPrice(let conID): lookAtPrice(of: conID, at: now)
            case .repeatAccounts: repeatAccounts(at: now)
            case .sendProfits: sendProfits(at: now)
            case .servePaced(let connection): servePaced(connection, at: now)
            case .live(let step): live(step, at: now)
            case .tickFeeds: tickFeeds(at: now)
            case .stream(let connection, let key): advance(connection, key, at: now)
            }
        }
    }

    private mutating func announceWake() {
        guard let earliest = schedule.earliest, earliest != announcedWake else { return }
        announcedWake = earliest
        emit(.wake(at: earliest - prices.clock.skipped))
    }

    /// Says when to wake even if that has been said.
    mutating func forgetAnnouncedWake() { announcedWake = nil }

    /// Connections oldest first.
    var connections: [ConnectionID] { clients.keys.sorted() }

    /// Begins a new day when the calendar has.
    private mutating func startDay(at now: SimInstant) {
        let day = floorDivide(clock.seconds(at: now), WallClock.secondsPerDay)
        guard day != today else { return }
        today = day
        midnightPrices = [:]
        heldMarkets = HeldMarkets()
        ledger.startDay()
    }

    func isToday(_ seconds: Int64) -> Bool {
        floorDivide(seconds, WallClock.secondsPerDay) == today
    }

    /// Forgets a connection and everything it subscribed to.
    mutating func forget(_ connection: ConnectionID) {
        guard let client = clients.removeValue(forKey: connection) else { return }
        if let clientID = client.clientID { started[clientID] = nil }
        waitingHellos.removeAll { $0.0 == connection }
        drop(client.streams, of: connection)
    }

    mutating func emit(_ effect: Effect) {
        closeBatch()
        outbox.append(effect)
    }

    mutating func send(_ message: Message, to connection: ConnectionID) {
        emit(.send(connection, message))
    }

    private mutating func closeBatch() {
        guard !ticks.isEmpty else { return }
        usualBatch = ticks.size
        outbox.append(.ticks(ticks))
        ticks = TickBatch()
    }

    /// Adds to the ticks that leave together.
    mutating func withTicks<Result>(
        _ body: (inout TickBatch, inout Feeds, PriceProcess) -> Result
    ) -> Result {
        if ticks.isEmpty { ticks.reserve(usualBatch) }
        return body(&ticks, &feeds, prices)
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
