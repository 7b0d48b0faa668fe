/// The frame of a page: one file that needs no server and no network.
///
/// What comes from programs and gateways is data in it. It stands in JSON, where every `<` is written
/// `\u003c`, so that no text can end the element that holds it. Only the page's own style and script
/// have the nonce that its policy asks for.
struct PageTemplate {
    let title: String
    let nonce: String
    /// Files of `Page`, in the order in which they stand.
    let styles: [String]
    let scripts: [String]

    /// - Parameter data: Elements that `element` has made.
    func html(data: [String]) -> String {
        var page = ""
        var rest = Self.file("page.html")[...]
        while let start = rest.firstRange(of: "{{") {
            page += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else { break }
            page += part(named: rest[..<end.lowerBound], data)
            rest = rest[end.upperBound...]
        }
        return page + rest
    }

    private func part(named name: Substring, _ data: [String]) -> String {
        switch name {
        case "title": title
        case "nonce": nonce
        case "styles": styles.map(Self.file).joined()
        case "scripts": scripts.map(Self.file).joined()
        case "data": data.joined(separator: "\n")
        default: preconditionFailure("page.html has a place that nobody fills: \(name)")
        }
    }

    private static func file(_ name: String) -> String {
        guard let file = EmbeddedPage.files.first(where: { $0.file == name }) else {
            preconditionFailure("there is no \(name)")
        }
        return file.text
    }

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
