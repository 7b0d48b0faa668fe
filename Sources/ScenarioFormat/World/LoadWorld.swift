package import GatewayModel

/// Reads a world file's text into a checked world.
///
/// - Parameter file: The name for messages.
/// - Throws: Every mistake found, with its place.
package func loadWorld(
    text: String, file: String, limits: WorldLimits = WorldLimits()
) throws(ScenarioError) -> World {
    let source = SourceText(file: file, text: text)
    let root = try YAMLReader.read(text, source: source, limits: limits.yaml)
    var reading = Reading(
        source: source, catalogue: .empty, variablesComeFrom: "a world, which has none")
    let world = reading.worldFile(root, limits: limits)
    try reading.throwIfAny()
    guard let world else { throw ScenarioError([]) }
    return world
}

/// Whether a file's text is a world: a line of it starts with the key `world`.
package func isWorldText(_ text: String) -> Bool {
    text.hasPrefix("world:") || text.contains("\nworld:")
}

extension World {
    /// The name of a world that is part of a scenario.
    static let inlineName = "of the scenario"
}

/// A world while it is read, and what its sections share.
struct WorldDraft {
    var world: World
    let limits: WorldLimits
    /// Complete once contracts, chains and futures are read.
    var names = ContractNames()
    /// Where the file first says something that may stand only once.
    var lines: [String: Int] = [:]
    /// Where each contract of the file stands, by its place in the world.
    var contractFields: [(index: Int, fields: Fields)] = []
}

extension Reading {
    private static let keys = [
        "extends", "without", "clock", "calendars", "contracts", "chains", "futures", "accounts",
        "advisor", "orders", "completed-orders", "executions",
    ]
    private static let sections = [
        "contracts", "chains", "futures", "accounts", "orders", "completed-orders", "executions",
    ]

    mutating func worldFile(_ root: YAMLNode, limits: WorldLimits) -> World? {
        guard
            let fields = fields(
                root, of: "world", keys: ["version", "world"] + Self.keys, required: ["world"])
        else { return nil }
        checkVersion(fields, of: "world")
        let name = text(fields["world"]) ?? ""
        if let node = fields["world"] { checkName(name, of: "world", at: node.span) }
        return world(fields, name: name, limits: limits)
    }

    /// The world that stands in a scenario itself.
    mutating func inlineWorld(_ node: YAMLNode, limits: WorldLimits = WorldLimits()) -> World? {
        fields(node, of: "world", keys: Self.keys).flatMap {
            world($0, name: World.inlineName, limits: limits)
        }
    }

    private mutating func world(
        _ fields: Fields, name: String, limits: WorldLimits
    ) -> World? {
        guard let base = base(fields) else { return nil }
        var draft = WorldDraft(world: base, limits: limits)
        draft.world.name = name
        if let clock = self.fields(fields["clock"], of: "clock", keys: ["starts"]),
            let start = start(clock["starts"])
        {
            draft.world.starts = start
        }
        calendars(fields["calendars"], into: &draft)
        contracts(fields["contracts"], into: &draft)
        chains(fields["chains"], into: &draft)
        futures(fields["futures"], into: &draft)
        nameContracts(in: &draft)
        connectContracts(in: &draft)
        connectSeries(fields, in: &draft)
        accounts(fields["accounts"], into: &draft)
        advisor(fields["advisor"], into: &draft)
        orders(fields["orders"], into: &draft)
        completedOrders(fields["completed-orders"], into: &draft)
        executions(fields["executions"], into: &draft)
        if draft.world.accounts.isEmpty, diagnostics.isEmpty {
            report(
                "the world has no account", at: fields.span,
                hint: "write 'accounts:', or 'extends: default' for the built-in one")
        }
        checkInherited(draft, fields)
        return draft.world
    }

    /// What the file adds to: nothing, or the default world without some of its sections.
    private mutating func base(_ fields: Fields) -> World? {
        var world = World(accounts: [], contracts: [])
        guard fields["extends"] != nil else {
            if fields["without"] != nil {
                report(
                    "'without' leaves out what 'extends' brings", at: fields.keySpan("without"),
                    hint: "write 'extends: default' beside it")
            }
            return world
        }
        guard word(fields["extends"], "world to extend", among: ["default"]) != nil else {
            return nil
        }
        world = .default
        for node in items(fields["without"]) {
            switch word(node, "section of a world", among: Self.sections) {
            case "contracts": world.contracts = []
            case "chains": world.chains = []
            case "futures": world.futures = []
            case "accounts": world.accounts = []
            case "orders": world.openOrders = []
            case "completed-orders": world.completedOrders = []
            case "executions": world.executions = []
            default: break
            }
        }
        return world
    }

    /// Checks that the kept parts of the default world fit together.
    private mutating func checkInherited(_ draft: WorldDraft, _ fields: Fields) {
        guard fields["extends"] != nil, diagnostics.isEmpty else { return }
        let accounts = Set(draft.world.accounts.map(\.name))
        let orders = draft.world.openOrders + draft.world.completedOrders.map(\.order)
        let mentions =
            orders.map { ("order \($0.permID)", $0.account, $0.conID) }
            + draft.world.executions.map { ("execution \($0.execID)", $0.account, $0.conID) }
            + draft.world.accounts.flatMap { account in
                account.positions.map { ("a position of \(account.name)", account.name, $0.conID) }
            }
        for (what, account, conID) in mentions {
            if !accounts.contains(account) {
                report(
                    "\(what) of the default world is in account '\(account)', which is left out",
                    at: fields.keySpan("extends"),
                    hint: "without: [accounts, orders, completed-orders, executions]")
                return
            }
            if draft.names[conID] == nil {
                report(
                    "\(what) of the default world is about contract \(conID), which is left out",
                    at: fields.keySpan("extends"),
                    hint: "leave out accounts, orders, completed-orders and executions too")
                return
            }
        }
    }

    /// Whether this is the first occurrence in the file.
    ///
    /// A repetition is reported.
    mutating func isFirst(
        _ what: String, at span: SourceSpan, in draft: inout WorldDraft
    ) -> Bool {
        if let line = draft.lines[what] {
            report("\(what) stands twice", at: span, hint: "it first stands on line \(line)")
            return false
        }
        draft.lines[what] = span.line
        return true
    }
}
