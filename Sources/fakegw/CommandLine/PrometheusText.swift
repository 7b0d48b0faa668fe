/// Metrics in Prometheus' text form, for node_exporter's textfile collector or a scrape.
struct PrometheusText {
    private(set) var lines: [String] = []
    private var named: Set<String> = []

    /// - Parameter value: A number.
    mutating func gauge(
        _ name: String, _ help: String, _ labels: [(name: String, value: String)], _ value: String
    ) {
        if named.insert(name).inserted {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
        }
        let texts = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        let place = texts.isEmpty ? "" : "{\(texts.joined(separator: ","))}"
        lines.append("\(name)\(place) \(value)")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }
}
