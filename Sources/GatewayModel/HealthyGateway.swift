package import GatewayWire
package import Simulation

/// A healthy gateway: decides what every client is told, and when.
///
/// Pure: everything follows from the world, the seed and the events. It refuses to decide anything
/// about bytes, frames, sockets, and what goes wrong with them; faults are done to it from outside.
///
/// Its parts own their state and decide; it only routes. An event, a due task or a request
/// (`RequestRule`) goes to the part it concerns, together with the context; where two parts have to
/// do with it, what one says is handed to the other here.
package struct HealthyGateway: Sendable {
    package enum Event: Hashable, Sendable {
        case connected(ConnectionID)
        case hello(ConnectionID, Hello)
        /// A request, decoded at the connection's version.
        case received(ConnectionID, Message)
        /// A request that somebody else answers. Only the gateway's own rules look at it: pacing and
        /// read-only. It is refused when anything is sent, or the connection closed.
        case screened(ConnectionID, Message)
        /// A whole frame whose message id the protocol does not know.
        case unknownRequest(ConnectionID, id: Int)
        /// A frame that could not be decoded; the text says why.
        case malformed(ConnectionID, String)
        /// The client's side has ended, or the connection was taken away.
        case disconnected(ConnectionID)
        case deadlineReached
        case commanded(LifecycleCommand)
    }

    /// What happens to a gateway apart from its clients: by an operator, the broker or a timetable.
    package enum LifecycleCommand: Hashable, Sendable {
        /// The process starts anew: connections and subscriptions are forgotten. Orders, positions
        /// and cash are kept, because they live with the broker.
        case restarted
        /// The gateway loses the broker (1100).
        case loseServer
        /// The broker is back: subscriptions lost (1101) or kept (1102).
        case restoreServer(dataLost: Bool)
        /// A short break between gateway and broker that ends by itself (2110).
        case announceBrokenServer
        /// One farm changes: 2103 to 2108, 2119, 2157, 2158.
        case setFarm(String, FarmState)
        /// The API port changes: 1300, and every connection ends.
        case changePort(Int)
        /// Completes a login that waits for somebody.
        case authenticate
        /// Settings change while it runs. What was computed from the old ones at the start, such as
        /// the calendar and the farms, stays.
        case adopt(GatewaySettings)
    }

    package enum Effect: Hashable, Sendable {
        /// The answer to a hello; from here on the caller encodes and decodes at its version.
        case reply(ConnectionID, VersionReply)
        case send(ConnectionID, Message)
        /// Several messages at once; `TickBatch.messages` lists them.
        case ticks(TickBatch)
        /// That was the last unsolicited start-up message of this connection.
        case synchronized(ConnectionID)
        case close(ConnectionID, reason: String)
        /// Nothing more of the client is read until `resumeReading`, because a request waits.
        case stopReading(ConnectionID)
        case resumeReading(ConnectionID)
        /// The API port is closed, or open again.
        case closePort
        case openPort
        /// The next deadline; replaces the one asked for before.
        case wake(at: SimInstant)
    }

    var context: GatewayContext
    var connections = Connections()
    var life: Life
    var accounts: Accounts
    var orders: Orders
    var marketData = MarketData()
    var history = History()
    var reference = Reference()
    var announcedWake: SimInstant?

    package init(world: World, settings: GatewaySettings, seed: UInt64) {
        let market = Market(world, settings: settings, seed: seed)
        context = GatewayContext(settings: settings, market: market)
        accounts = Accounts(world, today: market.clock.day(at: .start))
        orders = Orders(world, seed: seed, &context)
        accounts.recall(orders.book.fills.entries)
        life = Life(&context)
    }

    package var phase: LifePhase { life.phase }

    package func serverVersion(of connection: ConnectionID) -> Int? {
        connections.version(of: connection)
    }

    package func clientID(of connection: ConnectionID) -> Int? {
        connections.clientID(of: connection)
    }

    /// The gateway's clock in milliseconds since 1970.
    package func milliseconds(at driverNow: SimInstant) -> Int64 {
        context.market.clock.milliseconds(at: context.market.now(at: driverNow))
    }

    /// What bytes that are no hello are answered with; `nil` where the connection is closed.
    ///
    /// Recorded: they get the greeting of the time before `API\0`, a version and a time without a
    /// length in front. The version is assumed. What follows is not known; here it is silence.
    package func legacyGreeting(at driverNow: SimInstant) -> [UInt8]? {
        guard let version = context.settings.legacyGreeting else { return nil }
        let time = context.market.clock.connectionTime(at: context.market.now(at: driverNow))
        return Array("\(version)\0\(time)\0".utf8)
    }

    package mutating func handle(_ event: Event, at driverNow: SimInstant) -> [Effect] {
        if opensMarket(event, at: driverNow) { openMarket(at: driverNow) }
        let now = context.market.now(at: driverNow)
        accounts.startDay(context.market.clock.day(at: now))
        switch event {
        case .connected(let connection): connections.connect(connection)
        case .hello(let connection, let hello):
            connections.greet(connection, hello, life.helloTreatment, at: now, &context)
        case .received(let connection, let message):
            if connections.admits(connection, message, at: now, &context) {
                serve(connection, message, at: now)
            }
        case .screened(let connection, let message):
            screen(connection, message, at: now)
        case .unknownRequest(let connection, let id):
            connections.refuseUnreadable(
                connection, "message id \(id) is unknown", at: now, &context)
        case .malformed(let connection, let defect):
            connections.refuseUnreadable(connection, quoted(defect), at: now, &context)
        case .disconnected(let connection): connections.forget(connection, &context)
        case .deadlineReached: announcedWake = nil
        case .commanded(let command): obey(command, at: now)
        }
        forgetDeparted()
        performDue(at: now)
        announceWake()
        return context.takeEffects()
    }

    mutating func announceWake() {
        guard let earliest = context.schedule.earliest, earliest != announcedWake else { return }
        announcedWake = earliest
        if let instant = context.market.driverTime(of: earliest) {
            context.emit(.wake(at: instant))
        }
    }
}

/// The market's opening.
extension HealthyGateway {
    /// Whether the event opens a market that still waits.
    ///
    /// The first request that depends on prices does, and so does the first repetition of account
    /// values.
    private func opensMarket(_ event: Event, at now: SimInstant) -> Bool {
        guard context.market.isWaiting else { return false }
        switch event {
        case .received(let connection, let message):
            return connections.clientID(of: connection) != nil
                && RequestRule.byName[message.name]?.traits.contains(.opensMarket) ?? true
        case .deadlineReached:
            return now >= .start + context.settings.accountUpdateInterval && accounts.areFollowed
        case .connected, .hello, .screened, .unknownRequest, .malformed, .disconnected, .commanded:
            return false
        }
    }

    /// Opens the market, and compares every resting order with its price.
    private mutating func openMarket(at now: SimInstant) {
        context.openMarket(at: now)
        // The clock was put forward, so that the deadline is another instant for the caller.
        announcedWake = nil
        orders.lookAtAllPrices(at: context.market.now(at: now), &accounts, &context)
    }
}

/// Requests.
extension HealthyGateway {
    /// Handles a message according to the phase of its connection.
    ///
    /// Before startApi every other request is ignored without an answer (assumed): nothing may be
    /// sent between the version reply and startApi, official clients would lose it.
    private mutating func serve(
        _ connection: ConnectionID, _ message: Message, at now: SimInstant
    ) {
        switch connections.phase(of: connection) {
        case nil, .connected: return
        case .greeted(let version):
            if message.name == "startApi" { start(connection, message, version: version, at: now) }
        case .started(let version, let clientID):
            let request = Request(
                connection: connection, clientID: clientID, version: version, message: message,
                now: now)
            if let defect = request.defect(limits: context.limits) {
                connections.refuseUnreadable(
                    connection, "\(message.name): \(defect)", at: now, &context)
            } else {
                answer(request)
            }
        }
    }

    /// The messages that every client gets before it has asked for anything.
    ///
    /// Recorded at 200 and 225: open orders of the client's own first, if it has any; then accounts
    /// and next id, or the id first and the accounts among the farms; the farms last.
    private mutating func start(
        _ connection: ConnectionID, _ message: Message, version: Int, at now: SimInstant
    ) {
        let started = connections.start(
            connection, message, version: version, at: now, &context)
        guard let clientID = started else { return }
        // Assumed for a read-only gateway, which refuses to list orders.
        if context.settings.downloadOpenOrdersOnConnection, !context.settings.readOnly {
            orders.downloadOpenOrders(of: clientID, to: connection, &context)
        }
        if context.settings.accountsComeLate || life.phase == .connectingFarms {
            sendNextValidID(to: connection, clientID: clientID)
            life.sendFarmNotices([.marketData], to: connection, at: now, &context)
            accounts.sendManagedAccounts(to: connection, &context)
            life.sendFarmNotices([.history, .definitions], to: connection, at: now, &context)
        } else {
            if context.settings.idsComeFirst { sendNextValidID(to: connection, clientID: clientID) }
            accounts.sendManagedAccounts(to: connection, &context)
            if !context.settings.idsComeFirst {
                sendNextValidID(to: connection, clientID: clientID)
            }
            life.sendFarmNotices(Farm.Kind.allCases, to: connection, at: now, &context)
        }
        context.emit(.synchronized(connection))
    }

    mutating func sendNextValidID(to connection: ConnectionID, clientID: Int) {
        connections.sendNextValidID(
            orders.book.nextOrderID(for: clientID), to: connection, &context)
    }

    /// Applies the gateway's own rules to a request that somebody else answers.
    private mutating func screen(
        _ connection: ConnectionID, _ message: Message, at now: SimInstant
    ) {
        guard case .started(let version, let clientID) = connections.phase(of: connection),
            connections.isPaced(connection, context.settings)
                || connections.admits(connection, message, at: now, &context)
        else { return }
        let request = Request(
            connection: connection, clientID: clientID, version: version, message: message,
            now: now)
        _ = refuseWhenReadOnly(request)
    }

    /// Recorded: the refusal of requests without an id has the id -1, and no end marker follows.
    ///
    /// - Returns: Whether the request was refused.
    private mutating func refuseWhenReadOnly(_ request: Request) -> Bool {
        let rule = RequestRule.byName[request.message.schema.name]
        guard context.settings.readOnly, rule?.traits.contains(.refusedWhenReadOnly) ?? false
        else { return false }
        context.invalidate(request, "The API interface is currently in Read-Only mode.")
        return true
    }

    private mutating func answer(_ request: Request) {
        let schema = request.message.schema
        let rule = RequestRule.byName[schema.name]
        if refuseWhenReadOnly(request) { return }
        guard schema.versions.contains(request.version) else {
            // Some clients send requests their server version does not have.
            let least = schema.versions.lowerBound
            context.refuse(request, "\(schema.name) needs server version \(least)")
            return
        }
        guard let rule else {
            // Code 322, because it ends a pending request in every client; ib_async takes 321 for a
            // warning and would wait for ever. The wording is ours.
            let cause = "fakegw does not answer \(schema.name) (id \(schema.id)) yet"
            context.refuse(request, cause)
            return
        }
        var request = request
        request.traits = rule.traits
        life.wakeFarms(for: request, &context)
        rule.answer(&self, request)
    }
}

/// Commands and the end of connections.
extension HealthyGateway {
    private mutating func obey(_ command: LifecycleCommand, at now: SimInstant) {
        switch command {
        case .restarted:
            let brokerIsBack = life.startAnew(&connections, &context)
            forgetDeparted()
            if brokerIsBack { orders.resumeTrading(at: now, &accounts, &context) }
        case .loseServer: life.loseServer(at: now, &context)
        case .restoreServer(let dataLost):
            if dataLost { dropSubscriptions() }
            let brokerIsBack = life.restoreServer(dataLost: dataLost, at: now, &context)
            if brokerIsBack { orders.resumeTrading(at: now, &accounts, &context) }
        case .announceBrokenServer: life.announceBrokenServer(at: now, &context)
        case .setFarm(let name, let state): life.setFarm(name, state, at: now, &context)
        case .changePort(let port): life.changePort(port, at: now, &connections, &context)
        case .authenticate: life.authenticate(at: now, &context)
        case .adopt(let settings): context.adopt(settings)
        }
    }

    /// Lets every part forget the connections that have ended.
    mutating func forgetDeparted() {
        for connection in connections.takeDeparted() {
            accounts.forget(connection)
            marketData.forget(connection, &context)
            history.forget(connection, &context)
            reference.forget(connection, &context)
        }
    }

    /// The broker has lost what clients subscribed to, except for accounts and orders.
    private mutating func dropSubscriptions() {
        for connection in connections.all {
            marketData.drop(connection, &context)
            history.forget(connection, &context)
            reference.forget(connection, &context)
        }
    }
}

/// Tasks.
extension HealthyGateway {
    /// Does the tasks that are due, in order, and at most as many as were scheduled before.
    mutating func performDue(at now: SimInstant) {
        var budget = context.schedule.count
        while budget > 0, let task = context.schedule.takeDue(at: now) {
            budget -= 1
            perform(task, at: now)
            forgetDeparted()
        }
    }

    private mutating func perform(_ task: Schedule.Task, at now: SimInstant) {
        switch task {
        case .advanceOrder(let permID):
            orders.advanceOrder(permID, at: now, &accounts, &context)
        case .expireOrder(let permID): orders.expireOrder(permID, at: now, &context)
        case .finishCancel(let permID): orders.finishCancel(permID, at: now, &context)
        case .echoOrder(let permID): orders.echoOrder(permID, at: now, &context)
        case .showDone(let key): orders.showDone(key, &context)
        case .reportCommission(let number): orders.reportCommission(number, &context)
        case .lookAtPrice(let conID):
            orders.lookAtPrice(of: conID, at: now, &accounts, &context)
        case .repeatAccounts: accounts.repeatAccounts(at: now, &context)
        case .sendProfits: accounts.sendProfits(at: now, &context)
        case .servePaced(let connection):
            while let message = connections.nextPaced(connection, at: now, &context) {
                serve(connection, message, at: now)
            }
            connections.resumeReading(connection, &context)
        case .live(let step): life.live(step, at: now, &connections, &context)
        case .tickFeeds: marketData.tick(at: now, &context)
        case .stream(let connection, let key): advance(connection, key, at: now)
        }
    }

    /// A subscription's next message goes to the part that keeps it.
    private mutating func advance(
        _ connection: ConnectionID, _ key: StreamKey, at now: SimInstant
    ) {
        switch key.kind {
        case .snapshot, .tickByTick, .depth, .realTimeBars, .impliedVolatility, .optionPrice:
            marketData.advance(connection, key, at: now, &context)
        case .keptBars, .headTimestamp, .histogram, .fundamentals:
            history.advance(connection, key, at: now, &context)
        case .scanner, .bulletins, .displayGroup, .calendarMeta, .calendarEvents:
            reference.advance(connection, key, at: now, &context)
        }
    }
}

extension HealthyGateway {
    /// The state of a farm; `nil` when there is no such farm.
    package func state(ofFarm name: String) -> FarmState? {
        context.settings.farms.firstIndex { $0.name == name }.map { life.farmStates[$0] }
    }
}
