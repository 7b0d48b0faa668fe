extension Message {
    /// The fields that say something, cut to a line's length.
    package var summary: String {
        var text = ""
        for (item, value) in zip(schema.items, values) {
            let shown: String
            switch value {
            case .absent: continue
            case .group(let rows): shown = rows.isEmpty ? "" : "(\(rows.count))"
            case .text, .bytes: shown = value.string ?? ""
            }
            guard !shown.isEmpty, shown != "0", !item.name.hasPrefix("_"),
                item.pairing != .protobufEcho,
                !shown.hasPrefix("1.797693134862315")
            else { continue }
            let short = item.name.split(separator: ".").last.map(String.init) ?? item.name
            let field = " \(short)=\(shown)"
            if text.count + field.count > 110 { return text + " …" }
            text += field
        }
        return text
    }
}
