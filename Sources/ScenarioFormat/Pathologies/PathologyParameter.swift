internal import Simulation

/// A value of a pathology that its user may choose.
package struct PathologyParameter: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A whole number.
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        /// A count such as `3`, `>= 2`, `1..4`.
        case range
        case duration(ClosedRange<Duration>)
        case text
        case boolean
        case choice([String])
        /// Texts, several joined by `+`.
        case list
        /// Names of messages, several joined by `+`.
        case messages(toClient: Bool)
    }

    /// No duration of a scenario is longer.
    static let longest = Duration.seconds(1_000_000_000)

    package let name: String
    package let kind: Kind
    /// Words accepted beside the kind's own values.
    package let words: [String]
    package let defaultValue: String
    /// What a number counts, such as `bytes`; empty without one.
    package let unit: String
    package let about: String

    /// What may be given, in words.
    package var accepts: String {
        let form = unit.isEmpty ? form : "\(form) (\(unit))"
        return ([form] + words.map { "'\($0)'" }).joined(separator: ", or ")
    }

    private var form: String {
        switch kind {
        case .integer(let range):
            range.upperBound == .max
                ? "a whole number of at least \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            range.upperBound == .greatestFiniteMagnitude
                ? "a number of at least \(Self.plain(range.lowerBound))"
                : "a number from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        case .range: "a count such as 3, \">= 2\", \"1..4\""
        case .duration(let range): "a duration\(Self.bounds(range)) such as 250ms, 2s, 1m"
        case .text: "a text"
        case .boolean: "true or false"
        case .choice(let choices): "one of \(choices.joined(separator: ", "))"
        case .list: "texts, joined by +"
        case .messages(let toClient):
            "names of messages to the \(toClient ? "client" : "gateway"), joined by +"
        }
    }

    private static func bounds(_ range: ClosedRange<Duration>) -> String {
        if range.upperBound < longest {
            return " from \(range.lowerBound.scenarioText) to \(range.upperBound.scenarioText),"
        }
        return range.lowerBound > .zero ? " of at least \(range.lowerBound.scenarioText)," : ""
    }

    /// Whole numbers without a fraction.
    private static func plain(_ number: Double) -> String {
        let text = String(number)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
