import EventLog
import GatewayModel
import ScenarioFormat
import Testing

private func loaded(_ text: String, _ environment: [String: String]) throws -> [Scenario] {
    try loadScenarios(
        text: "version: 1\n" + text, file: "s.yaml", catalogue: .shipped, environment: environment)
}

@Suite struct `A variable of the environment` {
    @Test func `stands in every text, and in a number`() throws {
        let text = #"""
            name: "of ${env.WHO}"
            seed: "${env.SEED}"
            deadline: "${env.LIMIT:-7s}"
            matrix: {client: ["${env.LIBRARY}", "x-${env.LIBRARY}"]}
            gateway: {server-version: "${env.VERSION:-176}", settings: {max-clients: "${env.MOST}"}}
            clients: {bot: {python: "${client}", run: [a]}}
            steps: [{run: bot, expect: {stdout: "${env.WHO} and ${env.EMPTY:-nobody}"}}]
            """#
        let scenarios = try loaded(
            text, ["WHO": "me", "SEED": "7", "LIBRARY": "ib", "MOST": "3", "EMPTY": ""])
        #expect(scenarios.map(\.title) == ["of me [ib]", "of me [x-ib]"])
        #expect(scenarios[0].seed == 7 && scenarios[0].deadline == .seconds(7))
        #expect(scenarios[0].gateways[0].settings.newestVersion == 176)
        #expect(scenarios[1].clients[0].python == "x-ib")
        #expect(scenarios[0].sought.texts == ["me and nobody"])
    }

    @Test func `stays out of what is shown of a program's command`() throws {
        let text = #"""
            name: n
            gateway:
            clients: {bot: {run: [a, "${env.TOKEN}", "${gateway.port}"], env: {T: "${env.TOKEN}"}}}
            steps: [{run: bot, args: ["--t=${env.TOKEN}"]}]
            """#
        let scenario = try #require(try loaded(text, ["TOKEN": "s3cret"]).first)
        #expect(!scenario.explained.contains("s3cret"))
        #expect(scenario.steps[0].action.words.contains("--t=${env.TOKEN}"))
        let filled = RunFact.fill(scenario.clients[0].command[1]) {
            $0.value(in: ["TOKEN": "x"])
        } value: { _ in
            nil
        }
        #expect(filled == "x")
        #expect(RunFact.fill(scenario.clients[0].command[1]) { _ in nil } == "${env.TOKEN}")
        let again = try loadScenarios(
            text: scenario.explained, file: "s.yaml", catalogue: .empty,
            environment: ["TOKEN": "other"])
        #expect(again.first?.explained == scenario.explained)
    }

    @Test func `is a mistake when it is not set`() {
        let text = scenario(#"about: "for ${env.NOBODY}""#)
        let expected = #"""
            error: s.yaml:4:8: the environment variable 'NOBODY' is not set
              4 | about: "for ${env.NOBODY}"
                |        ^~~~~~~~~~~~~~~~~~~
              hint: set it, or give a default: ${env.NOBODY:-DEFAULT}
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test(arguments: ["${env.}", "${env.A B}", "${env.a-b}", "${ENV.A}"])
    func `needs a name`(text: String) {
        #expect(diagnosis(scenario("about: \"\(text)\"")).contains("write '${env.NAME}'"))
    }

    @Test(arguments: [
        (["CACHE": "/c", "HOME": "/h"], "/c/fakegw"), (["XDG": "/x", "HOME": "/h"], "/x/fakegw"),
        (["CACHE": "", "HOME": "/h"], "/h/.cache/fakegw"),
    ])
    func `has other variables in its default`(environment: [String: String], path: String) throws {
        let variable = "${env.CACHE:-${env.XDG:-${env.HOME}/.cache}}/fakegw"
        let scenario = try #require(
            try loaded("name: \"n\"\nabout: \"\(variable)\"\ngateway:\n", environment).first)
        #expect(scenario.about == path)
        #expect(EnvironmentVariable.names(in: variable) == ["CACHE", "XDG", "HOME"])
    }

    @Test func `shows a program's text with its defaults, and fills it in when that starts`() throws
    {
        let text = #"""
            name: n
            gateway:
            clients: {bot: {run: [a, "${env.A:-${env.B:-b $$c}}-${gateway.port}"]}}
            """#
        let scenario = try #require(try loaded(text, [:]).first)
        #expect(scenario.clients[0].command[1] == "${env.A:-${env.B:-b $$c}}-${gateway.port}")
        func filled(_ environment: [String: String]) -> String {
            RunFact.fill(scenario.clients[0].command[1]) {
                $0.value(in: environment)
            } value: { _ in
                "1"
            }
        }
        #expect(filled([:]) == "b $$c-1")
        #expect(filled(["B": "x"]) == "x-1" && filled(["A": "y", "B": "x"]) == "y-1")
    }

    @Test func `names the variable in the default that is missing`() {
        #expect(
            diagnosis(scenario(#"about: "${env.A:-${env.B}}""#))
                .contains("the environment variable 'B' is not set"))
    }

    @Test func `stands within seven others at most`() {
        func nested(_ depth: Int) -> String {
            (0..<depth).reduce("x") { inner, number in "${env.V\(number):-\(inner)}" }
        }
        #expect(diagnosis(scenario("about: \"\(nested(8))\"")) == "")
        #expect(
            diagnosis(scenario("about: \"\(nested(9))\""))
                .contains("more than 8 variables stand within one another"))
    }

    @Test(arguments: ["${env.A:-${gateway.port}}", "${env.A:-${b}}", "${env.A:-${env.a-b}}"])
    func `has nothing but such variables in its default`(text: String) {
        #expect(diagnosis(scenario("about: \"\(text)\"")).contains("names no environment variable"))
    }

    @Test func `is found in a text`() {
        #expect(
            EnvironmentVariable.names(in: "a ${env.B} $${env.C} ${env.D:-x} ${e}") == ["B", "D"])
        #expect(EnvironmentVariable("env.A:-b:-c")?.fallback == "b:-c")
        #expect(EnvironmentVariable("env.A:-")?.fallback == "")
    }
}

@Suite struct `A client in a virtual environment` {
    @Test func `keeps its path`() throws {
        let text = "name: n\ngateway:\nclients: {bot: {venv: ../v, run: [python, a]}}"
        let scenario = try #require(try loaded(text, [:]).first)
        #expect(scenario.clients[0].venv == "../v")
        #expect(scenario.explained.contains("venv: \"../v\""))
    }

    @Test func `has no other environment beside it`() {
        let text = scenario("clients: {c: {venv: v, python: ib_async, run: [a]}}")
        #expect(diagnosis(text).contains("'python' and 'venv' exclude each other"))
    }
}
