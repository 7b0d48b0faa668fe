internal import EventLog
internal import GatewayWire

/// JSON lines: one object for each play, in the order of the scenarios, then one for each scenario that
/// was not played, then one for the run.
///
/// ```json
/// {"result":"play","title":"…","file":"…","line":7,"client":"bot","verdict":"deadline-passed","exit":4,…}
/// {"result":"unplayed","title":"…","file":"…","reason":"stopped by SIGTERM"}
/// {"result":"run","verdict":"deadline-passed","exit":4,"passed":11,"failed":1,…}
/// ```
package func resultLines(_ outcome: RunOutcome) -> String {
    var lines: [String] = []
    for result in outcome.results {
        lines += result.earlier.enumerated().map { index, play in
            var play = play
            play.attempt = index + 1
            return play.jsonLine(isFlaky: result.verdict == .flaky)
        }
        lines.append(result.lastPlay.jsonLine(isFlaky: result.verdict == .flaky))
    }
    for scenario in outcome.unplayed {
        var line = JSONLine()
        line.add("result", "unplayed")
        line.add("title", scenario.title)
        line.add("file", scenario.file)
        line.add("reason", scenario.reason)
        lines.append(line.finished)
    }
    return (lines + [outcome.jsonLine]).joined(separator: "\n") + "\n"
}

/// Failures of one play that are written.
private let mostFailures = 100

extension ScenarioResult {
    /// The last play by itself: where others made it flaky, it has passed.
    fileprivate var lastPlay: ScenarioResult {
        guard verdict == .flaky, !earlier.isEmpty else { return self }
        var play = self
        play.verdict = .passed
        play.failures = []
        play.report = ""
        play.output = ""
        return play
    }

    /// The play as one line of JSON.
    ///
    /// - Parameter isFlaky: Plays of the same scenario came out differently.
    package func jsonLine(isFlaky: Bool = false) -> String {
        var line = JSONLine()
        line.add("result", "play")
        line.add("title", title)
        line.add("file", file)
        line.add("line", mark.line)
        line.add("client", client)
        if !variables.isEmpty {
            var values = JSONLine()
            for (name, value) in variables { values.add(name, value) }
            line.addRaw("variables", values.finished)
        }
        line.add("verdict", verdict.word)
        line.add("exit", verdict.rawValue)
        line.add("attempt", attempt)
        line.addRaw("flaky", isFlaky || verdict == .flaky ? "true" : "false")
        if let standing { line.add("baseline", standing.rawValue) }
        line.addRaw("seconds", exactSeconds(seconds))
        if let gatewaySeconds { line.addRaw("gatewaySeconds", exactSeconds(gatewaySeconds)) }
        line.add("seed", String(seed))
        line.addRaw("speed", "\(speed)")
        if !failures.isEmpty {
            line.addRaw("failures", JSONLine.array(failures.prefix(mostFailures).map(\.json)))
        }
        if !report.isEmpty { line.add("report", report) }
        if !output.isEmpty { line.add("output", output) }
        if let trouble { line.add("trouble", trouble) }
        return line.finished
    }

    /// Reads what `jsonLine` wrote.
    ///
    /// - Returns: `nil` for any other text.
    package init?(jsonLine text: String) {
        let bytes = Array(text.utf8)
        guard let value = try? JSONReader.read(bytes[...]), let play = try? value.object("play"),
            let kind = try? play.text("result"), kind == "play",
            let title = try? play.text("title"), let file = try? play.text("file"),
            let exit = try? play.integer("exit"), let verdict = Verdict(rawValue: exit)
        else { return nil }
        let variables = try? play.object("variables").members.map { member in
            (name: member.key, value: (try? member.value.text(member.key)) ?? "")
        }
        self.init(
            title: title, file: file, variables: variables ?? [], verdict: verdict,
            seconds: play.number("seconds") ?? 0, report: (try? play.textIfAny("report")) ?? "")
        client = (try? play.text("client")) ?? ""
        attempt = (try? play.integer("attempt")) ?? 1
        gatewaySeconds = play.number("gatewaySeconds")
        seed = (try? play.text("seed")).flatMap { UInt64($0) } ?? 1
        speed = play.number("speed") ?? 1
        output = (try? play.textIfAny("output")) ?? ""
        trouble = try? play.textIfAny("trouble")
        standing = (try? play.textIfAny("baseline")).flatMap { BaselineStanding(rawValue: $0) }
        failures = ((try? play.array("failures")) ?? []).compactMap(Finding.init)
    }
}

extension JSONMembers {
    fileprivate func number(_ key: String) -> Double? {
        guard case .number(let digits)? = self[key]?.content else { return nil }
        return Double(digits)
    }
}

extension Finding {
    fileprivate var json: String {
        var line = JSONLine()
        line.add("file", mark.file)
        line.add("line", mark.line)
        line.add("column", mark.column)
        line.add("expected", front(of: expected, bytes: 4096))
        line.add("seen", front(of: seen, bytes: 4096))
        return line.finished
    }

    fileprivate init?(_ value: JSONValue) {
        guard let failure = try? value.object("failure"), let file = try? failure.text("file"),
            let line = try? failure.integer("line"), let column = try? failure.integer("column"),
            let expected = try? failure.text("expected"), let seen = try? failure.text("seen")
        else { return nil }
        self.init(
            mark: SourceMark(file: file, line: line, column: column), expected: expected,
            seen: seen, holds: false)
    }
}

extension RunOutcome {
    fileprivate var jsonLine: String {
        var line = JSONLine()
        line.add("result", "run")
        line.add("verdict", verdict.word)
        line.add("exit", verdict.rawValue)
        line.add("passed", passedCount)
        line.add("failed", failedCount)
        line.add("flaky", flakyCount)
        line.add("known", knownCount)
        line.add("fixed", fixed.count)
        line.add("unknown", unknownCount)
        line.add("unplayed", unplayed.count)
        if let seconds { line.addRaw("seconds", exactSeconds(seconds)) }
        return line.finished
    }
}
