import Control
import EventLog
import GatewayMachine
import HTTPDriver
import HTTPMessages
import ScenarioFormat
import Simulation
import SocketDriver
import Toxiproxy

/// The control port of a running program: who may use it, and which part answers what.
final class ControlPort: HTTPHandler {
    /// What the command line says about the port.
    struct Options {
        let endpoint: Endpoint
        /// Where the port's number is written.
        let file: String?
        let token: String?

        static let all = [
            Option("control", "HOST:PORT", "steer and watch it there over HTTP (see: fakegw ctl)"),
            Option("control-file", "FILE", "write the control port's address there"),
            Option(
                "control-token", "TOKEN",
                "what requests must show; 'none' lets everybody who reaches the port steer"),
        ]

        /// `nil` without `--control`.
        init?(_ arguments: ParsedArguments) throws(CommandFailure) {
            let token = arguments.last("control-token")
            file = arguments.last("control-file")
            guard let text = arguments.last("control") else {
                if token != nil || file != nil {
                    throw CommandFailure(
                        text: "--control-token and --control-file are about --control",
                        hint: "add --control 127.0.0.1:0")
                }
                return nil
            }
            guard let endpoint = Endpoint(text) else {
                throw CommandFailure(
                    text: "'\(text)' is no address to listen on",
                    hint: "write a numeric address and a port, such as 127.0.0.1:8474")
            }
            guard endpoint.isLoopback || token != nil else {
                throw CommandFailure(
                    text: "\(endpoint) can be reached from beyond this machine, and has no token",
                    hint:
                        "add --control-token TOKEN, or --control-token none where only friends can "
                        + "reach it")
            }
            self.endpoint = endpoint
            self.token = token == "none" ? nil : token
        }
    }

    let maxBodyBytes = ControlLimits().maxBodyBytes
    private let access: AccessGuard
    private let api: ControlAPI
    private let toxiproxy: ToxiproxyAPI

    init(_ api: ControlAPI, _ toxiproxy: ToxiproxyAPI, access: AccessGuard) {
        self.api = api
        self.toxiproxy = toxiproxy
        self.access = access
    }

    func reply(to request: HTTPRequest) -> HTTPReply {
        // Clients of Toxiproxy call this port by any name, and know no token. It refuses browsers itself.
        if !access.wantsToken, let response = toxiproxy.response(to: request) {
            return .whole(response)
        }
        if let objection = access.objection(to: request) { return .whole(objection.response) }
        if let reply = api.reply(to: request) { return reply }
        if let response = toxiproxy.response(to: request) { return .whole(response) }
        let problem = ControlProblem(
            404, "there is nothing here", "GET /api/v1/openapi.json tells what there is")
        return .whole(problem.response)
    }
}
