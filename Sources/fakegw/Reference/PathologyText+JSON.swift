import Faults
import GatewayWire
import ScenarioFormat

/// The catalogue of pathologies for programs; docs/pathologies.md explains the keys.
extension PathologyText {
    static func json(_ candidate: SymptomCandidate) -> String {
        var line = JSONLine()
        line.add("name", candidate.pathology.name)
        line.add("layer", candidate.pathology.layer)
        line.add("priority", candidate.pathology.priority)
        line.add("summary", candidate.pathology.summary)
        line.add("match", candidate.match)
        line.addRaw("tellApart", object(candidate.tellApart))
        return line.finished
    }

    private static func object(_ entries: [(String, String)]) -> String {
        var line = JSONLine()
        for (key, text) in entries { line.add(key, text) }
        return line.finished
    }
}
