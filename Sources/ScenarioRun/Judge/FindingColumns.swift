/// Shows what a report expected beside what was seen.
///
/// ```
/// orders.yaml:14:9
///   expected: bot#1 exits with 0            │ seen: it exited with 3
/// ```
///
/// A report itself has the two on lines of their own. They stay so where the columns would be too
/// narrow, and where a text would need more lines than it may have.
package enum FindingColumns {
    /// Lines that are less wide have no room for two columns.
    package static let leastWidth = 100
    /// Where nobody tells how wide a line is.
    package static let usualWidth = 110

    private static let labels = (expected: "  expected: ", seen: "  seen:     ")
    private static let seenLabel = "seen: "
    private static let border = " │ "

    /// The report with its findings in two columns.
    ///
    /// - Parameters:
    ///   - width: Characters of a line.
    ///   - mostLines: Lines that a text in its column may have. With 1 every text stays in one piece, for
    ///     those who search for it.
    package static func laidOut(_ report: String, width: Int, mostLines: Int) -> String {
        guard width >= leastWidth else { return report }
        var lines: [Substring] = []
        for line in report.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix(labels.seen), let last = lines.last,
                last.hasPrefix(labels.expected),
                let columns = columns(
                    String(last.dropFirst(labels.expected.count)),
                    String(line.dropFirst(labels.seen.count)), width: width,
                    mostLines: mostLines)
            else {
                lines.append(line)
                continue
            }
            lines.removeLast()
            lines += columns.map { $0[...] }
        }
        return lines.joined(separator: "\n")
    }

    /// `nil` where they would need too many lines.
    private static func columns(
        _ expected: String, _ seen: String, width: Int, mostLines: Int
    ) -> [String]? {
        let all = width - labels.expected.count - border.count - seenLabel.count
        let left = all / 2
        let texts = (
            expected.wrapped(to: left, mostLines: .max),
            seen.wrapped(to: all - left, mostLines: .max)
        )
        let count = max(texts.0.count, texts.1.count)
        guard count <= mostLines else { return nil }
        return (0..<count).map { index in
            let isFirst = index == 0
            let one = index < texts.0.count ? texts.0[index] : ""
            let other = index < texts.1.count ? texts.1[index] : ""
            let label = isFirst ? labels.expected : "".padded(to: labels.expected.count)
            return
                (label + one.padded(to: left) + border
                + (isFirst ? seenLabel : "".padded(to: seenLabel.count)) + other).trimmingEnd
        }
    }
}
