import EventLog
import GatewayMachine
import GatewayWire
import HTTPMessages

/// What a gateway is now.
extension ControlRoute {
    static let gateways = [
        ControlRoute(
            method: "GET", path: "/healthz", summary: "Tell whether the program answers",
            answers: "the word ok",
            handle: { _, _ in .whole(HTTPResponse(type: "text/plain", text: "ok\n")) }),
        ControlRoute(
            method: "GET", path: "/api/v1/openapi.json", summary: "Describe this API",
            answers: "an OpenAPI 3.1 document",
            handle: { _, _ in .json(OpenAPI.document) }),
        ControlRoute(
            method: "GET", path: "/api/v1/gateways", summary: "List the gateways",
            answers: "an array of gateways",
            handle: { api, _ in
                .json(JSONLine.array(api.states.map { ControlJSON.gateway($0, api.host) }))
            }),
        ControlRoute(
            method: "GET", path: "/api/v1/gateways/{gateway}", summary: "Show a gateway",
            answers: "its light, its listener, its pathologies and faults, and counts",
            handle: { api, call throws(ControlProblem) in
                .json(ControlJSON.gateway(try api.state(call["gateway"]), api.host))
            }),
        ControlRoute(
            method: "GET", path: "/api/v1/gateways/{gateway}/connections",
            summary: "List the connections whose descriptors are open",
            answers: "an array: number, client's address, phase, client id, server version",
            handle: { api, call throws(ControlProblem) in
                let gateway = try api.state(call["gateway"]).gateway
                let views = gateway.machine.connections.prefix(api.limits.maxListed)
                return .json(
                    JSONLine.array(
                        views.map {
                            ControlJSON.connection(
                                $0, client: gateway.clientAddress(of: $0.connection))
                        }))
            }),
        ControlRoute(
            method: "DELETE", path: "/api/v1/gateways/{gateway}/connections/{number}",
            summary: "End a connection",
            query: [
                Parameter(name: "by", meaning: "fin (the default), rst or silence", example: "rst")
            ],
            answers: "nothing", status: 204,
            handle: { api, call throws(ControlProblem) in
                try api.endConnection(call)
                return .done
            }),
        ControlRoute(
            method: "GET", path: "/api/v1/gateways/{gateway}/sockets",
            summary: "List the kernel's sockets of a gateway, of both ends",
            query: [
                Parameter(
                    name: "owners",
                    meaning: "0 does not look for the programs that hold them, which takes longest",
                    example: "0")
            ],
            answers: "an array: side, state, addresses, owner, bytes unread",
            handle: { api, call throws(ControlProblem) in
                let rows = try api.state(call["gateway"]).gateway.sockets(
                    withOwners: call.request.query("owners") != "0")
                return .json(
                    JSONLine.array(rows.prefix(api.limits.maxListed).map(ControlJSON.socket)))
            }),
        ControlRoute(
            method: "GET", path: "/api/v1/gateways/{gateway}/counts",
            summary: "Count the messages so far",
            answers: "numbers of messages by name, received and sent, and of faults that acted",
            handle: { api, call throws(ControlProblem) in
                let tally = api.tally(of: try api.state(call["gateway"]))
                var line = JSONLine()
                line.addRaw("received", ControlJSON.counts(tally.received))
                line.addRaw("sent", ControlJSON.counts(tally.sent))
                line.addRaw("fired", ControlJSON.counts(tally.fired))
                return .json(line.finished)
            }),
        ControlRoute(
            method: "GET", path: "/api/v1/gateways/{gateway}/world",
            summary: "Show the market, the open orders, the accounts and the clock",
            answers: "prices by contract, orders, positions and cash, and the gateway's time",
            handle: { api, call throws(ControlProblem) in
                let state = try api.state(call["gateway"])
                guard let world = state.gateway.machine.world(at: api.host.now) else {
                    throw ControlProblem(
                        501, "there is no world",
                        "'\(state.name)' answers from a recording or from another gateway")
                }
                return .json(ControlJSON.world(world))
            }),
    ]
}
