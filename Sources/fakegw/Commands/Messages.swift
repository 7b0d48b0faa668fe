import GatewayWire
import ScenarioFormat

/// `fakegw messages`: the protocol as documentation.
enum Messages {
    static let subcommand = Subcommand(
        name: "messages", summary: "list the protocol's messages, or lay out one of them",
        usage: "[NAME | ID] [options]",
        about: """
            Without a name, one line each: direction, id, name, server versions, protobuf form,
            evidence. With a name or an id, its fields in the order of the text encoding at that
            server version, and the fields of its protobuf type, for both directions where both
            have it.

            Evidence: recorded, seen in frames of a real gateway, and verified; verified by round
            trips through the public clients; source, read in theirs; assumed. Fields that
            recordings show with content are marked.
            """,
        options: [
            Option("server-version", "N", "lay out, or list, for this version, 100 to 226 (226)"),
            Option("json", nil, "print one JSON object a message; with a version, fields included"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try show(arguments) }
        })

    private static func show(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.count <= 1 else {
            throw CommandFailure(text: "messages takes one name, not \(arguments.rest.count)")
        }
        let version = try arguments.integer("server-version", in: ProtocolSchema.serverVersions)
        let isJSON = arguments.has("json")
        guard let name = arguments.rest.first else {
            let messages = ProtocolSchema.messages.filter { message in
                version.map { message.versions.contains($0) } ?? true
            }
            let lines =
                isJSON
                ? messages.map { message in
                    version.map { MessageText.json(message, at: $0) }
                        ?? MessageText.jsonHead(message)
                } : MessageText.table(messages)
            for line in lines { Terminal.out(line) }
            return .success
        }
        let layoutVersion = version ?? ProtocolSchema.serverVersions.upperBound
        let shown = try messages(called: name, at: layoutVersion)
        if isJSON {
            for message in shown {
                Terminal.out(MessageText.json(message, at: layoutVersion))
            }
        } else {
            let layouts = shown.map { MessageText.layout($0, at: layoutVersion) }
            Terminal.out(layouts.joined(separator: "\n\n"))
        }
        return .success
    }

    /// The messages of this name or id that exist at the version; never none.
    private static func messages(
        called name: String, at version: Int
    ) throws(CommandFailure) -> [MessageSchema] {
        let named = ProtocolSchema.messages.filter { $0.name == name || String($0.id) == name }
        guard let first = named.first else {
            throw CommandFailure(
                text: "no message '\(name)'",
                hint: Suggestion.question(for: name, among: ProtocolSchema.messages.map(\.name))
                    ?? "fakegw messages lists them")
        }
        let existing = named.filter { $0.versions.contains(version) }
        guard !existing.isEmpty else {
            throw CommandFailure(
                text: "message '\(first.name)' does not exist at server version \(version)",
                hint: "it exists \(MessageText.words(first.versions))")
        }
        return existing
    }
}
