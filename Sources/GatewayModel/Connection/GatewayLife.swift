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
