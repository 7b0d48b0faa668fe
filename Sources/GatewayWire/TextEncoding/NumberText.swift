/// Numbers as a frame carries them, eight digits at a time.
package enum NumberText {
    /// Room that every number finds enough, with what is written beyond its end and does not count.
    package static let maxBytes = 32

    /// Decimal digits, a minus in front of what is negative.
    ///
    /// - Returns: How many bytes the text has.
    package static func write(_ number: Int64, to bytes: UnsafeMutableRawPointer) -> Int {
        guard number < 0 else { return write(number.magnitude, to: bytes) }
        bytes.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        return 1 + write(number.magnitude, to: bytes + 1)
    }

    /// A number of millionths as plain decimal text without trailing zeros: `187.25`, `100`, `-0.5`.
    ///
    /// - Returns: How many bytes the text has.
    package static func write(millionths: Int64, to bytes: UnsafeMutableRawPointer) -> Int {
        let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var count = 0
        if millionths < 0 {
            bytes.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
            count = 1
        }
        count += write(whole, to: bytes + count)
        guard rest > 0 else { return count }
        bytes.storeBytes(of: UInt8(ascii: "."), toByteOffset: count, as: UInt8.self)
        // Two of the eight digits are zeros in front; zeros at the end are cut off.
        let digits = digits(of: rest) >> 16
        store(digits, to: bytes + count + 1)
        return count + 1 + 8 - digits.leadingZeroBitCount / 8
    }

    private static func write(_ magnitude: UInt64, to bytes: UnsafeMutableRawPointer) -> Int {
        // Ids and types are short; the digits of all else cost the same, whatever they are.
        if magnitude < 10 {
            bytes.storeBytes(of: UInt8(truncatingIfNeeded: magnitude) | 0x30, as: UInt8.self)
            return 1
        }
        if magnitude < 100 {
            let tens = magnitude / 10
            let pair = tens | (magnitude - 10 * tens) << 8 | 0x3030
            bytes.storeBytes(
                of: UInt16(truncatingIfNeeded: pair).littleEndian, as: UInt16.self)
            return 2
        }
        if magnitude < 100_000_000 {
            let digits = digits(of: magnitude)
            let leading = digits.trailingZeroBitCount / 8
            store(digits >> UInt64(8 * leading), to: bytes)
            return 8 - leading
        }
        let (front, back) = magnitude.quotientAndRemainder(dividingBy: 100_000_000)
        let count = write(front, to: bytes)
        store(digits(of: back), to: bytes + count)
        return count + 8
    }

    /// The eight digits of a number below 10⁸, the first in the lowest byte.
    ///
    /// Halves are divided side by side in one word: into fours, pairs, single digits. The factors
    /// are 2²⁰ / 100 and 2¹⁰ / 10, rounded up, which is exact for what they divide.
    private static func digits(of number: UInt64) -> UInt64 {
        let fours = number / 10_000 | (number % 10_000) << 32
        let hundreds = (fours &* 10_486) >> 20 & 0x0000_007F_0000_007F
        let pairs = hundreds | (fours &- 100 &* hundreds) << 16
        let tens = (pairs &* 103) >> 10 & 0x000F_000F_000F_000F
        return tens | (pairs &- 10 &* tens) << 8
    }

    private static func store(_ digits: UInt64, to bytes: UnsafeMutableRawPointer) {
        bytes.storeBytes(of: (digits | 0x3030_3030_3030_3030).littleEndian, as: UInt64.self)
    }
}
