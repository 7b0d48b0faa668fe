/// Completions for zsh 5.
enum ZshCompletion {
    static var script: String {
        """
        #compdef fakegw
        # Completions of fakegw for zsh, made by "fakegw completions zsh".

        _fakegw() {
            local context state state_descr line
            typeset -A opt_args
            _arguments -C '--help[explain the commands]' '--version[tell the version]' \\
                '1: :_fakegw_commands' '*:: :->arguments' && return
            case $words[1] in
        \(Tool.subcommands.map(arguments).joined(separator: "\n"))
                help) _arguments '1: :_fakegw_commands' ;;
            esac
        }

        \(function("commands", Tool.subcommands.map { .init(text: $0.name, about: $0.summary) }))

        \(functions)

        if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _fakegw "$@"; else compdef _fakegw fakegw; fi

        """
    }

    /// The options of a command and its arguments, as `_arguments` reads them.
    private static func arguments(_ command: Subcommand) -> String {
        var lines = ["        \(command.name)) _arguments '--help[explain it]' \\"]
        for option in command.options {
            let about = escaped(option.about).replacing("[", with: "(").replacing("]", with: ")")
            var text = "*--\(option.name)"
            if let value = option.value {
                text += option.mayStandAlone ? "=-" : "="
                text += "[\(about)]\(option.mayStandAlone ? "::" : ":")"
                text += "\(escaped(value)):" + action(option.completes, command, option.name)
            } else {
                text += "[\(about)]"
            }
            lines.append("            \(Shell.quoted(text)) \\")
        }
        let operands = "*: :" + action(command.completes, command, "")
        return (lines + ["            \(Shell.quoted(operands)) ;;"]).joined(separator: "\n")
    }

    private static func action(
        _ completes: Completes, _ command: Subcommand, _ option: String
    ) -> String {
        switch completes {
        case .files: "_files"
        case .folders: "_files -/"
        case .words, .wordsOrFiles: "_fakegw_\(name(command, option))"
        case .interfaces: "{ local -a names=(any /sys/class/net/*(N:t)); _describe word names }"
        case .anything: " "
        }
    }

    /// A function for every argument with words of its own.
    private static var functions: String {
        var texts: [String] = []
        for command in Tool.subcommands {
            let places = [("", command.completes)] + command.options.map { ($0.name, $0.completes) }
            for (option, completes) in places {
                switch completes {
                case .words(let words):
                    texts.append(function(name(command, option), words))
                case .wordsOrFiles(let words):
                    texts.append(function(name(command, option), words, orFiles: true))
                case .files, .folders, .interfaces, .anything: break
                }
            }
        }
        return texts.joined(separator: "\n")
    }

    private static func name(_ command: Subcommand, _ option: String) -> String {
        option.isEmpty ? command.name : "\(command.name)_\(option)"
    }

    /// Words that go on get no space behind them.
    private static func function(
        _ name: String, _ words: [Completes.Word], orFiles: Bool = false
    ) -> String {
        let goesOn = { (word: Completes.Word) in word.text.hasSuffix("=") }
        let lists = [("whole", words.filter { !goesOn($0) }), ("part", words.filter(goesOn))]
        var lines = ["_fakegw_\(name)() {"]
        for (list, words) in lists {
            lines.append("    local -a \(list)=(")
            lines += words.map { word in
                let about = word.about.isEmpty ? "" : ":" + Shell.brief(word.about)
                return "        " + Shell.quoted(escaped(word.text) + about)
            }
            lines.append("    )")
        }
        lines.append("    _describe word whole -- part -S ''" + (orFiles ? " || _files" : ""))
        return (lines + ["}"]).joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String { text.replacing(":", with: #"\:"#) }
}
