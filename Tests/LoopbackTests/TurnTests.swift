import EventLog
import GatewayMachine
import GatewayModel
import GatewayWire
import Simulation
import SocketDriver
import TestSupport
import Testing

extension Loopback {
    @Suite(.serialized) struct `Clients beside each other` {
        private static let burst = 20_000

        private func send(
            _ name: String, _ fields: KeyValuePairs<String, String> = [:], times: Int = 1,
            to client: OutgoingConnection
        ) {
            let message = Message(name, fields, direction: .toGateway)
            let frame = MessageEncoder(serverVersion: 176).encode(message)
            client.send(Array(repeatElement(frame, count: times).joined()))
        }

        @Test func `take turns, so that one is answered before another's burst is done`() throws {
            let loop = try EventLoop()
            var settings = GatewaySettings()
            settings.messagesPerSecond = nil
            let model = HealthyGateway(world: .default, settings: settings, seed: 1)
            let host = Host(
                FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: [], seed: 1),
                listeningOn: .loopback(port: 0), loop: loop)
            // Requests heard of the first client when the second one's was heard, and at the end.
            var heard = 0
            var heardBefore: Int?
            var readyCount = 0
            host.afterStep = { gateway, _ in
                for event in gateway.takeLog() {
                    if case .phase(.synchronized) = event.kind { readyCount += 1 }
                    guard case .message(let message) = event.kind else { continue }
                    if message.name == "reqIds" { heard += 1 }
                    if message.name == "currentTime" { heardBefore = heard }
                }
            }
            try host.start()
            var connectedCount = 0
            let clients = try (1...2).map { _ in
                try OutgoingConnection(to: host.localEndpoint, on: loop) { event in
                    if case .connected = event { connectedCount += 1 }
                }
            }
            #expect(loop.eventually { connectedCount == 2 })
            for (index, client) in clients.enumerated() {
                client.send(Hello(versions: 157...176).bytes)
                send(
                    "startApi", ["clientId": "\(index)", "optionalCapabilities": ""], to: client)
            }
            #expect(loop.eventually { readyCount == 2 })
            send("reqIds", ["numIds": "1"], times: Self.burst, to: clients[0])
            send("reqCurrentTime", to: clients[1])
            #expect(loop.eventually { heard == Self.burst && heardBefore != nil })
            // Two turns of the first client, of a few hundred requests each.
            #expect(try #require(heardBefore) < Self.burst / 20)
        }

        @Test func `are read a turn's bytes at a time`() throws {
            var options = HostOptions()
            options.maxTurnBytes = 100
            let stage = try Stage(options: options)
            let one = stage.admit()
            let other = stage.admit()
            one.send([UInt8](repeating: 1, count: 1000))
            other.send([UInt8](repeating: 2, count: 1000))
            #expect(
                stage.loop.eventually {
                    stage.host.handler.bytes(from: .first).count == 1000
                        && stage.host.handler.bytes(from: .second).count == 1000
                })
            let turns = stage.events.compactMap { event -> ConnectionID? in
                if case .received(let id, let bytes) = event, bytes.count == 100 { id } else { nil }
            }
            #expect(turns.count == 20)
            #expect(zip(turns, turns.dropFirst()).allSatisfy { $0 != $1 })
        }
    }
}
