import Faults
import ScenarioFormat
import Testing

@Suite struct `An action` {
    /// A trigger at which the action can act.
    private func trigger(_ word: ActionWord) -> String {
        if word.acts.contains(.toClient) {
            return "{message: {type: position, direction: toClient}}"
        }
        if word.acts.contains(.hello) { return "hello" }
        return word.acts.contains(.connect) ? "connect" : "{signal: go}"
    }

    private func rules(_ text: String) throws -> [FaultRule] {
        try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped)
            .flatMap { $0.gateways.flatMap(\.rules) }
    }

    /// The rule with this action, and the rule that its explanation is read as.
    ///
    /// Beside it stands what the examples name.
    private func readTwice(_ action: String, when: String) throws -> [[FaultRule]] {
        let named = "{name: NAME, when: {signal: other}, do: [{note: named}]}"
        let text = scenario(gateway: "faults: [{when: \(when), do: [\(action)]}, \(named)]")
        let first = try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped)
        return [first.flatMap { $0.gateways.flatMap(\.rules) }, try rules(first[0].explained)]
    }

    @Test(arguments: ActionWord.keywords)
    func `is explained as it is written`(keyword: String) throws {
        let word = try #require(ActionWord.named(keyword))
        // No position has an order id.
        let example = keyword == "replace" ? "{replace: {account: DU7}}" : word.example
        let read = try readTwice(example, when: trigger(word))
        #expect(read[0].first?.actions.map(\.keyword) == [keyword])
        #expect(read[0] == read[1])
    }

    @Test(arguments: [
        "{delay: {time: 1s, jitter: 100ms, correlation: 0.25}}",
        "{duplicate: {copies: 3, gap: 20ms}}", "{redirect: {client-id: 3, keep: true}}",
        "{replay: {type: position, nth: 2}}", "{send-bytes: {random: 64}}",
        "{corrupt: {bytes: 2, in: frame}}", "{length: {set: 0}}",
        "{insert-field: {at: 2, text: {hex: \"e1ff\"}}}",
        "{answer: [positionEnd, {error: {reqId: {from: contract.conId}, errorCode: 1}}]}",
        "{send: {position: {avgCost: {is: unset}, account: {repeat: x, count: 9}}}}",
        "{replace: {position: {add: -2.5}, avgCost: {times: 100}, account: {hex: \"e1ff\"}}}",
        "{replace: {position: {negate: true}, account: {from: contract.symbol}}}",
    ])
    func `keeps its arguments`(action: String) throws {
        let read = try readTwice(action, when: "{message: {type: position, direction: toClient}}")
        #expect(!read[0].isEmpty)
        #expect(read[0] == read[1])
    }

    @Test func `keeps what it says to a hello`() throws {
        let read = try readTwice(
            "{answer-hello: {version: 62, time: {hex: \"e1ff\"}, fields: 1}}", when: "hello")
        #expect(!read[0].isEmpty)
        #expect(read[0] == read[1])
    }
}
