import Glibc
import Testing

/// A command that listens on loopback, as a process of its own, ended with the test.
private final class Listener {
    /// Whether this process may capture packets.
    static let isPermitted: Bool = {
        // AF_PACKET and SOCK_RAW.
        let descriptor = socket(17, 3, 0)
        if descriptor >= 0 { close(descriptor) }
        return descriptor >= 0
    }()
    static let need: Comment = "listening on an interface needs root or CAP_NET_RAW"

    private let pipe: UnsafeMutablePointer<FILE>
    private let processID: Int32

    /// Returns when it listens; it ends by itself after a minute.
    init(_ arguments: String) throws {
        let command =
            "cd '\(Program.folder)'; echo $$; exec '\(Program.path)' \(arguments) --seconds 60 2>&1"
        pipe = try #require(popen(command, "r"))
        processID = try #require(Program.line(of: pipe).flatMap { Int32($0) })
        let first = Program.line(of: pipe) ?? ""
        #expect(first.hasPrefix("listening on lo, TCP"), "\(first)")
    }

    /// The lines up to one that holds a text; all that come when none does.
    func lines(until text: String) -> [String] {
        var lines: [String] = []
        while let line = Program.line(of: pipe) {
            lines.append(line)
            if line.contains(text) { break }
        }
        return lines
    }

    /// Sends a signal.
    ///
    /// - Returns: What it still wrote, and how it ended.
    func end(by signal: Int32) -> (lines: [String], exitCode: Int32) {
        kill(processID, signal)
        let lines = lines(until: "\u{0}")
        return (lines, (pclose(pipe) >> 8) & 0xFF)
    }
}

@Suite struct `What passes on loopback` {
    @Test(.enabled(if: Listener.isPermitted, Listener.need))
    func `is printed while it passes, and the end says what was unseen`() throws {
        let gateway = try ServedGateway()
        let listener = try Listener("decode --live lo --port \(gateway.port)")
        #expect(Program.run("probe 127.0.0.1:\(gateway.port)").exitCode == 0)
        let seen = listener.lines(until: "#1 closed")
        for word in ["→ hello v", "← server version", "→ startApi", "← nextValidId"] {
            #expect(seen.contains { $0.contains(word) }, "\(word) in \(seen)")
        }
        let rest = listener.end(by: SIGINT)
        #expect(rest.exitCode == 0)
        #expect(
            rest.lines.contains {
                $0.contains("packets were captured on lo, none was dropped")
            }, "\(rest.lines)")
    }

    @Test(.enabled(if: Listener.isPermitted, Listener.need))
    func `is told as JSON, and a connection that is still open as such`() throws {
        let gateway = try ServedGateway()
        let listener = try Listener("decode --live lo --port \(gateway.port) --json")
        let client = try Client(port: gateway.port)
        let seen = listener.lines(until: "\"name\":\"serverVersion\"")
        #expect(seen.count == 4 && seen.allSatisfy { $0.hasPrefix("{") }, "\(seen)")
        let rest = listener.end(by: SIGTERM)
        #expect(rest.lines.contains { $0.contains("\"stillOpen\"") }, "\(rest.lines)")
        client.close()
    }

    @Test(.enabled(if: Listener.isPermitted, Listener.need))
    func `is diagnosed`() throws {
        let gateway = try ServedGateway("--pathology silent-handshake")
        let listener = try Listener("diagnose --live lo")
        #expect(Program.run("probe 127.0.0.1:\(gateway.port) --timeout 1").exitCode == 2)
        let rest = listener.end(by: SIGINT)
        #expect(rest.lines.contains { $0.hasPrefix("lo: ") }, "\(rest.lines)")
        #expect(rest.lines.contains { $0.contains("silent-handshake") }, "\(rest.lines)")
    }

    @Test(.enabled(if: Listener.isPermitted, Listener.need))
    func `of an interface that there is not is refused with those that there are`() {
        let answer = Program.run("decode --live lo0")
        #expect(answer.exitCode == 2)
        #expect(answer.output.contains("there is no interface 'lo0'"), "\(answer.output)")
        #expect(
            answer.output.contains("lo, ") || answer.output.contains(", lo"), "\(answer.output)")
    }

    @Test func `is refused to whoever may not capture, with the next step`() {
        let without = getuid() == 0 ? "setpriv --bounding-set -net_raw" : "env"
        let answer = Program.shell("\(without) '\(Program.path)' decode --live lo --seconds 1")
        guard getuid() == 0 || !Listener.isPermitted else { return }
        #expect(answer.exitCode == 2)
        #expect(answer.output.contains("lo: this user may not capture packets"), "\(answer.output)")
        #expect(answer.output.contains("setcap cap_net_raw+ep"))
    }
}
