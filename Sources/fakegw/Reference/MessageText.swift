import GatewayWire

/// Message schemas as text for people and as JSON for programs.
enum MessageText {
    static func table(_ messages: [MessageSchema]) -> [String] {
        Text.table(
            messages.map { message in
                [
                    message.direction.rawValue, String(message.id), message.name,
                    words(message.versions), protobufWords(message), message.evidence.rawValue,
                ]
            })
    }

    /// `protobuf since 203`, `protobuf only`, `text only`.
    private static func protobufWords(_ message: MessageSchema) -> String {
        guard let protobuf = message.protobuf else { return "text only" }
        return message.hasTextForm ? "protobuf since \(protobuf.since)" : "protobuf only"
    }

    /// `at every version`, `since 167`, `until 176`, `from 120 to 176`.
    static func words(_ versions: ClosedRange<Int>) -> String {
        switch (versions.lowerBound > oldest, versions.upperBound < newest) {
        case (false, false): "at every version"
        case (true, false): "since \(versions.lowerBound)"
        case (false, true): "until \(versions.upperBound)"
        case (true, true): "from \(versions.lowerBound) to \(versions.upperBound)"
        }
    }

    static func layout(_ message: MessageSchema, at version: Int) -> String {
        var lines = [
            "\(message.name) (\(message.id)) \(message.direction.rawValue), "
                + "\(words(message.versions)), evidence: \(message.evidence.rawValue)"
                + places(message.recordings)
        ]
        if message.hasTextForm { lines += textLayout(message, at: version) }
        if message.hasTextForm, version >= oldestProtobuf { lines.append("") }
        if version >= oldestProtobuf { lines += ProtobufText.layout(message, at: version) }
        return lines.joined(separator: "\n")
    }

    /// ` (text at 200; protobuf at 203, 225)`.
    private static func places(_ recordings: [Recording]) -> String {
        guard !recordings.isEmpty else { return "" }
        let places = recordings.map { recording in
            let versions = recording.versions.map(String.init).joined(separator: ", ")
            return "\(recording.encoding.rawValue) at \(versions)"
        }
        return " (\(places.joined(separator: "; ")))"
    }

    private static func textLayout(_ message: MessageSchema, at version: Int) -> [String] {
        var rows = [["field", "type", "role", "unset", "when and notes"]]
        rows.append(["\(message.id)", "id", "", "", message.name])
        if message.carriesLegacyVersion(at: version), let legacy = message.legacyVersion {
            let until = legacy.until.map { ", until server version \($0)" } ?? ""
            rows.append(["\(legacy.value)", "version", "", "", "of this message\(until)"])
        }
        var left: [String] = []
        append(
            message.items.filter(\.hasTextForm), at: version, depth: 0,
            isRecorded: { message.isRecorded($0, as: .text) }, to: &rows, leftOut: &left)
        var lines = ["text encoding at server version \(version):", ""]
        lines += Text.table(rows).map { "  \($0)" }
        if !left.isEmpty {
            lines += [""]
            lines += Text.paragraph(
                "not at \(version)", left.joined(separator: ", "), width: 96)
        }
        return lines
    }

    static func jsonHead(_ message: MessageSchema) -> String { head(message).finished }

    static func json(_ message: MessageSchema, at version: Int) -> String {
        var line = head(message)
        line.add("serverVersion", version)
        if message.carriesLegacyVersion(at: version), let legacy = message.legacyVersion {
            line.add("legacyVersion", legacy.value)
        }
        if message.hasTextForm {
            line.addRaw(
                "fields",
                json(message.items, at: version) { message.isRecorded($0, as: .text) })
        }
        if let outline = message.protobufOutline {
            line.addRaw(
                "protobufFields",
                ProtobufText.json(outline.fields) { message.isRecorded($0, as: .protobuf) })
        }
        return line.finished
    }

    private static let oldest = ProtocolSchema.serverVersions.lowerBound
    private static let newest = ProtocolSchema.serverVersions.upperBound
    /// From this server version a frame may hold protobuf.
    private static let oldestProtobuf = 201

    private static func append(
        _ items: [SchemaItem], at version: Int, depth: Int, isRecorded: (String) -> Bool,
        to rows: inout [[String]], leftOut: inout [String]
    ) {
        let indent = String(repeating: "  ", count: depth)
        for item in items {
            guard item.versions.contains(version) else {
                leftOut.append("\(item.name) (\(words(item.versions)))")
                continue
            }
            switch item {
            case .field(let field):
                rows.append([
                    indent + field.name, field.type.rawValue, field.role?.rawValue ?? "",
                    field.absentOrUnsetText.isEmpty ? "\"\"" : field.absentOrUnsetText,
                    (notes(of: field, at: version) + (isRecorded(field.name) ? ["recorded"] : []))
                        .joined(separator: "; "),
                ])
            case .group(let group):
                let notes = conditions(group.conditions) + ["how many \(group.name) follow, each:"]
                rows.append([
                    indent + group.countName, "count", "", "0", notes.joined(separator: "; "),
                ])
                append(
                    group.items.filter(\.hasTextForm), at: version, depth: depth + 1,
                    isRecorded: { isRecorded("\(group.name).\($0)") }, to: &rows,
                    leftOut: &leftOut)
            }
        }
    }

    private static func notes(of field: FieldSchema, at version: Int) -> [String] {
        var notes = conditions(field.conditions)
        if let count = field.whenRemaining {
            notes.append("only when at least \(count) field\(count == 1 ? " is" : "s are") left")
        }
        if let bound = field.integerBelow, version < bound {
            notes.append("an integer below \(bound)")
        }
        if let since = field.escapedSince, version >= since {
            notes.append("backslash escapes since \(since)")
        }
        if let note = field.note { notes.append(note) }
        return notes
    }

    private static func conditions(_ conditions: [FieldCondition]) -> [String] {
        guard !conditions.isEmpty else { return [] }
        let words = conditions.map { condition in
            switch condition.test {
            case .equals(let value): "\(condition.field) is \(quoted(value))"
            case .differs(let value): "\(condition.field) is not \(quoted(value))"
            case .greater(let number): "\(condition.field) > \(number)"
            case .oneOf(let values):
                "\(condition.field) is \(values.map(quoted).joined(separator: " or "))"
            case .nonempty: "\(condition.field) is not empty"
            case .positive: "\(condition.field) is set and positive"
            }
        }
        return ["if \(words.joined(separator: " and "))"]
    }

    private static func quoted(_ value: String) -> String { value.isEmpty ? "\"\"" : value }

    private static func head(_ message: MessageSchema) -> JSONLine {
        var line = JSONLine()
        line.add("direction", message.direction.rawValue)
        line.add("id", message.id)
        line.add("name", message.name)
        add(message.versions, to: &line)
        if let protobuf = message.protobuf {
            line.add("protobuf", protobuf.type)
            line.add("protobufSince", protobuf.since)
        }
        if !message.hasTextForm { line.addRaw("textForm", "false") }
        line.add("evidence", message.evidence.rawValue)
        if !message.recordings.isEmpty {
            line.addRaw(
                "recorded",
                JSONLine.array(
                    message.recordings.map { recording in
                        var place = JSONLine()
                        place.add("encoding", recording.encoding.rawValue)
                        place.addRaw(
                            "serverVersions", JSONLine.array(recording.versions.map(String.init)))
                        return place.finished
                    }))
        }
        return line
    }

    private static func json(
        _ items: [SchemaItem], at version: Int, isRecorded: (String) -> Bool
    ) -> String {
        JSONLine.array(
            items.filter { $0.hasTextForm && $0.versions.contains(version) }.map { item in
                var line = JSONLine()
                line.add("name", item.name)
                switch item {
                case .field(let field):
                    line.add("type", field.type.rawValue)
                    if let role = field.role { line.add("role", role.rawValue) }
                    line.add("unset", field.absentOrUnsetText)
                    add(item.versions, to: &line)
                    let notes = notes(of: field, at: version)
                    if !notes.isEmpty { line.addRaw("notes", quotedArray(notes)) }
                    if isRecorded(field.name) { line.addRaw("recorded", "true") }
                case .group(let group):
                    line.add("count", group.countName)
                    add(item.versions, to: &line)
                    let notes = conditions(group.conditions)
                    if !notes.isEmpty { line.addRaw("notes", quotedArray(notes)) }
                    line.addRaw(
                        "each",
                        json(group.items, at: version) { isRecorded("\(group.name).\($0)") })
                }
                return line.finished
            })
    }

    private static func quotedArray(_ texts: [String]) -> String {
        JSONLine.array(texts.map(JSONLine.quoted))
    }

    /// Only the ends that say something.
    private static func add(_ versions: ClosedRange<Int>, to line: inout JSONLine) {
        if versions.lowerBound > oldest { line.add("since", versions.lowerBound) }
        if versions.upperBound < newest { line.add("until", versions.upperBound) }
    }
}
