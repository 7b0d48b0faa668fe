import RunReport
import ScenarioRun
import Testing

/// What `--html` writes of real plays.
@Suite(.serialized) struct `The page of a run of the program` {
    private static let good = Workshop.scenario("good", "echo hi")
    private static let bad = Workshop.scenario(
        "bad", "echo '</script>'; exit 3", more: "steps: [{run: c, expect: {exit: 0}}]")

    @Test(arguments: [1, 2]) func `has every play and its events, and leaves no log behind`(
        jobs: Int
    ) throws {
        let shop = try Workshop(["s/good.yaml": Self.good, "s/bad.yaml": Self.bad])
        let answer = shop.shell("fakegw run s --jobs \(jobs) --html out/page.html; echo exit $?")
        #expect(answer.output.contains("exit 1"), "\(answer.output)")
        let page = shop.text(of: "out/page.html")
        let verdicts = try RunHistory(page: Array(page.utf8)).runs.map(\.verdicts)
        #expect(verdicts == [["good": .passed, "bad": .expectationFailed]])
        #expect(page.contains(#""text":"\u003c/script>""#))
        #expect(page.contains(#""expected":"c#1 exits with 0","seen":"it exited with 3""#))
        #expect(page.contains(#""command":"fakegw run s/bad.yaml --title 'bad' --seed 1""#))
        #expect(shop.shell("ls tmp; ls out").output == "page.html\n")
    }

    @Test func `has each play of a scenario that was played again`() throws {
        let flaky = Workshop.scenario(
            "flaky", "test -e mark && exit 0; touch mark; exit 1",
            more: "steps: [{run: c, expect: {exit: 0}}]")
        let shop = try Workshop(["f.yaml": flaky])
        let answer = shop.shell(
            "fakegw run f.yaml --retry 1 --html page.html --events logs; ls logs")
        #expect(answer.output.contains("flaky.jsonl\nflaky.retry-1.jsonl"), "\(answer.output)")
        let page = shop.text(of: "page.html")
        #expect(try RunHistory(page: Array(page.utf8)).runs.map(\.verdicts) == [["flaky": .flaky]])
        for id in ["events-0-0", "events-0-1"] { #expect(page.contains("id=\"\(id)\""), "\(id)") }
    }

    @Test func `knows the verdicts of earlier pages, and none at the first run`() throws {
        let shop = try Workshop(["good.yaml": Self.good])
        let run = "fakegw run good.yaml --html page.html --history page.html"
        let first = shop.shell(run)
        #expect(first.exitCode == 0)
        #expect(first.output.contains("note: there is no earlier page page.html"))
        #expect(shop.shell("\(run) && \(run)").exitCode == 0)
        let runs = try RunHistory(page: Array(shop.text(of: "page.html").utf8)).runs
        #expect(runs.map(\.verdicts) == Array(repeating: ["good": .passed], count: 3))
    }

    @Test func `is written when another machine plays everything`() throws {
        let shop = try Workshop(["good.yaml": Self.good])
        let answer = shop.shell(
            "for k in 1 2; do fakegw run good.yaml --shard $k/2 --html $k.html || exit; done")
        #expect(answer.exitCode == 0, "\(answer.output)")
        let verdicts = try ["1.html", "2.html"].flatMap { name in
            try RunHistory(page: Array(shop.text(of: name).utf8)).runs.map(\.verdicts)
        }
        #expect(verdicts.count == 2 && verdicts.contains(["good": .passed]))
        #expect(verdicts.contains([:]))
    }

    @Test func `is made from a log too, by judge`() throws {
        let shop = try Workshop(["bad.yaml": Self.bad])
        let answer = shop.shell(
            "fakegw run bad.yaml --events logs; fakegw judge logs/bad.jsonl --html page.html")
        #expect(answer.exitCode == 1, "\(answer.output)")
        let page = shop.text(of: "page.html")
        #expect(
            try RunHistory(page: Array(page.utf8)).runs.map(\.verdicts) == [
                ["bad": .expectationFailed]
            ])
        #expect(page.contains(#""event":"clientEnded","run":"c#1","exit":3"#))
    }

    @Test(arguments: [
        "--html good.yaml/page.html", "--html tmp", "--history page.html",
        "--html page.html --history good.yaml", "--html page.html --history tmp",
    ])
    func `is refused before anything is played when it cannot be made`(options: String) throws {
        let shop = try Workshop(["good.yaml": Workshop.scenario("good", "touch played")])
        let answer = shop.shell("fakegw run good.yaml \(options)")
        #expect(answer.exitCode == 2, "\(answer.output)")
        #expect(answer.output.contains("error: "))
        #expect(shop.shell("test -e played").exitCode != 0)
    }
}
