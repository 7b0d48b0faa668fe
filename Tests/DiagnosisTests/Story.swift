import Diagnosis
import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport

/// Some minutes of two scripted clients with a gateway in memory.
///
/// The same requests are made whatever the gateway does. What depends on TCP, such as a refused
/// SYN, is not seen in memory.
struct Story {
    private var host: VirtualHost

    /// - Parameter pathology: `nil` for a healthy gateway.
    init(_ pathology: String?) throws {
        var settings = GatewaySettings()
        var rules: [FaultRule] = []
        if let pathology {
            let used = try PathologyCatalogue.shipped.use(argument: pathology)
            rules = used.rules
            for one in used.use.settings {
                _ = GatewaySetting.all.first { $0.name == one.name }?.set(one.text, &settings)
            }
        }
        let model = HealthyGateway(world: .default, settings: settings, seed: 1)
        host = VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: 1))
    }

    /// A healthy gateway that takes its time, as real ones do.
    ///
    /// - Parameter rules: They delay its answers.
    init(rules: [FaultRule]) {
        let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
        host = VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: 1))
    }

    /// Plays the story, and hands out what the gateway has logged.
    mutating func events() -> [LogEvent] {
        var first = session(clientID: 7)
        work(&first)
        trade(&first, orderID: 1000)
        host.advance(by: .seconds(10))
        host.end(first.connection, .fin)
        host.advance(by: .seconds(10))
        var second = session(clientID: 8)
        work(&second)
        host.advance(by: .seconds(3))
        host.end(second.connection, .fin)
        host.advance(by: .seconds(10))
        let third = session(clientID: 7)
        host.advance(by: .seconds(10))
        host.end(third.connection, .fin)
        host.advance(by: .seconds(10))
        return host.events
    }

    /// Plays the story, and hands out what a capture would show of it: how many pieces each frame of the
    /// gateway was sent in, too.
    mutating func observations() -> [Observation] {
        let events = events()
        var pieces = FramePieces(host.effects)
        return events.enumerated().map { index, event in
            let isFrame =
                switch event.kind {
                case .version, .unknown(.toClient, _, _), .malformed(.toClient, _, _): true
                case .message(let message): message.schema.direction == .toClient
                default: false
                }
            let count = event.connection.flatMap { isFrame ? pieces.next(of: $0) : nil }
            return Observation(number: index + 1, event: event, pieceCount: count ?? 1)
        }
    }

    private mutating func session(clientID: Int) -> ScriptedClient {
        var client = ScriptedClient(&host, clientID: clientID)
        client.greet(&host, versions: 157...178)
        host.advance(by: .seconds(5))
        client.takeVersion(&host)
        // A client that knows no version has nothing to say.
        if client.serverVersion != nil { client.start(&host) }
        host.advance(by: .seconds(5))
        return client
    }

    private mutating func work(_ client: inout ScriptedClient) {
        guard client.serverVersion != nil else { return }
        let apple: KeyValuePairs = [
            "contract.conId": "265598", "contract.symbol": "AAPL", "contract.secType": "STK",
            "contract.exchange": "SMART", "contract.currency": "USD",
        ]
        for name in ["reqPositions", "reqOpenOrders", "reqCompletedOrders", "reqCurrentTime"] {
            client.request(name, &host)
            host.advance(by: .milliseconds(200))
        }
        client.request("reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000001"], &host)
        client.request("reqExecutions", ["reqId": "1"], &host)
        host.advance(by: .milliseconds(200))
        client.request("reqAllOpenOrders", &host)
        client.request(
            "reqAccountSummary", ["reqId": "2", "groupName": "All", "tags": "NetLiquidation"], &host
        )
        host.advance(by: .milliseconds(200))
        ask("reqContractDetails", id: 3, apple, &client)
        ask("reqMktData", id: 4, apple, &client)
        ask(
            "reqHistoricalData", id: 5, apple, &client,
            [
                "endDateTime": "", "barSizeSetting": "1 hour", "durationStr": "1 D", "useRTH": "1",
                "whatToShow": "TRADES", "formatDate": "1", "keepUpToDate": "0",
            ])
        host.advance(by: .seconds(3))
        client.request("cancelMktData", ["reqId": "4"], &host)
    }

    private mutating func ask(
        _ name: String, id: Int, _ contract: KeyValuePairs<String, String>,
        _ client: inout ScriptedClient, _ fields: KeyValuePairs<String, String> = [:]
    ) {
        var message = Message(name, contract, direction: .toGateway)
        message["reqId"] = String(id)
        for (field, text) in fields { message[field] = text }
        client.request(message, &host)
        host.advance(by: .milliseconds(200))
    }

    /// An order that fills, and one that is cancelled.
    private mutating func trade(_ client: inout ScriptedClient, orderID: Int) {
        guard client.serverVersion != nil else { return }
        place(orderID, type: "MKT", limit: nil, &client)
        host.advance(by: .seconds(5))
        place(orderID + 1, type: "LMT", limit: "1.00", &client)
        host.advance(by: .seconds(5))
        client.request("cancelOrder", ["orderId": String(orderID + 1)], &host)
        host.advance(by: .seconds(5))
    }

    private mutating func place(
        _ id: Int, type: String, limit: String?, _ client: inout ScriptedClient
    ) {
        var order = Message("placeOrder", direction: .toGateway)
        order["orderId"] = String(id)
        order["contract.conId"] = "265598"
        order["contract.symbol"] = "AAPL"
        order["contract.secType"] = "STK"
        order["contract.exchange"] = "SMART"
        order["contract.currency"] = "USD"
        order["order.action"] = "BUY"
        order["order.totalQuantity"] = "10"
        order["order.orderType"] = type
        order["order.tif"] = "DAY"
        order["order.transmit"] = "1"
        order["order.account"] = "DU0000001"
        if let limit { order["order.lmtPrice"] = limit }
        client.request(order, &host)
    }
}

/// In how many pieces each frame of a gateway was sent.
private struct FramePieces {
    private var counts: [ConnectionID: ArraySlice<Int>] = [:]

    init(_ effects: [StreamEffect]) {
        var ends: [ConnectionID: [Int]] = [:]
        var sent: [ConnectionID: [UInt8]] = [:]
        for case .send(let connection, let bytes) in effects where !bytes.isEmpty {
            sent[connection, default: []] += bytes
            ends[connection, default: []].append(sent[connection, default: []].count)
        }
        for (connection, bytes) in sent {
            var start = 0
            var counts: [Int] = []
            while start + 4 <= bytes.count {
                let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
                let end = min(start + 4 + length, bytes.count)
                let cuts = ends[connection, default: []].count { $0 > start && $0 < end }
                counts.append(cuts + 1)
                start = end
            }
            self.counts[connection] = counts[...]
        }
    }

    mutating func next(of connection: ConnectionID) -> Int? { counts[connection]?.popFirst() }
}

/// What the catalogue makes of stories.
enum StoryFacts {
    static let suspects = PathologyCatalogue.shipped.suspects

    static func sheet(_ pathology: String?) throws -> FactSheet {
        var story = try Story(pathology)
        var facts = WireFacts(clauses: suspects.flatMap { $0.recognition.signs.flatMap(\.clauses) })
        for observation in story.observations() { facts.take(observation) }
        return facts.finish()
    }

    static func diagnosis(_ pathology: String?) throws -> Diagnosis {
        Diagnosis(of: try sheet(pathology), suspects: suspects)
    }

    /// Facts of stories that show every word.
    static var all: [Fact] {
        ["gc-pause", "dup-exec", "silent-handshake", "notice-before-version"].flatMap {
            (try? sheet($0).facts) ?? []
        }
    }
}
