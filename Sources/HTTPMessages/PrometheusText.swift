package import Simulation

/// Metrics in Prometheus' text form, for a scrape or for node_exporter's textfile collector.
///
/// The samples of a metric stand together, behind its help and its type.
package struct PrometheusText {
    package typealias Labels = [(name: String, value: String)]

    private var names: [String] = []
    private var blocks: [String: [String]] = [:]

    package init() {}

    /// In the order in which the metrics were first added.
    package var lines: [String] { names.flatMap { blocks[$0] ?? [] } }
    package var text: String { lines.map { $0 + "\n" }.joined() }

    /// A number that goes up and down.
    ///
    /// - Parameter value: A number.
    package mutating func gauge(
        _ name: String, _ help: String, _ labels: Labels = [], _ value: String
    ) {
        add("\(name)\(place(labels)) \(value)", to: name, help, "gauge")
    }

    /// A number that only grows; its name ends in `_total`.
    package mutating func counter(
        _ name: String, _ help: String, _ labels: Labels = [], _ value: Int
    ) {
        add("\(name)\(place(labels)) \(value)", to: name, help, "counter")
    }

    package mutating func histogram(
        _ name: String, _ help: String, _ labels: Labels = [], _ histogram: Histogram
    ) {
        var count = 0
        for (bound, inBucket) in zip(Histogram.boundTexts, histogram.buckets) {
            count += inBucket
            add(
                "\(name)_bucket\(place(labels + [("le", bound)])) \(count)", to: name, help,
                "histogram")
        }
        add(
            "\(name)_bucket\(place(labels + [("le", "+Inf")])) \(histogram.count)", to: name, help,
            "histogram")
        add("\(name)_sum\(place(labels)) \(histogram.sumText)", to: name, help, "histogram")
        add("\(name)_count\(place(labels)) \(histogram.count)", to: name, help, "histogram")
    }

    private mutating func add(_ line: String, to name: String, _ help: String, _ type: String) {
        if blocks[name] == nil {
            names.append(name)
            blocks[name] = ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
        }
        blocks[name]?.append(line)
    }

    private func place(_ labels: Labels) -> String {
        let texts = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        return texts.isEmpty ? "" : "{\(texts.joined(separator: ","))}"
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
