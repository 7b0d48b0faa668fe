import GatewayWire

/// A message's protobuf form as text for people and as JSON for programs.
enum ProtobufText {
    static func layout(_ message: MessageSchema, at version: Int) -> [String] {
        guard let protobuf = message.protobuf, let outline = message.protobufOutline else {
            return ["text at every server version"]
        }
        let isUsed = version >= protobuf.since
        var lines = [
            "protobuf type \(outline.type), in use since server version \(protobuf.since)"
                + (isUsed ? ":" : ", so not yet at \(version):"), "",
        ]
        guard !outline.fields.isEmpty else {
            lines[lines.count - 1] = "  (no fields)"
            return lines
        }
        var rows = [["number", "field", "type", "called", "notes"]]
        append(
            outline.fields, depth: 0, marks: message.hasTextForm,
            isRecorded: { message.isRecorded($0, as: .protobuf) }, to: &rows)
        return lines + Text.table(rows).map { "  \($0)" }
    }

    static func json(
        _ fields: [ProtobufOutline.Field], isRecorded: (String) -> Bool
    ) -> String {
        JSONLine.array(
            fields.map { field in
                var line = JSONLine()
                line.add("number", field.number)
                line.add("name", field.name)
                line.add("type", field.type)
                if let name = field.schemaName { line.add("called", name) }
                if let since = field.since { line.add("since", since) }
                if field.isProtobufOnly { line.addRaw("protobufOnly", "true") }
                if let name = field.schemaName, isRecorded(name) {
                    line.addRaw("recorded", "true")
                }
                if !field.fields.isEmpty {
                    line.addRaw(
                        "fields", json(field.fields) { isRecorded(field.name(ofInner: $0)) })
                }
                return line.finished
            })
    }

    private static func append(
        _ fields: [ProtobufOutline.Field], depth: Int, marks: Bool,
        isRecorded: (String) -> Bool, to rows: inout [[String]]
    ) {
        for field in fields {
            var notes: [String] = []
            if let since = field.since { notes.append("since \(since)") }
            if marks, field.isProtobufOnly { notes.append("protobuf only") }
            if let name = field.schemaName, isRecorded(name) { notes.append("recorded") }
            rows.append([
                String(repeating: "  ", count: depth) + String(field.number), field.name,
                field.type, field.schemaName.flatMap { $0 == field.name ? nil : $0 } ?? "",
                notes.joined(separator: "; "),
            ])
            append(
                field.fields, depth: depth + 1, marks: marks,
                isRecorded: { isRecorded(field.name(ofInner: $0)) }, to: &rows)
        }
    }
}

extension ProtobufOutline.Field {
    /// `GROUP.FIELD` for a field of a repeated message; others have their whole name already.
    fileprivate func name(ofInner inner: String) -> String {
        guard type == "map" || type.hasSuffix("[]"), let schemaName else { return inner }
        return "\(schemaName).\(inner)"
    }
}
