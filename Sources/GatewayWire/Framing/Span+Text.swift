/// What the bytes of a field say.
extension Span<UInt8> {
    /// The text, when it is UTF-8.
    var text: String? {
        guard let valid = try? UTF8Span(validating: self) else { return nil }
        return String(copying: valid)
    }

    var array: [UInt8] {
        [UInt8](capacity: count) { output in
            for index in indices { output.append(self[index]) }
        }
    }

    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard other.count == count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether the bytes are this text's.
    package func holds(_ text: String) -> Bool { isEqual(to: text.utf8.span) }

    /// The number that decimal digits, perhaps after a minus, stand for.
    package var integer: Int? {
        let isNegative = !isEmpty && self[0] == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        guard index < count, count <= 20 else { return nil }
        var number = 0
        while index < count {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (scaled, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = scaled.addingReportingOverflow(Int(digit))
            guard !isTooLarge, !overflows else { return nil }
            number = sum
            index += 1
        }
        return isNegative ? -number : number
    }

    /// The number that at most 15 decimal digits stand for, perhaps with a point and a minus.
    ///
    /// Exact, as both the digits and the power of ten are exact in a double.
    package var shortDecimal: Double? {
        let isNegative = !isEmpty && self[0] == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        guard index < count, count <= 17 else { return nil }
        var digits = 0
        var mantissa: Int64 = 0
        var power = 1.0
        var hasPoint = false
        while index < count {
            let byte = self[index]
            index += 1
            if byte == UInt8(ascii: "."), !hasPoint, digits > 0, index < count {
                hasPoint = true
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10, digits < 15 else { return nil }
            digits += 1
            mantissa = mantissa &* 10 &+ Int64(digit)
            if hasPoint { power *= 10 }
        }
        let number = Double(mantissa) / power
        return isNegative ? -number : number
    }

    /// Whether a number is set, not the unset double, and above zero.
    var isPositive: Bool {
        guard !isEmpty, count <= 400, let number = text.flatMap({ Double($0) }) else {
            return false
        }
        // Some clients spell the unset double with fewer digits: beyond every double, or below it.
        return number > 0 && number < 1.797e308
    }

    /// Clients write the count of an unused group as "" or as the unset int.
    var isUnusedCount: Bool { isEmpty || holds("2147483647") }

    /// Whether the bytes are a number written the usual way: digits, no zero in front.
    package var isPlainNumber: Bool {
        guard !isEmpty, self[0] != UInt8(ascii: "0") || count == 1 else { return false }
        for index in indices where self[index] &- UInt8(ascii: "0") > 9 { return false }
        return true
    }

    /// Whether no byte is above 127, so that the bytes are UTF-8 as well.
    package var isASCII: Bool {
        var index = 0
        var all: UInt64 = 0
        while count - index >= 8 {
            all |= bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < count {
            all |= UInt64(self[index])
            index += 1
        }
        return all & 0x8080_8080_8080_8080 == 0
    }
}
