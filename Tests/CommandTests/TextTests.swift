import Testing

@testable import fakegw

/// The texts are in `Golden/`, so that a change of wording shows in review.
@Suite struct `What fakegw prints` {
    @Test func `explains every command`() {
        let commands = Tool.subcommands.map { "\($0.name) --help" }
        Program.expect(["--help"] + commands, toAnswerAs: "help")
    }

    @Test func `tells what is wrong with arguments`() {
        Program.expect(
            [
                "", "prob", "zzz", "probe", "probe gateway:4002", "probe 127.0.0.1",
                "probe 127.0.0.1:0", "probe 127.0.0.1:1 --timout 3",
                "probe 127.0.0.1:1 --timeout soon", "probe 127.0.0.1:1 --client-id -1",
                "preflight 4002", "preflight --port 99999", "preflight --settle long",
                "pathologies silent-hanshake", "pathologies one two", "messages openOrdr",
                "messages 9999", "messages userInfo --server-version 120",
                "messages error --server-version 99", "check", "check Files/nothing.yaml",
                "explain", "explain Files/good.yaml --filter three", "messages --json=1",
            ], toAnswerAs: "mistakes")
    }

    @Test func `lists the pathologies and explains one`() {
        Program.expect(
            ["pathologies", "pathologies red-on-disconnect", "pathologies rst-mid-frame --json"],
            toAnswerAs: "pathologies")
    }

    @Test func `lays out a message at a server version`() {
        Program.expect(
            [
                "messages orderStatus --server-version 120",
                "messages orderStatus --server-version 200",
                "messages orderStatus --server-version 130 --json", "messages 71",
                "messages securityDefinitionOptionParameter",
            ], toAnswerAs: "messages")
    }

    @Test func `checks files, good and bad`() {
        Program.expect(
            [
                "check Files/good.yaml", "check Files/broken.yaml", "check Files",
                "check Files/broken.yaml Files/good.yaml Files/nothing.yaml",
                "explain Files/good.yaml", "explain Files/broken.yaml",
            ], toAnswerAs: "check")
    }

    @Test func `lists every message in both directions`() {
        let answer = Program.run("messages --json")
        #expect(answer.exitCode == 0)
        let lines = answer.output.split(separator: "\n")
        for start in [
            #"{"direction":"toGateway","id":71,"name":"startApi","#,
            #"{"direction":"toClient","id":9,"name":"nextValidId","#,
        ] {
            #expect(lines.contains { $0.hasPrefix(start) }, "\(start)")
        }
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }
}
