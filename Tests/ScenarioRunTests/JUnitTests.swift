import EventLog
import ScenarioRun
import Testing

@Suite struct `The JUnit file` {
    private func result(_ verdict: Verdict, _ report: String = "r") -> ScenarioResult {
        ScenarioResult(
            title: "t", file: "f", variables: [], verdict: verdict, seconds: 0.5,
            report: verdict == .passed ? "" : report)
    }

    private func body(_ result: ScenarioResult) -> String {
        let lines = junitXML(RunOutcome([result])).split(separator: "\n")
        return String(lines[3]).replacing(
            #"<testcase classname="f" name="t" file="f" line="1" "#, with: "")
    }

    @Test func `counts failures, errors and what was not played`() {
        var known = result(.expectationFailed)
        known.standing = .known
        let text = junitXML(
            RunOutcome(
                [result(.passed), result(.leaked), result(.machineUnfit), known],
                unplayed: [UnplayedScenario(title: "u", file: "f", reason: "not played: <x>")]))
        #expect(
            text.contains(#"tests="5" failures="1" errors="1" skipped="2" time="2.000""#),
            "\(text)")
        #expect(text.contains(#"<skipped message="not played: &lt;x&gt;"/>"#))
        #expect(text.contains(#"<skipped message="known to fail: FAILED"/>"#))
        #expect(text.contains("<error message=") && text.contains("<failure message=\"LEAKED\""))
    }

    @Test func `has the plays before the last one`() {
        let failed = result(.expectationFailed, "first")
        #expect(body(result(.passed)) == #"time="0.500"/>"#)
        let flaky = body(result(.passed).after([failed]))
        #expect(
            flaky.hasPrefix(
                #"time="1.000"><flakyFailure message="FAILED" type="expectation-failed">"#))
        #expect(flaky.contains("<stackTrace>first</stackTrace>") && !flaky.contains("<failure"))
        let again = body(result(.deadlinePassed, "second").after([failed]))
        #expect(again.contains(">first</failure><rerunFailure message=\"DEADLINE PASSED\""))
        #expect(again.contains("<stackTrace>second</stackTrace></rerunFailure></testcase>"))
    }

    @Test func `counts a play that the machine spoiled for nothing`() {
        let late = result(.passed).after([result(.machineUnfit)])
        #expect(late.verdict == .passed && late.report.isEmpty && late.allSeconds == 1)
        #expect(junitXML(RunOutcome([late])).contains(#"failures="0" errors="0""#))
    }

    @Test func `names the line, what was expected and what was seen`() {
        let failed = Results.failed("t", line: 7, expected: "a < b", seen: "\u{1B}[31m\"c\"")
        let text = junitXML(RunOutcome([failed]))
        #expect(text.contains(#"file="s.yaml" line="7" time=""#))
        #expect(
            text.contains(
                #"<failure message="FAILED: expected a &lt; b; seen: \u{1b}[31m&quot;c&quot;" "#
                    + #"type="expectation-failed">"#))
        #expect(text.contains("<system-out>bot#1 exited with 1\nstdout| hello</system-out>"))
    }

    @Test func `stays small when a program says much`() {
        var failed = Results.failed("t", line: 1, expected: "a", seen: "b")
        failed.output = String(repeating: "ü", count: 1 << 20)
        failed.report = failed.output
        let text = junitXML(RunOutcome([failed]))
        #expect(text.utf8.count < 200_000)
        #expect(text.contains("ü\n… 2031616 more bytes</system-out>"))
    }

    private typealias Rule = (children: Set<String>, required: Set<String>, more: Set<String>)

    /// The rules of the schema that Jenkins' xUnit plugin checks (junit-10.xsd), restated: elements, which
    /// elements they hold, and their attributes, required ones first.
    ///
    /// `file` and `line` of a test case are what GitLab and GitHub's reporters read beyond it.
    private static let rules: [String: Rule] = {
        let rerun: Rule = (["stackTrace", "system-out", "system-err"], ["type"], ["message"])
        let outcome: Rule = ([], [], ["type", "message"])
        return [
            "testsuites": (["testsuite"], [], ["name", "time", "tests", "failures", "errors"]),
            "testsuite": (
                ["testsuite", "properties", "testcase", "system-out", "system-err"],
                ["name", "tests", "failures", "errors"],
                [
                    "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file",
                    "log", "url",
                ]
            ),
            "testcase": (
                [
                    "skipped", "error", "failure", "rerunFailure", "rerunError", "flakyFailure",
                    "flakyError", "system-out", "system-err",
                ], ["name"], ["time", "classname", "group", "file", "line"]
            ),
            "skipped": outcome, "error": outcome, "failure": outcome,
            "rerunFailure": rerun, "rerunError": rerun, "flakyFailure": rerun, "flakyError": rerun,
            "stackTrace": ([], [], []), "system-out": ([], [], []), "system-err": ([], [], []),
        ]
    }()

    @Test func `keeps to the schema of Jenkins`() throws {
        var results = Verdict.allCases.map { verdict in
            var result = result(verdict, "<&\"'>\u{0}\u{FFFE}]]>\u{1B}[0m")
            result.seconds = 1e-7
            return result
        }
        results.append(result(.passed).after([result(.leaked)]))
        results.append(result(.leaked).after([result(.leaked), result(.machineUnfit)]))
        results.append(Results.failed("t", line: 3, expected: "<a>", seen: "&"))
        var known = Results.failed("k", line: 3, expected: "a", seen: "b")
        known.standing = .known
        known.seconds = 12_345.678
        results.append(known)
        let text = junitXML(
            RunOutcome(
                results, unplayed: [UnplayedScenario(title: "\"", file: "&", reason: "'")]),
            timestamp: "2026-01-15T14:31:07")
        let elements = try XMLElements.read(text)
        #expect(elements.count > 20)
        for element in elements {
            let rule = try #require(Self.rules[element.name], "\(element.name)")
            let names = Set(element.attributes.map(\.name))
            #expect(names.count == element.attributes.count, "\(element.name)")
            #expect(rule.required.isSubset(of: names), "\(element.name): \(names)")
            #expect(names.isSubset(of: rule.required.union(rule.more)), "\(element.name): \(names)")
            if let parent = element.parent {
                #expect(Self.rules[parent]?.children.contains(element.name) == true, "\(parent)")
            }
            // SUREFIRE_TIME: digits, and a fraction.
            for (name, value) in element.attributes where name == "time" {
                #expect(value.allSatisfy { $0.isNumber || $0 == "." } && value.contains("."))
            }
        }
    }
}

/// Results for the tests of reports.
enum Results {
    static func failed(
        _ title: String, line: Int, expected: String, seen: String, file: String = "s.yaml"
    ) -> ScenarioResult {
        var result = ScenarioResult(
            title: title, file: file, variables: [("client", "bot")], verdict: .expectationFailed,
            seconds: 0.25, report: "\(file):\(line):3\n  expected: \(expected)")
        result.failures = [
            Finding(
                mark: SourceMark(file: file, line: line, column: 3), expected: expected, seen: seen,
                holds: false)
        ]
        result.client = "bot"
        result.output = "bot#1 exited with 1\nstdout| hello"
        result.gatewaySeconds = 5
        return result
    }

    static func passed(_ title: String, file: String = "s.yaml") -> ScenarioResult {
        ScenarioResult(
            title: title, file: file, variables: [], verdict: .passed, seconds: 0.5, report: "")
    }
}

/// The elements of a small XML text; it throws where the text is not well-formed.
struct XMLElements {
    struct Element {
        let name: String
        let parent: String?
        let attributes: [(name: String, value: String)]
    }

    struct Malformed: Error { let rest: String }

    static func read(_ text: String) throws -> [Element] {
        var rest = Substring(text)
        var open: [String] = []
        var elements: [Element] = []
        try check(text)
        rest = rest.drop { $0 != "\n" }
        while let start = rest.firstIndex(of: "<") {
            let content = rest[..<start]
            guard !open.isEmpty || content.allSatisfy(\.isWhitespace) else {
                throw Malformed(rest: String(content))
            }
            guard let end = rest.firstIndex(of: ">") else { throw Malformed(rest: String(rest)) }
            var tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard open.popLast() == String(tag.dropFirst()) else {
                    throw Malformed(rest: String(tag))
                }
                continue
            }
            let isEmpty = tag.hasSuffix("/")
            if isEmpty { tag = tag.dropLast() }
            let name = String(tag.prefix { $0 != " " })
            elements.append(
                Element(
                    name: name, parent: open.last,
                    attributes: try attributes(tag.dropFirst(name.count))))
            if !isEmpty { open.append(name) }
        }
        guard open.isEmpty else { throw Malformed(rest: open.joined(separator: " ")) }
        return elements
    }

    private static func attributes(_ text: Substring) throws -> [(String, String)] {
        var rest = text.drop { $0 == " " }
        var found: [(String, String)] = []
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "=" }
            rest = rest.dropFirst(name.count)
            guard rest.hasPrefix("=\"") else { throw Malformed(rest: String(rest)) }
            rest = rest.dropFirst(2)
            let value = rest.prefix { $0 != "\"" }
            guard !value.contains("<") else { throw Malformed(rest: String(value)) }
            rest = rest.dropFirst(value.count + 1).drop { $0 == " " }
            found.append((String(name), String(value)))
        }
        return found
    }

    /// Characters that XML 1.0 has, and no `&` that begins nothing.
    private static func check(_ text: String) throws {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 9, 10, 13, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: continue
            default: throw Malformed(rest: "U+\(String(scalar.value, radix: 16))")
            }
        }
        for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
            guard ["amp;", "lt;", "gt;", "quot;"].contains(where: part.hasPrefix) else {
                throw Malformed(rest: String(part.prefix(10)))
            }
        }
    }
}
