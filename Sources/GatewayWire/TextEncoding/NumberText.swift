/// Numbers as a frame carries them, written digit by digit.
package enum NumberText {
    /// Room that every number finds enough.
    package static let maxBytes = 24

    /// Decimal digits, a minus in front of what is negative.
    ///
    /// - Returns: Where the text ends.
    package static func put(_ number: Int64, into bytes: inout MutableSpan<UInt8>, at start: Int)
        -> Int
    {
        var index = start
        if number < 0 {
            bytes[index] = UInt8(ascii: "-")
            index += 1
        }
        return put(number.magnitude, into: &bytes, at: index)
    }

    /// A number of millionths as plain decimal text without trailing zeros: `187.25`, `100`, `-0.5`.
    ///
    /// - Returns: Where the text ends.
    package static func put(
        millionths: Int64, into bytes: inout MutableSpan<UInt8>, at start: Int
    ) -> Int {
        let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var index = start
        if millionths < 0 {
            bytes[index] = UInt8(ascii: "-")
            index += 1
        }
        index = put(whole, into: &bytes, at: index)
        guard rest > 0 else { return index }
        bytes[index] = UInt8(ascii: ".")
        // The first two places alone are what most prices have.
        var places = 6
        var digits = UInt32(truncatingIfNeeded: rest)
        if digits % 10_000 == 0 {
            digits /= 10_000
            places = 2
        }
        while digits % 10 == 0 {
            digits /= 10
            places -= 1
        }
        for place in stride(from: places, to: 0, by: -1) {
            bytes[index + place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits % 10)
            digits /= 10
        }
        return index + places + 1
    }

    private static func put(
        _ magnitude: UInt64, into bytes: inout MutableSpan<UInt8>, at start: Int
    ) -> Int {
        guard magnitude >= 10 else {
            bytes[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude)
            return start + 1
        }
        var count = 2
        var bound: UInt64 = 100
        while magnitude >= bound, count < 20 {
            count += 1
            bound = count < 20 ? bound &* 10 : .max
        }
        var rest = magnitude
        var index = start + count
        while index > start {
            index -= 1
            let (shorter, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = shorter
        }
        return start + count
    }
}
