import Diagnosis
import EventLog
import GatewayWire
import ScenarioFormat
import Simulation

/// A diagnosis as text for people, and as JSON.
struct DiagnosisText {
    private static let width = 100
    private let diagnosis: Diagnosis
    private let found: SourceDiagnosis
    private let catalogue: PathologyCatalogue

    init(_ found: SourceDiagnosis, catalogue: PathologyCatalogue) {
        self.found = found
        diagnosis = found.diagnosis
        self.catalogue = catalogue
    }

    // MARK: For people

    var page: String {
        var lines = ["\(found.source.title): \(headline)", "  \(extent)"]
        for (index, incident) in diagnosis.incidents.enumerated() {
            lines += ["", title(incident, number: index + 1)] + body(incident)
        }
        if !diagnosis.oddities.isEmpty {
            lines += ["", diagnosis.incidents.isEmpty ? "What is odd:" : "Odd besides:"]
            for oddity in diagnosis.oddities {
                lines.append("  \(oddity.text)\(Self.times(oddity.times))")
                lines += timeline(oddity.sightings.prefix(2))
            }
        }
        return lines.joined(separator: "\n")
    }

    var headline: String {
        switch diagnosis.verdict {
        case .healthy: "healthy: no known failure, and nothing odd"
        case .unknown: "unknown: no known failure fits what is odd here"
        case .empty: "no connection to a gateway was seen"
        case .recognized:
            diagnosis.incidents.map { $0.named.map(\.name).joined(separator: " or ") }
                .joined(separator: "; ")
        }
    }

    private var extent: String {
        let sheet = diagnosis.sheet
        let omitted =
            sheet.omittedCount > 0 ? "; \(sheet.omittedCount) facts were too many to keep" : ""
        let damaged = found.isDamaged ? "; a file is damaged, and the rest of it unknown" : ""
        return "\(sheet.connectionCount) connections, \(sheet.messageCount) messages, "
            + "\(Text.seconds(sheet.lastAt - sheet.firstAt)) from \(clock(sheet.firstAt))\(omitted)\(damaged)"
    }

    private func title(_ incident: Incident, number: Int) -> String {
        let names = incident.named.map(\.name).joined(separator: " or ")
        switch incident.certainty {
        case .certain: return "\(number). \(names) (certain)"
        case .likely: return "\(number). \(names) (likely)"
        case .oneOf:
            return
                "\(number). one of \(incident.named.count), which look alike on the wire: \(names)"
        }
    }

    private func body(_ incident: Incident) -> [String] {
        guard let best = incident.named.first, let pathology = catalogue[best.name] else {
            return []
        }
        var lines: [String] = []
        for named in incident.named {
            guard let one = catalogue[named.name] else { continue }
            lines += Self.paragraph(incident.named.count > 1 ? named.name : "", one.summary)
        }
        lines.append("  seen\(Self.times(best.match.times)) \(connections(best.match))")
        lines += timeline(best.match.sightings[...])
        lines += says(pathology)
        lines += Self.paragraph("ends by:", pathology.clearedBy)
        lines.append("  try it:  fakegw serve --pathology \(pathology.name)")
        if let demonstration = pathology.demonstration {
            lines.append("           fakegw run \(demonstration)")
        }
        for line in apart(incident) { lines += Self.paragraph("", line) }
        return lines
    }

    private func connections(_ match: Match) -> String {
        let names = match.connections.prefix(6).map(Self.name)
        let more = match.connections.count > 6 ? ", …" : ""
        return names.isEmpty ? "" : "on \(names.joined(separator: ", "))\(more)"
    }

    private static func name(_ connection: ConnectionName) -> String {
        (connection.gateway.map { "\($0) " } ?? "") + "#\(connection.id.number)"
    }

    /// One line an event: the time since the source's begin, the packet or line, the connection, what it was.
    private func timeline(_ sightings: ArraySlice<Sighting>) -> [String] {
        let rows = sightings.map { sighting in
            [
                "    " + Text.seconds(sighting.at - diagnosis.sheet.firstAt), place(sighting),
                sighting.connection.map(Self.name) ?? "", sighting.text.printable,
            ]
        }
        return Text.table(rows).map { String($0.prefix(Self.width + 20)) }
    }

    private func place(_ sighting: Sighting) -> String {
        guard let packets = sighting.packets else { return "line \(sighting.number)" }
        return packets.count > 1
            ? "packets \(packets.lowerBound)-\(packets.upperBound)" : "packet \(packets.lowerBound)"
    }

    private func says(_ pathology: Pathology) -> [String] {
        let clients = pathology.clients.filter { !$0.libraries.isEmpty }
        guard !clients.isEmpty else { return [] }
        return ["  clients:"]
            + clients.flatMap { client in
                let says = client.says + client.logs
                let text = says.isEmpty ? client.outcome.meaning : says.joined(separator: " / ")
                let names = client.libraries.joined(separator: ", ")
                return Self.paragraph("", indent: 4, "\(names): \(text)")
            }
    }

    /// What tells the named ones from each other and from what fits as well.
    private func apart(_ incident: Incident) -> [String] {
        guard let best = incident.named.first else { return [] }
        var lines: [String] = []
        let others =
            incident.named.dropFirst().map { ($0, "not") }
            + incident.neighbours.prefix(4).map { ($0, "fits too") }
        for (other, word) in others {
            let observation = self.observation(best.name, other.name)
            let begin =
                word == "not" ? "\(best.name), not \(other.name)" : "fits with less: \(other.name)"
            lines.append(
                observation.map { "\(begin): \($0)" } ?? "\(begin); the wire does not say more")
        }
        return lines
    }

    /// The catalogue's observation, whichever of the two entries has it.
    private func observation(_ one: String, _ other: String) -> String? {
        if let known = catalogue[one]?.tellApart.first(where: { $0.name == other }) {
            return "if \(known.observation)"
        }
        return catalogue[other]?.tellApart.first { $0.name == one }.map {
            "it would be \(other) if \($0.observation)"
        }
    }

    private static func paragraph(
        _ title: String, indent: Int = 2, _ text: String
    ) -> [String] {
        guard !text.isEmpty else { return [] }
        return Text.wrapped(title.isEmpty ? text : "\(title) \(text)", width: width - 4)
            .enumerated()
            .map { String(repeating: " ", count: $0 == 0 ? indent : indent + 2) + $1 }
    }

    private static func times(_ count: Int) -> String { count > 1 ? ", \(count) times," : "" }

    private func clock(_ instant: SimInstant) -> String {
        UTCTime(nanosecondsSince1970: instant.nanoseconds).isoText
    }

    // MARK: For programs

    var json: String {
        var line = JSONLine()
        line.add("file", found.source.paths[0])
        line.addRaw("files", JSONLine.array(found.source.paths.map(JSONLine.quoted)))
        line.add("verdict", diagnosis.verdict.rawValue)
        line.add("connections", diagnosis.sheet.connectionCount)
        line.add("messages", diagnosis.sheet.messageCount)
        line.add("from", clock(diagnosis.sheet.firstAt))
        line.add("to", clock(diagnosis.sheet.lastAt))
        line.addRaw("incidents", JSONLine.array(diagnosis.incidents.map(json)))
        line.addRaw("oddities", JSONLine.array(diagnosis.oddities.map(json)))
        line.addRaw("notes", JSONLine.array(found.notes.map(JSONLine.quoted)))
        line.addRaw("damaged", found.isDamaged ? "true" : "false")
        line.add("omittedFacts", diagnosis.sheet.omittedCount)
        return line.finished
    }

    private func json(_ incident: Incident) -> String {
        var line = JSONLine()
        line.add("certainty", incident.certainty.rawValue)
        line.addRaw("named", JSONLine.array(incident.named.map(json)))
        line.addRaw("apart", JSONLine.array(apart(incident).map(JSONLine.quoted)))
        line.addRaw(
            "neighbours",
            JSONLine.array(
                incident.neighbours.map { neighbour in
                    var inner = JSONLine()
                    inner.add("name", neighbour.name)
                    inner.add("weight", neighbour.weight)
                    if let best = incident.named.first,
                        let text = observation(best.name, neighbour.name)
                    {
                        inner.add("toTell", text)
                    }
                    return inner.finished
                }))
        return line.finished
    }

    private func json(_ named: Named) -> String {
        var line = JSONLine()
        line.add("name", named.name)
        line.add("weight", named.weight)
        line.add("times", named.match.times)
        line.addRaw(
            "connections", JSONLine.array(named.match.connections.map { String($0.id.number) }))
        line.addRaw("evidence", JSONLine.array(named.match.sightings.map(json)))
        if let pathology = catalogue[named.name] {
            line.add("summary", pathology.summary)
            line.add("clearedBy", pathology.clearedBy)
            line.addRaw(
                "demonstration", pathology.demonstration.map(JSONLine.quoted) ?? "null")
            line.addRaw(
                "clients",
                JSONLine.array(
                    pathology.clients.map { client in
                        var inner = JSONLine()
                        inner.addRaw(
                            "client", JSONLine.array(client.libraries.map(JSONLine.quoted)))
                        inner.add("outcome", client.outcome.rawValue)
                        inner.addRaw("says", JSONLine.array(client.says.map(JSONLine.quoted)))
                        inner.addRaw("logs", JSONLine.array(client.logs.map(JSONLine.quoted)))
                        return inner.finished
                    }))
        }
        return line.finished
    }

    private func json(_ oddity: Oddity) -> String {
        var line = JSONLine()
        line.add("text", oddity.text)
        line.add("times", oddity.times)
        line.addRaw("evidence", JSONLine.array(oddity.sightings.map(json)))
        return line.finished
    }

    private func json(_ sighting: Sighting) -> String {
        var line = JSONLine()
        line.add("event", sighting.number)
        if let packets = sighting.packets {
            line.add("packet", packets.lowerBound)
            line.add("lastPacket", packets.upperBound)
        }
        line.add("at", clock(sighting.at))
        if let gateway = sighting.connection?.gateway { line.add("gateway", gateway) }
        if let connection = sighting.connection { line.add("connection", connection.id.number) }
        line.add("text", sighting.text)
        return line.finished
    }

    // MARK: Facts

    /// One fact a line, for who writes signs.
    var facts: String {
        diagnosis.sheet.facts.map { fact in
            let values = fact.values.sorted { $0.key < $1.key }.map {
                "\($0.key)=\(Self.text($0.value))"
            }
            return Text.column(Text.seconds(fact.at - diagnosis.sheet.firstAt), width: 11)
                + Text.column(fact.connection.map(Self.name) ?? "", width: 5)
                + Text.column(fact.word, width: 13) + values.joined(separator: " ").printable
        }.joined(separator: "\n")
    }

    private static func text(_ value: FactValue) -> String {
        switch value {
        case .duration(let duration): Text.milliseconds(duration).filter { $0 != " " }
        case .text(let text): "\"\(text.prefix(60))\""
        case .word, .names, .count, .flag, .codes: value.description
        }
    }
}
