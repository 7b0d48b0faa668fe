import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `The same seed` {
    /// The default world cut down to what the story touches, for speed.
    private static let world = World(
        accounts: [World.Account(name: "DU1", cash: 100_000)],
        contracts: World.default.contracts.filter { ["AAPL", "IBM"].contains($0.symbol) })

    /// Two clients, ticks, a fill, a cancellation, a restart.
    private func story(seed: UInt64) -> [HealthyGateway.Effect] {
        var gateway = Gateway(world: Self.world, seed: seed)
        var effects: [HealthyGateway.Effect] = []
        func ask(_ client: ConnectionID, _ name: String, _ fields: KeyValuePairs<String, String>) {
            let message = Message(name, fields, direction: .toGateway)
            effects += gateway.handle(gateway.request(client, message))
        }
        let first = gateway.start(client: 1)
        let second = gateway.start(client: 2, version: 157)
        ask(first, "reqMktData", ["reqId": "1", "contract.conId": "265598"])
        ask(second, "reqMktData", ["reqId": "1", "contract.conId": "8314"])
        effects += gateway.passing(.milliseconds(700))
        ask(
            second, "placeOrder",
            [
                "orderId": "1", "contract.conId": "8314", "order.action": "BUY",
                "order.totalQuantity": "10", "order.orderType": "MKT", "order.transmit": "1",
            ])
        effects += gateway.passing(.milliseconds(700))
        ask(second, "cancelOrder", ["orderId": "1"])
        effects += gateway.handle(.commanded(.restarted))
        return effects
    }

    @Test func `gives the same effects in a thousand of a thousand runs`() {
        let expected = story(seed: 42)
        #expect(expected.count > 50)
        for _ in 0..<1000 where story(seed: 42) != expected {
            Issue.record("another run, other effects")
            return
        }
    }

    @Test func `is what prices and delays hang on`() {
        #expect(story(seed: 1) != story(seed: 2))
    }
}

@Suite struct `A client sending junk` {
    private let texts = [
        "", "0", "1", "-1", "2147483647", "2147483648", "9223372036854775807",
        "-9223372036854775808", "99999999999999999999", "1.7976931348623157E308", "1e400", "nan",
        "inf", "-0.0", "Infinite", "1e-300", "0x10", " 7", "BAG", "FUND", "PEG BENCH", "AAPL",
        "265598", "8314", "STK", "BUY", "SELL", "MKT", "LMT", "TRADES", "1 day", "1 D", "1 Y",
        "1 secs", "20260230 25:61:61", "99991231 23:59:59 UTC", "00010101-00:00:00", "\u{1F4A9}",
        "back\\slash", "$LEDGER:ALL,NetLiquidation", "DU0000001",
    ]

    private func filled(_ schema: MessageSchema, _ random: inout SeededRandom) -> Message {
        func value(_ item: SchemaItem) -> FieldValue {
            switch item {
            case .field:
                // Long texts and bytes that are no UTF-8 now and then.
                if random.chance(0.01) { return .text(String(repeating: "x", count: 5000)) }
                if random.chance(0.01) { return .bytes([0xFF, 0xFE]) }
                return .text(texts.randomElement(using: &random) ?? "")
            case .group(let group):
                return .group(
                    (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        group.items.map(value)
                    })
            }
        }
        var message = Message(schema: schema)
        message.values = schema.items.map(value)
        for name in ["reqId", "orderId"]
        where !schema.indexes(of: name).isEmpty && random.chance(0.9) {
            message[name] = String(Int.random(in: 1...5, using: &random))
        }
        return message
    }

    private static let requests = ProtocolSchema.messages.filter { $0.direction == .toGateway }

    @Test(arguments: 1...4)
    func `never stops the gateway, and gets answers that can be read`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var gateway = Gateway(seed: seed) {
            $0.limits.historicalBars = 50
            $0.limits.historicalTickSearch = 50
            $0.limits.openOrders = 20
        }
        var clients: [ConnectionID] = []
        for round in 0..<40 {
            if clients.count < 4 {
                let version = Int.random(in: 100...200, using: &random)
                clients.append(gateway.start(client: round, version: version))
            }
            for schema in Self.requests where schema.name != "startApi" {
                guard let client = clients.randomElement(using: &random) else { continue }
                let effects = gateway.handle(gateway.request(client, filled(schema, &random)))
                expectReadable(effects, gateway)
            }
            expectReadable(gateway.passing(.milliseconds(300)), gateway)
            if random.chance(0.2) {
                gateway.handle(.disconnected(clients.removeFirst()))
            }
        }
    }

    private func expectReadable(_ effects: [HealthyGateway.Effect], _ gateway: Gateway) {
        for case .send(let connection, let message) in effects {
            guard let version = gateway.model.serverVersion(of: connection) else { continue }
            let bytes = MessageEncoder(serverVersion: version).encode(message)
            let decoder = MessageDecoder(serverVersion: version, direction: .toClient)
            guard case .message(let decoded) = decoder.decode(bytes[4...]), decoded.surplus.isEmpty
            else {
                Issue.record("\(message.name) at \(version) does not decode")
                return
            }
            expectNumbers(decoded.schema.items, decoded.values, in: message.name)
        }
    }

    /// Every number a client will parse is one.
    private func expectNumbers(_ items: [SchemaItem], _ values: [FieldValue], in name: String) {
        for (item, value) in zip(items, values) {
            switch (item, value) {
            case (.group(let group), .group(let rows)):
                for row in rows { expectNumbers(group.items, row, in: name) }
            case (.field(let field), .text(let text)):
                let isFine =
                    switch field.type {
                    case .string: true
                    case .int, .long: Int64(text) != nil
                    case .float, .decimal: Double(text) != nil
                    case .bool: text == "0" || text == "1"
                    }
                let mayBeEmpty =
                    field.unset == .empty || field.name == "yieldRedemptionDate"
                if !isFine && !(text.isEmpty && mayBeEmpty) {
                    Issue.record("\(name).\(field.name) is '\(text)'")
                }
            case (.field, .absent), (.field, .bytes), (.field, .group), (.group, .absent),
                (.group, .text), (.group, .bytes):
                continue
            }
        }
    }
}
