internal import Faults
internal import GatewayWire

/// A pathology for programs; docs/pathologies.md explains the keys.
extension Pathology {
    /// An object on one line.
    package var json: String {
        var line = JSONLine()
        line.add("name", name)
        line.addRaw("aliases", Self.texts(aliases))
        line.add("layer", layer)
        line.add("priority", priority)
        line.add("summary", summary)
        line.add("clientSees", clientSees)
        line.addRaw("clients", JSONLine.array(clients.map(Self.json)))
        line.addRaw("codes", JSONLine.array(codes.map(String.init)))
        line.add("sockets", sockets)
        line.addRaw("tellApart", Self.object(tellApart.map { ($0.name, $0.observation) }))
        line.add("wire", wire)
        line.add("causedBy", causedBy)
        line.add("clearedBy", clearedBy)
        line.add("evidence", evidence.rawValue)
        line.add("evidenceDetail", evidenceDetail)
        line.addRaw("sources", Self.texts(sources))
        line.addRaw("extends", extends.map(JSONLine.quoted) ?? "null")
        line.addRaw("excludes", Self.texts(excludes.map(\.name)))
        line.addRaw("settings", Self.object(defaultSettings.map { ($0.name, $0.text) }))
        line.addRaw("front", front.map { JSONLine.quoted($0.rawValue) } ?? "null")
        line.addRaw("parameters", JSONLine.array(parameters.map(Self.json)))
        line.addRaw("demonstration", demonstration.map(JSONLine.quoted) ?? "null")
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
