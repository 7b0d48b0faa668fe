import GatewayModel
import ScenarioFormat

/// `fakegw world`: worlds to start from.
enum WorldCommand {
    static let subcommand = Subcommand(
        name: "world", summary: "print a world file: accounts, contracts, orders and prices",
        usage: "[options]",
        about: """
            Prints the built-in default world. Edit it and give it to "serve --world FILE" or to a
            scenario's "world: FILE". With --generate it prints a large invented world. The same
            sizes and seed give the same world. The default sizes are accounts=10, symbols=100,
            positions=100, orders=100. "fakegw check" checks world files too.
            """,
        options: [
            Option(
                "generate", "k=N,…", "accounts=, symbols=, positions= and orders= of all accounts"),
            Option("seed", "N", "seed of a generated world (1)"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in
                Terminal.outPart(try world(arguments))
                return .success
            }
        })

    private static func world(_ arguments: ParsedArguments) throws(CommandFailure) -> String {
        guard arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "world takes no file, but '\(arguments.rest[0])' is there",
                hint: "fakegw check FILE reads one, fakegw serve --world FILE uses it")
        }
        let seed = try arguments.integer("seed", in: 0...Int.max)
        guard let sizes = arguments.last("generate") else {
            guard seed == nil else {
                throw CommandFailure(
                    text: "--seed is for --generate; the default world has none")
            }
            return head(
                "fakegw's default world: account and quantities are invented, and con ids that say "
                    + "so.") + World.default.text
        }
        let size = try WorldSize(argument: sizes)
        return head(
            "Made by fakegw world --generate \(sizes) --seed \(seed ?? 1): everything is invented."
        ) + World.generated(size, seed: UInt64(seed ?? 1)).text
    }

    private static func head(_ text: String) -> String { "# \(text)\n" }
}

extension WorldSize {
    private static var fields: [(name: String, path: WritableKeyPath<WorldSize, Int>, most: Int)] {
        let limits = WorldLimits()
        return [
            ("accounts", \.accounts, limits.accounts), ("symbols", \.symbols, limits.contracts),
            ("positions", \.positions, limits.positions), ("orders", \.orders, limits.orders),
        ]
    }

    /// Reads `positions=1000,orders=5000`.
    init(argument: String) throws(CommandFailure) {
        self.init()
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: "=", omittingEmptySubsequences: false)
            guard words.count == 2,
                let field = Self.fields.first(where: { $0.name == words[0] })
            else {
                let near = Suggestion.nearest(to: String(words[0]), among: Self.fields.map(\.name))
                throw CommandFailure(
                    text: "--generate has no size '\(part)'",
                    hint: near.map { "did you mean '\($0)=N'?" }
                        ?? "sizes look like accounts=200,symbols=100,positions=1000,orders=5000")
            }
            let least = ["accounts", "symbols"].contains(field.name) ? 1 : 0
            guard let number = Int(words[1]), (least...field.most).contains(number) else {
                throw CommandFailure(
                    text: "\(field.name)= takes a whole number from \(least) to \(field.most), "
                        + "not '\(words[1])'")
            }
            self[keyPath: field.path] = number
        }
        guard positions <= accounts * symbols else {
            throw CommandFailure(
                text: "\(accounts) accounts hold at most \(accounts * symbols) positions in "
                    + "\(symbols) symbols, not \(positions)",
                hint: "make accounts= or symbols= larger")
        }
    }
}
