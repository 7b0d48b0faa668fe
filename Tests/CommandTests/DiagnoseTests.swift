import Glibc
import Testing

@Suite struct `fakegw diagnose` {
    @Test func `names what captures show, and says when they show nothing`() {
        Program.expect(
            [
                "diagnose", "diagnose ../../Captures/session/healthy.pcap",
                "diagnose ../../Captures/tcp/leaked-close-wait.pcap",
                "diagnose ../../Captures/handshake/silent-handshake.pcap",
                "diagnose ../../Captures/handshake/silent-handshake.pcap --json",
                "diagnose Files/to-client.hex ../../Captures/session/healthy.pcap",
                "diagnose ../../Captures/session/healthy.pcap --catalogue Files/signs",
            ], toAnswerAs: "diagnose")
    }

    @Test func `gives every incident, event and oddity its keys`() {
        let answer = Program.run("diagnose ../../Captures/tcp/rst-mid-frame.pcap --json")
        #expect(answer.exitCode == 1)
        for key in [
            "file", "verdict", "connections", "messages", "from", "to", "incidents", "oddities",
            "notes",
            "omittedFacts", "certainty", "named", "neighbours", "name", "weight", "times",
            "evidence",
            "event", "packet", "lastPacket", "at", "text", "summary", "clearedBy", "demonstration",
            "clients",
        ] {
            #expect(answer.output.contains("\"\(key)\":"), "\(key)")
        }
    }

    @Test func `takes rotated captures for one recording`() throws {
        let folder = try Folder()
        let paths = try halves(
            of: "\(Program.folder)/../../Captures/tcp/rst-mid-frame.pcap", folder)
        let whole = Program.run("diagnose ../../Captures/tcp/rst-mid-frame.pcap")
        let rotated = Program.run("diagnose \(paths[1]) \(paths[0])")
        #expect(rotated.exitCode == 1)
        let body = { (text: String) in
            text.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("note:") }
        }
        #expect(body(rotated.output) == body(whole.output))
        #expect(rotated.output.hasPrefix("\(paths[1]) and 1 more: "))
        // Half of it is another story.
        #expect(body(Program.run("diagnose \(paths[0])").output) != body(whole.output))
    }

    @Test func `tells of damage by its exit status, and diagnoses what could be read`() {
        let answer = Program.run("diagnose ../../Captures/broken/ends-in-packet.pcap")
        #expect(answer.exitCode == 2)
        #expect(answer.output.contains("1 connections, 10 messages"))
        #expect(answer.output.contains("a file is damaged, and the rest of it unknown"))
        #expect(answer.output.contains("note: capture ends in the middle of packet 14"))
        let json = Program.run("diagnose ../../Captures/broken/ends-in-packet.pcap --json")
        #expect(json.output.contains("\"damaged\":true"))
    }

    @Test(arguments: ["healthy", "protobuf"])
    func `blames nobody for what passed before the capture`(name: String) throws {
        let folder = try Folder()
        let bytes = bytes(of: "\(Program.folder)/../../Captures/session/\(name).pcap")
        let starts = starts(in: bytes)
        let path = "\(folder.path)/rest.pcap"
        // Without an end of the handshake everything may be missing.
        for start in starts[5..<starts.count - 4] {
            try write(bytes[..<24] + bytes[start...], to: path)
            let answer = Program.run("diagnose \(path)")
            #expect(answer.output.contains("healthy: "), "\(start): \(answer.output)")
        }
    }

    @Test func `follows connections to a port alone`() {
        let all = Program.run("diagnose ../../Captures/tcp/leaked-close-wait.pcap")
        #expect(all.output.contains("3 connections"))
        let other = Program.run("diagnose ../../Captures/tcp/leaked-close-wait.pcap --port 1")
        #expect(other.exitCode == 2)
        #expect(other.output.contains("not on the ports asked for"))
        let log = Program.run("diagnose ../../Captures/logs/rust-ibapi --port 4002")
        #expect(log.exitCode == 2)
        #expect(log.output.contains("--port is for captures and --live"))
        #expect(Program.run("diagnose x.pcap --port 70000").output.contains("takes a port"))
    }

    /// A little-endian pcap file as two that follow each other.
    private func halves(of path: String, _ folder: Folder) throws -> [String] {
        let bytes = bytes(of: path)
        let starts = starts(in: bytes)
        let middle = starts[starts.count / 2]
        let header = bytes[..<24]
        return try [header + bytes[24..<middle], header + bytes[middle...]].enumerated().map {
            let path = "\(folder.path)/part.pcap\($0)"
            try write($1, to: path)
            return path
        }
    }

    /// Where each packet of such a file begins.
    private func starts(in bytes: [UInt8]) -> [Int] {
        Array(
            sequence(first: 24) { start in
                let size = (0..<4).reduce(0) { $0 | Int(bytes[start + 8 + $1]) << (8 * $1) }
                return start + 16 + size < bytes.count ? start + 16 + size : nil
            })
    }

    private func write(_ bytes: ArraySlice<UInt8>, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        fclose(file)
    }

    private func bytes(of path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        return Array(buffer[..<fread(&buffer, 1, buffer.count, file)])
    }
}
