import GatewayWire

/// How a value is written, without what it says.
///
/// Two gateways have other prices, times and ids. The form is what they must have in common:
///
/// | value | form |
/// |---|---|
/// | `292.20` | `9.90`: padded to two decimals |
/// | `14.61`, `0.5`, `305.125` | `9.99`, `9.9`, `9.999`: no more decimals than needed |
/// | `-103.92738339177643` | `9.99999…`: not rounded |
/// | `0`, `0.0`, `-1`, `-2`, `1.7976931348623157E308` | itself: a word rather than a number |
/// | `20260825 14:11:30 US/Eastern` | `99999999 99:99:99 US/Eastern` |
/// | `1787602104000` | `whole seconds, in ms` |
package enum ValueForm {
    /// The largest double and its relatives, by which gateways say "no value".
    private static let unsetTexts: Set<String> = [
        "1.7976931348623157E308", "1.7976931348623157e308", "1.7976931348623157e+308",
        "2147483647", "9223372036854775807", "-9223372036854775808", "Infinity", "inf",
    ]

    /// The form of a number.
    ///
    /// - Parameter isSpelled: Whether the gateway chose the spelling; false for a double in protobuf.
    static func ofNumber(_ text: String, isSpelled: Bool) -> String {
        if unsetTexts.contains(text) { return isSpelled ? text : "unset" }
        guard let value = Double(text) else { return ofText(text) }
        if value == 0 || value == -1 || value == -2 {
            return isSpelled ? text : String(Int(value))
        }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        guard let point = digits.firstIndex(of: ".") else {
            return digits.contains(where: { $0 == "E" || $0 == "e" }) ? "9E9" : "9"
        }
        let decimals = digits[digits.index(after: point)...]
        if decimals.contains(where: { $0 == "E" || $0 == "e" }) { return "9E9" }
        if decimals.count >= 7 { return "9.99999…" }
        guard isSpelled else { return "9.99" }
        if decimals == "0" { return "9.0" }
        if decimals.count == 1 { return "9.9" }
        let isPadded = decimals.last == "0"
        let nines = String(repeating: "9", count: decimals.count - (isPadded ? 1 : 0))
        return "9." + nines + (isPadded ? "0" : "")
    }

    /// Whether one way of writing numbers can give both forms.
    static func agree(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard one.hasPrefix("9"), other.hasPrefix("9") else { return false }
        // Doubles of any size may come with an exponent.
        if one == "9E9" || other == "9E9" { return true }
        if one.hasSuffix("…") || other.hasSuffix("…") { return false }
        func isPadded(_ form: String) -> Bool { form.hasSuffix("0") && form != "9.0" }
        if isPadded(one) || isPadded(other) {
            return one.utf8.count == other.utf8.count && one != "9.0" && other != "9.0"
        }
        return !(Set([one, other]) == ["9", "9.0"])
    }

    /// The form of a moment in a numeric field.
    static func ofMoment(_ text: String) -> String {
        guard let value = Int64(text), value > 0 else { return text }
        switch text.utf8.count {
        case 13: return value % 1000 == 0 ? "whole seconds, in ms" : "ms"
        default: return String(repeating: "9", count: text.utf8.count)
        }
    }

    /// Digits become 9; a list becomes its different elements.
    static func ofDates(_ text: String) -> String {
        guard text.contains(";") else { return nines(text) }
        var forms: [String] = []
        for part in text.split(separator: ";") {
            let form = nines(String(part))
            if !forms.contains(form) { forms.append(form) }
        }
        return forms.sorted().joined(separator: ";")
    }

    private static func nines(_ text: String) -> String {
        String(text.map { $0.isASCII && $0.isNumber ? "9" : $0 })
    }

    /// A sentence: each run of digits, with its point, becomes `#`, and the quoted class name that
    /// changes from build to build becomes `'…'`.
    static func ofText(_ text: String) -> String {
        var form = ""
        var isInNumber = false
        for character in text {
            let isDigit = character.isASCII && character.isNumber
            if isDigit || (isInNumber && character == ".") {
                if !isInNumber { form.append("#") }
                isInNumber = true
                continue
            }
            isInNumber = false
            form.append(character)
        }
        return withoutClassName(form)
    }

    private static func withoutClassName(_ text: String) -> String {
        guard let range = text.firstRange(of: "-'"),
            let end = text[range.upperBound...].firstIndex(of: "'"),
            text.distance(from: range.upperBound, to: end) <= 12
        else { return text }
        return String(text[..<range.upperBound]) + "…" + String(text[end...])
    }

    /// `20260825`, `20260825 14:11:30 …`, `14:31`, `2026-07-31 13:53:52.0`.
    static func looksLikeDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(20))
        func areDigits(_ range: Range<Int>) -> Bool {
            range.upperBound <= bytes.count && bytes[range].allSatisfy { (48...57).contains($0) }
        }
        func isAt(_ index: Int, _ letters: String) -> Bool {
            index < bytes.count && letters.utf8.contains(bytes[index])
        }
        if areDigits(0..<2), isAt(2, ":"), areDigits(3..<5) { return true }
        if areDigits(0..<4), isAt(4, "-"), areDigits(5..<7), isAt(7, "-") { return true }
        guard areDigits(0..<8), isAt(0, "12") else { return false }
        return bytes.count == 8 || isAt(8, " -:;")
    }
}
