/// Completions for bash 4 and later, which need no other package.
enum BashCompletion {
    static var script: String {
        """
        # Completions of fakegw for bash, made by "fakegw completions bash".

        # Offers words for the text that stands to the left of the cursor. Readline replaces only what
        # follows the last ':' or '=', so that much is taken off the front.
        _fakegw_offer() {
            local value=$1 word done=${1%"${1##*[:=]}"}
            shift
            for word in "$@"; do
                if [[ $word == "$value"* ]]; then COMPREPLY+=("${word#"$done"}"); fi
            done
            if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[:=] ]]; then
                compopt -o nospace 2>/dev/null
            fi
        }

        _fakegw_files() {
            local IFS=$'\\n'
            compopt -o filenames 2>/dev/null
            COMPREPLY+=($(compgen "$1" -- "$2"))
        }

        _fakegw() {
            local line=${COMP_LINE:0:COMP_POINT} words command value option=
            COMPREPLY=()
            read -ra words <<<"$line"
            [[ $line != *[[:space:]] ]] || words+=('')
            value=${words[-1]}
            if ((${#words[@]} == 2)); then
                _fakegw_offer "$value" \(commands) help --help --version
                return
            fi
            command=${words[1]}
            if [[ $value == --*=* ]]; then
                option=${value%%=*}
                value=${value#*=}
            elif [[ ${words[-2]} == -* ]]; then
                option=${words[-2]}
            fi
            case "$command $option" in
        \(options)
            esac
            case $command in
        \(operands)
            esac
        }

        complete -F _fakegw fakegw

        """
    }

    private static var commands: String {
        Tool.subcommands.map(\.name).joined(separator: " ")
    }

    /// A case for each option with a value that has been named, which is what is completed then.
    private static var options: String {
        var lines: [String] = []
        for command in Tool.subcommands {
            for option in command.options where option.value != nil && !option.mayStandAlone {
                let short =
                    option.name == "output" ? " | \(Shell.quoted("\(command.name) -o"))" : ""
                let pattern = "\(Shell.quoted("\(command.name) --\(option.name)"))\(short)"
                let offers = offer(option.completes).joined(separator: "; ")
                lines.append("        \(pattern)) \(offers.isEmpty ? "" : offers + "; ")return ;;")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A case for each command: its options behind a hyphen, else its arguments.
    private static var operands: String {
        var lines: [String] = []
        for command in Tool.subcommands {
            let names = command.options.map { "--\($0.name)" } + ["--help"]
            lines.append("        \(command.name))")
            lines.append("            if [[ $value == -* ]]; then")
            lines.append("                _fakegw_offer \"$value\" \(names.joined(separator: " "))")
            let offers = offer(command.completes)
            if !offers.isEmpty {
                lines.append("            else")
                lines += offers.map { "                \($0)" }
            }
            lines.append("            fi ;;")
        }
        lines.append("        help) _fakegw_offer \"$value\" \(commands) ;;")
        return lines.joined(separator: "\n")
    }

    private static func offer(_ completes: Completes) -> [String] {
        switch completes {
        case .files: ["_fakegw_files -f \"$value\""]
        case .folders: ["_fakegw_files -d \"$value\""]
        case .words(let words): ["_fakegw_offer \"$value\" \(quoted(words))"]
        case .wordsOrFiles(let words):
            [
                "_fakegw_offer \"$value\" \(quoted(words))",
                "[[ $value != [./]* ]] || _fakegw_files -f \"$value\"",
            ]
        case .interfaces: ["_fakegw_offer \"$value\" any $(ls /sys/class/net 2>/dev/null)"]
        case .anything: []
        }
    }

    private static func quoted(_ words: [Completes.Word]) -> String {
        words.map { Shell.quoted($0.text) }.joined(separator: " ")
    }
}
