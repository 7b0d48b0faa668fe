import Faults
import GatewayMachine
import GatewayWire
import HTTPMessages
import ScenarioFormat
import Simulation

/// What a gateway can be told.
extension ControlRoute {
    static let commands = [
        ControlRoute(
            method: "GET", path: "/api/v1/commands",
            summary: "List the commands that a gateway takes",
            answers: "an array: word, meaning, keys, an example",
            handle: { _, _ in
                .json(JSONLine.array(StepWord.commands.map(ControlJSON.command)))
            }),
        ControlRoute(
            method: "POST", path: "/api/v1/gateways/{gateway}/commands",
            summary: "Give a gateway a command, as a step of a scenario has it",
            body: #"{"restart": null, "down": "500ms"}"#, answers: "nothing", status: 204,
            handle: { api, call throws(ControlProblem) in
                try api.command(call)
                return .done
            }),
        ControlRoute(
            method: "POST", path: "/api/v1/gateways/{gateway}/actions",
            summary: "Do actions of faults now, those that need no connection",
            body: #"["close-listener", "light-red"]"#, answers: "nothing", status: 204,
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                let text = try call.bodyText()
                let actions = try api.read { reader throws(ScenarioError) in
                    try reader.actions(text, of: state.name)
                }
                if let refusal = state.gateway.command(.act(actions)) {
                    throw ControlProblem(refusal)
                }
                return .done
            }),
        ControlRoute(
            method: "POST", path: "/api/v1/gateways/{gateway}/well",
            summary: "Remove every pathology and fault, and what they have done",
            answers: "nothing", status: 204,
            handle: { api, call throws(ControlProblem) in
                try api.state(call["gateway"]).makeWell()
                return .done
            }),
        ControlRoute(
            method: "POST", path: "/api/v1/reset", summary: "Make every gateway well",
            answers: "nothing", status: 204,
            handle: { api, _ throws(ControlProblem) in
                for state in api.states { try state.makeWell() }
                return .done
            }),
    ]
}

extension ControlAPI {
    fileprivate func command(_ call: ControlRoute.Call) throws(ControlProblem) {
        let named = try state(call["gateway"])
        let text = try call.bodyText()
        let (name, command) = try read { reader throws(ScenarioError) in
            try reader.command(text, of: named.name)
        }
        let gateway = try state(name).gateway
        if case .changePort(let port) = command {
            try gateway.changePort(to: port)
        } else if let refusal = gateway.command(command) {
            throw ControlProblem(refusal)
        }
    }

    func endConnection(_ call: ControlRoute.Call) throws(ControlProblem) {
        let gateway = try state(call["gateway"]).gateway
        let open = gateway.machine.connections
        guard let number = Int(call["number"]),
            open.contains(where: { $0.connection == ConnectionID(number) })
        else {
            let known = open.prefix(20).map { "\($0.connection.number)" }.joined(separator: ", ")
            throw ControlProblem(
                404, "there is no such connection",
                open.isEmpty ? "no connection is open" : "open are \(known)")
        }
        let word = call.request.query("by") ?? WayToEnd.fin.rawValue
        guard let way = WayToEnd(rawValue: word) else {
            let words = WayToEnd.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlProblem(
                400, "the query cannot be read", "'by' is one of \(words), not '\(word.prefix(40))'"
            )
        }
        gateway.command(.end(ConnectionID(number), way))
    }
}
