import Faults
import GatewayModel
import ScenarioFormat
import Testing

@Suite struct `A dialect` {
    private func gateway(_ keys: String) throws -> GatewaySpec {
        let text = "version: 1\nname: dialect\ngateway: {\(keys)}"
        return try #require(
            try loadScenarios(text: text, file: "dialect.yaml", catalogue: .shipped).first?
                .gateways.first)
    }

    @Test func `says what it is, and how that is known`() {
        #expect(
            GatewayDialect.names == [
                "10.19", "10.30", "10.37", "10.44", "10.45", "read-only", "rst-to-fin", "socat",
                "tws",
            ])
        for dialect in GatewayDialect.shipped {
            #expect(!dialect.about.isEmpty && !dialect.known.isEmpty && !dialect.sources.isEmpty)
            #expect(!dialect.settings.isEmpty || dialect.front != .none, "\(dialect.name)")
        }
    }

    @Test func `sets what is not set besides it`() throws {
        #expect(try gateway("dialect: \"10.37\"").settings.newestVersion == 203)
        #expect(
            try gateway("dialect: \"10.37\", server-version: 201").settings.newestVersion == 201)
        #expect(try gateway("dialect: read-only").settings.readOnly)
        #expect(try !gateway("dialect: tws, settings: {read-only: false}").settings.readOnly)
        #expect(try gateway("dialect: socat").front == .socat)
        #expect(try gateway("dialect: socat, front: none").front == .none)
    }

    @Test func `has failures of its own, which need not happen`() throws {
        let dialect = try GatewayDialect.read(
            """
            dialect: x
            about: x
            evidence: assumed
            known: x
            sources: [x]
            pathologies: [{use: frame-split, as: mine}, red-on-disconnect]
            """, file: "x.yaml")
        #expect(dialect.pathologies.map(\.use.label) == ["mine", "red-on-disconnect"])
        let rules = dialect.pathologies.flatMap(\.rules)
        #expect(!rules.isEmpty)
        #expect(rules.map(\.isOptional) == rules.map { _ in true })
        #expect(rules[0].name.hasPrefix("mine/"))
    }

    @Test func `is refused when nobody knows it`() {
        let error = #expect(throws: ScenarioError.self) { try gateway("dialect: socatt") }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("dialect.yaml:3:20") && text.contains("socat"), "\(text)")
        #expect(throws: ScenarioError.self) { try gateway("front: proxy") }
    }

    @Test(arguments: [
        "settings: {read-onli: true}", "settings: {read-only: perhaps}",
        "settings: {server-version: 7}", "front: proxy", "pathologies: [frame-splitt]",
        "pathologies: [frame-split, frame-split]",
    ])
    func `does not load with a mistake`(line: String) {
        #expect(throws: ScenarioError.self) {
            try GatewayDialect.read(
                "dialect: x\nabout: x\nevidence: assumed\nknown: x\nsources: [x]\n\(line)\n",
                file: "x.yaml")
        }
    }
}
