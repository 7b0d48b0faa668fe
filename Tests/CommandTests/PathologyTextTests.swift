import ScenarioFormat
import Testing

@testable import fakegw

@Suite struct `How a pathology is said to be used` {
    @Test(arguments: PathologyCatalogue.shipped.names)
    func `is how it can be used`(name: String) throws {
        let pathology = try #require(PathologyCatalogue.shipped[name])
        let lines = PathologyText.entry(pathology, in: .shipped).split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        let call = try #require(lines.first { $0.contains("--pathology '") })
        let argument = String(call.split(separator: "'")[1])
        _ = try PathologyCatalogue.shipped.use(argument: argument)
        let start = try #require(lines.firstIndex(of: "in a scenario:"))
        let yaml = lines[(start + 1)...].map { $0.dropFirst(2) }.joined(separator: "\n")
        let scenarios = try loadScenarios(
            text: "version: 1\nname: example\n\(yaml)\n", file: "example.yaml",
            catalogue: .shipped)
        let gateway = try #require(scenarios.first?.gateways.first)
        #expect(gateway.rules == pathology.defaultRules)
        #expect(gateway.pathologies.first?.settings == pathology.defaultSettings)
    }
}
