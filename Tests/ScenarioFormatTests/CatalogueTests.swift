import EventLog
import Faults
import GatewayWire
import ScenarioFormat
import Simulation
import Testing

@Suite struct `The shipped catalogue` {
    @Test func `documents every pathology in full`() {
        for pathology in PathologyCatalogue.shipped.pathologies {
            let texts = [
                pathology.layer, pathology.summary, pathology.clientSees, pathology.wire,
                pathology.causedBy, pathology.clearedBy, pathology.evidenceDetail,
            ]
            #expect(!texts.contains(""), "\(pathology.name)")
            #expect(!pathology.sources.isEmpty, "\(pathology.name)")
            #expect(!pathology.clients.isEmpty, "\(pathology.name)")
            #expect(
                !pathology.defaultRules.isEmpty || !pathology.defaultSettings.isEmpty
                    || pathology.front != nil,
                "\(pathology.name)")
        }
    }

    @Test func `names its rules after the pathology`() {
        for pathology in PathologyCatalogue.shipped.pathologies {
            for rule in pathology.defaultRules {
                #expect(rule.name.hasPrefix("\(pathology.name)/"))
            }
        }
    }

    /// Every value of every choice and boolean, the other parameters at their defaults.
    @Test func `expands with every choice`() throws {
        for pathology in PathologyCatalogue.shipped.pathologies {
            for parameter in pathology.parameters {
                let values: [String] =
                    switch parameter.kind {
                    case .choice(let choices): choices
                    case .boolean: ["true", "false"]
                    case .integer, .number, .range, .duration, .text, .list, .messages:
                        parameter.words
                    }
                for value in values + [parameter.defaultValue] {
                    let use = "\(pathology.name):\(parameter.name)=\(value)"
                    let (used, rules) = try PathologyCatalogue.shipped.use(argument: use)
                    #expect(!rules.isEmpty || !used.settings.isEmpty)
                }
            }
        }
    }

    @Test func `only watches messages that exist`() {
        for rule in PathologyCatalogue.shipped.pathologies.flatMap(\.defaultRules) {
            for case .message(let wanted) in rule.trigger.happenings {
                for name in wanted.types + wanted.except {
                    #expect(ProtocolSchema.message(named: name, wanted.direction) != nil)
                }
            }
        }
    }
}

@Suite struct `A pathology on the command line` {
    @Test func `takes parameters`() throws {
        let (use, rules) = try PathologyCatalogue.shipped.use(
            argument: "rst-mid-frame:message=position+openOrder,kept=9")
        #expect(
            use.parameters == ["message": "position+openOrder", "nth": "1", "kept": "9"])
        #expect(
            rules == [
                FaultRule(
                    name: "rst-mid-frame/cut",
                    when: .message(
                        MessagePattern(direction: .toClient, types: ["position", "openOrder"])),
                    nth: .exactly(1), do: [.message(.cut(kept: 9, then: .rst))])
            ])
    }

    @Test(arguments: [
        (
            "leaked-closewait",
            """
            error: --pathology:1:1: no pathology 'leaked-closewait'
              1 | leaked-closewait
                | ^~~~~~~~~~~~~~~~
              hint: did you mean 'leaked-close-wait'?
            """
        ),
        (
            "leaked-close-wait:slots=0",
            """
            error: --pathology:1:19: parameter 'slots' of 'leaked-close-wait' cannot be '0'
              1 | leaked-close-wait:slots=0
                |                   ^~~~~~~
              hint: it accepts a whole number of at least 1
            """
        ),
        (
            "leaked-close-wait:slots=1,slots=2",
            """
            error: --pathology:1:27: the parameter 'slots' is given twice
              1 | leaked-close-wait:slots=1,slots=2
                |                           ^~~~~~~
            """
        ),
        (
            "leaked-close-wait:",
            """
            error: --pathology:1:19: expected key=value, found ''
              1 | leaked-close-wait:
                |                   ^
            """
        ),
    ])
    func `explains what is wrong`(argument: String, expected: String) {
        let error = #expect(throws: ScenarioError.self) {
            try PathologyCatalogue.shipped.use(argument: argument)
        }
        #expect(error?.description == expected)
    }
}

@Suite struct `A pathology's file with a mistake` {
    private let head = """
        pathology: p
        priority: 1
        summary: s
        client-sees: c
        clients: []
        wire: w
        caused-by: b
        cleared-by: l
        evidence: assumed
        known: k
        sources: [x]

        """

    private func mistakes(_ tail: String) -> String {
        do {
            _ = try PathologyCatalogue(files: [("Scenarios/pathologies/tcp/p.yaml", head + tail)])
            return ""
        } catch {
            return error.description
        }
    }

    @Test func `names a default that its type refuses`() {
        let tail = """
            parameters:
              slots: {type: count, at-least: 1, default: 0, about: a}
            faults: [{when: connect, do: [mute]}]
            """
        #expect(
            mistakes(tail) == """
                error: Scenarios/pathologies/tcp/p.yaml:13:46: the default of 'slots' is not one of its values
                  13 |   slots: {type: count, at-least: 1, default: 0, about: a}
                     |                                              ^
                  hint: it accepts a whole number of at least 1
                """)
    }

    @Test func `names a parameter that does not exist`() {
        let tail = """
            parameters:
              slots: {type: count, default: 1, about: a}
            faults: [{given: {slot: 1}, when: {connect: {held: "${slts}"}}, do: [mute]}]
            """
        #expect(
            mistakes(tail) == """
                error: Scenarios/pathologies/tcp/p.yaml:14:19: no parameter 'slot'
                  14 | faults: [{given: {slot: 1}, when: {connect: {held: "${slts}"}}, do: [mute]}]
                     |                   ^~~~
                  hint: did you mean 'slots'? Parameters: slots
                error: Scenarios/pathologies/tcp/p.yaml:14:52: no variable 'slts' in the parameters
                  14 | faults: [{given: {slot: 1}, when: {connect: {held: "${slts}"}}, do: [mute]}]
                     |                                                    ^~~~~~~~~
                  hint: did you mean 'slots'? Variables: slots
                """)
    }

    @Test func `is told when its name is not its file's`() throws {
        #expect(throws: ScenarioError.self) {
            _ = try PathologyCatalogue(files: [
                ("a/tcp/q.yaml", head + "faults: [{when: connect, do: [mute]}]\n")
            ])
        }
    }
}

@Suite struct `The rules of a pathology` {
    private func plan(_ argument: String) throws -> FaultPlan {
        FaultPlan(rules: try PathologyCatalogue.shipped.use(argument: argument).rules, seed: 1)
    }

    private func surroundings(_ number: Int, _ phase: ConnectionPhase, others: Int) -> Surroundings
    {
        Surroundings(connection: ConnectionID(number), phase: phase, othersOpen: others)
    }

    @Test func `serve as many connections as the limit says`() throws {
        var plan = try plan("one-connection-limit:limit=2")
        let start = Occasion.message(Message("startApi", direction: .toGateway))
        let fired = (0...3).map { others in
            plan.firings(at: start, in: surroundings(others + 1, .starting, others: others))
                .flatMap(\.actions)
        }
        #expect(fired == [[], [], [.message(.drop), .mute], [.message(.drop), .mute]])
    }

    @Test func `stop accepting with the connection that reaches the limit`() throws {
        var plan = try plan("one-connection-limit:limit=2,refusal=not-accepted")
        let fired = (0...1).map { others in
            plan.firings(at: .connected, in: surroundings(others + 1, .connected, others: others))
                .flatMap(\.actions)
        }
        #expect(fired == [[], [.gateway(.stopAccepting(backlog: nil))]])
    }

    @Test func `let startApi pass and punish any other early request`() throws {
        var plan = try plan("slow-synchronization")
        let here = surroundings(1, .starting, others: 0)
        let fired = ["startApi", "reqPositions"].map { name in
            plan.firings(at: .message(Message(name, direction: .toGateway)), in: here)
                .flatMap(\.actions)
        }
        #expect(fired == [[], [.message(.drop), .gateway(.turnLight(.red)), .mute]])
    }
}
