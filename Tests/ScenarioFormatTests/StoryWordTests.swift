import ScenarioFormat
import Testing

/// A scenario in which every example of a word can stand.
private func scenario(steps: String) throws -> Scenario {
    let text = """
        version: 1
        name: n
        gateway:
          pathologies: [leaked-close-wait]
          faults: [{when: {signal: flood}, optional: true, do: [light-red]}]
        clients: {bot: {run: [a]}, holder: {run: [b]}}
        steps:
          - start: holder
          - \(steps)
        """
    return try #require(
        try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped).first)
}

@Suite struct `A word of a story` {
    @Test(arguments: StepWord.all.map(\.keyword))
    func `begins a step as its example shows, and explains itself so`(keyword: String) throws {
        let word = try #require(StepWord.all.first { $0.keyword == keyword })
        let read = try scenario(steps: word.example)
        try #require(read.steps.count == 2)
        let again = try loadScenarios(text: read.explained, file: "s.yaml", catalogue: .empty)
        #expect(again.first?.steps.map(\.action.words) == read.steps.map(\.action.words))
        #expect(read.steps[1].action.words.hasPrefix(keyword))
        #expect(!word.meaning.isEmpty)
    }

    @Test(arguments: GatewayClaimWord.all.map(\.keyword))
    func `claims something of a gateway as its example shows`(keyword: String) throws {
        let word = try #require(GatewayClaimWord.all.first { $0.keyword == keyword })
        let read = try scenario(
            steps: "check: [{gateway: gateway, \(keyword): \(word.example)}]")
        guard case .gateway(let expectation) = read.steps[1].expectations.first else {
            Issue.record("no expectation of a gateway")
            return
        }
        #expect(!expectation.claims.isEmpty)
        #expect(expectation.claims.allSatisfy { $0.keyword == keyword })
        #expect(read.explained.contains("\(keyword): "))
        #expect(
            try loadScenarios(text: read.explained, file: "s.yaml", catalogue: .empty).first?
                .explained == withoutComments(read.explained))
    }

    @Test(arguments: ClientClaimWord.all.map(\.keyword))
    func `claims something of a program as its example shows`(keyword: String) throws {
        let word = try #require(ClientClaimWord.all.first { $0.keyword == keyword })
        let read = try scenario(
            steps: "check: [{client: holder, \(keyword): \(word.example)}]")
        guard case .client(let expectation) = read.steps[1].expectations.first else {
            Issue.record("no expectation of a client")
            return
        }
        #expect(expectation.claims.count == 1)
        let again = try loadScenarios(text: read.explained, file: "s.yaml", catalogue: .empty)
        guard case .client(let second) = again.first?.steps[1].expectations.first else {
            Issue.record("no expectation of a client")
            return
        }
        #expect(second.claims == expectation.claims)
    }

    private func withoutComments(_ text: String) -> String {
        text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
            .joined(separator: "\n") + "\n"
    }
}
