/// What a client library makes of a pathology, as it was measured.
package struct PathologyClient: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// Its own time limit passes, and it says so.
        case timesOut = "times-out"
        /// It waits, and has no limit.
        case hangs
        /// An exception, or an error that it reports.
        case fails
        /// The connection ends, and it notices.
        case disconnected
        /// It reports success, and there was none.
        case falseSuccess = "false-success"
        /// It goes on with data that are not right.
        case wrongState = "wrong-state"
        /// It notices, and works again by itself.
        case recovers
        /// It works as without the pathology.
        case unaffected

        package var meaning: String {
            switch self {
            case .timesOut: "waits until its time limit has passed, and says so"
            case .hangs: "waits without a limit"
            case .fails: "reports an error or raises an exception"
            case .disconnected: "loses its connection, and notices"
            case .falseSuccess: "reports success where there was none"
            case .wrongState: "goes on with wrong data"
            case .recovers: "notices, and works again by itself"
            case .unaffected: "works as without it"
            }
        }
    }

    /// The libraries that measurements name, as in a scenario's `python:`.
    package static let libraries = [
        "ib_async", "ib_insync", "ibapi-10.51", "ibapi-10.46", "ibapi-9.81",
    ]

    /// The libraries that do the same, one or more.
    package let libraries: [String]
    package let outcome: Outcome
    /// Texts that the program prints or raises.
    package let says: [String]
    /// Texts in the library's own log.
    package let logs: [String]
}
