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
    /// What explains the recording that it replays; empty when nobody said.
    package var explainedBy: [RecordedCause]
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

    package init(exit: Int, says: [String]) {
        self.exit = exit
        self.says = says
    }
}

/// One gateway of a scenario.
package struct GatewaySpec: Sendable {
    package var name: String
    /// Numeric address and port; port 0 takes a free one.
    package var listen: String
    /// The settings, the newest server version included.
    ///
    /// `start` sets the clock.
    package var settings: GatewaySettings
    /// Connections the kernel holds for a gateway that does not accept.
    package var backlog: Int
    package var pathologies: [PathologyUse]
    /// The pathologies' rules, parameters put in, then the scenario's own faults.
    package var rules: [FaultRule]
    /// Transcripts to replay instead of the healthy model, one for each connection in their order;
    /// resolved against the scenario's folder.
    package var replay: [String]
    /// The gateway of the same scenario that this one is a proxy of.
    ///
    /// It is `nil` when this one answers by itself.
    package var upstream: String?
    /// Who answers what the fixture has no answer for.
    package var beyond = BeyondRecording.refuse
    /// What stands between the clients and the gateway.
    package var front = Front.none
    /// The preset that its settings start from.
    package var dialect: String?
    package var world = World.default
    /// The file the world comes from; `readWorlds` puts it in.
    package var worldFile: WorldFile?
    /// Where its calendar begins, when the scenario sets it and not the world.
    package var clock: GatewayStart?
    package var mark: SourceMark
    /// Where each rule is written; a pathology's rules where the pathology is used.
    package var ruleMarks: [String: SourceMark] = [:]

    package var start: GatewayStart { clock ?? world.starts }

    /// A gateway as the command line describes it.
    package init(
        name: String, listen: String, settings: GatewaySettings, pathologies: [PathologyUse],
        rules: [FaultRule]
    ) {
        self.init(
            name: name, listen: listen, settings: settings, backlog: 511,
            pathologies: pathologies, rules: rules, replay: [],
            mark: SourceMark(file: "", line: 1, column: 1))
    }

    init(
        name: String, listen: String, settings: GatewaySettings, backlog: Int,
        pathologies: [PathologyUse], rules: [FaultRule], replay: [String], mark: SourceMark
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
    /// What the names of its rules begin with: the pathology's name, or the one given with `as`.
    package var label: String
    package var parameters: [String: String]
    /// Settings of the gateway that it needs.
    package var settings: [PathologySetting]
    /// What it needs between the clients and the gateway.
    package var front: Front?

    package var needsSettings: Bool { !settings.isEmpty }

    package init(
        name: String, parameters: [String: String], settings: [PathologySetting] = [],
        front: Front? = nil
    ) {
        self.name = name
        label = name
        self.parameters = parameters
        self.settings = settings
        self.front = front
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
    /// Folder of a virtual environment, from the scenario's folder, in which the command runs.
    package var venv: String?
    package var environment: [(name: String, value: String)]
    /// Folder the program starts in: the scenario file's.
    package var directory: String
    package var mark: SourceMark
}
