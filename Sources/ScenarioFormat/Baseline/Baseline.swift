/// Scenarios that are known to fail, and how.
///
/// A baseline is to many scenarios what `must-fail` is to one, kept outside their files:
///
/// ```yaml
/// version: 1
/// known-failures:
///   - file: scenarios/orders.yaml
///     title: "order is rejected [ib_async]"
///     exit: 1
///     says:
///       - "gateway: openOrder sent: 2"
/// ```
///
/// Its text is sorted, so that the same failures give the same text.
package struct Baseline: Sendable {
    /// One scenario that fails.
    package struct Entry: Hashable, Sendable {
        /// Relative to the folder of the baseline.
        package var file: String
        package var title: String
        /// How it fails.
        ///
        /// `says` has a part of each expectation that does not hold.
        package var failure: MustFail

        package init(file: String, title: String, failure: MustFail) {
            self.file = file
            self.title = title
            self.failure = failure
        }
    }

    package private(set) var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = entries.sorted { ($0.file, $0.title) < ($1.file, $1.title) }
    }

    package func failure(of title: String, in file: String) -> MustFail? {
        entries.first { $0.file == file && $0.title == title }?.failure
    }

    package var text: String {
        var lines = [
            "# Scenarios that are known to fail, and how. Written by: fakegw run --baseline FILE --update",
            "version: 1",
        ]
        guard !entries.isEmpty else {
            return (lines + ["known-failures: []"]).joined(separator: "\n") + "\n"
        }
        lines.append("known-failures:")
        for entry in entries {
            lines += [
                "  - file: \(YAMLText.scalar(entry.file))",
                "    title: \(YAMLText.scalar(entry.title))", "    exit: \(entry.failure.exit)",
            ]
            guard !entry.failure.says.isEmpty else { continue }
            lines.append("    says:")
            lines += entry.failure.says.map { "      - \(YAMLText.scalar($0))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Whether the text is a baseline's, going by its key.
package func isBaselineText(_ text: String) -> Bool {
    text.hasPrefix("known-failures:") || text.contains("\nknown-failures:")
}

/// Reads a baseline's text.
///
/// - Parameter file: The name for messages.
/// - Throws: Every mistake found, with its place.
package func loadBaseline(
    text: String, file: String, limits: YAMLLimits = YAMLLimits()
) throws(ScenarioError) -> Baseline {
    let source = SourceText(file: file, text: text)
    let root = try YAMLReader.read(text, source: source, limits: limits)
    var reading = Reading(
        source: source, catalogue: .empty, variablesComeFrom: "a baseline, which has none")
    let baseline = reading.baseline(root)
    try reading.throwIfAny()
    return baseline
}

extension Reading {
    fileprivate mutating func baseline(_ root: YAMLNode) -> Baseline {
        guard
            let fields = fields(
                root, of: "baseline", keys: ["version", "known-failures"],
                required: ["known-failures"])
        else { return Baseline() }
        checkVersion(fields, of: "baseline")
        var entries: [Baseline.Entry] = []
        var seen: Set<[String]> = []
        for node in sequence(fields["known-failures"], of: "known-failures") {
            guard let entry = knownFailure(node) else { continue }
            if !seen.insert([entry.file, entry.title]).inserted {
                report("'\(entry.title)' of \(entry.file) stands here twice", at: node.span)
            }
            entries.append(entry)
        }
        return Baseline(entries)
    }

    private mutating func knownFailure(_ node: YAMLNode) -> Baseline.Entry? {
        guard
            let fields = fields(
                node, of: "a known failure", keys: ["file", "title", "exit", "says"],
                required: ["file", "title", "exit"]),
            let file = text(fields["file"]), let title = text(fields["title"]),
            let exit = integer(fields["exit"], in: 1...9)
        else { return nil }
        return Baseline.Entry(
            file: file, title: title, failure: MustFail(exit: exit, says: texts(fields["says"])))
    }
}
