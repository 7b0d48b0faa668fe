/// How long scenarios took in an earlier run, from its JUnit file.
enum Durations {
    /// Seconds by title.
    ///
    /// Several plays of one title count together. Only what the purpose needs is read: the attributes
    /// `name` and `time` of every `testcase`.
    static func read(_ path: String) throws(CommandFailure) -> [String: Double] {
        let durations = seconds(inJUnit: try Files.readText(path))
        guard !durations.isEmpty else {
            throw CommandFailure(
                text: "\(path) holds no durations",
                hint: "--durations takes a file that --junit wrote in an earlier run")
        }
        return durations
    }

    static func seconds(inJUnit text: String) -> [String: Double] {
        var seconds: [String: Double] = [:]
        for part in text.split(separator: "<testcase", omittingEmptySubsequences: false).dropFirst()
        {
            let head = part.prefix { $0 != ">" }
            guard let name = attribute("name", of: head), let time = attribute("time", of: head),
                let value = Double(time), value.isFinite, value >= 0
            else { continue }
            seconds[name, default: 0] += value
        }
        return seconds
    }

    private static func attribute(_ name: String, of head: Substring) -> String? {
        guard let start = head.firstRange(of: " \(name)=\"") else { return nil }
        var text = String(head[start.upperBound...].prefix { $0 != "\"" })
        for (entity, character) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
        ] {
            text.replace(entity, with: character)
        }
        return text
    }
}
