package import Faults

/// A task that a story gives to its driver.
///
/// A story has one task at a time. The driver answers each with one event: `runner(.done)` when it
/// has been carried out, or `runner(.failed)` with the reason. Events that the task causes at once,
/// such as the answer of a gateway to a command, are in the log before that.
package enum StoryTask: Hashable, Sendable {
    /// Open the scenario's gateways, in their order.
    case openGateways
    /// Start a client program. `clientStarted` carries the instant before the start.
    case start(client: String, arguments: [String], run: String)
    /// Send a signal, named without `SIG`, to the program's process group.
    case signal(run: String, String)
    /// Write a line to the program's standard input; fails when the program does not take it.
    case feed(run: String, line: String)
    case closeInput(run: String)
    case command(gateway: String, GatewayCommand)
    /// Listen on another port, 0 for a free one, and tell the gateway.
    case movePort(gateway: String, port: Int)
    /// Wait until no new event has come for 20 ms of real time, but not longer than one second.
    case settle
    /// Report the faults that had to fire and have not: `runner(.unfired)`.
    case listUnfired
    /// Report, for the failure report, the socket tables of all gateways with the owners, and the
    /// real time: `sockets` and `runner(.realTime)`.
    case listSockets
    /// End every program and close every socket; report what was left: `runner(.leaked)`,
    /// and the real time.
    case cleanUp

    /// The name of the task in the driver's answers.
    package var name: String {
        switch self {
        case .openGateways: "open gateways"
        case .start(_, _, let run): "start \(run)"
        case .signal(let run, let signal): "signal \(run) \(signal)"
        case .feed(let run, _): "feed \(run)"
        case .closeInput(let run): "close input of \(run)"
        case .command(let gateway, let command): "tell \(gateway): \(command.text)"
        case .movePort(let gateway, let port): "move \(gateway) to port \(port)"
        case .settle: "settle"
        case .listUnfired: "list unfired faults"
        case .listSockets: "list sockets"
        case .cleanUp: "clean up"
        }
    }
}

/// What a story wants to be told of while it waits.
package enum StoryWatch: Hashable, Sendable {
    /// The kernel's socket table for a gateway's ports: a `sockets` event at once, and whenever it
    /// has changed.
    case sockets(gateway: String)
    /// The connections that a program holds when the watch begins: `runner(.holds)` at once, and
    /// whenever a count of unread bytes has changed.
    case connections(run: String)
}
