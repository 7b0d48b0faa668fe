package import EventLog
package import Faults
package import GatewayMachine
package import GatewayModel
package import HTTPMessages
package import ScenarioFormat
package import Simulation

/// What the control API needs of the program that it runs in.
package protocol ControlHost: AnyObject {
    /// In their order; they stay the same for the life of the program.
    var gateways: [any ControlledGateway] { get }
    var now: SimInstant { get }
    /// Nanoseconds since 1970 at the start of gateway time.
    var epoch: Int64 { get }
    /// Counts over all events so far, and over ticks that are no events.
    ///
    /// It is asked within steps of the gateways too.
    var tally: LogTally { get }
    var catalogue: PathologyCatalogue { get }

    /// The capture so far, as a file.
    ///
    /// - Throws: Why there is none, and what to do about it.
    func capture() throws(ControlProblem) -> (type: String, bytes: [UInt8])

    /// Letters and digits that nobody could know before.
    func nonce() -> String

    /// How long the turns of the event loop took.
    var loopTurns: Histogram { get }

    /// Adds what is counted elsewhere.
    func addMetrics(to text: inout PrometheusText)

    /// Whether the kernel's tables are looked at all the time, from the opening of the gateways on.
    var followsSockets: Bool { get }

    /// Looks at the kernel's tables; what is new there becomes an event.
    func lookAtSockets()

    /// Looks at them again and again from now on, or no more.
    func awaitSockets(_ isOn: Bool)

    /// Calls `react` once, when gateway time has come to the instant.
    func schedule(at instant: SimInstant, _ react: @escaping () -> Void)

    /// Calls `react` once, that much real time from now.
    func schedule(afterReal delay: Duration, _ react: @escaping () -> Void)
}

/// One gateway, as the control API sees it.
package protocol ControlledGateway: AnyObject {
    /// As it was started.
    var spec: GatewaySpec { get }
    /// Where it listens: `127.0.0.1:4002`.
    var address: String { get }
    var machine: FaultedGateway { get }

    /// Whether each tick becomes an event, or is only counted.
    func recordTicks(_ isOn: Bool)

    /// - Returns: Why the gateway does not obey; `nil` when it does.
    @discardableResult
    func command(_ command: GatewayCommand) -> CommandRefusal?
    /// Listens on another port; 0 takes a free one.
    func changePort(to port: Int) throws(ControlProblem)
    /// The kernel's rows of its connections, of both ends where they are on this machine.
    ///
    /// - Parameter withOwners: Which programs hold them is found by a look at every process.
    func sockets(withOwners: Bool) -> [SocketRow]
    /// The client's address of an open connection.
    func clientAddress(of connection: ConnectionID) -> String?
}
