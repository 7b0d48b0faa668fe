/// `${env.NAME}` or `${env.NAME:-DEFAULT}` in a text: a variable of the environment that fakegw runs in.
///
/// In what a program is started with and told (`run`, `args`, `env` and `feed`) it stands until the program
/// starts, so that neither `explain` nor the log shows its value. Everywhere else it is put in when the
/// file is read.
package struct EnvironmentVariable: Hashable, Sendable {
    package let name: String
    /// What stands for a variable that is not set, or empty; `nil` makes a missing one a mistake.
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
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        guard isName else { return nil }
        self.name = String(name)
        self.fallback = fallback
    }

    /// What it stands for.
    ///
    /// It is `nil` when the variable is not set and has no default.
    package func value(in environment: [String: String]) -> String? {
        let value = environment[name]
        if let fallback, value?.isEmpty ?? true { return fallback }
        return value
    }

    /// The names of those that a file's text may ask for.
    package static func names(in text: String) -> Set<String> {
        Set(
            TemplatePart.parts(of: text).compactMap { part in
                if case .variable(let name) = part { EnvironmentVariable(name)?.name } else { nil }
            })
    }
}
