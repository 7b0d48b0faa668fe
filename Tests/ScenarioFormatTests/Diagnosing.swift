import ScenarioFormat

/// The text of all mistakes in a file called `s.yaml`; empty when there is none.
func diagnosis(_ text: String, limits: YAMLLimits = YAMLLimits()) -> String {
    do {
        _ = try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped, limits: limits)
        return ""
    } catch {
        return error.description
    }
}

/// A scenario with one gateway that holds these lines, and more top-level lines behind.
func scenario(gateway: String = "", _ rest: String = "") -> String {
    let body = gateway.split(separator: "\n").map { "  \($0)\n" }.joined()
    return "version: 1\nname: n\ngateway:\n\(body)\(rest)"
}
