package import EventLog
package import Faults
package import Simulation

/// A gateway that can be hosted: healthy with faults, or a recording played back.
package protocol GatewayMachine: StreamHandler, Sendable {
    var name: String { get }
    /// Faults that had to fire and have not.
    var unfired: [String] { get }
    mutating func command(_ command: GatewayCommand, at now: SimInstant) -> [StreamEffect]
    /// The log since it was last taken.
    mutating func takeLog() -> [LogEvent]
}
