import Simulation

/// A gateway's start-up, its nightly restart and its weekly login.
///
/// ```
/// starting ─▶ awaiting login ─▶ initializing ─▶ connecting farms ─▶ ready
///    ▲ nightly      ▲ weekly                                          │
///    └──────────────┴─────────────────────────────────────────────────┘
/// ```
package struct GatewayLife: Hashable, Sendable {
    /// Begins with the start-up phases rather than ready.
    package var startsOff = false
    package var starting = Duration.seconds(10)
    package var login = Duration.seconds(15)
    package var initializing = Duration.seconds(5)
    /// The time from one farm's connection to the next.
    package var farmDelay = Duration.seconds(1)
    /// Second of the day, in UTC, at which the process restarts; `nil` for never.
    package var nightlyRestart: Int?
    /// Second of the week, counted from Sunday midnight in UTC, at which the login expires.
    package var weeklyLogin: Int?
    /// How long the weekly login takes; `nil` when it waits for the command `authenticate`.
    package var loginWait: Duration?

    package init() {}
}

/// A phase of the gateway's start-up.
package enum LifePhase: Hashable, Sendable {
    /// The process is starting; its port is closed.
    case starting
    /// The login window is open; the port is closed.
    case awaitingLogin
    /// The port is open; a hello is answered when this phase is over (assumed).
    case initializing
    /// Clients are served while the farms connect one after the other.
    case connectingFarms
    case ready
}

/// One step of that routine.
enum LifeStep: Hashable, Sendable {
    case enter(LifePhase)
    case connectFarm(Int)
    /// An idle farm that a request woke is connected.
    case wakeFarm(Int)
    case restartForTheNight
    case demandLogin
}
