package import EventLog
package import HTTPMessages
import ScenarioFormat
import Simulation

/// The control API: what a running gateway can be told and asked over HTTP.
///
/// `ControlRoute.all` lists it. It decides alone; the host does what it decides.
package final class ControlAPI {
    unowned let host: any ControlHost
    let limits: ControlLimits
    let states: [GatewayState]
    var ring: EventRing
    var streams: [EventStream] = []
    var waits: [ExpectationWait] = []
    var latencies = RequestLatencies()
    private let routes = ControlRoute.all

    package init(_ host: any ControlHost, limits: ControlLimits = ControlLimits()) {
        self.host = host
        self.limits = limits
        states = host.gateways.map { GatewayState($0, limits: limits) }
        ring = EventRing(limits)
    }

    /// The answer; `nil` when the path is not one of its own.
    package func reply(to request: HTTPRequest) -> HTTPReply? {
        guard let segments = request.segments else {
            return .whole(
                ControlProblem(400, "the path cannot be read", "it holds no text").response)
        }
        var allowed: [String] = []
        for route in routes {
            guard let parameters = route.parameters(in: segments) else { continue }
            allowed.append(route.method)
            guard route.method == request.method else { continue }
            do throws(ControlProblem) {
                return try route.handle(
                    self, ControlRoute.Call(request: request, parameters: parameters))
            } catch {
                return .whole(error.response)
            }
        }
        guard !allowed.isEmpty else {
            guard segments.first == "api" else { return nil }
            let problem = ControlProblem(
                404, "there is nothing here",
                "GET /api/v1/openapi.json tells what there is")
            return .whole(problem.response)
        }
        var problem = ControlProblem(
            405, "the method is not for this path",
            "\(request.path.prefix(200)) takes \(allowed.joined(separator: ", "))")
        problem.allowed = allowed
        return .whole(problem.response)
    }

    /// Notes an event that has just been counted.
    package func take(_ event: LogEvent) {
        ring.append(event)
        latencies.take(event)
        for stream in streams { stream.send(ring.last, event, epoch: host.epoch) }
        judgeWaits(after: event)
    }

    /// The gateway of that name; `_` is the first one.
    func state(_ name: String) throws(ControlProblem) -> GatewayState {
        if name == "_", let first = states.first { return first }
        guard let state = states.first(where: { $0.name == name }) else {
            throw ControlProblem(
                404, "there is no such gateway",
                "there is no gateway '\(name.prefix(80))'; there is "
                    + states.map(\.name).joined(separator: ", "))
        }
        return state
    }

    var reader: LiveReader { LiveReader(states.map(\.spec), catalogue: host.catalogue) }

    /// Reads a body; what is wrong with it becomes the answer.
    func read<Value>(
        _ body: (LiveReader) throws(ScenarioError) -> Value
    ) throws(ControlProblem) -> Value {
        do throws(ScenarioError) {
            return try body(reader)
        } catch {
            throw ControlProblem(error)
        }
    }
}
