import ScenarioFormat
import Testing

@testable import fakegw

@Suite struct `A shard` {
    private let scenarios: [Scenario]

    init() throws {
        let rows = (1...60).map(String.init).joined(separator: ", ")
        scenarios = try Workshop.scenarios(
            "name: s\nmatrix: {n: [\(rows)]}\ngateway: {}\n"
                + "clients: {c: {run: [echo, \"${n}\"]}}")
    }

    private func parts(_ count: Int, _ durations: [String: Double]? = nil) -> [[String]] {
        (1...count).map {
            Shard(index: $0, count: count).part(of: scenarios, durations: durations).map(\.title)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 100]) func `has what no other has, and all have everything`(
        count: Int
    ) {
        let titles = scenarios.map(\.title).sorted()
        #expect(parts(count).flatMap { $0 }.sorted() == titles)
        let durations = Dictionary(uniqueKeysWithValues: titles.prefix(20).map { ($0, 2.5) })
        #expect(parts(count, durations).flatMap { $0 }.sorted() == titles)
    }

    @Test func `keeps a scenario when others come and go`() {
        for index in 1...3 {
            let shard = Shard(index: index, count: 3)
            let some = shard.part(of: Array(scenarios.dropFirst(20)), durations: nil)
            let all = shard.part(of: scenarios, durations: nil)
            #expect(some.map(\.title) == all.map(\.title).filter(some.map(\.title).contains))
        }
        // The number of a title is for ever.
        #expect(Shard.number(of: "silent-handshake") == 0xBF34_6E09_5D8C_B5D6)
        #expect(Shard.number(of: "") == 0xECBA_3DF2_C338_3C52)
    }

    @Test func `takes as long as the others, by earlier durations`() {
        var durations: [String: Double] = [:]
        for (index, scenario) in scenarios.enumerated() {
            durations[scenario.title] = Double(index)
        }
        let loads = parts(4, durations).map { $0.reduce(0) { $0 + (durations[$1] ?? 0) } }
        #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 4)
    }

    @Test func `reads durations from JUnit`() {
        let seconds = Durations.seconds(
            inJUnit: """
                <testsuites><testsuite name="fakegw" time="9">
                <testcase classname="a.yaml" name="one [a&amp;b &lt;c&gt; &quot;d&quot;]" time="0.5"/>
                <testcase classname="b.yaml" name="two" time="1"><failure message="x">y</failure>
                </testcase><testcase classname="b.yaml" name="two" time="2"/>
                <testcase classname="b.yaml" name="bad" time="-1"/><testcase name="none"/>
                """)
        #expect(seconds == ["one [a&b <c> \"d\"]": 0.5, "two": 3])
    }

    @Test(
        arguments: [
            ("1/1", [:], 1, 1), ("3/4", [:], 3, 4),
            ("auto", ["CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"], 2, 3),
            ("auto", ["CI_NODE_TOTAL": "1"], 1, 1),
            ("auto", ["CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "3"], 1, 3),
            ("auto", ["BUILDKITE_PARALLEL_JOB": "2", "BUILDKITE_PARALLEL_JOB_COUNT": "3"], 3, 3),
            ("auto", ["JOB_COMPLETION_INDEX": "0", "FAKEGW_SHARD_TOTAL": "5"], 1, 5),
            ("auto", ["FAKEGW_SHARD_INDEX": "5", "FAKEGW_SHARD_TOTAL": "5"], 5, 5),
        ] as [(String, [String: String], Int, Int)])
    func `is read from arguments and variables`(
        text: String, variables: [String: String], index: Int, count: Int
    ) throws {
        #expect(try Shard(text) { variables[$0] } == Shard(index: index, count: count))
    }

    @Test(
        arguments: [
            ("0/3", [:], "takes K/N"), ("4/3", [:], "takes K/N"), ("1/", [:], "takes K/N"),
            ("auto", [:], "finds no CI system's variables"),
            ("auto", ["JOB_COMPLETION_INDEX": "0"], "FAKEGW_SHARD_TOTAL is not set"),
            ("auto", ["CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "3"], "no part of a whole"),
            ("auto", ["CIRCLE_NODE_INDEX": "3", "CIRCLE_NODE_TOTAL": "3"], "no part of a whole"),
        ] as [(String, [String: String], String)])
    func `is refused with the reason`(text: String, variables: [String: String], words: String) {
        let failure = #expect(throws: CommandFailure.self) {
            try Shard(text) { variables[$0] }
        }
        #expect(failure?.text.contains(words) ?? false, "\(failure?.text ?? "")")
    }
}
