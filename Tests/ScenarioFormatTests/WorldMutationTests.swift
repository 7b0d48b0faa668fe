import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import Testing

@Suite struct `A damaged world` {
    /// Whatever is done to the text, it is explained, or it is a world: written it reads back
    /// equal, and a gateway serves it.
    @Test func `never traps`() throws {
        var random = SeededRandom(seed: 0x0123_4567)
        let original = Array(worldText(GoodWorld.everything).utf8)
        let pieces = ["9", "0", ".", "-", "99999999", "\"", "{", "]", ": ", "\n", "X", "é", "${"]
        var served = 0
        for round in 0..<1_500 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<12, using: &random) {
                case 0: bytes.remove(at: place)
                case 1:
                    let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
                    bytes.insert(contentsOf: piece.utf8, at: place)
                case 2...9:
                    // Another number where one stands, which is what the checks are about.
                    let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
                    let digit = digits[Int.random(in: 0..<digits.count, using: &random)]
                    bytes[digit] = UInt8.random(in: 0x30...0x39, using: &random)
                default:
                    let end = min(bytes.count, place + Int.random(in: 0..<60, using: &random))
                    bytes.insert(
                        contentsOf: bytes[place..<end],
                        at: Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            guard let world = read(String(decoding: bytes, as: UTF8.self), round) else { continue }
            #expect(try loadWorld(text: world.text, file: "w.yaml") == world, "round \(round)")
            serve(world)
            served += 1
        }
        #expect(served > 300)
    }

    private func read(_ text: String, _ round: Int) -> World? {
        do {
            return try loadWorld(text: text, file: "w.yaml")
        } catch {
            #expect(!error.description.isEmpty, "round \(round)")
            return nil
        }
    }

    private func serve(_ world: World) {
        var settings = GatewaySettings()
        settings.epoch = world.starts.epoch(now: 1_900_000_000_000_000_000)
        settings.marketWaits = false
        var model = HealthyGateway(world: world, settings: settings, seed: 1)
        let connection = ConnectionID(1)
        _ = model.handle(.connected(connection), at: .start)
        _ = model.handle(.hello(connection, Hello(versions: 100...200)), at: .start)
        let requests: [(String, KeyValuePairs<String, String>)] = [
            ("startApi", ["clientId": "3"]), ("reqPositions", [:]), ("reqAllOpenOrders", [:]),
            ("reqAccountUpdates", ["subscribe": "1"]), ("requestFA", ["faData": "1"]),
            ("reqMktData", ["reqId": "1", "contract.conId": "11"]),
            ("reqMktData", ["reqId": "2", "contract.conId": "8"]),
        ]
        for (name, fields) in requests {
            let message = Message(name, fields, direction: .toGateway)
            _ = model.handle(.received(connection, message), at: .start)
        }
        _ = model.handle(.deadlineReached, at: .start + .seconds(3))
    }
}
