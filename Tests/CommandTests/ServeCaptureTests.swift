import GatewayWire
import Glibc
import SocketDriver
import Testing

@Suite struct `A capture written by serve` {
    @Test(arguments: ["served.pcapng", "served.pcap"])
    func `decodes to what its clients said, when serve was stopped`(name: String) throws {
        let folder = try Folder()
        let file = folder.path + "/" + name
        let gateway = try ServedGateway("--pcap \(file)")
        #expect(Program.run("probe 127.0.0.1:\(gateway.port)").exitCode == 0)
        let client = try Client(port: gateway.port)
        gateway.end(by: SIGTERM)
        let decoded = Program.run("decode \(file)")
        #expect(decoded.exitCode == 0)
        for word in ["hello", "startApi", "managedAccounts", "nextValidId"] {
            #expect(decoded.output.contains(word), "\(word)")
        }
        // The probe leaves by RST; the other client was still there, and had the gateway's FIN.
        #expect(decoded.output.contains("reset by the client"))
        #expect(decoded.output.contains("the gateway's FIN was acknowledged and never answered"))
        #expect(!decoded.output.contains("capture ends in the middle"))
        client.close()
        let imported = Program.run("import \(file) -o \(folder.path)/fixtures")
        #expect(imported.exitCode == 0, "\(imported.output)")
        #expect(Program.run("check \(folder.path)/fixtures").exitCode == 0)
    }

    @Test func `is readable up to the last packet when serve was killed`() throws {
        let folder = try Folder()
        let file = folder.path + "/killed.pcapng"
        let gateway = try ServedGateway("--pcap \(file)")
        let client = try Client(port: gateway.port)
        gateway.end(by: SIGKILL)
        let decoded = Program.run("decode \(file)")
        #expect(decoded.exitCode == 0)
        #expect(decoded.output.contains("hello"))
        #expect(decoded.output.contains("still open when the capture ended"))
        #expect(!decoded.output.contains("capture ends in the middle"))
        client.close()
    }

    @Test func `holds the connections of every gateway of a scenario`() throws {
        let folder = try Folder()
        let file = folder.path + "/both.pcapng"
        let scenario = folder.path + "/both.yaml"
        let text = """
            version: 1
            name: both
            gateways: {live: , paper: }

            """
        let stream = try #require(fopen(scenario, "we"))
        fputs(text, stream)
        fclose(stream)
        let gateways = try ServedGateway(serving: "\(scenario) --pcap \(file)", gatewayCount: 2)
        for port in gateways.ports {
            #expect(Program.run("probe 127.0.0.1:\(port)").exitCode == 0)
        }
        gateways.end(by: SIGTERM)
        let decoded = Program.run("decode \(file)").output
        for port in gateways.ports { #expect(decoded.contains("127.0.0.1:\(port)"), "\(port)") }
        #expect(decoded.split(separator: "\n").count { $0.contains("startApi") } == 2)
    }

    @Test func `shows a FIN at a socket that the gateway keeps`() throws {
        let folder = try Folder()
        let file = folder.path + "/zombie.pcapng"
        let gateway = try ServedGateway("--pathology leaked-close-wait --pcap \(file)")
        let client = try Client(port: gateway.port)
        client.shutDownAndClose()
        let ending = "the client's FIN was acknowledged and never answered"
        let end = ContinuousClock.now + .seconds(60)
        // The file is read while it grows.
        while !Program.run("decode \(file)").output.contains(ending), ContinuousClock.now < end {}
        #expect(try gateway.rows([.closeWait]).count == 1)
        gateway.end(by: SIGKILL)
        #expect(Program.run("decode \(file)").output.contains(ending))
    }

    @Test func `needs a name that says its format, and a folder`() {
        let wrong = Program.run("serve --listen 127.0.0.1:0 --pcap out.cap")
        #expect(wrong.exitCode == 2)
        #expect(wrong.output.contains("a capture is written as .pcapng or .pcap, not as 'out.cap'"))
        let nowhere = Program.run("serve --listen 127.0.0.1:0 --pcap /nonexistent/out.pcap")
        #expect(nowhere.exitCode == 2)
        #expect(nowhere.output.contains("/nonexistent/out.pcap: cannot be written"))
    }
}

/// A client that has said hello and been answered, on a blocking socket.
final class Client {
    private let descriptor: CInt

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &raw.sin_addr)
        let result = withUnsafePointer(to: &raw) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        let hello = Hello(versions: 157...176).bytes
        try #require(send(descriptor, hello, hello.count, 0) == hello.count)
        var answer = [UInt8](repeating: 0, count: 4096)
        try #require(recv(descriptor, &answer, answer.count, 0) > 0)
    }

    func shutDownAndClose() {
        shutdown(descriptor, CInt(SHUT_RDWR))
        close()
    }

    func close() { Glibc.close(descriptor) }
}
