package import EventLog
package import Faults
package import GatewayModel

/// One checked scenario: gateways, client programs, the story in steps, and what is expected.
///
/// A file with a `matrix` gives one scenario a row, its variables already put in.
package struct Scenario: Sendable {
    package var name: String
    package var about: String
    /// Field reports and threads this scenario stands for.
    package var cite: [String]
    package var tags: [String]
    /// The file it came from.
    package var file: String
    /// The matrix row's variables in the order of the file; empty without a matrix.
    package var variables: [(name: String, value: String)]
    /// What tells the matrix row from the others of the file.
    package var row: [String]
    package var seed: UInt64
    /// Bound on the whole scenario, in gateway time.
    package var deadline: Duration
    package var speed: Double
    package var gateways: [GatewaySpec]
    package var clients: [ClientSpec]
    package var steps: [Step]
    package var expectations: [Expectation]
    /// A scenario that keeps the judge honest: it has to fail, and so.
    package var mustFail: MustFail?

    /// The name with its matrix row, unique within a file.
    package var title: String {
        row.isEmpty ? name : "\(name) [\(row.joined(separator: " "))]"
    }
}

/// How a scenario that must fail has to fail.
package struct MustFail: Hashable, Sendable {
    /// The exit code of `run` for that kind of failure.
    package var exit: Int
    /// What the report has to say.
    package var says: [String]
}

/// One gateway of a scenario.
package struct GatewaySpec: Sendable {
    package var name: String
    /// Numeric address and port; port 0 takes a free one.
    package var listen: String
    /// Newest server version and the rest; its clock is `start`'s affair.
    package var settings: GatewaySettings
    /// Connections the kernel holds for a gateway that does not accept.
    package var backlog: Int
    package var pathologies: [PathologyUse]
    /// The pathologies' rules, parameters put in, then the scenario's own faults.
    package var rules: [FaultRule]
    /// A fixture to replay instead of the healthy model; resolved against the scenario's folder.
    package var replay: String?
    /// Who answers what the fixture has no answer for.
    package var beyond = BeyondRecording.refuse
    package var world = World.default
    /// The file the world comes from; `readWorlds` puts it in.
    package var worldFile: WorldFile?
    /// Where its calendar begins, when that is not the world's affair.
    package var clock: GatewayStart?
    package var mark: SourceMark

    package var start: GatewayStart { clock ?? world.starts }

    /// A gateway as the command line describes it.
    package init(
        name: String, listen: String, settings: GatewaySettings, pathologies: [PathologyUse],
        rules: [FaultRule]
    ) {
        self.init(
            name: name, listen: listen, settings: settings, backlog: 511,
            pathologies: pathologies, rules: rules, replay: nil,
            mark: SourceMark(file: "", line: 1, column: 1))
    }

    init(
        name: String, listen: String, settings: GatewaySettings, backlog: Int,
        pathologies: [PathologyUse], rules: [FaultRule], replay: String?, mark: SourceMark
    ) {
        self.name = name
        self.listen = listen
        self.settings = settings
        self.backlog = backlog
        self.pathologies = pathologies
        self.rules = rules
        self.replay = replay
        self.mark = mark
    }
}

/// A pathology put to use, with the parameters that were given or taken by default.
package struct PathologyUse: Hashable, Sendable {
    package var name: String
    package var parameters: [String: String]

    package init(name: String, parameters: [String: String]) {
        self.name = name
        self.parameters = parameters
    }
}

/// A program under test.
package struct ClientSpec: Sendable {
    package var name: String
    /// Program and arguments.
    ///
    /// May hold run facts such as `${gateway.port}`; `RunFact.fill` puts them in at start. Step
    /// arguments, environment values and fed lines are the same.
    package var command: [String]
    /// Name of the Python environment whose interpreter runs the command; `nil` runs it as it is.
    package var python: String?
    package var environment: [(name: String, value: String)]
    /// Folder the program starts in: the scenario file's.
    package var directory: String
    package var mark: SourceMark
}

/// A text expectation: every one of `contains`, none of `lacks`.
package struct TextExpectation: Hashable, Sendable {
    package var contains: [String]
    package var lacks: [String]

    package init(contains: [String] = [], lacks: [String] = []) {
        self.contains = contains
        self.lacks = lacks
    }
}

/// What is expected of one run of a client program.
package struct ClientExpectation: Sendable {
    package enum Ending: Hashable, Sendable {
        case exit(CountRange)
        case signaled(String)
        case running
    }

    /// A client's name; with several runs `name#2` is the second, the plain name the last.
    package var client: String
    package var ending: Ending?
    /// From its start to its end, in gateway time.
    package var within: Duration?
    package var stdout: TextExpectation
    package var stderr: TextExpectation
    package var mark: SourceMark
}

package struct GatewayExpectation: Sendable {
    package enum Claim: Hashable, Sendable {
        /// Messages of this name that arrived from clients.
        case received(String, CountRange)
        /// Messages of this name that left for clients.
        case sent(String, CountRange)
        case accepted(CountRange)
        /// Connections now open, held descriptors not counted.
        case open(CountRange)
        /// Descriptors kept after their client's FIN.
        case held(CountRange)
        case light(APILight)
        case listening(Bool)
        case fired(String, CountRange)
    }

    package var gateway: String
    package var claims: [Claim]
    package var mark: SourceMark
}

/// What the kernel's socket table must show for a gateway's port.
package struct SocketExpectation: Sendable {
    package enum Side: String, Hashable, Sendable, CaseIterable { case gateway, client }
    package enum Owner: String, Hashable, Sendable, CaseIterable {
        /// A process owns the socket: ours for the gateway's side.
        case process
        /// Nobody does: in the accept queue, or left by a closed descriptor.
        case none
    }

    package var gateway: String
    package var side: Side
    /// Kernel names: `ESTABLISHED`, `CLOSE_WAIT`, `FIN_WAIT2` and so on.
    package var states: [String]
    package var count: CountRange
    package var owner: Owner?
    /// How long to wait for it to come true; zero: true at once.
    package var within: Duration
    package var mark: SourceMark
}

package enum Expectation: Sendable {
    case client(ClientExpectation)
    case gateway(GatewayExpectation)
    case sockets(SocketExpectation)
}

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
        case restart(gateway: String, down: Duration)
        case redden(gateway: String)
        case heal(gateway: String)
        case loseServer(gateway: String)
        case restoreServer(gateway: String, dataLost: Bool)
        /// A break between gateway and broker that heals by itself (2110).
        case interruptServer(gateway: String)
        case setFarm(gateway: String, farm: String, state: FarmState)
        /// Listen elsewhere and say so (1300); port 0 takes a free one.
        case changePort(gateway: String, port: Int)
        /// Somebody answers the login that stands open.
        case authenticate(gateway: String)
        /// Fires `signal` triggers of that name.
        case signal(gateway: String, name: String)
        case pause(Duration)
        case waitForOutput(client: String, text: String)
        case waitForExit(client: String)
        case waitForGateway(GatewayExpectation)
        case waitForSockets(SocketExpectation)
        case check
    }

    package var action: Action
    /// Bound on waiting in this step; `nil` leaves only the scenario's deadline.
    package var within: Duration?
    package var expectations: [Expectation]
    package var mark: SourceMark
}
