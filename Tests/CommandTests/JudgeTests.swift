import Glibc
import Testing

/// A folder that goes with the test.
private final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/fakegw-judge-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit { system("rm -rf '\(path)'") }
}

/// Real scenarios with real programs, played and then judged from their logs alone.
@Suite(.serialized) struct `A run judged from its log` {
    private static let scenarios = "../../Scenarios"

    /// The report in full: a scenario that must fail is played as one that need not.
    private static let played = """
        for file in \(scenarios)/must-fail/*.yaml; do
            grep -v '^must-fail' "$file" >"$FOLDER/$(basename "$file")"
        done
        """

    /// Lines without the real seconds, which no log knows to the tenth.
    private func comparable(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            guard line.hasPrefix("✔") || line.hasPrefix("✘") else { return String(line) }
            let words = line.split(separator: " ")
            return (words.prefix(2) + words.dropFirst(4)).joined(separator: " ")
        }
    }

    @Test func `comes out as it did, whatever failed`() throws {
        let folder = try Folder()
        let prepare = Self.played.replacing("$FOLDER", with: folder.path)
        try #require(system("cd '\(Program.folder)'\n\(prepare)") == 0)
        var names: [String] = []
        let list = try #require(popen("cd '\(folder.path)' && ls", "r"))
        while let name = Program.line(of: list) { names.append(name) }
        pclose(list)
        #expect(names.count > 20)
        for name in names {
            let file = "'\(folder.path)/\(name)'"
            let run = Program.run("run \(file) --events '\(folder.path)/events'")
            let log = "'\(folder.path)/events/\(name.dropLast(5)).jsonl'"
            let judged = Program.run("judge \(log)")
            #expect(judged.exitCode == run.exitCode, "\(name)")
            #expect(comparable(judged.output) == comparable(run.output), "\(name)")
            #expect(run.exitCode != 0, "\(name) must fail")
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
