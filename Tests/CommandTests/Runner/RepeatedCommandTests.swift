import Testing

/// The command at the end of a report, run as it stands there.
@Suite(.serialized) struct `The command that repeats a failing play` {
    /// What a shell runs after a failing run: the line of the report.
    private static let again = "sed -n 's/^ *again: //p' out"

    @Test func `plays the one row, although its title is a part of others`() throws {
        let shop = try Workshop([
            "s/rows.yaml": """
            version: 1
            name: leak
            matrix: {n: [1, 11]}
            gateway: {}
            clients: {c: {run: [sh, -c, "test ${n} = 11"]}}
            steps: [{run: c, expect: {exit: 0}}]

            """,
            "s/longer.yaml": Workshop.scenario("leak [1] again", "true"),
        ])
        let answer = shop.shell(
            "fakegw run s >out; \(Self.again); eval \"$(\(Self.again))\" | tail -n 1")
        #expect(answer.output.contains("fakegw run s/rows.yaml --title 'leak [1]' --seed 1\n"))
        #expect(answer.output.contains("0 passed, 1 failed"), "\(answer.output)")
    }

    @Test(arguments: ["--catalogue ills", "FAKEGW_PATH"])
    func `names the catalogue that the scenario needs`(source: String) throws {
        let shop = try Workshop([
            "ills/own.yaml": """
            pathology: of-our-own
            summary: The first client gets no ids.
            extends: startapi-mute

            """,
            "s.yaml": """
            version: 1
            name: mute
            gateway:
              pathologies: [of-our-own]
            clients: {c: {run: [sh, -c, "exit 3"]}}
            steps: [{run: c, expect: {exit: 0}}]

            """,
        ])
        let run =
            source == "FAKEGW_PATH" ? "FAKEGW_PATH=ills fakegw run" : "fakegw run \(source)"
        let answer = shop.shell(
            "\(run) s.yaml >out; unset FAKEGW_PATH; \(Self.again); eval \"$(\(Self.again))\"")
        #expect(answer.output.contains("--seed 1 --catalogue ills\n"), "\(answer.output)")
        #expect(answer.exitCode == 1, "\(answer.output)")
    }

    @Test func `names the program, its arguments and the second play`() throws {
        let shop = try Workshop([
            "f.yaml": """
            version: 1
            name: recorded
            tags: [imported]
            gateway: {}
            clients: {c: {run: [none]}}
            steps: [{run: c, expect: {exit: 0}}]

            """
        ])
        let answer = shop.shell(
            "fakegw run f.yaml -- sh -c 'echo it is; date +%N; exit 3' >out; \(Self.again); "
                + "eval \"$(\(Self.again))\"")
        #expect(
            answer.output.contains("--seed 1 -- sh -c 'echo it is; date +%N; exit 3'\n"),
            "\(answer.output)")
        #expect(answer.exitCode == 1 && answer.output.contains("stdout| it is"))
        let differing = shop.shell(
            "fakegw run f.yaml --check-determinism -- sh -c 'date +%N' >out; \(Self.again); "
                + "eval \"$(\(Self.again))\"")
        #expect(
            differing.output.contains("--seed 1 --check-determinism -- sh -c 'date +%N'\n"),
            "\(differing.output)")
        #expect(differing.exitCode == 8, "\(differing.output)")
    }

    @Test func `stands in the event log too, so that a judge tells the same one`() throws {
        let shop = try Workshop([
            "bad.yaml": Workshop.scenario(
                "bad", "exit 3", more: "steps: [{run: c, expect: {exit: 0}}]")
        ])
        let answer = shop.shell(
            "fakegw run bad.yaml --catalogue tmp --events logs >out; "
                + "fakegw judge logs/bad.jsonl >judged; \(Self.again); grep again: judged")
        let lines = answer.output.split(separator: "\n").map { $0.drop { $0 == " " } }
        try #require(lines.count == 2, "\(answer.output)")
        #expect(lines[1] == "again: \(lines[0])" && lines[0].hasSuffix(" --catalogue tmp"))
    }

    @Test func `is not guessed from a title that no scenario has`() throws {
        let shop = try Workshop(["good.yaml": Workshop.scenario("good", "true")])
        let answer = shop.shell("fakegw run good.yaml --title goood")
        #expect(answer.exitCode == 2)
        #expect(answer.output.contains("no scenario has the title 'goood'"))
        #expect(answer.output.contains("did you mean 'good'?"))
        #expect(shop.shell("fakegw run good.yaml --title goo").exitCode == 2)
    }
}
