import Simulation

/// The routine of a gateway's days and nights.
///
/// ```
/// starting ─▶ awaiting login ─▶ initializing ─▶ connecting farms ─▶ ready
///    ▲ nightly      ▲ weekly                                          │
///    └──────────────┴─────────────────────────────────────────────────┘
/// ```
package struct GatewayLife: Hashable, Sendable {
    /// Runs through its phases first, instead of being ready from the start.
    package var startsOff = false
    package var starting = Duration.seconds(10)
    package var login = Duration.seconds(15)
    package var initializing = Duration.seconds(5)
    /// From one farm's connection to the next.
    package var farmDelay = Duration.seconds(1)
    /// Second of the day, in UTC, at which the process restarts; `nil` for never.
    package var nightlyRestart: Int?
    /// Second of the week, counted from Sunday midnight in UTC, at which the login expires.
    package var weeklyLogin: Int?
    /// How long the weekly login waits for somebody; `nil` until the command `authenticate`.
    package var loginWait: Duration?

    package init() {}
}

/// How far a gateway is.
package enum LifePhase: Hashable, Sendable {
    /// The process comes up; its port is closed.
    case starting
    /// A login window stands open, and the port is closed.
    case awaitingLogin
    /// The port is open; a hello is answered when this phase is over (assumed).
    case initializing
    /// Clients are served while one farm after the other comes up.
    case connectingFarms
    case ready
}

/// One step of that routine.
enum LifeStep: Hashable, Sendable {
    case enter(LifePhase)
    case connectFarm(Int)
    case restartForTheNight
    case demandLogin
}

extension HealthyGateway {
    /// Plans what the settings have planned for this gateway.
    mutating func beginLife() {
        if settings.life.startsOff {
            phase = .starting
            planLife(.enter(.starting), after: .zero, at: .start)
        }
        planRoutine(at: .start)
    }

    private mutating func planLife(_ step: LifeStep, after delay: Duration, at now: SimInstant) {
        if let ticket = lifeTicket { schedule.cancel(ticket) }
        lifeTicket = schedule.add(.live(step), at: now + delay)
    }

    private mutating func planRoutine(at now: SimInstant) {
        let day = WallClock.secondsPerDay
        if let second = settings.life.nightlyRestart {
            plan(.restartForTheNight, second: Int64(second), period: day, offset: 0, at: now)
        }
        if let second = settings.life.weeklyLogin {
            // 1970 began on a Thursday, four days after a Sunday.
            plan(
                .demandLogin, second: Int64(second), period: 7 * day, offset: 4 * day, at: now)
        }
    }

    private mutating func plan(
        _ step: LifeStep, second: Int64, period: Int64, offset: Int64, at now: SimInstant
    ) {
        let second = min(max(second, 0), period - 1)
        let seconds = clock.seconds(at: now)
        let start = floorDivide(seconds + offset, period) * period - offset + second
        let next = start > seconds ? start : start + period
        _ = schedule.add(.live(step), at: clock.instant(ofSeconds: next))
    }

    mutating func live(_ step: LifeStep, at now: SimInstant) {
        switch step {
        case .enter(let next):
            lifeTicket = nil
            // Only a gateway that starts off comes here with its port still open.
            if next == .starting { emit(.closePort) }
            enter(next, at: now)
        case .connectFarm(let index):
            lifeTicket = nil
            connectFarm(index, at: now)
        case .restartForTheNight:
            goDown("nightly restart")
            enter(.starting, at: now)
            plan(
                step, second: Int64(settings.life.nightlyRestart ?? 0),
                period: WallClock.secondsPerDay, offset: 0, at: now)
        case .demandLogin:
            goDown("the weekly login has expired")
            enter(.awaitingLogin, waiting: settings.life.loginWait, at: now)
            plan(
                step, second: Int64(settings.life.weeklyLogin ?? 0),
                period: 7 * WallClock.secondsPerDay, offset: 4 * WallClock.secondsPerDay, at: now)
        }
    }

    /// Somebody answers the login window.
    mutating func authenticate(at now: SimInstant) {
        if phase == .awaitingLogin { planLife(.enter(.initializing), after: .zero, at: now) }
    }

    private mutating func goDown(_ reason: String) {
        for connection in connections { close(connection, reason) }
        waitingHellos = []
        emit(.closePort)
    }

    private mutating func enter(_ next: LifePhase, at now: SimInstant) {
        enter(next, waiting: settings.life.login, at: now)
    }

    /// - Parameter login: How long a login takes; `nil` until somebody answers it.
    private mutating func enter(
        _ next: LifePhase, waiting login: Duration?, at now: SimInstant
    ) {
        let life = settings.life
        phase = next
        switch next {
        case .starting: planLife(.enter(.awaitingLogin), after: life.starting, at: now)
        case .awaitingLogin:
            if let ticket = lifeTicket { schedule.cancel(ticket) }
            lifeTicket = nil
            if let login { planLife(.enter(.initializing), after: login, at: now) }
        case .initializing:
            emit(.openPort)
            planLife(.enter(.connectingFarms), after: life.initializing, at: now)
        case .connectingFarms:
            farmStates = farmStates.map { _ in .connecting }
            greetWaiting(at: now)
            planLife(.connectFarm(0), after: life.farmDelay, at: now)
        case .ready: break
        }
    }

    private mutating func connectFarm(_ index: Int, at now: SimInstant) {
        guard settings.farms.indices.contains(index) else {
            phase = .ready
            return
        }
        setFarm(settings.farms[index].name, settings.farms[index].firstState, at: now)
        planLife(.connectFarm(index + 1), after: settings.life.farmDelay, at: now)
    }

    /// The process starts anew at once, as an operator's command has it.
    mutating func startAnew(at now: SimInstant) {
        for connection in connections { forget(connection) }
        waitingHellos = []
        if let ticket = lifeTicket { schedule.cancel(ticket) }
        lifeTicket = nil
        light = .green
        phase = .ready
        farmStates = settings.farms.map(\.firstState)
        if !serverIsConnected {
            serverIsConnected = true
            resumeTrading(at: now)
        }
    }
}
