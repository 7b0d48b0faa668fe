import Faults
import GatewayModel
import ScenarioFormat

/// The options of `serve` that change a gateway.
///
/// They override its file.
struct GatewayChanges {
    private let dialect: GatewayDialect?
    private let front: Front?
    private let version: Int?
    private let world: World?
    private let clock: GatewayStart?
    private let settings: [(setting: GatewaySetting, text: String)]

    /// Names of the settings that are set.
    var settingNames: Set<String> { Set(settings.map(\.setting.name)) }

    /// Failures that the dialect has by itself.
    var pathologies: [(use: PathologyUse, rules: [FaultRule])] { dialect?.pathologies ?? [] }

    init(_ arguments: ParsedArguments) throws(CommandFailure) {
        dialect = try arguments.last("dialect").map { name throws(CommandFailure) in
            try Dialects.dialect(named: name)
        }
        front = try Self.front(arguments.last("front"))
        version = try arguments.integer("server-version", in: GatewaySpec.versions)
        if let path = arguments.last("world") {
            world = try ScenarioFiles.world(path)
        } else {
            world = nil
        }
        clock = try Self.clock(arguments.last("clock"))
        var settings: [(GatewaySetting, String)] = []
        for argument in arguments.all("set") { settings.append(try Self.setting(argument)) }
        self.settings = settings
    }

    func make(in spec: inout GatewaySpec) {
        if let dialect {
            dialect.apply(to: &spec.settings)
            spec.dialect = dialect.name
            spec.front = dialect.front
        }
        if let front { spec.front = front }
        if let version { spec.settings.newestVersion = version }
        if let world { spec.world = world }
        if let clock { spec.clock = clock }
        for (setting, text) in settings { _ = setting.set(text, &spec.settings) }
    }

    private static func front(_ text: String?) throws(CommandFailure) -> Front? {
        guard let text else { return nil }
        guard let front = Front(rawValue: text) else {
            throw CommandFailure(
                text: "--front cannot be '\(text)'",
                hint: "it is \(Front.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return front
    }

    private static func clock(_ text: String?) throws(CommandFailure) -> GatewayStart? {
        guard let text else { return nil }
        guard let start = GatewayStart(text: text) else {
            throw CommandFailure(
                text: "--clock takes a time or 'now', not '\(text)'",
                hint: "write --clock 2026-01-15T14:30:00Z")
        }
        return start
    }

    private static func setting(
        _ argument: String
    ) throws(CommandFailure) -> (GatewaySetting, String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        guard let setting = GatewaySetting.named(parts[0]) else {
            throw CommandFailure(
                text: "a gateway has no setting '\(parts[0])'",
                hint: GatewaySetting.hint(for: parts[0]) ?? "fakegw settings lists them")
        }
        guard parts.count == 2 else {
            throw CommandFailure(
                text: "--set \(parts[0]) lacks its value",
                hint: "--set \(parts[0])=VALUE, where VALUE is \(setting.form)")
        }
        var trial = GatewaySettings()
        guard setting.set(parts[1], &trial) else {
            throw CommandFailure(text: setting.refusal(of: parts[1]))
        }
        return (setting, parts[1])
    }
}
