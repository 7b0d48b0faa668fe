import GatewayWire

/// `fakegw --version`: which fakegw this is.
enum BuildVersion {
    static let number = "0.1.0"

    /// The whole hash; `nil` when it was not built from a git checkout.
    static var commit: String? { known(EmbeddedCommit.hash) }
    /// When the commit was made, or what `SOURCE_DATE_EPOCH` said at build time, in UTC.
    static var date: String? { known(EmbeddedCommit.date) }
    /// Whether tracked files differed from the commit.
    static var isChanged: Bool { EmbeddedCommit.isChanged }

    static func print(_ arguments: [String]) throws(CommandFailure) -> ExitCode {
        switch arguments {
        case []: Terminal.out(text)
        case ["--json"]: Terminal.out(json)
        default:
            throw CommandFailure(
                text: "--version takes no '\(arguments[0])'", hint: "fakegw --version --json")
        }
        return .success
    }

    private static var text: String {
        let commit = commit.map { $0.prefix(12) + (isChanged ? " with changes" : "") }
        let day = date.map { String($0.prefix(10)) }
        return "fakegw \(number) (\(commit ?? "unknown commit"), \(day ?? "unknown date"))"
    }

    private static var json: String {
        var line = JSONLine()
        line.add("version", number)
        line.addRaw("commit", commit.map(JSONLine.quoted) ?? "null")
        line.addRaw("date", date.map(JSONLine.quoted) ?? "null")
        line.addRaw("isChanged", isChanged ? "true" : "false")
        let versions = ProtocolSchema.serverVersions
        line.addRaw("serverVersions", "[\(versions.lowerBound),\(versions.upperBound)]")
        return line.finished
    }

    private static func known(_ text: String) -> String? { text == "unknown" ? nil : text }
}
