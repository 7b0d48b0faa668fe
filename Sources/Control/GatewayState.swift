import EventLog
import Faults
import GatewayModel
import HTTPMessages
import ScenarioFormat
import Simulation

/// One gateway with the pathologies and faults that it has now.
final class GatewayState {
    let gateway: any ControlledGateway
    /// In the order in which they came.
    private(set) var added: [AddedRules]
    private let limits: ControlLimits
    /// The last number that a fault without a name has got.
    private var lastNumber = 0
    /// The settings, with the defaults of those that pathologies need.
    private let ownSettings: GatewaySettings

    var name: String { gateway.spec.name }

    init(_ gateway: any ControlledGateway, limits: ControlLimits) {
        self.gateway = gateway
        self.limits = limits
        let spec = gateway.spec
        let uses = spec.pathologies.map { use in
            AddedRules(use, spec.rules.filter { $0.name.hasPrefix("\(use.label)/") })
        }
        let owned = Set(uses.flatMap(\.rules).map(\.name))
        added = uses + spec.rules.filter { !owned.contains($0.name) }.map { AddedRules($0) }
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
        spec.pathologies = uses
        spec.rules = all(.pathology).flatMap(\.rules) + all(.fault).flatMap(\.rules)
        return spec
    }

    private var uses: [PathologyUse] { added.compactMap(\.use) }

    // MARK: Pathologies and faults alike

    func all(_ kind: AddedRules.Kind) -> [AddedRules] { added.filter { $0.kind == kind } }

    func find(_ kind: AddedRules.Kind, _ name: String) throws(ControlProblem) -> AddedRules {
        added[try index(of: kind, name)]
    }

    func enable(_ kind: AddedRules.Kind, _ name: String, _ isOn: Bool) throws(ControlProblem) {
        let index = try index(of: kind, name)
        added[index].isEnabled = isOn
        for rule in added[index].rules { gateway.command(.enableRule(rule.name, isOn)) }
    }

    func remove(_ kind: AddedRules.Kind, _ name: String) throws(ControlProblem) {
        let removed = added.remove(at: try index(of: kind, name))
        for rule in removed.rules { gateway.command(.removeRule(rule.name)) }
        adoptSettings(besides: removed.use)
    }

    func removeAll(_ kind: AddedRules.Kind) throws(ControlProblem) {
        for one in all(kind) { try remove(kind, one.name) }
    }

    private func index(of kind: AddedRules.Kind, _ name: String) throws(ControlProblem) -> Int {
        guard let index = added.firstIndex(where: { $0.kind == kind && $0.name == name }) else {
            let known = all(kind).map(\.name).joined(separator: ", ")
            throw ControlProblem(
                404, "there is no such \(kind.rawValue)",
                "\(self.name) has no \(kind.rawValue) '\(name)'; "
                    + (known.isEmpty ? "it has none" : "it has \(known)"))
        }
        return index
    }

    private func put(_ new: AddedRules) {
        added.append(new)
        for rule in new.rules { gateway.command(.addRule(rule)) }
        adoptSettings(besides: new.use)
    }

    private func checkRoom(for count: Int) throws(ControlProblem) {
        guard spec.rules.count + count <= gateway.spec.rules.count + limits.maxAdded else {
            throw ControlProblem(
                409, "there is no room", "\(limits.maxAdded) rules at most can be added")
        }
    }

    // MARK: Pathologies

    func add(
        _ used: (use: PathologyUse, rules: [FaultRule]), from catalogue: PathologyCatalogue
    ) throws(ControlProblem) {
        let conflict = "the pathology cannot act here"
        if let objection = catalogue.objection(to: used.use, beside: uses) {
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
        put(AddedRules(used.use, used.rules))
    }

    /// Changes a pathology's parameters: its rules are replaced, and count from zero.
    func replace(_ used: (use: PathologyUse, rules: [FaultRule])) throws(ControlProblem) {
        let index = try index(of: .pathology, used.use.label)
        for rule in added[index].rules { gateway.command(.removeRule(rule.name)) }
        added[index] = AddedRules(used.use, used.rules)
        for rule in used.rules { gateway.command(.addRule(rule)) }
        adoptSettings(besides: used.use)
    }

    /// Puts the settings of the pathologies in, when the one that came or went needs any.
    private func adoptSettings(besides use: PathologyUse?) {
        guard let use, use.needsSettings else { return }
        var settings = ownSettings
        for needed in uses.flatMap(\.settings) {
            _ = GatewaySetting.named(needed.name)?.set(needed.text, &settings)
        }
        gateway.command(.adopt(settings))
    }

    // MARK: Faults

    /// Adds a fault that is made with the number of the next one without a name.
    ///
    /// A fault that is refused, or has a name, uses up no number.
    func addFault(
        _ make: (_ number: Int) throws(ControlProblem) -> FaultRule
    ) throws(ControlProblem) -> AddedRules {
        var number = lastNumber + 1
        while all(.fault).contains(where: { $0.name == "fault-\(number)" }) { number += 1 }
        let rule = try make(number)
        guard !spec.rules.contains(where: { $0.name == rule.name }) else {
            throw ControlProblem(
                409, "the name is taken", "\(name) has a fault '\(rule.name)' already")
        }
        try checkRoom(for: 1)
        if rule.name == "fault-\(number)" { lastNumber = number }
        let fault = AddedRules(rule)
        put(fault)
        return fault
    }

    // MARK: Now

    /// Removes what is wrong with it: every pathology and fault, and what they have done.
    func makeWell() throws(ControlProblem) {
        try removeAll(.pathology)
        try removeAll(.fault)
        gateway.command(.makeWell)
    }
}
