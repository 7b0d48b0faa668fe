/// An HTML page made of files of the repository, with nothing outside of it: style and script stand in
/// it, and only what has its nonce counts as the page's own.
///
/// The drawing of a timeline is the same on every page.
package enum Page {
    /// A page of a run that is over, with its results and logs as data.
    case report
    /// A page of what a recording was found to show, with that and the recording as data.
    case diagnosis
    /// A page of a gateway that runs.
    case live

    /// The files behind the drawing, in the order of their use.
    private static let timelineScripts = ["clock.js", "story.js", "timeline.js"]

    private var template: String {
        switch self {
        case .report, .diagnosis: "report.html"
        case .live: "live.html"
        }
    }

    private var title: String {
        switch self {
        case .report: "fakegw run"
        case .diagnosis: "fakegw diagnosis"
        case .live: "fakegw"
        }
    }

    private var styles: [String] {
        switch self {
        case .report: ["timeline.css", "report.css"]
        case .diagnosis: ["timeline.css", "report.css", "diagnosis.css"]
        case .live: ["timeline.css", "live.css"]
        }
    }

    private var scripts: [String] {
        switch self {
        case .report: Self.timelineScripts + ["report.js"]
        case .diagnosis: Self.timelineScripts + ["diagnosis.js"]
        case .live:
            Self.timelineScripts
                + [
                    "live-server.js", "live-forms.js", "live-panels.js", "live-world.js", "live.js",
                ]
        }
    }

    /// The page as text.
    ///
    /// - Parameters:
    ///   - nonce: Letters and digits that nobody could know before.
    ///   - data: Elements of the page's own.
    package func html(nonce: String, data: [String] = []) -> String {
        var page = ""
        var rest = Self.file(template)[...]
        while let start = rest.firstRange(of: "{{") {
            page += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else { break }
            switch rest[..<end.lowerBound] {
            case "title": page += title
            case "nonce": page += nonce
            case "styles": page += styles.map(Self.file).joined()
            case "scripts": page += scripts.map(Self.file).joined()
            case "data": page += data.joined(separator: "\n")
            default: preconditionFailure("\(template) has a place that nobody fills")
            }
            rest = rest[end.upperBound...]
        }
        return page + rest
    }

    private static func file(_ name: String) -> String {
        guard let file = EmbeddedPages.files.first(where: { $0.file == name }) else {
            preconditionFailure("there is no \(name)")
        }
        return file.text
    }
}
