import Faults
import GatewayWire
import ScenarioFormat

/// The catalogue of pathologies for programs; docs/pathologies.md explains the keys.
extension PathologyText {
    static func json(_ pathology: Pathology) -> String {
        var line = JSONLine()
        line.add("name", pathology.name)
        line.addRaw("aliases", texts(pathology.aliases))
        line.add("layer", pathology.layer)
        line.add("priority", pathology.priority)
        line.add("summary", pathology.summary)
        line.add("clientSees", pathology.clientSees)
        line.addRaw("clients", JSONLine.array(pathology.clients.map(json)))
        line.addRaw("codes", JSONLine.array(pathology.codes.map(String.init)))
        line.add("sockets", pathology.sockets)
        line.addRaw("tellApart", object(pathology.tellApart.map { ($0.name, $0.observation) }))
        line.add("wire", pathology.wire)
        line.add("causedBy", pathology.causedBy)
        line.add("clearedBy", pathology.clearedBy)
        line.add("evidence", pathology.evidence.rawValue)
        line.add("evidenceDetail", pathology.evidenceDetail)
        line.addRaw("sources", texts(pathology.sources))
        line.addRaw("extends", pathology.extends.map(JSONLine.quoted) ?? "null")
        line.addRaw("excludes", texts(pathology.excludes.map(\.name)))
        line.addRaw("settings", object(pathology.defaultSettings.map { ($0.name, $0.text) }))
        line.addRaw("front", pathology.front.map { JSONLine.quoted($0.rawValue) } ?? "null")
        line.addRaw("parameters", JSONLine.array(pathology.parameters.map(json)))
        line.addRaw("demonstration", pathology.demonstration.map(JSONLine.quoted) ?? "null")
        return line.finished
    }

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

    private static func json(_ client: PathologyClient) -> String {
        var line = JSONLine()
        line.addRaw("client", texts(client.libraries))
        line.add("outcome", client.outcome.rawValue)
        line.addRaw("says", texts(client.says))
        line.addRaw("logs", texts(client.logs))
        return line.finished
    }

    private static func json(_ parameter: PathologyParameter) -> String {
        var line = JSONLine()
        line.add("name", parameter.name)
        line.add("default", parameter.defaultValue)
        line.add("unit", parameter.unit)
        line.add("accepts", parameter.accepts)
        line.add("about", parameter.about)
        return line.finished
    }

    private static func texts(_ texts: [String]) -> String {
        JSONLine.array(texts.map(JSONLine.quoted))
    }

    private static func object(_ entries: [(String, String)]) -> String {
        var line = JSONLine()
        for (key, text) in entries { line.add(key, text) }
        return line.finished
    }
}
