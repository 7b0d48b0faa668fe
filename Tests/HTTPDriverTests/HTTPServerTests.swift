import Glibc
import HTTPDriver
import HTTPMessages
import Simulation
import SocketDriver
import Testing

/// Answers with what it was asked, or opens a stream at `/stream`.
private final class Echo: HTTPHandler {
    let maxBodyBytes = 64
    var requests: [HTTPRequest] = []
    var streams: [any HTTPStream] = []
    var endedCount = 0

    func reply(to request: HTTPRequest) -> HTTPReply {
        requests.append(request)
        guard request.path == "/stream" else {
            let text = "\(request.method) \(request.path) \(request.body.count)"
            return .whole(HTTPResponse(type: "text/plain", text: text))
        }
        return .stream(type: "text/event-stream") { [unowned self] stream in
            stream.onEnd = { self.endedCount += 1 }
            stream.append(Array("first\n".utf8))
            streams.append(stream)
        }
    }
}

/// A server on a free port, and its loop.
private struct Stage {
    let loop: EventLoop
    let echo = Echo()
    let server: HTTPServer

    init(bounds: HTTPBounds = HTTPBounds()) throws {
        loop = try EventLoop()
        server = try HTTPServer(echo, listeningOn: .loopback(port: 0), bounds: bounds, loop: loop)
    }

    /// Whether it comes true while the loop runs, within a minute.
    func eventually(_ isTrue: @escaping () -> Bool) -> Bool {
        var timer: TimerID?
        func tick() { timer = loop.schedule(afterReal: .milliseconds(1)) { tick() } }
        tick()
        defer { if let timer { loop.cancel(timer) } }
        return loop.run(until: isTrue, forReal: .seconds(60))
    }
}

/// A client that does what it is told, bytes as they are.
private final class Client {
    private let descriptor: CInt
    private(set) var text = ""
    private(set) var isEnded = false

    init(_ endpoint: Endpoint) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = endpoint.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0, "connect failed: \(errno)")
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        precondition(
            Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count)
    }

    func endSending() { shutdown(descriptor, CInt(SHUT_RDWR)) }

    /// Whether it has received this by now.
    func has(_ part: String) -> Bool {
        receive()
        return text.contains(part)
    }

    func hasEnded() -> Bool {
        receive()
        return isEnded
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || (count < 0 && errno != EAGAIN) { isEnded = true }
            guard count > 0 else { return }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }
}

@Suite struct HTTPServerTests {
    @Test func `a request arrives with its path query headers and body`() throws {
        let stage = try Stage()
        let client = Client(stage.server.endpoint)
        client.send(
            "POST /a/b%2Fc?x=1%2B1&y HTTP/1.1\r\nHost: localhost\r\nX-Note: n\r\n"
                + "Content-Length: 3\r\n\r\nabc")
        #expect(stage.eventually { client.has("POST /a/b%2Fc 3") })
        let request = try #require(stage.echo.requests.first)
        #expect(request.segments == ["a", "b/c"])
        #expect(request.query == [HTTPField("x", "1+1"), HTTPField("y", "")])
        #expect(request.header("x-note") == "n")
        #expect(request.body == Array("abc".utf8))
    }

    @Test func `a body beyond the bound is refused announced or not`() throws {
        let stage = try Stage()
        let announcing = Client(stage.server.endpoint)
        announcing.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
        #expect(stage.eventually { announcing.has("HTTP/1.1 413") })
        let chunked = Client(stage.server.endpoint)
        chunked.send(
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "41\r\n" + String(repeating: "x", count: 65) + "\r\n0\r\n\r\n")
        #expect(stage.eventually { chunked.has("HTTP/1.1 413") && chunked.has("problem+json") })
        #expect(stage.echo.requests.isEmpty)
    }

    @Test func `a client that is slow to ask keeps nobody waiting`() throws {
        let stage = try Stage()
        let slow = Client(stage.server.endpoint)
        slow.send("GET /slow HTTP/1.1\r\nHost: loc")
        let other = Client(stage.server.endpoint)
        other.send("GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(stage.eventually { other.has("GET /other 0") })
        slow.send("alhost\r\n\r\n")
        #expect(stage.eventually { slow.has("GET /slow 0") })
    }

    @Test func `a stream sends what is appended until its server ends it`() throws {
        let stage = try Stage()
        let client = Client(stage.server.endpoint)
        client.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(stage.eventually { client.has("first\n") })
        stage.echo.streams[0].append(Array("second\n".utf8))
        #expect(stage.eventually { client.has("second\n") })
        stage.echo.streams[0].end()
        #expect(stage.eventually { client.has("\r\n0\r\n\r\n") && stage.echo.endedCount == 1 })
    }

    @Test func `a stream is over once its client is gone`() throws {
        let stage = try Stage()
        var client: Client? = Client(stage.server.endpoint)
        client?.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(stage.eventually { client?.has("first\n") ?? false })
        client?.endSending()
        client = nil
        #expect(stage.eventually { stage.echo.endedCount == 1 })
        stage.echo.streams[0].append(Array("to nobody".utf8))
        #expect(stage.echo.streams[0].waitingByteCount == 0)
    }

    @Test func `more streams than the bound are refused`() throws {
        var bounds = HTTPBounds()
        bounds.maxStreams = 1
        let stage = try Stage(bounds: bounds)
        let first = Client(stage.server.endpoint)
        first.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(stage.eventually { first.has("first\n") })
        let second = Client(stage.server.endpoint)
        second.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(stage.eventually { second.has("HTTP/1.1 503") })
        first.endSending()
        #expect(stage.eventually { stage.echo.endedCount == 1 })
        let third = Client(stage.server.endpoint)
        third.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(stage.eventually { third.has("first\n") })
    }

    @Test func `a port that is taken is an error with its reason`() throws {
        let stage = try Stage()
        let failure = #expect(throws: OSFailure.self) {
            try HTTPServer(stage.echo, listeningOn: stage.server.endpoint, loop: stage.loop)
        }
        #expect(failure?.code == EADDRINUSE)
    }

    @Test func `stopping ends streams and closes the port`() throws {
        let stage = try Stage()
        let client = Client(stage.server.endpoint)
        client.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(stage.eventually { client.has("first\n") })
        stage.server.stop()
        #expect(stage.eventually { client.hasEnded() })
        #expect(stage.echo.endedCount == 1)
        let listener = try Listener(on: stage.server.endpoint)
        #expect(listener.endpoint == stage.server.endpoint)
        close(listener.descriptor)
    }
}
