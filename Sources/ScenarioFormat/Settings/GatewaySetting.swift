package import GatewayModel
internal import Simulation

/// One setting of a gateway: its name, the form of its value, and its meaning.
package struct GatewaySetting: Sendable {
    package let name: String
    /// The form of its value, in words.
    package let form: String
    package let meaning: String
    /// Sets the value from a text.
    ///
    /// Returns false and changes nothing when the text has another form.
    package let set: @Sendable (String, inout GatewaySettings) -> Bool
    /// The value as a text that `set` reads.
    package let text: @Sendable (GatewaySettings) -> String

    /// The default value.
    package var usual: String { text(GatewaySettings()) }

    package static func named(_ name: String) -> GatewaySetting? {
        all.first { $0.name == name }
    }

    /// What is wrong with a text that `set` does not take.
    package func refusal(of text: String) -> String { "'\(name)' takes \(form), not '\(text)'" }

    /// A hint with the nearest existing name.
    package static func hint(for name: String) -> String? {
        Suggestion.question(for: name, among: all.map(\.name))
    }
}

extension GatewaySettings {
    /// The settings that differ from their defaults, in the table's order.
    package var changed: [(setting: GatewaySetting, text: String)] {
        GatewaySetting.all.map { ($0, $0.text(self)) }.filter { $0.setting.usual != $0.text }
    }
}

extension GatewaySetting {
    typealias Path<Value> = any WritableKeyPath<GatewaySettings, Value> & Sendable

    static func flag(_ name: String, _ path: Path<Bool>, _ meaning: String) -> GatewaySetting {
        value(name, path, "true or false", Bool.init, { "\($0)" }, meaning)
    }

    static func count(
        _ name: String, _ path: Path<Int>, in range: ClosedRange<Int>, _ meaning: String
    ) -> GatewaySetting {
        value(
            name, path, words(range), { Int($0).flatMap { range.contains($0) ? $0 : nil } },
            { "\($0)" }, meaning)
    }

    /// - Parameter none: The word for `nil`.
    static func count(
        _ name: String, _ path: Path<Int?>, in range: ClosedRange<Int>, or none: String,
        _ meaning: String
    ) -> GatewaySetting {
        optional(
            name, path, words(range), none,
            { Int($0).flatMap { range.contains($0) ? $0 : nil } }, { "\($0)" }, meaning)
    }

    static func duration(
        _ name: String, _ path: Path<Duration>, from least: Duration = .zero, _ meaning: String
    ) -> GatewaySetting {
        let form =
            "a duration such as 500ms" + (least > .zero ? " of \(least.scenarioText) or more" : "")
        return value(
            name, path, form,
            { Duration(scenarioText: $0).flatMap { $0 >= least ? $0 : nil } },
            { $0.scenarioText }, meaning)
    }

    static func duration(
        _ name: String, _ path: Path<Duration?>, or none: String, _ meaning: String
    ) -> GatewaySetting {
        optional(
            name, path, "a duration such as 5m", none, { Duration(scenarioText: $0) },
            { $0.scenarioText }, meaning)
    }

    static func word<Word: RawRepresentable & CaseIterable & Sendable>(
        _ name: String, _ path: Path<Word>, _ meaning: String
    ) -> GatewaySetting where Word.RawValue == String {
        value(
            name, path, Word.allCases.map(\.rawValue).joined(separator: ", "),
            { Word(rawValue: $0) }, { $0.rawValue }, meaning)
    }

    static func optional<Value: Sendable>(
        _ name: String, _ path: Path<Value?>, _ form: String, _ none: String,
        _ read: @escaping @Sendable (String) -> Value?,
        _ write: @escaping @Sendable (Value) -> String, _ meaning: String
    ) -> GatewaySetting {
        value(
            name, path, "\(form), or \(none)",
            { $0 == none ? Value??.some(nil) : read($0).map { .some($0) } },
            { $0.map(write) ?? none }, meaning)
    }

    static func value<Value>(
        _ name: String, _ path: Path<Value>, _ form: String,
        _ read: @escaping @Sendable (String) -> Value?,
        _ write: @escaping @Sendable (Value) -> String, _ meaning: String
    ) -> GatewaySetting {
        GatewaySetting(
            name: name, form: form, meaning: meaning,
            set: { text, settings in
                guard let value = read(text) else { return false }
                settings[keyPath: path] = value
                return true
            }, text: { write($0[keyPath: path]) })
    }

    private static func words(_ range: ClosedRange<Int>) -> String {
        "a number from \(range.lowerBound) to \(range.upperBound)"
    }
}
