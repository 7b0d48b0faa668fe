/// Completions for fish 3.
enum FishCompletion {
    static var script: String {
        var lines = [
            "# Completions of fakegw for fish, made by \"fakegw completions fish\".",
            "complete -c fakegw -f", "set -l none __fish_use_subcommand",
            "complete -c fakegw -n $none -l help -d 'explain the commands'",
            "complete -c fakegw -n $none -l version -d 'tell the version'",
        ]
        for command in Tool.subcommands {
            lines.append(
                "complete -c fakegw -n $none -a \(command.name) -d \(quoted(command.summary))")
        }
        let names = Tool.subcommands.map(\.name).joined(separator: " ")
        lines.append(
            "complete -c fakegw -n '__fish_seen_subcommand_from help' -a \(quoted(names))")
        for command in Tool.subcommands { lines += self.lines(of: command) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of command: Subcommand) -> [String] {
        let here = "complete -c fakegw -n '__fish_seen_subcommand_from \(command.name)'"
        var lines = ["", "\(here) -l help -d 'explain it'"]
        switch command.completes {
        case .files: lines.append("\(here) -F")
        case .folders: lines.append("\(here) -a '(__fish_complete_directories)'")
        case .words(let words), .wordsOrFiles(let words): lines.append("\(here) -a \(list(words))")
        case .interfaces: lines.append("\(here) -a \(interfaces)")
        case .anything: break
        }
        for option in command.options {
            var line = "\(here) -l \(option.name)"
            if option.name == "output" { line += " -s o" }
            if option.value != nil, !option.mayStandAlone { line += offer(option.completes) }
            lines.append("\(line) -d \(quoted(Shell.brief(option.about)))")
        }
        return lines
    }

    private static func offer(_ completes: Completes) -> String {
        switch completes {
        case .files: " -r -F"
        case .folders: " -x -a '(__fish_complete_directories)'"
        case .words(let words), .wordsOrFiles(let words): " -x -a \(list(words))"
        case .interfaces: " -x -a \(interfaces)"
        case .anything: " -x"
        }
    }

    private static let interfaces = "'any (command ls /sys/class/net 2>/dev/null)'"

    /// A line for each word: the word, a tab, and what it is.
    private static func list(_ words: [Completes.Word]) -> String {
        let rows = words.map { $0.about.isEmpty ? $0.text : "\($0.text)\t\(Shell.brief($0.about))" }
        // fish expands what stands in the list once more; only a "printf" leaves every text as it is.
        return quoted("(printf '%s\\n' \(rows.map(quoted).joined(separator: " ")))")
    }

    /// In single quotes, within which fish reads `\\` and `\'` alone.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacing(#"\"#, with: #"\\"#).replacing("'", with: #"\'"#) + "'"
    }
}
