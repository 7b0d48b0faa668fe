package import EventLog
package import Faults

/// One step of the story.
package struct Step: Sendable {
    package enum Action: Sendable {
        /// Start a client program and wait for its end.
        case run(client: String, arguments: [String])
        /// Start a client program and go on; `name` is what later steps call it.
        case start(client: String, name: String, arguments: [String])
        /// End a started client: a signal to its process group.
        case stop(client: String, signal: String)
        /// SIGKILL; with `unread` true, not before bytes of a gateway lie unread in its socket;
        /// with false, not before there are none.
        case kill(client: String, unread: Bool?)
        case feed(client: String, line: String)
        case closeInput(client: String)
        /// Give a gateway a command. A restart is over when it listens again.
        case command(gateway: String, GatewayCommand)
        case pause(Duration)
        case waitForOutput(client: String, text: String)
        case waitForExit(client: String)
        /// Wait until a gateway, or the kernel's socket table, is as expected.
        case waitFor(Expectation)
        case check
    }

    package var action: Action
    /// Bound on waiting in this step; `nil` leaves only the scenario's deadline.
    package var within: Duration?
    package var expectations: [Expectation]
    package var mark: SourceMark
}
