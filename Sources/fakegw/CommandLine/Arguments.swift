import ScenarioFormat

/// One `--option`; without `value` it is a flag.
struct Option: Sendable {
    let name: String
    /// In brackets, `[=REF]`, when the option may also stand alone.
    let value: String?
    let about: String

    var mayStandAlone: Bool { value?.hasPrefix("[") ?? false }

    init(_ name: String, _ value: String? = nil, _ about: String) {
        self.name = name
        self.value = value
        self.about = about
    }
}

/// Arguments sorted into options and the rest, in the order given.
struct ParsedArguments {
    private(set) var options: [(name: String, value: String)] = []
    private(set) var rest: [String] = []
    /// What stands behind `--`.
    private(set) var trailing: [String] = []

    static func parse(
        _ arguments: [String], options known: [Option]
    ) -> Result<ParsedArguments, CommandFailure> {
        var parsed = ParsedArguments()
        var remaining = arguments[...]
        while let argument = remaining.popFirst() {
            if argument == "--" {
                parsed.trailing = Array(remaining)
                break
            }
            // The one short option, where there is an output at all.
            let isOutput = argument == "-o" && known.contains { $0.name == "output" }
            guard argument.hasPrefix("--") || isOutput else {
                parsed.rest.append(argument)
                continue
            }
            let parts = (isOutput ? "output" : argument.dropFirst(2)).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = known.first(where: { $0.name == name }) else {
                let nearest = Suggestion.nearest(to: name, among: known.map(\.name))
                return .failure(
                    CommandFailure(
                        text: "no option '--\(name)'",
                        hint: nearest.map { "did you mean '--\($0)'?" }))
            }
            guard let shape = option.value else {
                guard parts.count == 1 else {
                    return .failure(CommandFailure(text: "--\(name) takes no value"))
                }
                parsed.options.append((name, ""))
                continue
            }
            if option.mayStandAlone {
                parsed.options.append((name, parts.count > 1 ? String(parts[1]) : ""))
                continue
            }
            guard let value = parts.count > 1 ? String(parts[1]) : remaining.popFirst() else {
                return .failure(CommandFailure(text: "--\(name) lacks its \(shape)"))
            }
            parsed.options.append((name, value))
        }
        return .success(parsed)
    }

    func has(_ name: String) -> Bool { options.contains { $0.name == name } }
    func last(_ name: String) -> String? { options.last { $0.name == name }?.value }
    func all(_ name: String) -> [String] { options.filter { $0.name == name }.map(\.value) }

    /// A whole number within bounds; `nil` when the option was not given.
    func integer(_ name: String, in bounds: ClosedRange<Int>) throws(CommandFailure) -> Int? {
        guard let text = last(name) else { return nil }
        guard let number = Int(text), bounds.contains(number) else {
            throw CommandFailure(
                text: "--\(name) takes a whole number from \(bounds.lowerBound) to "
                    + "\(bounds.upperBound), not '\(text)'")
        }
        return number
    }

    func number(_ name: String, in bounds: ClosedRange<Double>) throws(CommandFailure) -> Double? {
        guard let text = last(name) else { return nil }
        guard let number = Double(text), bounds.contains(number) else {
            throw CommandFailure(
                text: "--\(name) takes a number from \(Text.plain(bounds.lowerBound)) to "
                    + "\(Text.plain(bounds.upperBound)), not '\(text)'")
        }
        return number
    }
}
