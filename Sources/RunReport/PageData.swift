/// What comes from programs and gateways, as elements of a page.
///
/// It stands in JSON, where every `<` is written `\u003c`, so that no text can end the element that holds
/// it.
enum PageData {
    /// What a data element begins with; `dataEnd` ends it.
    static func dataStart(_ id: String) -> String {
        #"<script type="application/json" id="\#(id)">"#
    }

    static let dataEnd = "</script>"

    static func element(_ id: String, json: String) -> String {
        dataStart(id) + inert(json) + dataEnd
    }

    static func element(_ id: String, _ excerpt: LogExcerpt) -> String {
        element(id, json: "[" + excerpt.lines.joined(separator: ",\n") + "]")
    }

    /// JSON in which nothing looks like HTML; in JSON, `<` stands in texts only.
    private static func inert(_ json: String) -> String {
        var inert: [UInt8] = []
        inert.reserveCapacity(json.utf8.count)
        for byte in json.utf8 {
            if byte == UInt8(ascii: "<") { inert += #"\u003c"#.utf8 } else { inert.append(byte) }
        }
        return String(decoding: inert, as: UTF8.self)
    }
}
