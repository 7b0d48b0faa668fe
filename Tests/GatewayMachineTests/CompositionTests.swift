import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

private func gateway(_ rules: [FaultRule], seed: UInt64) -> VirtualHost {
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: seed)
    var limits = GatewayLimits()
    limits.maxCausedOccasions = 100
    return VirtualHost(
        FaultedGateway(
            name: "gateway", origin: ModelOrigin(model), rules: rules, seed: seed, limits: limits))
}

@Suite struct `Faults put together at random` {
    /// Clients come, ask and go; somebody gives a signal and turns the light.
    private static func played(_ rules: [FaultRule]) -> VirtualHost {
        var host = gateway(rules, seed: 1)
        var clients: [ScriptedClient] = []
        for id in 7...9 {
            var client = ScriptedClient(&host, clientID: id)
            client.greet(&host, versions: id == 9 ? 157...222 : 157...176)
            client.start(&host)
            clients.append(client)
            host.advance(by: .milliseconds(400))
        }
        for index in clients.indices {
            clients[index].request("reqPositions", &host)
            clients[index].request("reqCurrentTime", &host)
        }
        let stranger = host.connect()
        host.send(Array("GET / HTTP/1.1\r\n\r\n".utf8), on: stranger)
        host.advance(by: .seconds(1))
        host.command(.signal("go"))
        host.end(clients[0].connection, .fin)
        host.command(.turnLight(.red))
        host.advance(by: .milliseconds(500))
        host.command(.turnLight(.green))
        host.end(clients[1].connection, .reset)
        clients[2].request("reqIds", ["numIds": "1"], &host)
        var late = ScriptedClient(&host, clientID: 7)
        late.greet(&host)
        late.start(&host)
        host.advance(by: .seconds(2))
        return host
    }

    @Test func `are refused at a place, or act the same way twice`() throws {
        var random = RandomRules(seed: 0xC0FFEE)
        var loaded = 0
        var fired: Set<String> = []
        for round in 0..<60 {
            let text = random.scenario()
            let rules: [FaultRule]
            do {
                rules = try loadScenarios(text: text, file: "r.yaml", catalogue: .shipped)
                    .flatMap { $0.gateways.flatMap(\.rules) }
            } catch {
                #expect(error.diagnostics.allSatisfy { $0.mark.line >= 5 }, "\(round): \(text)")
                continue
            }
            loaded += 1
            let host = Self.played(rules)
            for case .fault(_, let action, _) in host.events.map(\.kind) {
                fired.formUnion(action.split(separator: ", ").map(String.init))
            }
            let sent = host.effects.reduce(0) { sum, effect in
                if case .send(_, let bytes) = effect { sum + bytes.count } else { sum }
            }
            #expect(sent < 32 << 20, "\(round): \(sent) bytes by \(text)")
            #expect(host.events.count < 100_000, "\(round): \(text)")
            let again = Self.played(rules)
            guard host.events == again.events, host.effects == again.effects else {
                Issue.record("\(round): not the same twice: \(text)")
                return
            }
        }
        #expect(loaded > 25, "only \(loaded) of them load")
        #expect(fired.count > 20, "only \(fired.sorted()) are done")
    }
}

@Suite struct `Damaged bytes under every fault` {
    /// One rule for each action that can act on messages of both ways, and one with all of them.
    private static let bundles: [[String]] = {
        let words = ActionWord.all.filter { $0.scope == .message }
        let toClient = words.filter { $0.acts.contains(.toClient) && $0.keyword != "replace" }
            .map(\.example)
        let gentle = toClient.filter { !$0.contains("drop") && !$0.contains("mid-frame") }
        return toClient.map { [$0] } + [gentle]
    }()

    /// Requests, damaged in one place or several, and noise.
    private static func bytes(_ random: inout SeededRandom) -> [UInt8] {
        let contract: KeyValuePairs = ["reqId": "5", "contract.symbol": "AAPL"]
        let message =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: Message("reqIds", ["numIds": "1"], direction: .toGateway)
            case 1: Message("reqPositions", [:], direction: .toGateway)
            case 2: Message("reqMktData", contract, direction: .toGateway)
            default: Message("reqContractDetails", contract, direction: .toGateway)
            }
        var bytes = MessageEncoder(serverVersion: 176).encode(message)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: break
        case 1: bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 2: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        default:
            // The length stays small enough for the rest to be read.
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: min(3, bytes.count - 1)..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return bytes
    }

    private static func played(_ actions: [String], seed: UInt64) throws -> VirtualHost {
        let done = actions.joined(separator: ", ")
        let text = """
            version: 1
            name: damaged
            gateway:
              faults:
                - {when: {message: {direction: toClient}}, do: [\(done)]}
                - {when: hello, chance: 0.3, do: [{corrupt: {bits: 2}}, {pad: {bytes: 3}}]}
                - {when: {message: {direction: toGateway}}, chance: 0.5,
                   do: [{delay: {time: 5ms, jitter: 5ms}}, duplicate, {reorder: {past: 2}}]}
            """
        let rules = try loadScenarios(text: text, file: "d.yaml", catalogue: .shipped)
            .flatMap { $0.gateways.flatMap(\.rules) }
        var host = gateway(rules, seed: seed)
        var random = SeededRandom(seed: seed)
        for id in 0..<6 {
            var client = ScriptedClient(&host, clientID: id)
            var hello = Hello(versions: id < 3 ? 157...176 : 157...222).bytes
            if id == 5 { hello[Int.random(in: 0..<hello.count, using: &random)] ^= 0x11 }
            host.send(hello, on: client.connection)
            client.start(&host)
            for _ in 0..<12 {
                host.send(bytes(&random), on: client.connection)
                host.advance(by: .milliseconds(20))
            }
            if id % 2 == 0 { host.end(client.connection, id == 0 ? .reset : .fin) }
        }
        host.advance(by: .seconds(3))
        return host
    }

    @Test func `stop nothing, and tell the same story twice`() throws {
        for (number, actions) in Self.bundles.enumerated() {
            for seed in 1...3 {
                let seed = UInt64(number * 10 + seed)
                let host = try Self.played(actions, seed: seed)
                #expect(!host.events.isEmpty)
                let again = try Self.played(actions, seed: seed)
                #expect(again.events == host.events, "\(actions) with seed \(seed)")
            }
        }
    }
}
