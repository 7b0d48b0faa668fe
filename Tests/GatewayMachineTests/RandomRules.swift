import Faults
import ScenarioFormat
import Simulation

/// Faults of a scenario, put together at random from everything that the words allow.
struct RandomRules {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// Forms of actions beside the examples: long times, many copies, the smallest pieces.
    private static let actionForms = [
        "{delay: {time: 9999h, jitter: 9999h, correlation: 1}}",
        "{delay: {time: 1ms, jitter: 5ms, in-order: true}}", "{hold: {until: {signal: go}}}",
        "{reorder: {past: 1000, within: 9999h}}", "{duplicate: {copies: 100, gap: 9999h}}",
        "{replace: {errorCode: {add: -4}}}", "{answer: [error, nextValidId, managedAccounts]}",
        "{redirect: {client-id: 8, keep: true}}", "{encode: protobuf}",
        "{answer-hello: {version: -2147483648, time: {hex: \"ff\"}, fields: 0}}",
        "{cut: {kept: 0}}", "{truncate: {kept: 0}}", "{pad: {bytes: 9999}}", "{retag: 65535}",
        "{corrupt: {bytes: 10000, in: frame}}", "{length: {set: 4294967295}}",
        "{length: {add: -1000000}}", "{remove-field: {at: 10000}}",
        "{insert-field: {at: 3, text: {hex: \"00ff80\"}}}", "{slice: {size: 1, gap: 9999h}}",
        "{slice: {size: 3, direction: toGateway}}", "{coalesce: {window: 9999h}}",
        "{limit: {rate: 1, direction: toGateway}}", "{latency: {time: 9999h, jitter: 9999h}}",
        "{lose: {rate: 1, chunk: 1, direction: toGateway}}",
        "{end-after: {bytes: 1, by: silence}}", "{end-after: {bytes: 70, direction: toGateway}}",
        "{pause: {time: 9999h, direction: toGateway}}", "{delay-accept: 9999h}",
        "{slow-close: 9999h}", "{freeze: 1ms}", "{freeze: 9999h}", "{restart: {down: 9999h}}",
        "{send-bytes: {random: 999}}", "{send: {error: {errorString: {repeat: x, count: 999}}}}",
        "{send-frame: {fields: []}}", "{replay: {type: error, nth: 1000}}",
        "{kick: {client-id: 7}}",
        "{signal: go}", "{enable-rule: first}", "{disable-rule: first}", "{remove-rule: first}",
        "{end-all: {by: silence, except: triggering}}", "{change-port: {port: 1}}",
    ]
    private static let triggerForms = [
        "{message: {direction: toClient}}", "{message: {direction: toGateway}}",
        "{message: {type: error, direction: toClient, fields: {errorCode: \">= 2\"}}}",
        "{disconnect: {}}", "{disconnect: {by: gateway}}",
        "{bytes: {direction: toClient, after: 1}}",
        "{idle: 100ms}", "{elapsed: {time: 100ms, since: last-message}}", "{signal: go}",
        "{fired: first}", "{light: red}", "{connect: {open: \">= 2\"}}",
    ]
    private static let modifierForms = [
        "connection: \">= 2\"", "client-id: 7", "others: 0", "phase: \">= ready\"", "nth: \"2..4\"",
        "chance: 0.5", "times: 3", "after: 250ms", "after: 9999h", "every: 300ms", "every: 9999h",
        "until: {signal: go}", "since: first", "per: connection", "per: client-id",
    ]

    private mutating func pick(_ forms: [String]) -> String {
        forms[Int.random(in: 0..<forms.count, using: &random)]
    }

    private mutating func trigger() -> String {
        let simple = pick(Self.triggerForms + TriggerWord.all.map(\.example))
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return "{any: [\(simple), \(pick(Self.triggerForms))]}"
        case 1: return "{all: [\(simple), {state: {light: green, listening: true}}]}"
        case 2: return "{all: [\(simple), {not: \(pick(Self.triggerForms))}]}"
        default: return simple
        }
    }

    private mutating func rule(_ name: String) -> String {
        let actions = ActionWord.all.map(\.example) + Self.actionForms
        var parts = ["name: \(name)", "optional: true", "when: \(trigger())"]
        var keys: Set<Substring> = []
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            let modifier = pick(Self.modifierForms)
            if keys.insert(modifier.prefix { $0 != ":" }).inserted { parts.append(modifier) }
        }
        let done = (0..<Int.random(in: 1...3, using: &random)).map { _ in pick(actions) }
        return "{\(parts.joined(separator: ", ")), do: [\(done.joined(separator: ", "))]}"
    }

    /// Rules that always load, and up to three that need not.
    ///
    /// Most of these load alone, because few random pairs of a trigger and an action would.
    mutating func scenario() -> String {
        var rules: [String] = []
        for number in 0..<Int.random(in: 1...3, using: &random) {
            var candidate = rule("r\(number)")
            if Int.random(in: 0..<8, using: &random) > 0 {
                for _ in 0..<20 where !Self.loads([candidate]) { candidate = rule("r\(number)") }
            }
            rules.append(candidate)
        }
        return Self.text(rules)
    }

    private static func loads(_ rules: [String]) -> Bool {
        (try? loadScenarios(text: text(rules), file: "r.yaml", catalogue: .empty)) != nil
    }

    private static func text(_ rules: [String]) -> String {
        // The examples name the second one.
        let known = [
            "{name: first, when: {any: [connect, {signal: go}, {signal: other}]}, do: [{note: x}]}",
            "{name: NAME, when: hello, optional: true, do: [{note: y}]}",
        ]
        return "version: 1\nname: random\ngateway:\n  faults:\n"
            + (known + rules).map { "    - \($0)\n" }.joined()
    }
}
