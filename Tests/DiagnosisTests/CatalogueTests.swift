import Diagnosis
import ScenarioFormat
import Testing

@Suite struct `The diagnosis of a story in memory` {
    /// What the story does not provoke, or what shows in TCP or with other requests only.
    private static let unseen: Set<String> = []

    private static let names = PathologyCatalogue.shipped.pathologies
        .filter { $0.recognition != nil && !unseen.contains($0.name) }.map(\.name)

    @Test(arguments: names)
    func `names the pathology`(name: String) throws {
        let diagnosis = try StoryFacts.diagnosis(name)
        let named = diagnosis.incidents.map { $0.named.map(\.name) }
        #expect(named.first?.contains(name) ?? false, "\(named) \(diagnosis.oddities.map(\.text))")
    }

    @Test func `names nothing where nothing is wrong`() throws {
        let diagnosis = try StoryFacts.diagnosis(nil)
        #expect(diagnosis.incidents.map { $0.named.map(\.name) } == [])
        #expect(diagnosis.oddities.map(\.text) == [])
        #expect(diagnosis.verdict == .healthy)
    }
}
