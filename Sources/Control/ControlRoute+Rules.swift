import EventLog
import Faults
import GatewayWire
import HTTPMessages
import ScenarioFormat

/// Pathologies and faults of a running gateway.
extension ControlRoute {
    static let rules =
        [
            ControlRoute(
                method: "GET", path: "/api/v1/pathologies",
                summary: "List the catalogue of pathologies",
                answers: "an array: name, summary, parameters, and what else is known of each",
                handle: { api, _ in
                    .json(JSONLine.array(api.host.catalogue.pathologies.map(\.json)))
                })
        ] + rules(of: .pathology) + rules(of: .fault)

    /// What can be asked about pathologies in use and about faults, which is nearly the same.
    private static func rules(of kind: AddedRules.Kind) -> [ControlRoute] {
        let all = "/api/v1/gateways/{gateway}/\(kind.plural)"
        let key = "{\(kind.key)}"
        return [
            ControlRoute(
                method: "GET", path: all, summary: "List the \(kind.description)",
                answers: "an array of \(kind.plural)",
                handle: { api, call throws(ControlProblem) in
                    let state = try api.state(call["gateway"])
                    let tally = api.tally(of: state)
                    return .json(
                        JSONLine.array(state.all(kind).map { ControlJSON.added($0, tally) }))
                }),
            kind.adding(at: all),
            ControlRoute(
                method: "DELETE", path: all, summary: "Remove the \(kind.description)",
                answers: "nothing", status: 204,
                handle: { api, call throws(ControlProblem) in
                    try api.state(call["gateway"]).removeAll(kind)
                    return .done
                }),
            ControlRoute(
                method: "GET", path: "\(all)/\(key)", summary: "Show a \(kind.rawValue)",
                answers: "the \(kind.rawValue) and how often it has acted",
                handle: { api, call throws(ControlProblem) in try api.show(kind, call) }),
            kind.changing(at: "\(all)/\(key)"),
            ControlRoute(
                method: "PATCH", path: "\(all)/\(key)",
                summary: "Switch a \(kind.rawValue) on or off", body: #"{"isEnabled": false}"#,
                answers: "the \(kind.rawValue)",
                handle: { api, call throws(ControlProblem) in
                    let state = try api.state(call["gateway"])
                    try state.enable(kind, call[kind.key], try call.isEnabled())
                    return try api.show(kind, call)
                }),
            ControlRoute(
                method: "DELETE", path: "\(all)/\(key)", summary: "Remove a \(kind.rawValue)",
                answers: "nothing", status: 204,
                handle: { api, call throws(ControlProblem) in
                    try api.state(call["gateway"]).remove(kind, call[kind.key])
                    return .done
                }),
        ].compactMap(\.self)
    }
}

extension AddedRules.Kind {
    /// The place of its name in a path.
    fileprivate var key: String {
        switch self {
        case .pathology: "id"
        case .fault: "name"
        }
    }

    fileprivate var description: String {
        switch self {
        case .pathology: "pathologies in use"
        case .fault: "faults that belong to no pathology"
        }
    }

    fileprivate func adding(at path: String) -> ControlRoute {
        switch self {
        case .pathology:
            ControlRoute(
                method: "POST", path: path, summary: "Add a pathology of the catalogue",
                body: #"{"use": "red-on-disconnect", "with": {"on": "fin"}}"#,
                answers: "the pathology, with its id", status: 201,
                handle: { api, call throws(ControlProblem) in try api.addUse(call) })
        case .fault:
            ControlRoute(
                method: "POST", path: path,
                summary:
                    "Add a fault, as a scenario's faults have it; with times: 1 it is armed once",
                body:
                    #"{"name": "cut-order", "when": {"message": {"type": "placeOrder"}}, "times": 1, "do": "rst"}"#,
                answers: "the fault, with its name", status: 201,
                handle: { api, call throws(ControlProblem) in try api.addFault(call) })
        }
    }

    /// A fault has no parameters.
    fileprivate func changing(at path: String) -> ControlRoute? {
        switch self {
        case .pathology:
            ControlRoute(
                method: "PUT", path: path,
                summary: "Change a pathology's parameters; its rules count from zero",
                body: #"{"use": "red-on-disconnect", "with": {"on": "rst"}}"#,
                answers: "the pathology",
                handle: { api, call throws(ControlProblem) in try api.replaceUse(call) })
        case .fault: nil
        }
    }
}

extension ControlAPI {
    func tally(of state: GatewayState) -> GatewayTally {
        host.tally.gateway(state.name) ?? GatewayTally(name: state.name)
    }

    fileprivate func show(
        _ kind: AddedRules.Kind, _ call: ControlRoute.Call
    ) throws(ControlProblem) -> HTTPReply {
        let state = try state(call["gateway"])
        let one = try state.find(kind, call[kind.key])
        return .json(ControlJSON.added(one, tally(of: state)))
    }

    fileprivate func addUse(_ call: ControlRoute.Call) throws(ControlProblem) -> HTTPReply {
        let state = try state(call["gateway"])
        let text = try call.bodyText()
        let used = try read { reader throws(ScenarioError) in try reader.use(text) }
        try state.add(used, from: host.catalogue)
        let added = try state.find(.pathology, used.use.label)
        return .json(ControlJSON.added(added, tally(of: state)), status: 201)
    }

    fileprivate func replaceUse(_ call: ControlRoute.Call) throws(ControlProblem) -> HTTPReply {
        let state = try state(call["gateway"])
        let text = try call.bodyText()
        let used = try read { reader throws(ScenarioError) in try reader.use(text) }
        guard let old = try state.find(.pathology, call["id"]).use else { return .done }
        guard used.use.name == old.name else {
            throw ControlProblem(
                409, "this is another pathology",
                "'\(call["id"])' is a \(old.name); add \(used.use.name) beside it")
        }
        guard used.use.label == old.label else {
            throw ControlProblem(
                409, "this is another name", "write 'as: \(old.label)' into the body")
        }
        try state.replace(used)
        let changed = try state.find(.pathology, old.label)
        return .json(ControlJSON.added(changed, tally(of: state)))
    }

    fileprivate func addFault(_ call: ControlRoute.Call) throws(ControlProblem) -> HTTPReply {
        let state = try state(call["gateway"])
        let text = try call.bodyText()
        let fault = try state.addFault { number throws(ControlProblem) in
            try read { reader throws(ScenarioError) in
                try reader.rule(text, of: state.name, number: number)
            }
        }
        return .json(ControlJSON.added(fault, tally(of: state)), status: 201)
    }
}

extension ControlRoute.Call {
    /// `{"isEnabled": true}`.
    fileprivate func isEnabled() throws(ControlProblem) -> Bool {
        do throws(JSONError) {
            let body = try JSONReader.read(request.body[...]).object("the body")
            guard case .bool(let isOn)? = body["isEnabled"]?.content else {
                throw body.error(at: "isEnabled", "'isEnabled' is true or false")
            }
            return isOn
        } catch {
            throw ControlProblem(400, "the body cannot be read", error.reason)
        }
    }
}
