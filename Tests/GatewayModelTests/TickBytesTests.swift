@testable import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `Ticks` {
    /// Every kind of tick there is, on lines with ids of every length.
    private func batches(version: Int) -> [TickBatch] {
        var gateway = Gateway { $0.newestVersion = version }
        let client = gateway.start(version: version)
        var batches: [TickBatch] = []
        func take(_ effects: [HealthyGateway.Effect]) {
            for case .ticks(let batch) in effects { batches.append(batch) }
        }
        // Apple's shares, an index, a currency pair, an option.
        for (line, contract) in [(1, 265598), (77, 416904), (12345, 12_087_792), (9, 990_000_101)] {
            let request = Message(
                "reqMktData", ["reqId": String(line), "contract.conId": String(contract)],
                direction: .toGateway)
            take(gateway.model.handle(gateway.request(client, request), at: gateway.now))
        }
        for step in 1...40 {
            let now = SimInstant.start + .milliseconds(500 * step)
            take(gateway.model.handle(.deadlineReached, at: now))
        }
        return batches
    }

    @Test(arguments: [100, 157, 176, 200, 205])
    func `have the bytes of their messages`(version: Int) throws {
        let encoder = MessageEncoder(serverVersion: version)
        let ticks = try #require(TickEncoder(serverVersion: version))
        var names: Set<String> = []
        for batch in batches(version: version) {
            for part in batch.parts {
                var buffer = FrameBuffer()
                ticks.append(part, of: batch, to: &buffer)
                let messages = batch.messages(part)
                names.formUnion(messages.map(\.name))
                #expect(buffer.take() == messages.flatMap { encoder.encode($0) })
            }
        }
        #expect(names == ["tickPrice", "tickSize", "tickString", "tickGeneric"])
    }

    @Test func `are messages alone where they travel as protobuf`() {
        #expect(TickEncoder(serverVersion: 206) == nil)
    }
}

@Suite struct `A number in a frame` {
    private func text(_ write: (UnsafeMutableRawPointer) -> Int) -> String {
        withUnsafeTemporaryAllocation(byteCount: NumberText.maxBytes, alignment: 8) { bytes in
            guard let base = bytes.baseAddress else { return "" }
            let count = write(base)
            return String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    @Test func `is written digit for digit`() {
        var numbers: [Int64] = [0, .min, .max, 9, 10, 99, 100, 99_999_999, 100_000_000]
        var random = SeededRandom(seed: 1)
        for bits in 1..<64 {
            let number = Int64(bitPattern: random.next() >> UInt64(bits))
            numbers += [number, -number, (1 << Int64(bits)) &- 1]
        }
        for number in numbers {
            #expect(text { NumberText.write(number, to: $0) } == String(number))
        }
    }

    @Test func `has the places it needs and no more`() {
        let cases: [(Int64, String)] = [
            (0, "0"), (1, "0.000001"), (-1, "-0.000001"), (187_250_000, "187.25"),
            (100_000_000, "100"), (-500_000, "-0.5"), (12_345_678, "12.345678"),
            (1_000_010, "1.00001"), (.max, "9223372036854.775807"),
            (.min, "-9223372036854.775808"),
        ]
        for (millionths, expected) in cases {
            #expect(text { NumberText.write(millionths: millionths, to: $0) } == expected)
            #expect(Amount(micros: millionths).description == expected)
        }
    }
}

@Suite struct `A market followed` {
    @Test func `in any order of moments is the one looked up afresh`() {
        var contract = Contract(
            conID: 1, symbol: "A", secType: "STK", longName: "A", referencePrice: 50)
        contract.conIDIsInvented = true
        let prices = PriceProcess(
            seed: 3, contracts: ContractBook([contract]), epoch: 1_768_487_400_123)
        var market = prices.market(of: contract)
        var random = SeededRandom(seed: 2)
        var moment: Int64 = 0
        for _ in 0..<5_000 {
            // Mostly a little on, sometimes anywhere within some days.
            moment =
                random.chance(0.02)
                ? Int64.random(in: -200_000_000...200_000_000, using: &random)
                : moment + Int64.random(in: 0...900, using: &random)
            let expected = prices.quote(of: contract, at: moment)
            #expect(market.quote(of: contract, at: moment, in: prices) == expected)
            #expect(prices.last(of: contract, at: moment) == expected.last)
            #expect(
                market.volume(of: contract, from: -1_000, to: moment, in: prices)
                    == prices.volume(of: contract, from: -1_000, to: moment))
        }
    }
}
