/// `${env.NAME}` or `${env.NAME:-DEFAULT}` in a text: a variable of the environment that fakegw runs in.
///
/// In what a program is started with and told (`run`, `args`, `env` and `feed`) it stands until the program
/// starts, so that neither `explain` nor the log shows its value. Everywhere else it is put in when the
/// file is read.
package struct EnvironmentVariable: Hashable, Sendable {
    package let name: String
    /// What stands for a variable that is not set, or empty; `nil` makes a missing one a mistake.
    ///
    /// It may contain other variables of the environment, each with a default of its own.
    package let fallback: String?

    /// Reads the text between the braces.
    ///
    /// It is `nil` when it is something else.
    package init?(_ text: String) {
        guard text.hasPrefix("env.") else { return nil }
        var name = text.dropFirst(4)
        var fallback: String?
        // The first ":-"; a name has none.
        var rest = name
        while let colon = rest.firstIndex(of: ":") {
            let after = rest[rest.index(after: colon)...]
            if after.hasPrefix("-") {
                fallback = String(after.dropFirst())
                name = name[..<colon]
                break
            }
            rest = after
        }
        let isName = !name.isEmpty && name.utf8.allSatisfy(Self.isOfName)
        guard isName, fallback.map(Self.isTemplate) ?? true else { return nil }
        self.name = String(name)
        self.fallback = fallback
    }

    /// Whether a default contains nothing but text and variables of the environment.
    private static func isTemplate(_ fallback: String) -> Bool {
        TemplatePart.parts(of: fallback).allSatisfy { part in
            switch part {
            case .text: true
            case .variable(let name): EnvironmentVariable(name) != nil
            case .unclosed, .tooDeep: false
            }
        }
    }

    /// What it stands for.
    ///
    /// It is `nil` when the variable is not set and has no default that stands for it.
    package func value(in environment: [String: String]) -> String? {
        let value = environment[name]
        guard let fallback, value?.isEmpty ?? true else { return value }
        var text = ""
        for part in TemplatePart.parts(of: fallback) {
            switch part {
            case .text(let plain): text += plain
            case .variable(let name):
                guard let inner = EnvironmentVariable(name)?.value(in: environment) else {
                    return nil
                }
                text += inner
            case .unclosed, .tooDeep: return nil
            }
        }
        return text
    }

    /// The variable that keeps it from having a value: itself, or one in its default.
    func missingName(in environment: [String: String]) -> String? {
        guard value(in: environment) == nil else { return nil }
        guard let fallback else { return name }
        for case .variable(let inner) in TemplatePart.parts(of: fallback) {
            if let missing = EnvironmentVariable(inner)?.missingName(in: environment) {
                return missing
            }
        }
        return name
    }

    /// Its name, and those in its default.
    package var names: Set<String> { Self.names(in: fallback ?? "").union([name]) }

    /// The names of those that a text may ask for, a file with comments and mistakes too.
    package static func names(in text: String) -> Set<String> {
        var names: Set<String> = []
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                rest = rest.dropFirst(3)
                continue
            }
            if rest.hasPrefix("${env.") {
                let name = rest.dropFirst(6).prefix { $0.utf8.allSatisfy(Self.isOfName) }
                if !name.isEmpty { names.insert(String(name)) }
            }
            rest = rest.dropFirst()
        }
        return names
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
