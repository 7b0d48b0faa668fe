import Testing

import Simulation

@Suite struct `An instant in gateway time` {
    @Test func `moves by durations`() {
        #expect(SimInstant.start + .seconds(90) == SimInstant(nanoseconds: 90_000_000_000))
        #expect((SimInstant.start + .milliseconds(5)) - .start == .milliseconds(5))
    }

    @Test func `stays at its largest value instead of overflowing`() {
        #expect(SimInstant(nanoseconds: .max) + .seconds(1) == SimInstant(nanoseconds: .max))
        #expect(SimInstant.start + .seconds(Int64.max) == SimInstant(nanoseconds: .max))
    }
}

@Suite struct `Seeded chance` {
    @Test func `repeats itself for the same seed`() {
        var first = SeededRandom(seed: 7)
        var second = SeededRandom(seed: 7)
        #expect((0..<100).map { _ in first.next() } == (0..<100).map { _ in second.next() })
    }

    @Test func `differs between named streams`() {
        let root = SeededRandom(seed: 7)
        var prices = root.stream("prices")
        var fills = root.stream("fills")
        #expect(prices.next() != fills.next())
    }

    @Test(arguments: [(0.0, 0), (1.0, 1000)])
    func `is certain at its ends`(probability: Double, expected: Int) {
        var random = SeededRandom(seed: 1)
        #expect((0..<1000).count { _ in random.chance(probability) } == expected)
    }
}
