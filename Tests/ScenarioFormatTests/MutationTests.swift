import ScenarioFormat
import Simulation
import Testing

@Suite struct `A damaged file` {
    /// Whatever is done to the text, it loads or it is explained; and what loads can be explained.
    @Test func `never traps`() throws {
        var random = SeededRandom(seed: 0x5EED)
        let original = Array(Example.text.utf8)
        let alphabet = Array(" \n\t:-{}[]\"'&*!|>#,$.0123456789abcdefxyz\u{0}\u{80}é".utf8)
        var loaded = 0
        for round in 0..<5_000 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                case 1:
                    bytes.insert(
                        alphabet[Int.random(in: 0..<alphabet.count, using: &random)], at: place)
                case 2: bytes.remove(at: place)
                default:
                    let end = min(bytes.count, place + Int.random(in: 0..<40, using: &random))
                    bytes.insert(
                        contentsOf: bytes[place..<end],
                        at: Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let first = first(text, round) else { continue }
            loaded += 1
            #expect(throws: Never.self, "round \(round): \(first.explained)") {
                try loadScenarios(text: first.explained, file: "s.yaml", catalogue: .empty)
            }
        }
        #expect(loaded > 0)
    }

    private func first(_ text: String, _ round: Int) -> Scenario? {
        do {
            return try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped).first
        } catch {
            #expect(!error.description.isEmpty, "round \(round)")
            return nil
        }
    }
}
