import Glibc
import ScenarioRun
import Testing

@testable import fakegw

/// The reports that `run` writes for machines, and the baseline.
@Suite(.serialized) struct `The reports that run writes` {
    private static let red = Workshop.scenario(
        "red", "echo 100%, ::stop-commands::x##[error]x; exit 3",
        more: "expect: [{client: c, exit: 0, stdout: [done]}]")
    private static let good = Workshop.scenario("good", "true")

    // MARK: The terminal

    @Test func `name at the end what failed, and how to repeat it`() throws {
        let shop = try Workshop([
            "s/it's red.yaml": Self.red.replacing("name: red", with: "name: it's red"),
            "s/good.yaml": Self.good,
        ])
        let answer = shop.shell("fakegw run s --jobs 2")
        #expect(answer.exitCode == 1)
        #expect(
            answer.output.contains(
                "\n  FAILED: it's red, s/it's red.yaml:5:11\n1 passed, 1 failed, in "),
            "\(answer.output)")
        let command = try #require(
            answer.output.split(separator: "\n").first { $0.contains("again: ") })
        let again = shop.shell(String(command.drop { $0 != ":" }.dropFirst()))
        #expect(again.exitCode == 1 && again.output.contains("0 passed, 1 failed"))
    }

    @Test func `show lanes and sockets, and judge shows the same`() throws {
        let shop = try Workshop([
            "a.yaml": """
            version: 1
            name: a
            deadline: 4s
            gateway: {}
            clients: {c: {run: [bash, -c, "exec 3<>/dev/tcp/127.0.0.1/${gateway.port}; echo in; sleep 9"]}}

            """
        ])
        let answer = shop.shell("fakegw run a.yaml --events e; fakegw judge e/a.jsonl")
        #expect(answer.exitCode == 4, "\(answer.output)")
        let halves = answer.output.split(separator: "\n✘ ", omittingEmptySubsequences: false)
        let sections = answer.output.split(separator: "✘ ").map { section in
            section.split(separator: "\n").filter { !$0.contains(" passed, ") }
        }
        #expect(halves.count == 2 && sections.count == 2 && sections[0] == sections[1])
        let text = answer.output
        #expect(text.contains("s of gateway time, ") && text.contains("s of real time\n"))
        #expect(text.contains("│ #1 opened 127.0.0.1:"))
        #expect(text.contains("c#1 was still running and last said:\n        stdout| in"))
        let sockets = text.split(separator: "\n").filter { $0.contains("  127.0.0.1:") }
        #expect(sockets.contains { $0.contains("gateway  LISTEN") && $0.hasSuffix("  fakegw") })
        #expect(sockets.contains { $0.contains("client   ESTABLISHED") && $0.hasSuffix("  c#1") })
    }

    @Test func `tell on a terminal how far the run is, and leave nothing of it`() throws {
        try #require(system("command -v script >/dev/null") == 0)
        let shop = try Workshop(["red.yaml": Self.red, "good.yaml": Self.good])
        let answer = shop.shell(
            "unset NO_COLOR; script -qec \"'\(Program.path)' run . --jobs 1 "
                + "--repeat 2\" /dev/null")
        #expect(answer.output.contains("\r\u{1B}[K[0/4] "), "\(answer.output)")
        #expect(answer.output.contains("[3/4] 1 failed, some seconds left · red"))
        let last = answer.output.split(separator: "\r\n").last
        #expect(last?.contains("2 passed, 2 failed, in ") == true)
    }

    // MARK: GitHub

    @Test func `annotate the code and fill the job's page on GitHub`() throws {
        let shop = try Workshop(["top/s/red.yaml": Self.red, "top/s/good.yaml": Self.good])
        let github =
            "export GITHUB_ACTIONS=true GITHUB_WORKSPACE='\(shop.folder.path)' "
            + "GITHUB_STEP_SUMMARY='\(shop.folder.path)/summary.md'; echo before >summary.md; "
            + "cd top/s; "
        let answer = shop.shell(github + "fakegw run . 2>&1 >/dev/null")
        #expect(answer.exitCode == 1)
        #expect(
            answer.output.hasPrefix(
                "::error file=top/s/red.yaml,line=5,col=11,title=FAILED%3A red::red.yaml:5:11%0A"
                    + "expected: c#1 exits with 0%0Aseen: it exited with 3%0A"), "\(answer.output)")
        #expect(answer.output.split(separator: "\n").count == 1)
        let page = shop.text(of: "summary.md")
        #expect(page.hasPrefix("before\n### fakegw: 1 passed, 1 failed, in "))
        #expect(page.contains("| red | FAILED | red.yaml:5 | "))
        // No line of the report is a command to GitHub.
        let said = shop.shell(github + "fakegw run . 2>/dev/null")
        #expect(
            !said.output.split(separator: "\n").contains {
                $0.drop { $0 == " " }.hasPrefix("::") || $0.contains("##[")
            })
        let quiet = shop.shell(github + "fakegw run . --github=no 2>&1 >/dev/null")
        #expect(quiet.output.isEmpty)
    }

    @Test func `go on when GitHub's page cannot be written`() throws {
        let shop = try Workshop(["good.yaml": Self.good])
        let answer = shop.shell(
            "GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=none/page '\(Program.path)' run good.yaml")
        #expect(answer.exitCode == 0)
        #expect(
            answer.output.contains("note: cannot write none/page (GITHUB_STEP_SUMMARY): No such"))
    }

    // MARK: The baseline

    @Test(arguments: [1, 2]) func `know what the baseline lists, and find what is new`(
        jobs: Int
    ) throws {
        let shop = try Workshop(["s/red.yaml": Self.red, "s/good.yaml": Self.good])
        func run(_ options: String) -> Program.Answer {
            shop.shell("fakegw run s --jobs \(jobs) --baseline s/known.yaml \(options)")
        }
        let written = run("--update")
        #expect(written.exitCode == 0 && written.output.contains("s/known.yaml is written anew"))
        let text = shop.text(of: "s/known.yaml")
        #expect(text.contains("\n  - file: red.yaml\n    title: red\n    exit: 1\n    says:\n"))

        let known = run("--junit j.xml --tap t.tap --retry 2 --fail-fast")
        #expect(known.exitCode == 0, "\(known.output)")
        #expect(known.output.contains("1 passed, 0 failed, 1 known to fail, in "))
        #expect(known.output.contains("FAILED, as the baseline says"))
        #expect(shop.text(of: "j.xml").contains("<skipped message=\"known to fail: FAILED: "))
        #expect(shop.text(of: "t.tap").contains(" - red # TODO known to fail\n"))

        // The same scenario fails in another way.
        try shop.write(Self.red.replacing("exit 3", with: "kill $$"), to: "s/red.yaml")
        try shop.write(
            Self.red.replacing("[done]", with: "[other]"), to: "s/red.yaml")
        let changed = run("")
        #expect(changed.exitCode == 1)
        #expect(changed.output.contains("FAILED, otherwise than the baseline says"))

        // It passes.
        try shop.write(Workshop.scenario("red", "true"), to: "s/red.yaml")
        let fixed = run("")
        #expect(fixed.exitCode == 0 && fixed.output.contains("passes now; the baseline says"))
        #expect(fixed.output.contains("  passes now: red\n"))
        #expect(fixed.output.contains("--update takes what passes now out of s/known.yaml"))
        #expect(shop.text(of: "s/known.yaml") == text)

        // A part of the run changes its own part of the file, from wherever it is started.
        _ = shop.shell("cd s; fakegw run . --filter good --baseline known.yaml --update")
        #expect(shop.text(of: "s/known.yaml") == text)
        _ = shop.shell("cd s; fakegw run . --baseline '\(shop.folder.path)/s/known.yaml' --update")
        #expect(shop.text(of: "s/known.yaml").hasSuffix("known-failures: []\n"))
        #expect(shop.shell("fakegw check s/known.yaml").output.contains("0 known failures"))
    }

    @Test func `explain a baseline that is not there`() throws {
        let shop = try Workshop(["good.yaml": Self.good])
        let answer = shop.shell("fakegw run good.yaml --baseline no.yaml")
        #expect(answer.exitCode == 2)
        #expect(
            answer.output.contains("error: there is no baseline no.yaml\n  hint: with --update"))
    }
}

@Suite struct `The time left` {
    @Test func `is a guess from what was seen`() {
        var left = TimeLeft(["a", "b", "c", "d"], jobs: 2)
        #expect(left.seconds == nil && left.words == nil)
        left.end("a", seconds: 10)
        #expect(left.seconds == 15 && left.words == "about 15 s left")
        left.end("b", seconds: 30)
        #expect(left.seconds == 20)
        left.end("c", seconds: 1)
        left.end("d", seconds: 1)
        #expect(left.words == nil)
    }

    @Test func `follows an earlier run, and is never below the longest play`() {
        let left = TimeLeft(["a", "b", "c"], jobs: 8, durations: ["a": 200, "b": 10])
        #expect(left.seconds == 200 && left.words == "about 3 min left")
        #expect(TimeLeft(["a"], jobs: 1, durations: ["a": 7200]).words == "about 2 h left")
        #expect(TimeLeft(["a"], jobs: 1, durations: ["a": 0.5]).words == "some seconds left")
    }

    @Test func `knows a scenario that was played before`() {
        var left = TimeLeft(["a", "b", "a", "b"], jobs: 1)
        left.end("a", seconds: 100)
        left.end("b", seconds: 10)
        #expect(left.seconds == 110)
    }
}
