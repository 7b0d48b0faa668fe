import EventLog
import GatewayWire
import HTTPMessages
import ScenarioFormat
import Simulation

/// What has happened.
extension ControlRoute {
    private static let ofGateway = Parameter(
        name: "gateway", meaning: "only events of this gateway", example: "gateway")

    static let events = [
        ControlRoute(
            method: "GET", path: "/api/v1/events",
            summary: "Follow the events, as server-sent events",
            query: [
                ofGateway,
                Parameter(
                    name: "since",
                    meaning:
                        "the number of the last event that is known; 0 tells all that are kept; the "
                        + "header Last-Event-ID wins", example: "0"),
                Parameter(name: "ticks", meaning: "1 sends ticks too", example: "1"),
            ],
            answers: "a stream; an event's id is its number, its data the JSON of the event log",
            handle: { api, call throws(ControlProblem) in try api.follow(call) }),
        ControlRoute(
            method: "GET", path: "/api/v1/events.jsonl",
            summary: "Get the events that are kept, as an event log",
            answers: "JSON lines, the run's header first",
            handle: { api, _ in .whole(api.eventLog) }),
        ControlRoute(
            method: "GET", path: "/api/v1/transcript",
            summary: "Get the events that are kept, as lines for people",
            answers: "text, times in gateway seconds",
            handle: { api, _ in .whole(api.transcript) }),
        ControlRoute(
            method: "GET", path: "/api/v1/messages",
            summary: "List the messages that are kept, the last ones first",
            query: [
                ofGateway,
                Parameter(
                    name: "name", meaning: "only messages of this name", example: "placeOrder"),
                Parameter(
                    name: "direction", meaning: "toGateway or toClient", example: "toGateway"),
                Parameter(
                    name: "field.NAME", meaning: "only messages with this value in this field",
                    example: "BUY"),
                Parameter(name: "limit", meaning: "how many at most, 1 to 1000", example: "10"),
            ],
            answers: "an array of message events, decoded",
            handle: { api, call throws(ControlProblem) in try api.messages(call) }),
        ControlRoute(
            method: "GET", path: "/api/v1/capture", summary: "Get the capture so far",
            answers: "a pcapng file; serve needs --pcap for it",
            handle: { api, _ throws(ControlProblem) in
                let (type, bytes) = try api.host.capture()
                return .whole(
                    HTTPResponse(
                        status: 200, headers: [HTTPField("Content-Type", type)], body: bytes))
            }),
        ControlRoute(
            method: "GET", path: "/metrics", summary: "Get the metrics, for Prometheus",
            answers: "Prometheus' text form",
            handle: { api, _ in .whole(api.metrics) }),
        ControlRoute(
            method: "POST", path: "/api/v1/expect",
            summary:
                "Judge an expectation of a gateway or of its sockets, as a scenario has it, and tell the "
                + "nearest miss",
            query: [
                Parameter(
                    name: "within", meaning: "real seconds to wait until it holds, 1 to 600",
                    example: "5")
            ],
            body:
                #"{"gateway": "gateway", "received": "placeOrder", "fields": {"order.action": "BUY"}}"#,
            answers: "whether it holds, and what was seen of each claim",
            handle: { api, call throws(ControlProblem) in
                let text = try call.bodyText()
                let seconds = try call.integer("within", in: 1...api.limits.maxWaitSeconds)
                let expectations = try api.read { reader throws(ScenarioError) in
                    try reader.expectations(text)
                }
                return try api.judge(expectations, within: seconds)
            }),
    ]
}

extension ControlAPI {
    fileprivate func follow(_ call: ControlRoute.Call) throws(ControlProblem) -> HTTPReply {
        let gateway = call.request.query("gateway")
        if let gateway { _ = try state(gateway) }
        var since = try call.integer("since", in: 0...Int.max)
        if let known = call.request.header("Last-Event-ID").flatMap({ Int($0) }) { since = known }
        let filter = EventStream.Filter(
            gateway: gateway, wantsTicks: call.request.query("ticks") == "1")
        return .stream(type: "text/event-stream") { [self] stream in
            openStream(stream, filter, after: since)
        }
    }

    fileprivate var eventLog: HTTPResponse {
        var lines: [String] = []
        if ring.first > 1, let header = host.tally.header {
            lines.append(LogEvent(at: .start, kind: .run(header)).jsonLine(epoch: host.epoch))
            lines.append(
                LogEvent(at: host.now, kind: .omitted(ring.first - 1)).jsonLine(epoch: host.epoch))
        }
        lines += ring.entries(after: 0).map { $0.event.jsonLine(epoch: host.epoch) }
        return HTTPResponse(
            type: "application/jsonl", text: lines.map { $0 + "\n" }.joined())
    }

    fileprivate var transcript: HTTPResponse {
        var writer = EventLines(
            isJSON: false, epoch: host.epoch, origin: .run(showsGateway: states.count > 1))
        var text = ""
        if ring.first > 1 { text += "(\(ring.first - 1) earlier events are not kept)\n" }
        for entry in ring.entries(after: 0) {
            text += writer.line(for: entry.event).printable + "\n"
        }
        return HTTPResponse(type: "text/plain; charset=utf-8", text: text)
    }

    fileprivate func messages(_ call: ControlRoute.Call) throws(ControlProblem) -> HTTPReply {
        let request = call.request
        let limit = try call.integer("limit", in: 1...limits.maxListed) ?? 100
        let gateway = request.query("gateway")
        if let gateway { _ = try state(gateway) }
        let direction = try request.query("direction").map { word throws(ControlProblem) in
            guard let direction = Direction(rawValue: word) else {
                throw ControlProblem(
                    400, "the query cannot be read", "'direction' is toGateway or toClient")
            }
            return direction
        }
        let fields = request.query.filter { $0.name.hasPrefix("field.") }
            .map { (name: String($0.name.dropFirst(6)), value: $0.value) }
        let found = ring.entries(after: 0).reversed().lazy.filter { entry in
            guard case .message(let message) = entry.event.kind else { return false }
            return (gateway == nil || gateway == entry.event.gateway)
                && (request.query("name") ?? message.name) == message.name
                && (direction ?? message.schema.direction) == message.schema.direction
                && fields.allSatisfy { message[$0.name] == $0.value }
        }
        let lines = found.prefix(limit).map { $0.event.jsonLine(epoch: self.host.epoch) }
        return .json(JSONLine.array(Array(lines)))
    }
}
