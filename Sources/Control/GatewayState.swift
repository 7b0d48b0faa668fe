import EventLog
import Faults
import GatewayModel
import HTTPMessages
import ScenarioFormat
import Simulation

/// One gateway with the pathologies and faults that it has now.
final class GatewayState {
    /// A pathology in use, whether from the start or added since.
    struct Use {
        var use: PathologyUse
        var rules: [FaultRule]
        var isEnabled = true
    }

    /// A fault that belongs to no pathology.
    struct Fault {
        var rule: FaultRule
        var isEnabled = true
    }

    let gateway: any ControlledGateway
    private(set) var uses: [Use]
    private(set) var faults: [Fault]
    private let limits: ControlLimits
    /// Makes the names of faults and of signals that have none.
    private var lastNumber = 0
    /// The settings, with the defaults of those that pathologies need.
    private let ownSettings: GatewaySettings

    var name: String { gateway.spec.name }

    init(_ gateway: any ControlledGateway, limits: ControlLimits) {
        self.gateway = gateway
        self.limits = limits
        let spec = gateway.spec
        uses = spec.pathologies.map { use in
            Use(use: use, rules: spec.rules.filter { $0.name.hasPrefix("\(use.label)/") })
        }
        let owned = Set(uses.flatMap(\.rules).map(\.name))
        faults = spec.rules.filter { !owned.contains($0.name) }.map { Fault(rule: $0) }
        var settings = spec.settings
        for needed in spec.pathologies.flatMap(\.settings) {
            guard let setting = GatewaySetting.named(needed.name) else { continue }
            _ = setting.set(setting.text(GatewaySettings()), &settings)
        }
        ownSettings = settings
    }

    /// As it is now, for what a text may name.
    var spec: GatewaySpec {
        var spec = gateway.spec
        spec.pathologies = uses.map(\.use)
        spec.rules = uses.flatMap(\.rules) + faults.map(\.rule)
        return spec
    }

    // MARK: Pathologies

    func add(
        _ used: (use: PathologyUse, rules: [FaultRule]), from catalogue: PathologyCatalogue
    ) throws(ControlProblem) {
        let conflict = "the pathology cannot act here"
        if let objection = catalogue.objection(to: used.use, beside: uses.map(\.use)) {
            throw ControlProblem(409, conflict, objection)
        }
        if let front = used.use.front, front != gateway.spec.front {
            throw ControlProblem(
                409, conflict,
                "it needs the front '\(front.rawValue)', which stands there from the start only: start "
                    + "with --front \(front.rawValue)")
        }
        if gateway.spec.upstream != nil, used.use.needsSettings {
            throw ControlProblem(
                409, conflict, "it needs settings, and a gateway in front of another has none")
        }
        try checkRoom(for: used.rules.count)
        uses.append(Use(use: used.use, rules: used.rules))
        for rule in used.rules { gateway.command(.addRule(rule)) }
        adoptSettings(besides: used.use)
    }

    /// Changes a pathology's parameters: its rules are replaced, and count from zero.
    func replace(_ used: (use: PathologyUse, rules: [FaultRule])) throws(ControlProblem) {
        let index = try index(ofUse: used.use.label)
        for rule in uses[index].rules { gateway.command(.removeRule(rule.name)) }
        uses[index] = Use(use: used.use, rules: used.rules)
        for rule in used.rules { gateway.command(.addRule(rule)) }
        adoptSettings(besides: used.use)
    }

    func enableUse(_ label: String, _ isOn: Bool) throws(ControlProblem) {
        let index = try index(ofUse: label)
        uses[index].isEnabled = isOn
        for rule in uses[index].rules { gateway.command(.enableRule(rule.name, isOn)) }
    }

    func removeUse(_ label: String) throws(ControlProblem) {
        let index = try index(ofUse: label)
        let removed = uses.remove(at: index)
        for rule in removed.rules { gateway.command(.removeRule(rule.name)) }
        adoptSettings(besides: removed.use)
    }

    func use(_ label: String) throws(ControlProblem) -> Use { uses[try index(ofUse: label)] }

    private func index(ofUse label: String) throws(ControlProblem) -> Int {
        guard let index = uses.firstIndex(where: { $0.use.label == label }) else {
            let known = uses.map(\.use.label).joined(separator: ", ")
            throw ControlProblem(
                404, "there is no such pathology",
                "\(name) has no pathology '\(label)'; "
                    + (known.isEmpty ? "it has none" : "it has \(known)"))
        }
        return index
    }

    /// Puts the settings of the pathologies in, when the one that came or went needs any.
    private func adoptSettings(besides use: PathologyUse) {
        guard use.needsSettings else { return }
        var settings = ownSettings
        for needed in uses.flatMap(\.use.settings) {
            _ = GatewaySetting.named(needed.name)?.set(needed.text, &settings)
        }
        gateway.command(.adopt(settings))
    }

    // MARK: Faults

    func nextNumber() -> Int {
        repeat { lastNumber += 1 } while faults.contains { $0.rule.name == "fault-\(lastNumber)" }
        return lastNumber
    }

    func add(_ rule: FaultRule) throws(ControlProblem) {
        guard !spec.rules.contains(where: { $0.name == rule.name }) else {
            throw ControlProblem(
                409, "the name is taken", "\(name) has a fault '\(rule.name)' already")
        }
        try checkRoom(for: 1)
        faults.append(Fault(rule: rule))
        gateway.command(.addRule(rule))
    }

    func enableFault(_ fault: String, _ isOn: Bool) throws(ControlProblem) {
        let index = try index(ofFault: fault)
        faults[index].isEnabled = isOn
        gateway.command(.enableRule(fault, isOn))
    }

    func removeFault(_ fault: String) throws(ControlProblem) {
        faults.remove(at: try index(ofFault: fault))
        gateway.command(.removeRule(fault))
    }

    func fault(_ fault: String) throws(ControlProblem) -> Fault {
        faults[try index(ofFault: fault)]
    }

    private func index(ofFault fault: String) throws(ControlProblem) -> Int {
        guard let index = faults.firstIndex(where: { $0.rule.name == fault }) else {
            let known = faults.map(\.rule.name).joined(separator: ", ")
            throw ControlProblem(
                404, "there is no such fault",
                "\(name) has no fault '\(fault)'; "
                    + (known.isEmpty ? "it has none" : "it has \(known)"))
        }
        return index
    }

    private func checkRoom(for count: Int) throws(ControlProblem) {
        guard spec.rules.count + count <= gateway.spec.rules.count + limits.maxAdded else {
            throw ControlProblem(
                409, "there is no room", "\(limits.maxAdded) rules at most can be added")
        }
    }

    // MARK: Now

    /// Does actions at once.
    func act(_ actions: [FaultAction]) {
        let name = "now-\(nextNumber())"
        let rule = FaultRule(
            name: name, when: .happening(.signal(name)), times: 1, isOptional: true, do: actions)
        gateway.command(.addRule(rule))
        gateway.command(.signal(name))
        gateway.command(.removeRule(name))
    }

    /// Removes what is wrong with it: every pathology and fault, and what they have done.
    func makeWell() throws(ControlProblem) {
        for use in uses { try removeUse(use.use.label) }
        for fault in faults { try removeFault(fault.rule.name) }
        gateway.command(.makeWell)
    }
}
