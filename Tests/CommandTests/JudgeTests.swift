import Glibc
import Testing

/// Real scenarios with real programs, played and then judged from their logs alone.
@Suite(.serialized) struct `A run judged from its log` {
    private static let scenarios = "../../Scenarios"

    /// The report in full: a scenario that must fail is played as one that need not.
    ///
    /// Two plays that differ are not judged from one log.
    private static let played = """
        for file in $(grep -L 'must-fail: {exit: 8' \(scenarios)/must-fail/*.yaml); do
            grep -v '^must-fail' "$file" >"$FOLDER/$(basename "$file")"
        done
        """

    /// Lines without the real time of the whole run, which no log knows.
    private func comparable(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            line.contains(" passed, ")
                ? String(line.split(separator: ", in ")[0]) : String(line)
        }
    }

    /// What was printed of each scenario, by its title.
    private func sections(_ output: String) -> [Substring: [String]] {
        var sections: [Substring: [String]] = [:]
        var title = Substring()
        for line in comparable(output) {
            if line.hasPrefix("✔") || line.hasPrefix("✘") { title = line.split(separator: " ")[1] }
            sections[title, default: []].append(line)
        }
        return sections
    }

    @Test func `comes out as it did, whatever failed`() throws {
        let folder = try Folder()
        let prepare = Self.played.replacing("$FOLDER", with: folder.path)
        try #require(system("cd '\(Program.folder)'\n\(prepare)") == 0)
        let run = Program.run(
            "run '\(folder.path)' --jobs 2 --events '\(folder.path)/events'")
        var sections = sections(run.output)
        #expect(sections.count > 20)
        // The last scenario's section has the count of all, and the list of those that failed.
        for title in sections.keys {
            sections[title]?.removeAll {
                $0.hasSuffix(" failed") || $0.hasPrefix("  ") && !$0.hasPrefix("   ")
            }
        }
        for (title, lines) in sections {
            let judged = Program.run("judge '\(folder.path)/events/\(title).jsonl'")
            #expect(judged.exitCode != 0, "\(title) must fail")
            #expect(comparable(judged.output).dropLast() == lines[...], "\(title)")
            #expect(comparable(judged.output).last == "0 passed, 1 failed")
        }
    }

    @Test func `passes when it did, and fails by another scenario`() throws {
        let folder = try Folder()
        let good = "Files/judged.yaml"
        let run = Program.run("run \(good) --events '\(folder.path)'")
        #expect(run.exitCode == 0)
        let log = "'\(folder.path)/judged.jsonl'"
        let judged = Program.run("judge \(log)")
        #expect(judged.exitCode == 0)
        #expect(comparable(judged.output) == comparable(run.output))
        let other = "\(folder.path)/other.yaml"
        try #require(
            system(
                "cd '\(Program.folder)' && sed 's/accepted: 1/accepted: 2/' \(good) >'\(other)'")
                == 0)
        let strict = Program.run("judge \(log) --scenario '\(other)'")
        #expect(strict.exitCode == 1)
        #expect(strict.output.contains("expected: gateway: connections accepted: 2"))
    }

    @Test func `is refused when the log breaks off or is none`() throws {
        let folder = try Folder()
        _ = Program.run("run Files/judged.yaml --events '\(folder.path)'")
        let log = "\(folder.path)/judged.jsonl"
        try #require(system("head -n 4 '\(log)' >'\(folder.path)/torn.jsonl'") == 0)
        let torn = Program.run("judge '\(folder.path)/torn.jsonl'")
        #expect(torn.exitCode == 2)
        #expect(torn.output.contains("ends before the story does"))
        let none = Program.run("judge Files/to-client.hex")
        #expect(none.exitCode == 2)
    }
}
