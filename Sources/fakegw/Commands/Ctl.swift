import EventLog
import GatewayWire
import Glibc
import ScenarioFormat

/// `fakegw ctl`: steers and watches a running gateway over its control port.
enum Ctl {
    static let usualAddress = "127.0.0.1:8474"

    static let subcommand = Subcommand(
        name: "ctl", summary: "steer and watch a running gateway",
        usage: "WORD [arguments] [options]",
        about: """
            Talks to a gateway that was started with --control HOST:PORT. The port is the one of
            --control, of the file --control-file, of $FAKEGW_CONTROL (an address or a file), or
            \(usualAddress).

            \(words)

            A scenario's steps that give a gateway a command are words too, with their keys:
            "fakegw ctl restart down=2s". They are:
            \(commands)

            Exit status: 0 done, or it holds; 1 refused, no answer, or it does not hold; 2 bad
            arguments.
            """,
        options: [
            Option("control", "HOST:PORT", "the control port"),
            Option("control-file", "FILE", "the file that serve --control-file writes"),
            Option("token", "TOKEN", "what the port wants to be shown; also $FAKEGW_CONTROL_TOKEN"),
            Option("gateway", "GATEWAY", "which gateway, when there are several (the first)"),
            Option("within", "S", "seconds to wait until an expectation holds"),
            Option("since", "N", "events: from behind this number on; 0 for all that are kept"),
            Option("ticks", nil, "events: ticks too"),
            Option("json", nil, "print answers as they come, JSON"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try control(arguments) }
        })

    private static var words: String {
        let all = ControlWord.all.map { word in
            Text.column("  \(word.word) \(word.usage)", width: 36) + word.meaning
        }
        return all.joined(separator: "\n")
    }

    private static var commands: String {
        Text.wrapped(StepWord.commands.map(\.keyword).joined(separator: ", "), width: 80)
            .joined(separator: "\n")
    }

    private static func control(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard let first = arguments.rest.first else {
            throw CommandFailure(
                text: "ctl takes a word", hint: "fakegw ctl gateways; fakegw ctl --help lists them")
        }
        guard let word = ControlWord.named(first) else {
            let known = ControlWord.all.map(\.word) + StepWord.commands.map(\.keyword)
            throw CommandFailure(
                text: "ctl has no word '\(first)'",
                hint: Suggestion.question(for: first, among: known)
                    ?? "fakegw ctl --help lists them")
        }
        let rest = Array(arguments.rest.dropFirst())
        guard let request = word.request(arguments.last("gateway") ?? "_", rest) else {
            throw CommandFailure(
                text: "these arguments do not fit", hint: "fakegw ctl \(first) \(word.usage)")
        }
        let client = try client(arguments)
        var query: [String] = []
        if let seconds = try arguments.integer("within", in: 1...600), word.answer == .verdict {
            query.append("within=\(seconds)")
        }
        if word.answer == .events {
            if let since = try arguments.integer("since", in: 0...Int.max) {
                query.append("since=\(since)")
            }
            if arguments.has("ticks") { query.append("ticks=1") }
        }
        let path =
            (request.path.hasPrefix("/api/") || request.path == "/metrics"
                ? request.path : "/api/v1" + request.path)
            + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        if word.answer == .events {
            try client.follow(path) { line in
                if line.hasPrefix("data: ") { Terminal.out(String(line.dropFirst(6)).printable) }
            }
            return .success
        }
        let answer = try client.ask(request.method, path, request.body)
        guard (200..<300).contains(answer.status) else { throw ControlClient.failure(answer) }
        return show(answer, of: word, asJSON: arguments.has("json"))
    }

    private static func show(
        _ answer: ControlClient.Answer, of word: ControlWord, asJSON: Bool
    ) -> ExitCode {
        switch word.answer {
        case .verdict:
            let (holds, lines) = ControlText.verdict(answer.body)
            for line in asJSON ? [answer.text] : lines { Terminal.out(line) }
            return holds ? .success : .failed
        case .objects where !asJSON:
            for line in ControlText.lines(answer.body) { Terminal.out(line) }
        case .raw where answer.type.hasPrefix("text/"):
            for line in answer.text.split(separator: "\n") { Terminal.out(String(line).printable) }
        case .raw where !answer.type.hasPrefix("application/json"):
            Terminal.out(answer.body)
        case .objects, .raw: Terminal.out(answer.text)
        case .nothing, .events: break
        }
        return .success
    }

    private static func client(_ arguments: ParsedArguments) throws(CommandFailure) -> ControlClient
    {
        let token = arguments.last("token") ?? environment("FAKEGW_CONTROL_TOKEN")
        if let address = arguments.last("control") {
            return ControlClient(address: address, token: token)
        }
        let named = arguments.last("control-file") ?? environment("FAKEGW_CONTROL")
        guard let named else { return ControlClient(address: usualAddress, token: token) }
        if arguments.last("control-file") == nil, !named.contains("/"), named.contains(":") {
            return ControlClient(address: named, token: token)
        }
        let text = try Files.readText(named)
        return ControlClient(
            address: String(text.prefix { $0 != "\n" }.prefix(300)), token: token)
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
