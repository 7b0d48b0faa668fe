import GatewayWire
import Glibc
import SocketDriver
import Testing

@Suite struct `A gateway that is recorded` {
    @Test func `answers through the recorder, and the capture holds what was said`() throws {
        let folder = try Folder()
        let file = folder.path + "/recorded.pcapng"
        let events = folder.path + "/recorded.jsonl"
        let real = try ServedGateway()
        let recorder = try ServedGateway(
            running: "record --upstream 127.0.0.1:\(real.port) -o \(file) --events \(events)")
        #expect(Program.run("probe 127.0.0.1:\(recorder.port)").exitCode == 0)
        let client = try Client(port: recorder.port)
        recorder.end(by: SIGTERM)
        client.close()
        for recorded in [file, events] {
            let decoded = Program.run("decode \(recorded)")
            #expect(decoded.exitCode == 0)
            for word in ["hello", "startApi", "managedAccounts", "nextValidId"] {
                #expect(decoded.output.contains(word), "\(word) in \(recorded)")
            }
        }
        let imported = Program.run("import \(file) -o \(folder.path)/fixtures")
        #expect(imported.exitCode == 0, "\(imported.output)")
        #expect(Program.run("check \(folder.path)/fixtures").exitCode == 0)
    }

    @Test func `is captured on both sides when asked`() throws {
        let folder = try Folder()
        let file = folder.path + "/both.pcapng"
        let real = try ServedGateway()
        let recorder = try ServedGateway(
            running: "record --upstream 127.0.0.1:\(real.port) --both-sides -o \(file)")
        #expect(Program.run("probe 127.0.0.1:\(recorder.port)").exitCode == 0)
        recorder.end(by: SIGTERM)
        let decoded = Program.run("decode --json \(file)").output.split(separator: "\n")
        #expect(decoded.count { $0.contains("\"name\":\"managedAccounts\"") } == 2)
        #expect(decoded.contains { $0.contains(":\(real.port)\"") })
    }

    @Test func `seems ill when the recorder is`() throws {
        let real = try ServedGateway()
        let recorder = try ServedGateway(
            running:
                "record --upstream 127.0.0.1:\(real.port) --pathology silent-handshake")
        let seen = Program.run("probe 127.0.0.1:\(recorder.port) --timeout 1")
        #expect(seen.exitCode == 2, "\(seen.output)")
        #expect(Program.run("probe 127.0.0.1:\(real.port)").exitCode == 0)
    }

    @Test func `that is not there resets whoever calls`() throws {
        let gone: UInt16
        do { gone = try ServedGateway().port }
        let recorder = try ServedGateway(running: "record --upstream 127.0.0.1:\(gone)")
        let seen = Program.run("probe 127.0.0.1:\(recorder.port)")
        #expect(seen.exitCode != 0)
        #expect(try recorder.rows([.closeWait]).isEmpty)
    }

    @Test(arguments: [
        ("record", "needs the address of a gateway"),
        ("record --upstream nowhere", "is not the address of a gateway"),
        ("record --upstream 127.0.0.1:1 --both-sides", "none is written"),
        ("record --upstream 127.0.0.1:1 -o x.txt", ".pcapng or .pcap"),
    ])
    func `is asked for in order`(arguments: String, complaint: String) {
        let seen = Program.run(arguments)
        #expect(seen.exitCode == 2)
        #expect(seen.output.contains(complaint), "\(seen.output)")
    }
}
