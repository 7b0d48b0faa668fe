internal import GatewayWire
package import ScenarioRun

/// The verdicts of earlier runs, the oldest first.
package struct RunHistory: Hashable, Sendable {
    package struct Run: Hashable, Sendable {
        /// When it began, in UTC: `2026-01-15T14:30:00.000000Z`.
        package var at: String
        /// By title.
        package var verdicts: [String: Verdict]

        package init(at: String, verdicts: [String: Verdict]) {
            self.at = at
            self.verdicts = verdicts
        }
    }

    package private(set) var runs: [Run] = []

    package init() {}

    /// Reads the data of an earlier page: that run, and the earlier ones it knew.
    ///
    /// - Throws: What is wrong with the page.
    package init(page: [UInt8], limits: ReportLimits = ReportLimits()) throws(HistoryError) {
        guard let start = page[...].firstRange(of: ReportPage.dataStart),
            let end = page[start.upperBound...].firstRange(of: ReportPage.dataEnd)
        else { throw HistoryError(reason: "it is no page that 'fakegw run --html' wrote") }
        do throws(JSONError) {
            let report = try JSONReader.read(page[start.upperBound..<end.lowerBound])
                .object("report")
            guard try report.integer("format") <= ReportPage.format else {
                throw report.error(at: "format", "a newer fakegw wrote it")
            }
            for run in try report.array("runs") { add(try Run(run), limits) }
        } catch {
            throw HistoryError(reason: error.reason)
        }
    }

    /// Adds another history; a run that both have is kept once.
    package mutating func add(_ other: RunHistory, limits: ReportLimits = ReportLimits()) {
        for run in other.runs { add(run, limits) }
    }

    /// Adds one run; the oldest goes when there are too many.
    package mutating func add(_ run: Run, _ limits: ReportLimits = ReportLimits()) {
        guard !runs.contains(where: { $0.at == run.at }) else { return }
        runs.insert(run, at: runs.firstIndex { $0.at > run.at } ?? runs.endIndex)
        if runs.count > limits.maxHistoryRuns { runs.removeFirst() }
    }

    var json: String {
        JSONLine.array(
            runs.map { run in
                var verdicts = JSONLine()
                for title in run.verdicts.keys.sorted() {
                    verdicts.add(title, run.verdicts[title]?.word ?? "")
                }
                var line = JSONLine()
                line.add("at", run.at)
                line.addRaw("verdicts", verdicts.finished)
                return line.finished
            })
    }
}

extension RunHistory.Run {
    /// One verdict a title.
    ///
    /// A title that passed and did not pass is flaky.
    package init(at: String, _ results: [ScenarioResult]) {
        self.at = at
        var all: [String: [Verdict]] = [:]
        for result in results { all[result.title, default: []].append(result.verdict) }
        verdicts = all.mapValues { verdicts in
            verdicts.contains(.passed) && Verdict.gravest(verdicts) != .passed
                ? .flaky : Verdict.gravest(verdicts)
        }
    }

    fileprivate init(_ value: JSONValue) throws(JSONError) {
        let run = try value.object("run")
        at = try run.text("at")
        verdicts = [:]
        for member in try run.object("verdicts").members {
            let word = try member.value.text(member.key)
            // A newer fakegw may have verdicts that this one does not know.
            verdicts[member.key] = Verdict.allCases.first { $0.word == word }
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func firstRange(of text: String) -> Range<Int>? {
        let wanted = Array(text.utf8)
        return indices.first { self[$0...].starts(with: wanted) }.map { $0..<$0 + wanted.count }
    }
}

/// Why an earlier page cannot be read.
package struct HistoryError: Error, Hashable, Sendable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}
