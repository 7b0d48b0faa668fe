import Control
import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import HTTPMessages
import ScenarioFormat
import Simulation
import TestSupport

/// A gateway in memory and the control API over it, under a clock moved by hand.
final class ControlStage: ControlHost, ControlledGateway {
    let spec: GatewaySpec
    var host: VirtualHost
    private(set) var tally = LogTally()
    private(set) var timers: [(due: Duration, react: () -> Void)] = []
    private(set) var api: ControlAPI!
    private var takenCount = 0

    var gateways: [any ControlledGateway] { [self] }
    var now: SimInstant { host.now }
    let epoch: Int64 = 0
    let catalogue = PathologyCatalogue.shipped
    let address = "127.0.0.1:4002"
    var machine: FaultedGateway { host.machine }

    init(rules: [FaultRule] = [], limits: ControlLimits = ControlLimits()) {
        spec = GatewaySpec(
            name: "gateway", listen: "127.0.0.1:0", settings: GatewaySettings(), pathologies: [],
            rules: rules)
        let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
        host = VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: 1))
        tally.keep(.toGateway, of: "gateway")
        api = ControlAPI(self, limits: limits)
        takeLog()
    }

    @discardableResult
    func command(_ command: GatewayCommand) -> CommandRefusal? {
        host.command(command)
        takeLog()
        return machine.refusal
    }

    func changePort(to port: Int) throws(ControlProblem) {
        command(.changePort(port))
    }
    func sockets(withOwners: Bool) -> [SocketRow] {
        let owner = withOwners ? "fakegw" : nil
        return [SocketRow(isGatewaySide: true, state: "LISTEN", owner: owner, client: nil)]
    }
    func clientAddress(of connection: ConnectionID) -> String? { "127.0.0.1:50000" }

    func capture() throws(ControlProblem) -> (type: String, bytes: [UInt8]) {
        throw ControlProblem(409, "there is no capture", "start with --pcap")
    }

    private var drawnCount = 0

    func nonce() -> String {
        drawnCount += 1
        return "drawn\(drawnCount)"
    }

    var loopTurns = Histogram()
    func addMetrics(to text: inout PrometheusText) {}
    func recordTicks(_ isOn: Bool) {}

    /// What the kernel's table shows at the next look.
    var rows: [SocketRow] = []
    var followsSockets = false
    private(set) var socketsAreAwaited = false

    func lookAtSockets() { look() }

    func awaitSockets(_ isOn: Bool) { socketsAreAwaited = isOn }

    /// Shows the table to the API.
    func look() {
        let event = LogEvent(at: now, gateway: "gateway", kind: .sockets(rows))
        tally.take(event)
        api.take(event)
    }

    func schedule(at instant: SimInstant, _ react: @escaping () -> Void) {
        timers.append((instant - now, react))
    }

    func schedule(afterReal delay: Duration, _ react: @escaping () -> Void) {
        timers.append((delay, react))
    }

    /// Lets every timer that was set go off, or those that were set to go off that much later.
    func fireTimers(due delay: Duration? = nil) {
        let due = timers.filter { delay == nil || $0.due == delay }
        timers.removeAll { delay == nil || $0.due == delay }
        for timer in due { timer.react() }
    }

    /// Counts what the gateway has done, and tells the API.
    func takeLog() {
        for event in host.events[takenCount...] {
            tally.take(event)
            api.take(event)
        }
        takenCount = host.events.count
    }

    /// A client that has started its session.
    func startedClient(_ clientID: Int = 7) -> ScriptedClient {
        var client = ScriptedClient(&host, clientID: clientID)
        client.greet(&host)
        client.start(&host)
        host.advance(by: .seconds(2))
        takeLog()
        return client
    }

    @discardableResult
    func ask(_ method: String, _ path: String, _ body: String = "", query: [HTTPField] = [])
        -> HTTPResponse
    {
        let isWhole = path.hasPrefix("/api") || ["/", "/healthz"].contains(path)
        let full = isWhole ? path : "/api/v1" + path
        let request = HTTPRequest(method, full, query: query, body: Array(body.utf8))
        guard let reply = api.reply(to: request) else { return HTTPResponse(status: 0) }
        switch reply {
        case .whole(let response): return response
        case .stream(let type, let begin):
            let stream = MemoryStream()
            streams.append(stream)
            begin(stream)
            return HTTPResponse(type: type, text: "")
        }
    }

    /// Streams that were opened, in order.
    private(set) var streams: [MemoryStream] = []
}

/// A stream whose bytes stay in memory.
final class MemoryStream: HTTPStream {
    var onEnd: (() -> Void)?
    private(set) var text = ""
    private(set) var isEnded = false
    /// What it says is waiting.
    var waitingByteCount = 0

    func append(_ bytes: [UInt8]) { text += String(decoding: bytes, as: UTF8.self) }

    func end() {
        isEnded = true
        onEnd?()
        onEnd = nil
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
