/// Writes instants as `UTCTime.exactText` does, quickly where many lie in the same second.
package struct ClockText: Sendable {
    private var second = Int64.min
    /// The text of `second` up to its point.
    private var text: [UInt8] = []

    package init() {}

    package mutating func append(
        nanosecondsSince1970 nanoseconds: Int64, to bytes: inout [UInt8]
    ) {
        let (second, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard fraction >= 0, fraction % 1000 == 0 else {
            UTCTime(nanosecondsSince1970: nanoseconds).appendExactText(to: &bytes)
            return
        }
        if second != self.second || text.isEmpty {
            self.second = second
            text.removeAll(keepingCapacity: true)
            UTCTime(secondsSince1970: second).appendExactText(to: &text)
            // Six zeros and a Z follow the point.
            text.removeLast(7)
        }
        bytes.append(contentsOf: text)
        var unit: Int64 = 100_000
        while unit > 0 {
            bytes.append(UInt8(truncatingIfNeeded: 48 + fraction / 1000 / unit % 10))
            unit /= 10
        }
        bytes.append(UInt8(ascii: "Z"))
    }
}
