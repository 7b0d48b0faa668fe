/// Manual pages in the language of troff's man macros, from what `--help` prints.
enum ManPage {
    /// The page about the program: `fakegw.1`.
    static var overview: String {
        var lines = heading(of: "fakegw", "simulate Interactive Brokers' Gateway and its failures")
        lines += [".SH SYNOPSIS", ".B fakegw", ".I COMMAND", "[\\fIarguments\\fR]"]
        lines += [".SH COMMANDS"]
        for command in Tool.subcommands {
            lines += [
                ".TP", "\\fB\(escaped("fakegw-\(command.name)"))\\fR(1)", line(command.summary),
            ]
        }
        lines += [".SH OPTIONS"]
        lines += [
            ".TP", "\\fB\\-\\-version\\fR [\\fB\\-\\-json\\fR]", "Print version, commit and date.",
        ]
        lines += [
            ".TP", "\\fBhelp\\fR \\fICOMMAND\\fR, \\fB\\-\\-help\\fR",
            "Explain a command, or list them.",
        ]
        lines += [".SH ENVIRONMENT"]
        lines += [".TP", ".B FAKEGW_PATH", "Folders of pathologies of your own, joined by colons."]
        return text(lines)
    }

    /// The page about a command: `fakegw-NAME.1`.
    static func page(of command: Subcommand) -> String {
        var lines = heading(of: "fakegw-\(command.name)", command.summary)
        lines += [
            ".SH SYNOPSIS", "\\fBfakegw \(escaped(command.name))\\fR \(escaped(command.usage))",
        ]
        lines += [".SH DESCRIPTION"] + paragraphs(command.about)
        if !command.options.isEmpty { lines.append(".SH OPTIONS") }
        for option in command.options {
            let separator = option.mayStandAlone ? "" : " "
            let value = option.value.map { "\(separator)\\fI\(escaped($0))\\fR" } ?? ""
            lines += [".TP", "\\fB\(escaped("--\(option.name)"))\\fR\(value)", line(option.about)]
        }
        return text(lines + [".SH SEE ALSO", ".BR fakegw (1)"])
    }

    private static func heading(of name: String, _ summary: String) -> [String] {
        let day = BuildVersion.date.map { String($0.prefix(10)) } ?? ""
        return [
            ".\\\" Made by \"fakegw man\" from what --help prints.",
            ".TH \(escaped(name.uppercased())) 1 \"\(day)\" \"fakegw \(BuildVersion.number)\"",
            ".SH NAME", "\(escaped(name)) \\- \(escaped(summary))",
        ]
    }

    /// Text as written, paragraphs filled, lines that are indented kept as examples.
    private static func paragraphs(_ about: String) -> [String] {
        var lines: [String] = []
        var isExample = false
        for text in about.split(separator: "\n", omittingEmptySubsequences: false) {
            let isIndented = text.hasPrefix("  ")
            if isIndented != isExample, !text.isEmpty {
                lines += isIndented ? [".RS 4", ".nf"] : [".fi", ".RE"]
                isExample = isIndented
            }
            lines.append(
                text.isEmpty
                    ? ".PP" : line(isIndented ? String(text.dropFirst(2)) : String(text)))
        }
        return lines + (isExample ? [".fi", ".RE"] : [])
    }

    /// A line of text; one that begins with a control character is kept from being a request.
    private static func line(_ text: String) -> String {
        let text = escaped(text)
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    /// Backslashes, and the ASCII signs that troff would turn into typographic ones.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
            .replacing("\"", with: "\\(dq").replacing("^", with: "\\(ha")
            .replacing("~", with: "\\(ti").replacing("`", with: "\\(ga")
    }

    private static func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
}
