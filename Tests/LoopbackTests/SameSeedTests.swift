import GatewayMachine
import GatewayModel
import GatewayWire
import Simulation
import SocketDriver
import TestSupport
import Testing

/// A trader's session: each request is sent once the answer to the one before is there.
private enum Session {
    struct Step {
        let name: String
        let fields: [String: String]
        /// The last message of the answer, and what one of its fields says.
        let answer: (name: String, field: String, text: String)
    }

    private static let aapl = [
        "contract.conId": "265598", "contract.symbol": "AAPL", "contract.secType": "STK",
        "contract.exchange": "SMART", "contract.currency": "USD",
    ]

    private static func order(
        _ id: Int, _ action: String, _ type: String, _ more: [String: String],
        until answer: (name: String, field: String, text: String)
    ) -> Step {
        let own = [
            "orderId": String(id), "order.action": action, "order.totalQuantity": "100",
            "order.orderType": type, "order.tif": "GTC",
        ]
        return Step(
            name: "placeOrder", fields: own.merging(aapl) { $1 }.merging(more) { $1 },
            answer: answer)
    }

    static let steps: [Step] = [
        Step(
            name: "startApi", fields: ["clientId": "7", "optionalCapabilities": ""],
            answer: ("error", "errorCode", "2158")),
        Step(name: "reqPositions", fields: [:], answer: ("positionEnd", "", "")),
        Step(
            name: "reqAccountUpdates", fields: ["subscribe": "1", "acctCode": "DU0000001"],
            answer: ("accountDownloadEnd", "", "")),
        Step(
            name: "reqHistoricalData",
            fields: aapl.merging([
                "reqId": "2", "durationStr": "1 D", "barSizeSetting": "5 mins",
                "whatToShow": "TRADES", "formatDate": "1",
            ]) { $1 }, answer: ("historicalData", "", "")),
        Step(
            name: "reqMktData", fields: aapl.merging(["reqId": "1"]) { $1 },
            answer: ("tickSize", "tickType", "8")),
        order(1, "BUY", "MKT", ["order.transmit": "0"], until: ("tickSize", "tickType", "8")),
        order(
            2, "SELL", "LMT",
            ["order.lmtPrice": "280", "order.parentId": "1", "order.transmit": "0"],
            until: ("tickSize", "tickType", "8")),
        order(
            3, "SELL", "STP",
            ["order.auxPrice": "230", "order.parentId": "1", "order.transmit": "1"],
            until: ("commissionReport", "", "")),
        // A tick later: until the next one there is half a second for a stall.
        Step(name: "reqIds", fields: ["numIds": "1"], answer: ("tickSize", "tickType", "8")),
        Step(
            name: "reqPnL", fields: ["reqId": "4", "account": "DU0000001"],
            answer: ("pnl", "", "")),
        Step(name: "reqExecutions", fields: ["reqId": "5"], answer: ("execDetailsEnd", "", "")),
        Step(name: "cancelOrder", fields: ["orderId": "2"], answer: ("error", "errorCode", "202")),
    ]

    static func gateway(seed: UInt64) -> FaultedGateway {
        let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: seed)
        return FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: [], seed: seed)
    }
}

/// One side of the session, wherever the bytes go.
private struct Trader {
    private var reader = FrameReader()
    private var step = 0
    private(set) var version: Int?
    /// What was heard, times aside, up to the last answer awaited.
    private(set) var heard: [String] = []

    var isDone: Bool { step > Session.steps.count }

    static var hello: [UInt8] { Hello(versions: 157...176).bytes }

    /// Takes what arrived and says what to send next.
    mutating func hear(_ bytes: [UInt8]) -> [UInt8] {
        reader.append(bytes)
        var answer: [UInt8] = []
        while !isDone, let body = try? reader.next() {
            guard let version else {
                version = VersionReply(body: body)?.serverVersion
                answer += nextRequest()
                continue
            }
            let decoder = MessageDecoder(serverVersion: version, direction: .toClient)
            guard case .message(let message) = decoder.decode(body) else { continue }
            heard.append(Self.withoutTimes(message))
            let awaited = Session.steps[step - 1].answer
            if message.name == awaited.name,
                awaited.field.isEmpty || message[awaited.field] == awaited.text
            {
                answer += nextRequest()
            }
        }
        return answer
    }

    private mutating func nextRequest() -> [UInt8] {
        defer { step += 1 }
        guard step < Session.steps.count else { return [] }
        let next = Session.steps[step]
        var message = Message(next.name, direction: .toGateway)
        for (name, text) in next.fields { message[name] = text }
        return MessageEncoder(serverVersion: version ?? 176).encode(message)
    }

    private static func withoutTimes(_ message: Message) -> String {
        var message = message
        for name in ["execution.time", "errorTime", "timeStamp"]
        where !message.schema.indexes(of: name).isEmpty {
            message[name] = ""
        }
        // The text of tick type 45 is the time of the last trade.
        if message.name == "tickString", message["tickType"] == "45" { message["value"] = "" }
        return MessageEncoder(serverVersion: 176).encode(message).dropFirst(4)
            .split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
    }
}

extension Loopback {
    @Suite struct `The same seed and world` {
        private func inMemory(seed: UInt64, later start: Duration) -> [String] {
            var host = VirtualHost(Session.gateway(seed: seed))
            host.advance(by: start)
            let connection = host.connect()
            var trader = Trader()
            host.send(Trader.hello, on: connection)
            for _ in 0..<100_000 where !trader.isDone {
                let request = trader.hear(host.take(connection))
                if request.isEmpty {
                    host.advance(by: .milliseconds(1))
                } else {
                    host.send(request, on: connection)
                }
            }
            return trader.heard
        }

        private func overSockets(seed: UInt64) throws -> [String] {
            // So slowly that two seconds of stalling do no harm.
            let loop = try EventLoop(speed: 0.25)
            let host = Host(
                Session.gateway(seed: seed), listeningOn: .loopback(port: 0),
                options: HostOptions(), loop: loop)
            try host.start()
            var trader = Trader()
            var connection: OutgoingConnection?
            connection = try OutgoingConnection(to: host.localEndpoint, on: loop) { event in
                switch event {
                case .connected: connection?.send(Trader.hello)
                case .received(let bytes):
                    let request = trader.hear(bytes)
                    if !request.isEmpty { connection?.send(request) }
                case .ended, .reset, .refused: break
                }
            }
            #expect(loop.eventually { trader.isDone })
            connection?.close()
            return trader.heard
        }

        @Test func `give the same messages in memory and over sockets, times aside`() throws {
            let memory = inMemory(seed: 5, later: .milliseconds(1_234))
            let sockets = try overSockets(seed: 5)
            #expect(memory.count > 150)
            #expect(memory.contains { $0.contains("Filled") })
            let difference = zip(memory, sockets).first { $0 != $1 }
            #expect(difference == nil)
            #expect(sockets.count == memory.count)
            let isOther = inMemory(seed: 6, later: .zero) != memory
            #expect(isOther)
        }
    }
}
