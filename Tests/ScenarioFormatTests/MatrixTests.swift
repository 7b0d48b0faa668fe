import ScenarioFormat
import Testing

private func titles(_ matrix: String) throws -> [String] {
    let text = """
        version: 1
        name: story
        matrix:
        \(matrix)
        gateway:
        clients:
          program: {run: ["true"]}
        """
    return try loadScenarios(text: text, file: "story.yaml", catalogue: .shipped).map(\.title)
}

@Suite struct `A scenario's title` {
    @Test func `tells of a group of variables the one called like its axis`() throws {
        let titles = try titles(
            """
              client: [{client: ib_async, program: a.py}, {client: ibapi-9.81, program: b.py}]
              version: [176]
            """)
        #expect(titles == ["story [ib_async 176]", "story [ibapi-9.81 176]"])
    }

    @Test func `tells all of a group that has no such variable`() throws {
        #expect(try titles("  client: [{python: ib_async, exit: 2}]") == ["story [ib_async 2]"])
    }

    @Test func `tells all where one variable would not tell the rows apart`() throws {
        let titles = try titles("  client: [{client: a, exit: 0}, {client: a, exit: 1}]")
        #expect(titles == ["story [a 0]", "story [a 1]"])
    }
}
