import Glibc
import SocketDriver
import Testing

@testable import fakegw

@Suite struct `The control port of a running gateway` {
    /// The gateway is in the middle of a step when what it did is judged.
    @Test func `tells a waiting expectation what a client has just done`() throws {
        let file = "/tmp/fakegw-control-\(getpid())"
        let gateway = try ServedGateway("--control 127.0.0.1:0 --control-file \(file)")
        let address = try Files.readText(file).prefix { $0 != "\n" }
        let port = try #require(UInt16(address.drop { $0 != ":" }.dropFirst()))
        let descriptor = try Dial.connectAndWait(to: .loopback(port: port))
        defer { close(descriptor) }
        let body = "{gateway: _, received: startApi}"
        let request =
            "POST /api/v1/expect?within=60 HTTP/1.0\r\nHost: \(address)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let bytes = Array(request.utf8)
        #expect(send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count)

        var answer = ""
        var scratch = [UInt8](repeating: 0, count: 4096)
        func read(until isEnough: () -> Bool) {
            while !isEnough() {
                let count = recv(descriptor, &scratch, scratch.count, 0)
                guard count > 0 else { return }
                answer += String(decoding: scratch.prefix(count), as: UTF8.self)
            }
        }
        // The head comes once the expectation waits.
        read { answer.contains("\r\n\r\n") }
        #expect(!answer.contains("holds"))
        #expect(Program.run("probe 127.0.0.1:\(gateway.port)").exitCode == 0)
        read { false }
        #expect(answer.contains(#"{"holds":true"#))
        #expect(try !gateway.rows([.listening]).isEmpty)
    }
}
