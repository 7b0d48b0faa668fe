import GatewayWire
import Simulation

/// Wire fields as a line of text, and back.
enum FieldText {
    /// NUL-terminated fields with `|` for each NUL.
    static func joined(fieldsOf body: ArraySlice<UInt8>) -> String {
        if body.last ?? 0 == 0, body.allSatisfy({ $0 == 0 || isPlain($0) }) {
            return String(
                decoding: body.map { $0 == 0 ? UInt8(ascii: "|") : $0 }, as: UTF8.self)
        }
        var text = ""
        for field in body.split(separator: 0, omittingEmptySubsequences: false).dropLast() {
            text += escaped(Array(field)) + "|"
        }
        return text
    }

    /// Whether a byte stands in a text as it is, whatever is beside it.
    static func isPlain(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && byte != 0x7C && byte != 0x5C
    }

    static func escaped(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self),
            !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x7C || $0 == 0x5C })
        {
            return text
        }
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "|"): text += "\\|"
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + hexText([byte])
            }
        }
        return text
    }

    /// The body of a frame.
    ///
    /// It is `nil` when the last field is not terminated or an escape is wrong.
    static func body(of text: Substring) -> [UInt8]? {
        var body: [UInt8] = []
        var field = Substring()
        var rest = text
        while let character = rest.popFirst() {
            if character == "\\" {
                guard let next = rest.popFirst() else { return nil }
                field.append(character)
                field.append(next)
            } else if character == "|" {
                guard let bytes = unescaped(field) else { return nil }
                body += bytes
                body.append(0)
                field = ""
            } else {
                field.append(character)
            }
        }
        return field.isEmpty ? body : nil
    }

    static func unescaped(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "|"): bytes.append(UInt8(ascii: "|"))
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: return nil
            }
        }
        return bytes
    }

    static func bytes(fromHex text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8.filter { $0 != UInt8(ascii: " ") })
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<(index + 2)], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Exact to the nanosecond, in the largest unit that keeps it short: `2s`, `1.25ms`, `300us`.
    static func duration(_ duration: Duration) -> String {
        var text: [UInt8] = []
        append(duration, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends what `duration` says.
    static func append(_ duration: Duration, to text: inout [UInt8]) {
        let nanoseconds = duration.nanoseconds
        let (unit, size): (StaticString, Int64) =
            nanoseconds >= 1_000_000_000
            ? ("s", 1_000_000_000) : nanoseconds >= 1_000_000 ? ("ms", 1_000_000) : ("us", 1000)
        text.append(decimal: nanoseconds / size)
        var (fraction, one) = (nanoseconds % size, size)
        if fraction > 0 {
            while fraction % 10 == 0 {
                fraction /= 10
                one /= 10
            }
            let point = text.count
            // With the zeros in front.
            text.append(decimal: fraction + one)
            text[point] = UInt8(ascii: ".")
        }
        unit.withUTF8Buffer { text.append(contentsOf: $0) }
    }

    static func duration(from text: Substring) -> Duration? {
        for (unit, size) in [("ms", Int64(1_000_000)), ("us", 1000), ("s", 1_000_000_000)]
        where text.hasSuffix(unit) {
            let parts = text.dropLast(unit.count).split(
                separator: ".", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let whole = Int64(parts[0]), whole >= 0 else {
                return nil
            }
            var (nanoseconds, isTooLong) = whole.multipliedReportingOverflow(by: size)
            guard !isTooLong else { return nil }
            if parts.count == 2 {
                let digits = parts[1].prefix(9)
                guard let value = Int64(digits), value >= 0 else { return nil }
                var scale = size
                for _ in digits { scale /= 10 }
                (nanoseconds, isTooLong) = nanoseconds.addingReportingOverflow(value * scale)
                guard !isTooLong else { return nil }
            }
            return .nanoseconds(nanoseconds)
        }
        return nil
    }
}
