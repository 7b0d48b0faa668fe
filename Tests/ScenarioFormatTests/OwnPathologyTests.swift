import EventLog
import Faults
import GatewayModel
import ScenarioFormat
import Testing

@Suite struct `A pathology of one's own` {
    private let mine = """
        pathology: mine
        summary: The third client gets no ids.
        extends: startapi-mute
        with: {connections: "${which}"}
        parameters:
          which: {type: range, default: 3, about: which connections}
        settings: {reject-messages-above-max-rate: true}
        faults: [{name: more, when: connect, do: [{note: here}]}]

        """

    private func mistakes(_ text: String) -> String {
        do {
            _ = try PathologyCatalogue.shipped.adding([("ills/p.yaml", text)])
            return ""
        } catch {
            return error.diagnostics.map { "\($0.mark): \($0.message)" }.joined(separator: "\n")
        }
    }

    @Test func `builds on a shipped one`() throws {
        let catalogue = try PathologyCatalogue.shipped.adding([("mine.yaml", mine)])
        let pathology = try #require(catalogue["mine"])
        #expect(pathology.parameters.map(\.name) == ["client-id", "which"])
        #expect(pathology.layer == "own")
        #expect(!pathology.clientSees.isEmpty)
        #expect(pathology.demonstration == nil)
        let (use, rules) = try catalogue.use(argument: "mine:which=5,client-id=7")
        #expect(rules.map(\.name) == ["mine/ignore-start", "mine/more"])
        let same = try PathologyCatalogue.shipped.use(
            argument: "startapi-mute:connections=5,client-id=7")
        #expect(rules[0].actions == same.rules[0].actions)
        #expect(rules[0].condition == same.rules[0].condition)
        #expect(use.settings.map(\.name) == ["reject-messages-above-max-rate"])
    }

    @Test func `turns its own rules off and on by their short names`() throws {
        let text = """
            pathology: p
            summary: s
            faults:
              - {name: calm, when: connect, do: [{disable-rule: storm}, {enable-rule: calm}]}
              - {name: storm, when: hello, do: [{remove-rule: calm}]}

            """
        let catalogue = try PathologyCatalogue.shipped.adding([("p.yaml", text)])
        let (_, rules) = try catalogue.use(argument: "p")
        #expect(
            rules.flatMap(\.actions) == [
                .gateway(.enableRule("p/storm", false)), .gateway(.enableRule("p/calm", true)),
                .gateway(.removeRule("p/calm")),
            ])
        #expect(
            mistakes(text.replacing("disable-rule: storm", with: "disable-rule: strom"))
                == "ills/p.yaml:4:39: no rule of the pathology is 'strom'")
    }

    @Test func `is named by its path in a scenario`() throws {
        let text =
            "version: 1\nname: s\ngateway: {pathologies: [{use: ./mine.yaml, with: {which: 2}}]}\n"
        let catalogue = try PathologyCatalogue.shipped.adding(namedIn: text, file: "a/s.yaml") {
            $0 == "./mine.yaml" ? .text(mine, path: "a/mine.yaml") : .unreadable("wrong path")
        }
        let scenarios = try loadScenarios(text: text, file: "a/s.yaml", catalogue: catalogue)
        let gateway = try #require(scenarios.first?.gateways.first)
        #expect(gateway.pathologies.map(\.name) == ["mine"])
        #expect(gateway.settings.changed.map(\.setting.name) == ["reject-messages-above-max-rate"])
    }

    @Test func `is told at its place when its file cannot be read`() {
        let text = "version: 1\nname: s\ngateway:\n  pathologies: [./gone.yaml]\n"
        let error = #expect(throws: ScenarioError.self) {
            try PathologyCatalogue.shipped.adding(namedIn: text, file: "s.yaml") { _ in
                .unreadable("there is none")
            }
        }
        #expect(error?.description.hasPrefix("error: s.yaml:4:17: there is none") == true)
    }

    @Test func `adds nothing when it is the very text of a known one`() throws {
        let catalogue = try PathologyCatalogue.shipped.adding(PathologyCatalogue.shippedFiles)
        #expect(catalogue.names == PathologyCatalogue.shipped.names)
    }

    @Test func `takes the place of a shipped one where it is that one's own file`() throws {
        let (file, text) = try #require(
            PathologyCatalogue.shippedFiles.first { $0.file.hasSuffix("/startapi-mute.yaml") })
        let changed = text + "settings: {read-only: true}\n"
        let known = try PathologyCatalogue.shipped.adding([("mine.yaml", mine)])
        let catalogue = try known.adding([("/checkout/\(file)", changed)])
        #expect(catalogue["startapi-mute"]?.defaultSettings.map(\.name) == ["read-only"])
        #expect(throws: ScenarioError.self) {
            try known.adding([("ills/startapi-mute.yaml", changed)])
        }
    }

    @Test func `is told all its mistakes at once`() {
        let text = """
            pathology: p
            summary: s
            priority: 7
            faults: [{when: conect, do: [mute]}]
            settings: {read-onli: true}

            """
        #expect(mistakes(text).split(separator: "\n").count == 3)
    }

    @Test(arguments: [
        (
            "pathology: frame-split\nsummary: s\nextends: startapi-mute\n",
            "ills/p.yaml:1:1: 'frame-split' is already in Scenarios/pathologies/tcp/frame-split.yaml"
        ),
        (
            "pathology: p\naliases: [clientid-326]\nsummary: s\nextends: startapi-mute\n",
            "ills/p.yaml:1:1: 'clientid-326' is already in "
                + "Scenarios/pathologies/handshake/client-id-in-use.yaml"
        ),
        (
            "pathology: p\naliases: [p]\nsummary: s\nextends: startapi-mute\n",
            "ills/p.yaml:1:1: 'p' is already in ills/p.yaml"
        ),
        (
            "pathology: p\nsummary: s\nextends: startapi-mut\n",
            "ills/p.yaml:3:10: no pathology 'startapi-mut'"
        ),
        ("pathology: p\nsummary: s\nextends: p\n", "ills/p.yaml:3:10: 'p' builds on itself"),
        (
            "pathology: p\nsummary: s\nextends: startapi-mute\nwith: {conections: 2}\n",
            "ills/p.yaml:4:8: pathology 'startapi-mute' has no parameter 'conections'"
        ),
        (
            "pathology: p\nsummary: s\nextends: frame-split\nwith: {size: 0}\n",
            "ills/p.yaml:4:14: parameter 'size' of 'frame-split' cannot be '0'"
        ),
        (
            "pathology: p\nsummary: s\nwith: {size: 1}\nfaults: [{when: connect, do: [mute]}]\n",
            "ills/p.yaml:3:1: 'with' gives values to a pathology that 'extends' names"
        ),
        (
            "pathology: p\nsummary: s\n",
            "ills/p.yaml:1:1: a pathology needs 'faults', 'settings' or 'extends'"
        ),
        (
            "pathology: p\nsummary: s\nsettings: {max-client: 3}\n",
            "ills/p.yaml:3:12: a gateway has no setting 'max-client'"
        ),
        (
            "pathology: p\nsummary: s\nextends: frame-split\ntell-apart: {frame-splid: x}\n",
            "ills/p.yaml:4:14: no other pathology 'frame-splid'"
        ),
        (
            "pathology: p\nsummary: s\nextends: frame-split\nexcludes: [nothing]\n",
            "ills/p.yaml:4:12: no other pathology 'nothing'"
        ),
        (
            "pathology: p\nsummary: s\nextends: frame-split\nclients: [{client: ib_asinc, outcome: hangs}]\n",
            "ills/p.yaml:4:20: 'ib_asinc' is no client"
        ),
        (
            "pathology: p\nsummary: s\nextends: frame-split\nclients: [{client: ib_async, outcome: hung}]\n",
            "ills/p.yaml:4:39: 'hung' is no outcome"
        ),
        (
            "pathology: p\nsummary: s\nextends: frame-split\npriority: 3\n",
            "ills/p.yaml:4:11: 3 is outside 0...2"
        ),
        (
            "pathology: p\nsummary: s\nextends: frame-split\nsymptom: x\n",
            "ills/p.yaml:4:1: pathology has no key 'symptom'"
        ),
        (
            "pathology: p\nsummary: s\nextends: frame-split\nparameters: {n: {type: number, at-most: 1, default: 2, about: a}}\n",
            "ills/p.yaml:4:53: the default of 'n' is not one of its values"
        ),
    ])
    func `is refused with its mistake's place`(text: String, expected: String) {
        #expect(mistakes(text) == expected)
    }

    @Test func `has parameters with ranges and units`() throws {
        let text = """
            pathology: p
            summary: s
            parameters:
              share: {type: number, at-least: 0, at-most: 1, default: 0.5, about: a}
              wait: {type: duration, at-least: 10ms, at-most: 2s, default: 1s, about: b}
              size: {type: count, at-least: 1, at-most: 9, unit: bytes, default: 2, about: c}
              kinds: {type: list, default: [a, b], about: d}
            faults: [{when: connect, chance: "${share}", after: "${wait}", do: [{note: "${kinds}"}]}]

            """
        let catalogue = try PathologyCatalogue.empty.adding([("p.yaml", text)])
        #expect(
            catalogue["p"]?.parameters.map(\.accepts) == [
                "a number from 0 to 1", "a duration from 10ms to 2s, such as 250ms, 2s, 1m",
                "a whole number from 1 to 9 (bytes)", "texts, joined by +",
            ])
        for bad in ["share=1.5", "share=x", "wait=3s", "wait=5", "size=10"] {
            #expect(throws: ScenarioError.self) { try catalogue.use(argument: "p:\(bad)") }
        }
        #expect(
            try catalogue.use(argument: "p:share=0.25,wait=20ms,kinds=x").rules[0].chance == 0.25)
    }

    @Test func `is found by check as by serve and run, wherever its file is`() throws {
        #expect(
            try PathologyCatalogue.shipped.checked(mine, file: "x/other.yaml") == "pathology mine")
        for (file, text) in PathologyCatalogue.shippedFiles {
            let said = try PathologyCatalogue.shipped.checked(text, file: file)
            #expect(file.hasSuffix("/\(said.dropFirst(10)).yaml"))
        }
        let undocumented = "pathology: p\nsummary: s\nextends: frame-split\n"
        #expect(throws: ScenarioError.self) {
            try PathologyCatalogue.shipped.checked(undocumented, file: "pathologies/tcp/p.yaml")
        }
    }
}

@Suite struct `Pathologies at once` {
    private func catalogue() throws -> PathologyCatalogue {
        try PathologyCatalogue.shipped.adding([
            (
                "a.yaml",
                "pathology: a\naliases: [first]\nsummary: s\nexcludes: [frame-split]\n"
                    + "settings: {max-clients: 3}\n"
            ),
            ("b.yaml", "pathology: b\nsummary: s\nsettings: {max-clients: 4}\n"),
            ("c.yaml", "pathology: c\nsummary: s\nsettings: {max-clients: 3}\n"),
        ])
    }

    private func mistake(_ gateway: String) throws -> String {
        do {
            _ = try loadScenarios(
                text: "version: 1\nname: s\ngateway: {\(gateway)}\n", file: "s.yaml",
                catalogue: catalogue())
            return ""
        } catch let error as ScenarioError {
            return error.diagnostics.map { "\($0.mark.column): \($0.message)" }
                .joined(separator: "\n")
        }
    }

    @Test(arguments: [
        "pathologies: [a, c]", "pathologies: [b, frame-split]",
        "pathologies: [frame-coalesce, startapi-mute, c]",
        "pathologies: [a], settings: {max-clients: 3}",
        "pathologies: [a], settings: {read-only: true}",
    ])
    func `act together`(gateway: String) throws {
        #expect(try mistake(gateway) == "")
    }

    @Test(arguments: [
        ("pathologies: [a, frame-split]", "28: 'frame-split' and 'a' exclude each other"),
        ("pathologies: [frame-split, first]", "38: 'a' and 'frame-split' exclude each other"),
        (
            "pathologies: [a, b]",
            "28: 'b' needs the setting 'max-clients: 4', and 'a' needs '3'"
        ),
        (
            "pathologies: [a], settings: {max-clients: 8}",
            "40: 'a' needs the setting 'max-clients: 3', and the gateway has '8'"
        ),
        ("pathologies: [a, first]", "28: the pathology 'a' is used twice"),
    ])
    func `are refused when they contradict each other`(gateway: String, expected: String) throws {
        #expect(try mistake(gateway) == expected)
    }

    @Test func `are refused at a proxy when they need settings`() throws {
        let text =
            "version: 1\nname: s\ngateways: {real: {}, front: {upstream: real, pathologies: [a]}}\n"
        let error = #expect(throws: ScenarioError.self) {
            try loadScenarios(text: text, file: "s.yaml", catalogue: catalogue())
        }
        #expect(error?.description.contains("'a' needs settings, and a gateway in front") == true)
    }

    @Test func `keep the order of the list, the gateway's own faults last`() throws {
        let text = """
            version: 1
            name: s
            gateway:
              faults: [{name: own, when: connect, do: [mute]}]
              pathologies: [startapi-mute, frame-split]
            """
        let scenarios = try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped)
        #expect(
            scenarios[0].gateways[0].rules.map(\.name) == [
                "startapi-mute/ignore-start", "frame-split/cut-everything", "own",
            ])
    }

    @Test func `of the command line are added to those of the file`() throws {
        let scenarios = try loadScenarios(
            text: "version: 1\nname: s\ngateway: {pathologies: [frame-split]}\n", file: "s.yaml",
            catalogue: catalogue())
        var spec = scenarios[0].gateways[0]
        let known = try catalogue()
        let a = try known.use(argument: "a"), c = try known.use(argument: "c")
        #expect(spec.add([a], from: known, given: []) == "'a' and 'frame-split' exclude each other")
        var other = spec
        #expect(other.add([c], from: known, given: []) == nil)
        #expect(other.settings.changed.map(\.text) == ["3"])
        #expect(other.pathologies.map(\.name) == ["frame-split", "c"])
        #expect(spec.add([c], from: known, given: ["max-clients"]) != nil)
    }
}
