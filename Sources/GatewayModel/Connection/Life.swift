import GatewayWire
import Simulation

/// The link between gateway and broker, for every part to read; `Life` alone changes it.
struct BrokerLink: Sendable {
    fileprivate(set) var isConnected = true
}

/// The gateway's own state: phase of its start-up, farms, link to the broker.
///
/// Restarts, logins and the commands of an operator end connections through `Connections`. What the
/// other parts have to do then is said by what a method returns.
struct Life: Sendable {
    private(set) var phase = LifePhase.ready
    private(set) var farmStates: [FarmState]
    /// The next step of the start-up under way.
    private var ticket: Schedule.Ticket?

    /// Schedules the start-up, the nightly restart and the weekly login that the settings ask for.
    init(_ context: inout GatewayContext) {
        farmStates = context.settings.farms.map(\.firstState)
        if context.settings.life.startsOff {
            phase = .starting
            planNext(.enter(.starting), after: .zero, at: .start, &context)
        }
        planRoutine(at: .start, &context)
    }

    var helloTreatment: Connections.HelloTreatment {
        switch phase {
        case .connectingFarms, .ready: .answered
        case .starting, .awaitingLogin, .initializing: .kept
        }
    }
}

/// Start-up, nightly restart and weekly login.
extension Life {
    private mutating func planNext(
        _ step: LifeStep, after delay: Duration, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        if let ticket { context.schedule.cancel(ticket) }
        ticket = context.schedule.add(.live(step), at: now + delay)
    }

    private func planRoutine(at now: SimInstant, _ context: inout GatewayContext) {
        if let second = context.settings.life.nightlyRestart {
            plan(.restartForTheNight, second: second, .day, at: now, &context)
        }
        if let second = context.settings.life.weeklyLogin {
            plan(.demandLogin, second: second, .week, at: now, &context)
        }
    }

    /// A day or a week, in seconds.
    private struct Period {
        let length: Int64
        /// The time from the last day or week that began before 1970 to 1970.
        let offset: Int64

        static let day = Period(length: WallClock.secondsPerDay, offset: 0)
        /// 1970 began on a Thursday, four days after a Sunday.
        static let week = Period(
            length: 7 * WallClock.secondsPerDay, offset: 4 * WallClock.secondsPerDay)
    }

    private func plan(
        _ step: LifeStep, second: Int, _ period: Period, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        let second = min(max(Int64(second), 0), period.length - 1)
        let clock = context.market.clock
        let seconds = clock.seconds(at: now)
        let begin = floorDivide(seconds + period.offset, period.length) * period.length
        let start = begin - period.offset + second
        let next = start > seconds ? start : start + period.length
        _ = context.schedule.add(.live(step), at: clock.instant(ofSeconds: next))
    }

    mutating func live(
        _ step: LifeStep, at now: SimInstant, _ connections: inout Connections,
        _ context: inout GatewayContext
    ) {
        switch step {
        case .enter(let next):
            ticket = nil
            // This step is scheduled only at the start, when the port is still open.
            if next == .starting { context.emit(.closePort) }
            enter(next, at: now, &connections, &context)
        case .connectFarm(let index):
            ticket = nil
            connectFarm(index, at: now, &context)
        case .wakeFarm(let index):
            guard farmStates.indices.contains(index), farmStates[index] == .connecting else {
                return
            }
            setFarm(context.settings.farms[index].name, .ok, at: now, &context)
        case .restartForTheNight:
            goDown("nightly restart", &connections, &context)
            enter(.starting, at: now, &connections, &context)
            plan(
                step, second: context.settings.life.nightlyRestart ?? 0, .day, at: now, &context)
        case .demandLogin:
            goDown("the weekly login has expired", &connections, &context)
            enter(
                .awaitingLogin, waiting: context.settings.life.loginWait, at: now, &connections,
                &context)
            plan(step, second: context.settings.life.weeklyLogin ?? 0, .week, at: now, &context)
        }
    }

    /// Completes a login that waits for the command.
    mutating func authenticate(at now: SimInstant, _ context: inout GatewayContext) {
        guard phase == .awaitingLogin else { return }
        planNext(.enter(.initializing), after: .zero, at: now, &context)
    }

    private func goDown(
        _ reason: String, _ connections: inout Connections, _ context: inout GatewayContext
    ) {
        connections.closeAll(reason, &context)
        context.emit(.closePort)
    }

    private mutating func enter(
        _ next: LifePhase, at now: SimInstant, _ connections: inout Connections,
        _ context: inout GatewayContext
    ) {
        enter(next, waiting: context.settings.life.login, at: now, &connections, &context)
    }

    /// - Parameter login: How long a login takes; `nil` when it waits for the command.
    private mutating func enter(
        _ next: LifePhase, waiting login: Duration?, at now: SimInstant,
        _ connections: inout Connections, _ context: inout GatewayContext
    ) {
        let life = context.settings.life
        phase = next
        switch next {
        case .starting: planNext(.enter(.awaitingLogin), after: life.starting, at: now, &context)
        case .awaitingLogin:
            if let ticket { context.schedule.cancel(ticket) }
            ticket = nil
            if let login { planNext(.enter(.initializing), after: login, at: now, &context) }
        case .initializing:
            context.emit(.openPort)
            planNext(.enter(.connectingFarms), after: life.initializing, at: now, &context)
        case .connectingFarms:
            farmStates = farmStates.map { _ in .connecting }
            connections.greetWaiting(helloTreatment, at: now, &context)
            planNext(.connectFarm(0), after: life.farmDelay, at: now, &context)
        case .ready: break
        }
    }

    private mutating func connectFarm(
        _ index: Int, at now: SimInstant, _ context: inout GatewayContext
    ) {
        let farms = context.settings.farms
        guard farms.indices.contains(index) else {
            phase = .ready
            return
        }
        setFarm(farms[index].name, farms[index].firstState, at: now, &context)
        planNext(
            .connectFarm(index + 1), after: context.settings.life.farmDelay, at: now, &context)
    }

    /// Restarts the process at once, without the start-up phases.
    ///
    /// - Returns: Whether the link to the broker was down; the restart restores it.
    mutating func startAnew(
        _ connections: inout Connections, _ context: inout GatewayContext
    ) -> Bool {
        connections.forgetAll(&context)
        if let ticket { context.schedule.cancel(ticket) }
        ticket = nil
        phase = .ready
        farmStates = context.settings.farms.map(\.firstState)
        defer { context.broker.isConnected = true }
        return !context.broker.isConnected
    }
}

/// What clients are told of the gateway's own connections: to the broker and to the farms.
extension Life {
    /// Tells every started client; ticks and fills pause until the broker is back.
    func loseServer(at now: SimInstant, _ context: inout GatewayContext) {
        context.broker.isConnected = false
        context.tellEveryone(
            1100, "Connectivity between IB and Trader Workstation has been lost.", at: now)
    }

    /// - Returns: Whether the broker was out of reach.
    func restoreServer(
        dataLost: Bool, at now: SimInstant, _ context: inout GatewayContext
    ) -> Bool {
        let wasLost = !context.broker.isConnected
        context.broker.isConnected = true
        if dataLost {
            context.tellEveryone(
                1101,
                "Connectivity between IB and Trader Workstation has been restored - data lost.",
                at: now)
        } else {
            let farms = context.settings.farms.map(\.name).joined(separator: "; ")
            context.tellEveryone(
                1102,
                "Connectivity between IB and Trader Workstation has been restored - "
                    + "data maintained. All data farms are connected: \(farms).",
                at: now)
        }
        return wasLost
    }

    /// A notice alone: orders and data go on (assumed).
    func announceBrokenServer(at now: SimInstant, _ context: inout GatewayContext) {
        context.tellEveryone(Self.brokenServer.code, Self.brokenServer.text, at: now)
    }

    private static let brokenServer = (
        code: 2110,
        text: "Connectivity between Trader Workstation and server is broken. "
            + "It will be restored automatically."
    )

    /// Changes a farm's state and tells everyone; a farm the gateway does not have is ignored.
    mutating func setFarm(
        _ name: String, _ state: FarmState, at now: SimInstant, _ context: inout GatewayContext
    ) {
        let farms = context.settings.farms
        guard let index = farms.firstIndex(where: { $0.name == name }) else { return }
        farmStates[index] = state
        let notice = farms[index].notice(state)
        context.tellEveryone(notice.code, notice.text, at: now)
    }

    /// Connects an idle farm that a request needs.
    ///
    /// Recorded at 211: a request for an option's data brings 2119 for its farm, and later 2104,
    /// between the answers. The time between is the same as between two farms of the start-up.
    mutating func wakeFarms(for request: Request, _ context: inout GatewayContext) {
        guard let kind = Farm.kind(neededBy: request.message.name), context.serverIsConnected,
            farmStates.contains(.idle)
        else { return }
        let conID = request.int("contract.conId").map(Int64.init) ?? 0
        let secType = context.market.contracts[conID]?.secType ?? request.text("contract.secType")
        for (index, farm) in context.settings.farms.enumerated()
        where farm.kind == kind && farmStates[index] == .idle && farm.serves(secType) {
            setFarm(farm.name, .connecting, at: request.now, &context)
            _ = context.schedule.add(
                .live(.wakeFarm(index)), at: request.now + context.settings.life.farmDelay)
        }
    }

    /// The farms of some kinds as they are, or all broken while the broker is out of reach
    /// (assumed).
    ///
    /// Recorded: farms of market data come first, then history, then definitions.
    func sendFarmNotices(
        _ kinds: [Farm.Kind], to connection: ConnectionID, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        let isConnected = context.serverIsConnected
        var notices: [(code: Int, text: String)] = []
        if !isConnected, kinds.contains(.marketData) { notices.append(Self.brokenServer) }
        for kind in kinds {
            for (farm, state) in zip(context.settings.farms, farmStates) where farm.kind == kind {
                notices.append(farm.notice(isConnected ? state : .broken))
            }
        }
        for (code, text) in notices { context.sendError(code, text, to: connection, at: now) }
    }

    /// Announces the new port and closes every connection; the host has to listen on it.
    func changePort(
        _ port: Int, at now: SimInstant, _ connections: inout Connections,
        _ context: inout GatewayContext
    ) {
        context.tellEveryone(
            1300,
            "TWS socket port has been reset and this connection is being dropped. "
                + "Please reconnect on the new port - \(port)",
            at: now)
        connections.closeStarted("the port changes to \(port)", &context)
    }
}
