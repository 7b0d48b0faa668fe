import Faults
import ScenarioFormat
import Testing

@Suite struct `An explained scenario` {
    private func withoutComments(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
    }

    @Test func `loads again to the same scenario`() throws {
        for scenario in try Example.loaded() {
            let text = scenario.explained
            let again = try loadScenarios(text: text, file: Example.file, catalogue: .empty)
            try #require(again.count == 1)
            #expect(withoutComments(again[0].explained) == withoutComments(text))
            #expect(again[0].gateways.map(\.rules) == scenario.gateways.map(\.rules))
            #expect(again[0].clients.map(\.command) == scenario.clients.map(\.command))
            #expect(again[0].mustFail == scenario.mustFail)
            #expect(again[0].steps.count == scenario.steps.count)
            #expect(again[0].expectations.count == scenario.expectations.count)
        }
    }

    @Test func `holds the rules of every pathology`() throws {
        for name in PathologyCatalogue.shipped.names {
            let text = scenario(gateway: "pathologies: [\(name)]")
            let first = try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped)[0]
            let again = try loadScenarios(
                text: first.explained, file: "s.yaml", catalogue: .empty)[0]
            #expect(again.gateways[0].rules == first.gateways[0].rules)
        }
    }

    @Test func `keeps texts that look like something else`() throws {
        let text = #"""
            version: 1
            name: "true"
            about: "$${gateway.port} \" \\ \n \t \e é 😀 # : {"
            gateway: {}
            clients:
              c:
                run: [sh, -c, "echo $${HOME} ${gateway.port} $", "", "null", "- x"]
                env: {"no": "", "a b": "1"}
            """#
        let first = try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped)[0]
        let again = try loadScenarios(text: first.explained, file: "s.yaml", catalogue: .empty)[0]
        #expect(again.name == "true")
        #expect(first.about == "${gateway.port} \" \\ \n \t \u{1B} é 😀 # : {")
        #expect(again.about == first.about)
        #expect(again.clients[0].command == first.clients[0].command)
        #expect(again.clients[0].environment.map(\.name) == ["no", "a b"])
        #expect(
            RunFact.fill(again.clients[0].command[2]) { _ in "4002" } == "echo ${HOME} 4002 $")
    }

    @Test func `reads like this`() throws {
        let text = scenario(
            gateway: "pathologies: [{use: leaked-close-wait, with: {slots: 2}}]",
            """
            clients: {bot: {run: [a, "${gateway.port}"]}}
            steps:
            - run: bot
              expect: {exit: 0}
            - wait: {gateway: gateway, received: startApi}
            """)
        let explained = try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped)[0]
            .explained
        #expect(
            explained == #"""
                version: 1
                name: "n"
                about: ""
                cite: []
                tags: []
                seed: 1
                deadline: 1m
                speed: 1.0
                gateways:
                  gateway:
                    listen: "127.0.0.1:0"
                    server-version: 226
                    backlog: 50
                    # pathology leaked-close-wait, as faults: {slots: "2"}
                    faults:
                      - name: leaked-close-wait/keep-descriptor
                        when: {disconnect: {by: client, kind: [fin]}}
                        nth: any
                        chance: 1.0
                        times: unlimited
                        after: 0s
                        optional: false
                        phase: []
                        connection: any
                        client-id: any
                        others: any
                        do:
                          - hold-socket
                      - name: leaked-close-wait/starve
                        when: {connect: {held: ">= 2"}}
                        nth: any
                        chance: 1.0
                        times: unlimited
                        after: 0s
                        optional: true
                        phase: []
                        connection: any
                        client-id: any
                        others: any
                        do:
                          - mute
                clients:
                  bot:
                    run: [a, "${gateway.port}"]
                    env: {}
                steps:
                  - run: bot
                    args: []
                    expect:
                      - {client: bot, exit: "0"}
                  - wait: {gateway: gateway, received: [startApi], count: ">= 1"}

                """#)
    }
}
