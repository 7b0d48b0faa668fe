import GatewayModel
import GatewayWire
import Glibc
import ScenarioFormat
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
                "", "prob", "zzz", "probe", "probe gateway", "probe 127.0.0.1",
                "probe 127.0.0.1:0", "probe 127.0.0.1:1 --timout 3",
                "probe 127.0.0.1:1 --timeout soon", "probe 127.0.0.1:1 --client-id -1",
                "preflight 4002", "preflight --port 99999", "preflight --settle long",
                "pathologies silent-hanshake", "pathologies one two", "messages openOrdr",
                "messages 9999", "messages userInfo --server-version 120",
                "messages error --server-version 99", "check", "check Files/nothing.yaml",
                "decode", "decode x.pcap --hex", "decode x --raw sideways",
                "decode x --raw toGateway",
                "decode Files/good.yaml --raw toClient --hex", "decode --live lo x.pcap",
                "decode x.pcap --seconds 3", "decode --live lo --raw toClient",
                "decode --live lo --seconds 0", "decode Files/log.jsonl --server-version 176",
                "decode Files/log.jsonl Files/damaged.jsonl", "decode Files/ills",
                "dissector x.lua", "dissector -o",
                "explain", "explain Files/good.yaml --filter three", "messages --json=1",
            ], toAnswerAs: "mistakes")
    }

    @Test func `explains a pathology`() {
        Program.expect(
            [
                "pathologies red-on-disconnect", "pathologies rst-mid-frame --json",
                "pathologies frame-split one", "pathologies frame-split --layer tcp",
                "pathologies --layer tpc", "pathologies --symptom zzz-no-such-thing",
                "pathologies --symptom 326 --json", "pathologies third-without",
                "pathologies --layer own --catalogue Files/ills",
                "pathologies third-without-ids --catalogue Files/ills",
                "pathologies --catalogue Files/none", "check Files/ills/mine.yaml",
                "serve --pathology ./Files/ills/mine.yaml:client=1",
                "serve --pathology ./Files/ills/mine.yaml --set read-only=false",
                "serve --pathology frame-split --pathology frame-split",
                "record --upstream 127.0.0.1:1 --pathology ./Files/ills/mine.yaml",
            ],
            toAnswerAs: "pathologies")
    }

    @Test func `lays out a message at a server version`() {
        Program.expect(
            [
                "messages orderStatus --server-version 120",
                "messages orderStatus --server-version 200",
                "messages orderStatus --server-version 130 --json", "messages 71",
                "messages securityDefinitionOptionParameter", "messages reqConfig",
                "messages orderStatus --server-version 225 --json", "messages verifyAndAuthRequest",
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

    @Test func `lists settings, and makes and checks worlds`() {
        Program.expect(
            [
                "settings", "settings nightly-restart", "settings readonly", "settings a b",
                "world --generate accounts=2,symbols=3,positions=4,orders=2 --seed 5",
                "world --generate acounts=4", "world --generate orders=many",
                "world --generate accounts=1,symbols=2,positions=3", "world --seed 3", "world x",
                "check Files/world.yaml", "explain Files/own-world.yaml", "run Files/world.yaml",
                "serve --world Files/good.yaml", "serve --world Files/nothing.yaml",
                "serve --clock noon", "serve --set read-only", "serve --set readonly=true",
                "serve --set read-only=yes",
            ], toAnswerAs: "worlds")
    }

    @Test func `prints a default world that can be read`() throws {
        let world = Program.run("world").output
        let read = try loadWorld(text: world, file: "w.yaml")
        #expect(read == .default)
    }

    @Test func `decodes raw bytes of one direction`() {
        Program.expect(
            [
                "decode Files/to-client.hex --raw toClient --hex",
                "decode Files/to-client.hex --raw toClient --hex --json",
                "decode Files/to-gateway.hex --raw toGateway --hex --server-version 176",
                "decode Files/to-gateway.hex --raw toGateway --hex --server-version 225",
            ], toAnswerAs: "raw")
    }

    @Test func `decodes event logs, and says where one is damaged`() {
        Program.expect(
            [
                "decode Files/log.jsonl", "decode Files/damaged.jsonl",
                "decode Files/newer.jsonl", "import Files/damaged.jsonl -o Files/none",
            ], toAnswerAs: "log")
    }

    @Test func `decodes an event log into the same events, a torn one up to its end`() throws {
        let text = try Files.readText("\(Program.folder)/Files/log.jsonl")
        let whole = Program.run("decode Files/log.jsonl --json")
        #expect(whole == Program.Answer(output: text, exitCode: 0))
        let torn = Program.run("decode Files/torn.jsonl --json")
        let note = "note: line 13, the last, breaks off: whoever wrote the log was killed\n"
        #expect(torn == Program.Answer(output: text + note, exitCode: 0))
    }

    @Test func `reads recordings without a handshake, and makes one up for fixtures`() throws {
        let logs = "../../Captures/logs"
        let page = Program.run("decode --summary \(logs)/rust-ibapi --server-version 178").output
        #expect(page.hasPrefix("2 gateway connections, 48 messages"), "\(page)")
        let folder = try Folder()
        for (source, name) in [
            ("rust-ibapi", "rust-ibapi"), ("api.7.20261120.091035.log", "api.7*"),
        ] {
            #expect(Program.run("diagnose \(logs)/\(source)").exitCode == 0)
            let imported = Program.run("import \(logs)/\(source) -o \(folder.path)")
            #expect(imported.exitCode == 0, "\(imported.output)")
            let checked = Program.run("check \(folder.path)/\(name).yaml")
            #expect(checked.exitCode == 0, "\(checked.output)")
        }
        let transcript = try Files.readText("\(folder.path)/rust-ibapi-1.transcript")
        #expect(transcript.contains("hello, its answer and startApi are made up"))
    }

    @Test func `reads the gateway's side alone, and claims nothing about the client's`() throws {
        let raw = "../../Captures/logs/rust-ibapi-raw"
        let file = "\(raw)/2026-11-20-09-10-0-inbound-000"
        let page = Program.run("decode --summary \(raw)").output
        #expect(page.hasPrefix("2 gateway connections, 285 messages"), "\(page)")
        for source in [raw, "\(file).bin", "\(file).idx"] {
            let found = Program.run("diagnose \(source)")
            #expect(found.exitCode == 0, "\(found.output)")
            #expect(Program.run("diff \(source) \(source)").exitCode == 0)
            let compared = Program.run("compare \(source)")
            #expect(compared.exitCode == 2)
            #expect(compared.output.contains("has no requests that the model could answer"))
        }
        let folder = try Folder()
        let imported = Program.run("import \(raw) -o \(folder.path)")
        #expect(imported.exitCode == 0, "\(imported.output)")
        #expect(Program.run("check \(folder.path)/rust-ibapi-raw.yaml").exitCode == 0)
        let transcript = try Files.readText("\(folder.path)/rust-ibapi-raw-1.transcript")
        #expect(transcript.contains("hello and startApi are made up"))
        #expect(Program.run("import \(file).bin -o \(folder.path)").exitCode == 0)
        #expect(
            Program.run("check \(folder.path)/2026-11-20-09-10-0-inbound-000-1.yaml").exitCode == 0)
    }

    @Test func `names a framing that fell out of step, and makes a fixture of it`() throws {
        let folder = try Folder()
        let name = "2026-11-20-09-10-0-inbound-000.bin"
        var bytes = try Files.read(
            "\(Program.folder)/../../Captures/logs/rust-ibapi-raw/\(name)")
        // The last byte of the 101st frame's length, which becomes three too small.
        var place = 0
        for _ in 0..<100 { place += 4 + bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        bytes[place + 3] -= 3
        try write(bytes, to: "\(folder.path)/\(name)")
        let found = Program.run("diagnose \(folder.path)")
        #expect(found.exitCode == 1)
        #expect(found.output.contains("1. frame-length-garbage (certain)"), "\(found.output)")
        let imported = Program.run("import \(folder.path) -o \(folder.path)/fixtures")
        #expect(imported.exitCode == 0, "\(imported.output)")
        #expect(Program.run("check \(folder.path)/fixtures").exitCode == 0)
    }

    /// A notice without a code is what a client gets that says too much, which is not known here.
    @Test func `claims nothing about how much a client said that was not recorded`() throws {
        let folder = try Folder()
        let encoder = MessageEncoder(serverVersion: 176)
        let messages = [
            Message("managedAccounts", ["accountsList": "DU1234567"]),
            Message("nextValidId", ["orderId": "1"]),
            Message("error", ["reqId": "-1", "errorCode": "0", "errorString": "Max rate"]),
        ]
        let reply = VersionReply(serverVersion: 176, connectionTime: "20260115 14:31:07 UTC")
        let bytes = reply.bytes + messages.flatMap { encoder.encode($0) }
        try write(bytes, to: "\(folder.path)/2026-01-15-14-31-0-inbound-000.bin")
        let found = Program.run("diagnose \(folder.path)")
        #expect(found.exitCode == 0, "\(found.output)")
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let stream = try #require(fopen(path, "we"))
        #expect(fwrite(bytes, 1, bytes.count, stream) == bytes.count)
        fclose(stream)
    }

    @Test func `writes a dissector that Lua can load`() {
        let answer = Program.run("dissector")
        #expect(answer.exitCode == 0)
        #expect(answer.output.hasPrefix("-- TWS API dissector for Wireshark"))
        #expect(answer.output.hasSuffix("add(port, twsapi) end\n"))
    }

    @Test func `lists all 171 messages, each with its evidence`() {
        let lines = Program.run("messages --json").output.split(separator: "\n")
        #expect(lines.count == 171)
        for line in lines {
            let isKnown = ["recorded", "verified", "source", "assumed"].contains {
                line.contains("\"evidence\":\"\($0)\"")
            }
            #expect(isKnown, "\(line)")
        }
        #expect(lines.count { $0.contains("\"textForm\":false") } == 6)
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
