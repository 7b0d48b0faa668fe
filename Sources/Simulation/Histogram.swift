/// How often times fell into fixed ranges.
package struct Histogram: Hashable, Sendable {
    /// The upper bounds in nanoseconds, from 100 microseconds to 100 seconds, three a decade.
    private static let bounds: [Int64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000,
        50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000,
        5_000_000_000, 10_000_000_000, 30_000_000_000, 100_000_000_000,
    ]

    /// The upper bounds in seconds, as texts.
    package static let boundTexts = bounds.map { seconds($0) }

    /// How many were in each range, those above the last bound left out.
    package private(set) var buckets = [Int](repeating: 0, count: bounds.count)
    package private(set) var count = 0
    private var sum: Int64 = 0

    package init() {}

    /// The sum of all, in seconds.
    package var sumText: String { Self.seconds(sum) }

    package mutating func take(_ duration: Duration) { take(nanoseconds: duration.nanoseconds) }

    package mutating func take(nanoseconds: Int64) {
        count += 1
        sum = sum.addingReportingOverflow(max(0, nanoseconds)).partialValue
        if let index = Self.bounds.firstIndex(where: { nanoseconds <= $0 }) { buckets[index] += 1 }
    }

    private static func seconds(_ nanoseconds: Int64) -> String {
        let fraction = String(1_000_000_000 + nanoseconds % 1_000_000_000).dropFirst()
        let digits = fraction.reversed().drop { $0 == "0" }.reversed()
        let whole = String(nanoseconds / 1_000_000_000)
        return digits.isEmpty ? whole : whole + "." + String(digits)
    }
}
