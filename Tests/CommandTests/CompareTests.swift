import Glibc
import SocketDriver
import Testing

@Suite struct `A conversation recorded by serve` {
    @Test(arguments: ["served.pcapng", "served.jsonl"])
    func `is compared with the model, and differs in nothing`(name: String) throws {
        let folder = try Folder()
        let file = folder.path + "/" + name
        let option = name.hasSuffix("jsonl") ? "--events" : "--pcap"
        let gateway = try ServedGateway("\(option) \(file)")
        #expect(Program.run("probe 127.0.0.1:\(gateway.port)").exitCode == 0)
        gateway.end(by: SIGTERM)
        let answer = Program.run("compare \(file)")
        #expect(answer.output.contains("1 recording compared"))
        #expect(answer.exitCode == 0, "\(answer.output)")
        #expect(answer.output.contains("0 untolerated differences"))
    }
}

@Suite struct `fakegw diff of what is no capture` {
    private static let log = "../../Captures/logs/api.7.20261120.091035.log"

    @Test(arguments: [log, "../../Captures/logs/rust-ibapi/2026-11-20-09-10-0"])
    func `finds nothing between a recording and itself`(path: String) {
        let answer = Program.run("diff \(path) \(path)")
        #expect(answer.exitCode == 0, "\(answer.output)")
        #expect(answer.output.contains("1 recording compared"))
        #expect(answer.output.contains("0 untolerated differences"))
    }

    @Test func `finds what another gateway's log has instead`() throws {
        let folder = try Folder()
        let other = folder.path + "/api.8.log"
        let changed = Program.shell("sed 's/-AAPL-/-MSFT-/g' \(Self.log) > \(other)")
        #expect(changed.exitCode == 0)
        let answer = Program.run("diff \(Self.log) \(other)")
        #expect(answer.exitCode == 1)
        #expect(answer.output.contains("another value: recorded AAPL, other MSFT"))
    }

    @Test func `takes the server version only for what does not tell it`() {
        #expect(Program.run("diff \(Self.log) \(Self.log) --server-version 176").exitCode == 0)
        let capture = "../../Captures/session/healthy.pcap"
        let answer = Program.run("diff \(capture) \(capture) --server-version 176")
        #expect(answer.exitCode == 2)
    }
}
