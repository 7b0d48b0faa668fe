import ScenarioFormat

/// `fakegw settings`: what can be set about a gateway.
enum Settings {
    static let subcommand = Subcommand(
        name: "settings", summary: "list what can be set about a gateway",
        usage: "[NAME]",
        about: """
            Lists every setting with its usual value, or explains one. A scenario has them below
            "gateway: {settings: {NAME: VALUE}}", "fakegw serve" takes --set NAME=VALUE. Durations
            carry a unit: 500ms, 4s, 2m, 1h.
            """,
        options: [],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in
                try list(arguments)
                return .success
            }
        })

    private static func list(_ arguments: ParsedArguments) throws(CommandFailure) {
        guard let name = arguments.rest.first else {
            let rows = GatewaySetting.all.map { [$0.name, $0.usual, $0.meaning] }
            let parts = Text.table(rows.map { [$0[0], shortened($0[1]), $0[2]] })
            Terminal.out(parts.joined(separator: "\n"))
            return
        }
        guard arguments.rest.count == 1, let setting = GatewaySetting.named(name) else {
            throw CommandFailure(
                text: arguments.rest.count > 1
                    ? "settings takes one name" : "a gateway has no setting '\(name)'",
                hint: GatewaySetting.hint(for: name) ?? "fakegw settings lists them")
        }
        Terminal.out("\(setting.name): \(setting.meaning)")
        Terminal.out("takes \(setting.form); usually \(setting.usual)")
    }

    /// Shortens a long value, so that the meaning still fits on the screen.
    private static func shortened(_ text: String) -> String {
        text.count > 20 ? String(text.prefix(17)) + "…" : text
    }
}
