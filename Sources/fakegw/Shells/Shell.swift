/// The shells that a script of completions can be written for.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    /// The script, which names what this fakegw knows, and asks no program when it completes.
    var script: String {
        switch self {
        case .bash: BashCompletion.script
        case .zsh: ZshCompletion.script
        case .fish: FishCompletion.script
        }
    }

    /// Where a shell looks for it, for the person who installs it.
    var place: String {
        switch self {
        case .bash: "~/.local/share/bash-completion/completions/fakegw"
        case .zsh: "_fakegw in a folder of $fpath"
        case .fish: "~/.config/fish/completions/fakegw.fish"
        }
    }

    /// In single quotes, for each of the three.
    static func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: #"'\''"#) + "'"
    }

    /// On one line, at most as long as a terminal is wide beside a name.
    static func brief(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 72 ? words.prefix(71) + "…" : words
    }
}
