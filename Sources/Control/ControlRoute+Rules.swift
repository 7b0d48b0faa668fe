import EventLog
import Faults
import GatewayWire
import HTTPMessages
import ScenarioFormat

/// Pathologies and faults of a running gateway.
extension ControlRoute {
    private static let uses = "/api/v1/gateways/{gateway}/pathologies"
    private static let rulesPath = "/api/v1/gateways/{gateway}/faults"

    static let rules = [
        ControlRoute(
            method: "GET", path: "/api/v1/pathologies",
            summary: "List the catalogue of pathologies",
            answers: "an array: name, summary, parameters, and what else is known of each",
            handle: { api, _ in
                .json(JSONLine.array(api.host.catalogue.pathologies.map(\.json)))
            }),
        ControlRoute(
            method: "GET", path: uses, summary: "List the pathologies in use",
            answers: "an array of pathologies",
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                let tally = api.tally(of: state)
                return .json(JSONLine.array(state.uses.map { ControlJSON.use($0, tally) }))
            }),
        ControlRoute(
            method: "POST", path: uses, summary: "Add a pathology of the catalogue",
            body: #"{"use": "red-on-disconnect", "with": {"on": "fin"}}"#,
            answers: "the pathology, with its id", status: 201,
            handle: { api, call throws(ControlProblem) in try api.addUse(call) }),
        ControlRoute(
            method: "DELETE", path: uses, summary: "Remove every pathology",
            answers: "nothing", status: 204,
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                for use in state.uses { try state.removeUse(use.use.label) }
                return .done
            }),
        ControlRoute(
            method: "GET", path: uses + "/{id}", summary: "Show a pathology in use",
            answers: "the pathology",
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                return .json(ControlJSON.use(try state.use(call["id"]), api.tally(of: state)))
            }),
        ControlRoute(
            method: "PUT", path: uses + "/{id}",
            summary: "Change a pathology's parameters; its rules count from zero",
            body: #"{"use": "red-on-disconnect", "with": {"on": "rst"}}"#, answers: "the pathology",
            handle: { api, call throws(ControlProblem) in try api.replaceUse(call) }),
        ControlRoute(
            method: "PATCH", path: uses + "/{id}", summary: "Switch a pathology on or off",
            body: #"{"isEnabled": false}"#, answers: "the pathology",
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                try state.enableUse(call["id"], try call.isEnabled())
                return .json(ControlJSON.use(try state.use(call["id"]), api.tally(of: state)))
            }),
        ControlRoute(
            method: "DELETE", path: uses + "/{id}", summary: "Remove a pathology",
            answers: "nothing", status: 204,
            handle: { api, call throws(ControlProblem) in
                try api.state(call["gateway"]).removeUse(call["id"])
                return .done
            }),
        ControlRoute(
            method: "GET", path: rulesPath, summary: "List the faults that belong to no pathology",
            answers: "an array of faults",
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                let tally = api.tally(of: state)
                return .json(JSONLine.array(state.faults.map { ControlJSON.fault($0, tally) }))
            }),
        ControlRoute(
            method: "POST", path: rulesPath,
            summary: "Add a fault, as a scenario's faults have it; with times: 1 it is armed once",
            body:
                #"{"name": "cut-order", "when": {"message": {"type": "placeOrder"}}, "times": 1, "do": "rst"}"#,
            answers: "the fault, with its name", status: 201,
            handle: { api, call throws(ControlProblem) in try api.addFault(call) }),
        ControlRoute(
            method: "GET", path: rulesPath + "/{name}", summary: "Show a fault",
            answers: "the fault and how often it has acted",
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                return .json(ControlJSON.fault(try state.fault(call["name"]), api.tally(of: state)))
            }),
        ControlRoute(
            method: "PATCH", path: rulesPath + "/{name}", summary: "Switch a fault on or off",
            body: #"{"isEnabled": false}"#, answers: "the fault",
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                try state.enableFault(call["name"], try call.isEnabled())
                return .json(ControlJSON.fault(try state.fault(call["name"]), api.tally(of: state)))
            }),
        ControlRoute(
            method: "DELETE", path: rulesPath + "/{name}", summary: "Remove a fault",
            answers: "nothing", status: 204,
            handle: { api, call throws(ControlProblem) in
                try api.state(call["gateway"]).removeFault(call["name"])
                return .done
            }),
    ]
}

extension ControlAPI {
    func tally(of state: GatewayState) -> GatewayTally {
        host.tally.gateway(state.name) ?? GatewayTally(name: state.name)
    }

    fileprivate func addUse(_ call: ControlRoute.Call) throws(ControlProblem) -> HTTPReply {
        let state = try state(call["gateway"])
        let text = try call.bodyText()
        let used = try read { reader throws(ScenarioError) in try reader.use(text) }
        try state.add(used, from: host.catalogue)
        let added = try state.use(used.use.label)
        return .json(ControlJSON.use(added, tally(of: state)), status: 201)
    }

    fileprivate func replaceUse(_ call: ControlRoute.Call) throws(ControlProblem) -> HTTPReply {
        let state = try state(call["gateway"])
        let text = try call.bodyText()
        var used = try read { reader throws(ScenarioError) in try reader.use(text) }
        let old = try state.use(call["id"])
        guard used.use.name == old.use.name else {
            throw ControlProblem(
                409, "this is another pathology",
                "'\(call["id"])' is a \(old.use.name); add \(used.use.name) beside it")
        }
        guard used.use.label == old.use.label else {
            throw ControlProblem(
                409, "this is another name", "write 'as: \(old.use.label)' into the body")
        }
        used.use.label = old.use.label
        try state.replace(used)
        return .json(ControlJSON.use(try state.use(call["id"]), tally(of: state)))
    }

    fileprivate func addFault(_ call: ControlRoute.Call) throws(ControlProblem) -> HTTPReply {
        let state = try state(call["gateway"])
        let text = try call.bodyText()
        let number = state.nextNumber()
        let rule = try read { reader throws(ScenarioError) in
            try reader.rule(text, of: state.name, number: number)
        }
        try state.add(rule)
        return .json(
            ControlJSON.fault(try state.fault(rule.name), tally(of: state)), status: 201)
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
