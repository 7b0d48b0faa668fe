import EventLog
import GatewayWire
import RunReport
import ScenarioRun
import Simulation
import Testing

/// What a program says to break the page that shows it.
private let hostile = #"</script><script>alert(1)</script><!--<script>"'&"#

@Suite struct `The page of a run` {
    private static func result(
        _ title: String, _ verdict: Verdict, report: String = ""
    ) -> ScenarioResult {
        ScenarioResult(
            title: title, file: "a.yaml", variables: [("client", "ib_async")], verdict: verdict,
            seconds: 1.25, report: report)
    }

    private static func play(_ result: ScenarioResult, says text: String) -> ReportedPlay {
        var maker = ExcerptMaker(epoch: 0, maxBytes: 10_000)
        maker.take(
            LogEvent(
                at: .start + .seconds(2),
                kind: .clientLine(run: "bot#1", stream: .stdout, text: text)))
        var play = ReportedPlay(result)
        play.excerpt = maker.excerpt
        return play
    }

    private static func page(
        _ results: [ScenarioResult], says text: String = "hello", history: RunHistory = RunHistory()
    ) -> String {
        var report = RunReport(
            at: "2026-01-15T14:30:00.000000Z", version: "0.1.0", seconds: 3,
            scenarios: results.map { ReportedScenario($0, plays: [play($0, says: text)]) })
        report.history = history
        return ReportPage(report, nonce: "abc123").html
    }

    /// The JSON in an element of the page.
    private func json(_ id: String, of page: String) throws -> JSONMembers {
        let start = try #require(page.firstRange(of: "id=\"\(id)\">"))
        let rest = page[start.upperBound...]
        let end = try #require(rest.firstRange(of: "</script>"))
        let bytes = Array(rest[..<end.lowerBound].utf8)
        return try JSONReader.read(bytes[...]).object(id)
    }

    @Test func `holds the verdict, the times and the plays of every scenario`() throws {
        let page = Self.page([Self.result("one", .deadlinePassed, report: "too late")])
        let overview = try json("report", of: page)
        let scenario = try overview.array("scenarios")[0].object("scenario")
        #expect(try scenario.text("title") == "one")
        #expect(try scenario.text("verdict") == "deadline-passed")
        #expect(try scenario.object("variables").text("client") == "ib_async")
        let play = try scenario.array("plays")[0].object("play")
        #expect(try play.text("report") == "too late")
        guard case .number(let seconds) = play["gatewaySeconds"]?.content else {
            Issue.record("there is no gateway time")
            return
        }
        #expect(seconds == "2.0")
    }

    @Test func `lets no text out of the JSON that holds it`() throws {
        let result = Self.result(hostile, .expectationFailed, report: hostile)
        let page = Self.page([result], says: hostile)
        let plain = Self.page([Self.result("a", .expectationFailed)])
        for mark in ["<script", "</script", "<!--"] {
            #expect(page.count(of: mark) == plain.count(of: mark), "\(mark)")
        }
        let scenario = try json("report", of: page).array("scenarios")[0].object("scenario")
        #expect(try scenario.text("title") == hostile)
    }

    @Test func `runs its own script only, and asks nobody for anything`() {
        let page = Self.page([Self.result("one", .passed)])
        #expect(
            page.contains("default-src 'none'; script-src 'nonce-abc123'; style-src 'nonce-abc123'")
        )
        #expect(page.count(of: "<script nonce=\"abc123\">") == 1)
        #expect(page.count(of: "<script") == 3)
        #expect(!page.contains("http://"))
        #expect(!page.contains("https://"))
        #expect(page.count(of: "{{") == 0)
    }

    @Test func `cuts a report that is too long`() throws {
        let long = String(repeating: "é", count: 100_000)
        let page = Self.page([Self.result("one", .leaked, report: long)])
        let scenario = try json("report", of: page).array("scenarios")[0].object("scenario")
        let report = try scenario.array("plays")[0].object("play").text("report")
        #expect(report.utf8.count <= ReportLimits().maxReportBytes + 3)
        #expect(report.hasSuffix("é…"))
    }

    @Test func `uses no function that makes markup of a text`() {
        let page = Self.page([])
        for name in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            #expect(!page.contains(name), "\(name)")
        }
    }

    // MARK: History

    private func history(_ page: String) throws -> RunHistory {
        try RunHistory(page: Array(page.utf8))
    }

    @Test func `is read back as the history of a later one`() throws {
        let first = Self.page([
            Self.result("one", .passed), Self.result("two", .leaked),
            Self.result("three", .passed), Self.result("three", .expectationFailed),
        ])
        let history = try history(first)
        #expect(
            history.runs == [
                RunHistory.Run(
                    at: "2026-01-15T14:30:00.000000Z",
                    verdicts: ["one": .passed, "two": .leaked, "three": .flaky])
            ])
    }

    @Test func `hands on the history that it was given, oldest first and each run once`() throws {
        var earlier = RunHistory()
        for day in ["14", "13", "14"] {
            earlier.add(
                RunHistory.Run(at: "2026-01-\(day)T00:00:00.000000Z", verdicts: ["one": .passed]))
        }
        let page = Self.page([Self.result(hostile, .passed)], history: earlier)
        let runs = try history(page).runs
        #expect(runs.map { $0.at.dropFirst(8).prefix(2) } == ["13", "14", "15"])
        #expect(runs.last?.verdicts == [hostile: .passed])
    }

    @Test func `forgets the oldest of too many runs`() {
        var limits = ReportLimits()
        limits.maxHistoryRuns = 2
        var history = RunHistory()
        for day in 1...4 { history.add(RunHistory.Run(at: "\(day)", verdicts: [:]), limits) }
        #expect(history.runs.map(\.at) == ["3", "4"])
    }

    @Test func `says so when a file is no page, or a newer one`() {
        #expect(throws: HistoryError(reason: "it is no page that 'fakegw run --html' wrote")) {
            try RunHistory(page: Array("<html>".utf8))
        }
        let newer = Self.page([]).replacing("{\"format\":1,", with: "{\"format\":2,")
        #expect(throws: HistoryError(reason: "a newer fakegw wrote it")) {
            try RunHistory(page: Array(newer.utf8))
        }
        let torn = Self.page([]).replacing("\"runs\":[", with: "\"runs\":")
        #expect(throws: HistoryError.self) { try RunHistory(page: Array(torn.utf8)) }
    }
}

extension String {
    fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
