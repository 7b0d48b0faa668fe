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
