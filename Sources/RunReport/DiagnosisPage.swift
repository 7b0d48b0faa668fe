internal import EventLog
internal import GatewayWire
internal import Pages

/// One HTML file that shows what a recording was found to show, in the form of a run's page.
package struct DiagnosisPage: Sendable {
    private let diagnosis: String
    private let headline: String
    private let excerpt: LogExcerpt
    private let version: String
    private let nonce: String

    /// - Parameters:
    ///   - diagnosis: The object that `diagnose --json` prints.
    ///   - headline: The names that were found, or that there are none.
    ///   - excerpt: The recording's events, counted as the diagnosis counts them.
    ///   - version: The version of fakegw.
    ///   - nonce: Letters and digits that nobody could know before.
    package init(
        diagnosis: String, headline: String, excerpt: LogExcerpt, version: String, nonce: String
    ) {
        self.diagnosis = diagnosis
        self.headline = headline
        self.excerpt = excerpt
        self.version = version
        self.nonce = nonce
    }

    package var html: String {
        var line = JSONLine()
        line.add("version", version)
        line.add("headline", headline)
        line.add("omitted", excerpt.omittedCount)
        line.addRaw("diagnosis", diagnosis)
        let data = [
            PageData.element("report", json: line.finished), PageData.element("events", excerpt),
        ]
        return Page.diagnosis.html(nonce: nonce, data: data)
    }
}
