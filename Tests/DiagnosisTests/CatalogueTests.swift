import Diagnosis
import Glibc
import ScenarioFormat
import Testing

/// What the diagnosis makes of the story under each pathology, as committed in `catalogue.expected`.
///
/// A line is a pathology with its parameters, a tab, and the names of each incident. With
/// `FAKEGW_WRITE_GOLDEN=1` the names are written anew; the parameters are written by hand, so that the
/// story, which is short and asks little, provokes as much as it can.
private enum Committed {
    static let path: String = {
        let file = #filePath
        return String(file.prefix(upTo: file.lastIndex(of: "/") ?? file.endIndex))
            + "/catalogue.expected"
    }()

    static let isWriting = getenv("FAKEGW_WRITE_GOLDEN") != nil

    static let lines: [(argument: String, incidents: String)] = {
        guard let stream = fopen(path, "r") else { return [] }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, stream)
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }()

    /// Without parameters.
    static func name(_ argument: String) -> String { String(argument.prefix { $0 != ":" }) }

    static func write(_ lines: [(argument: String, incidents: String)]) {
        guard let stream = fopen(path, "w") else { return }
        for line in lines { fputs("\(line.argument)\t\(line.incidents)\n", stream) }
        fclose(stream)
    }
}

@Suite struct `The diagnosis of a story in memory` {
    private func incidents(_ argument: String) throws -> String {
        try StoryFacts.diagnosis(argument).incidents.map { incident in
            incident.named.map(\.name).joined(separator: " or ")
        }.joined(separator: "; ")
    }

    @Test(.enabled(if: !Committed.isWriting), arguments: Committed.lines.map(\.argument))
    func `is the same under every pathology`(argument: String) throws {
        let committed = try #require(Committed.lines.first { $0.argument == argument })
        let seen = try incidents(argument)
        #expect(seen == committed.incidents)
    }

    @Test(.enabled(if: Committed.isWriting))
    func `is written anew`() throws {
        Committed.write(try Committed.lines.map { ($0.argument, try incidents($0.argument)) })
    }

    @Test func `is made of the whole catalogue`() {
        let told = Set(Committed.lines.map { Committed.name($0.argument) })
        let all = Set(PathologyCatalogue.shipped.pathologies.map(\.name))
        #expect(all.subtracting(told) == [])
        #expect(told.subtracting(all) == [])
    }

    @Test func `names the pathology first or besides where the story provokes it`() {
        let named = Committed.lines.filter { line in
            let names = line.incidents.split { $0 == " " || $0 == ";" }.map(String.init)
            return names.contains(Committed.name(line.argument))
        }
        #expect(Set(named.map { Committed.name($0.argument) }).count >= 75)
    }

    @Test func `names nothing where nothing is wrong`() throws {
        let diagnosis = try StoryFacts.diagnosis(nil)
        #expect(diagnosis.incidents.map { $0.named.map(\.name) } == [])
        #expect(diagnosis.oddities.map(\.text) == [])
        #expect(diagnosis.verdict == .healthy)
    }

    /// At the pace of real ones: history takes seconds, an order a fifth of one.
    private static let slowly = """
        version: 1
        name: n
        gateway:
          faults:
            - when: {message: {type: [historicalData, historicalDataEnd], direction: toClient}}
              do: [{delay: {time: 2s, jitter: 1s, in-order: true}}]
            - when: {message: {type: [contractDetails, contractDetailsEnd, accountSummary, accountSummaryEnd], direction: toClient}}
              do: [{delay: {time: 900ms, jitter: 400ms, in-order: true}}]
            - when: {message: {type: [openOrder, orderStatus, execDetails, commissionReport], direction: toClient}}
              do: [{delay: {time: 200ms, in-order: true}}]
        """

    /// A recording may end at any moment.
    @Test func `names nothing of a healthy gateway that takes its time, wherever it ends`() throws {
        let scenario = try #require(
            try loadScenarios(text: Self.slowly, file: "n.yaml", catalogue: .shipped).first)
        var story = Story(rules: scenario.gateways[0].rules)
        let observations = story.observations()
        let suspects = StoryFacts.suspects
        let clauses = suspects.flatMap { $0.recognition.signs.flatMap(\.clauses) }
        for count in stride(from: 1, through: observations.count, by: 7) + [observations.count] {
            var facts = WireFacts(clauses: clauses)
            for observation in observations.prefix(count) { facts.take(observation) }
            let diagnosis = Diagnosis(of: facts.finish(), suspects: suspects)
            #expect(diagnosis.incidents.map { $0.named.map(\.name) } == [], "\(count)")
            #expect(diagnosis.oddities.map(\.text) == [], "\(count)")
        }
    }
}
