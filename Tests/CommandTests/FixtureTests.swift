import Glibc
import SocketDriver
import Testing

/// The bytes of a file as text, whatever they are.
private func contents(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
        bytes += buffer.prefix(count)
    }
    return String(decoding: bytes.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
}

@Suite struct `Fixtures on the command line` {
    private let captures = "../../Captures"

    @Test func `are written into folders that are made`() throws {
        let folder = try Folder()
        let answer = Program.run(
            "import \(captures)/tcp/leaked-close-wait.pcap -o \(folder.path)/a/b")
        #expect(answer.exitCode == 0, "\(answer.output)")
        #expect(answer.output.contains("a/b/leaked-close-wait.yaml"))
        #expect(Program.run("check \(folder.path)/a/b").exitCode == 0)
        let apart = Program.run(
            "import \(captures)/tcp/leaked-close-wait.pcap --apart -o \(folder.path)/c")
        #expect(apart.output.contains("c/leaked-close-wait-3.yaml"))
    }

    @Test func `are minimized only when the recorded outcome still comes`() throws {
        let folder = try Folder()
        let answer = Program.run(
            "import \(captures)/tcp/leaked-close-wait.pcap --minimize -o \(folder.path) "
                + "-- fakegw probe '127.0.0.1:${gateway.port}' --timeout 1")
        // One probe makes one connection, and three were recorded.
        #expect(answer.exitCode == 0, "\(answer.output)")
        #expect(answer.output.contains("not minimized: played small, leaked-close-wait did not"))
        #expect(Program.run("check \(folder.path)").exitCode == 0)
    }

    @Test func `are made of a pipe, which is read once`() throws {
        let folder = try Folder()
        let capture = "\(captures)/tcp/leaked-close-wait.pcap"
        #expect(Program.run("import \(capture) -o \(folder.path)/file").exitCode == 0)
        let answer = Program.shell(
            "sh -c \"cat \(capture) | '\(Program.path)' import - -o \(folder.path)/pipe\"")
        #expect(answer.exitCode == 0, "\(answer.output)")
        let (file, pipe) = (
            contents("\(folder.path)/file/leaked-close-wait.yaml"),
            contents("\(folder.path)/pipe/capture.yaml")
        )
        #expect(file.contains("leaked-close-wait, certainty: certain"))
        #expect(pipe.contains("leaked-close-wait, certainty: certain"), "\(answer.output)")
        #expect(
            Program.run("import - --minimize -o \(folder.path)/no").output.contains(
                "--minimize cannot read standard input a second time"))
    }

    @Test func `are made of connections to one port alone`() throws {
        let folder = try Folder()
        let answer = Program.run(
            "import \(captures)/session/healthy.pcap --port 1 -o \(folder.path)")
        #expect(answer.exitCode != 0)
        #expect(answer.output.contains("not on the ports asked for"), "\(answer.output)")
    }

    @Test func `that need a program say so instead of passing`() throws {
        let folder = try Folder()
        #expect(
            Program.run("import \(captures)/session/protobuf.pcap -o \(folder.path)").exitCode == 0)
        let answer = Program.run("run \(folder.path)")
        #expect(answer.exitCode == 2)
        #expect(answer.output.contains("no program is named"))
        #expect(answer.output.contains("-- PROGRAM --port '${gateway.port}'"))
    }

    @Test func `tell what explains their recording, when they are explained and played`() throws {
        let folder = try Folder()
        let answer = Program.run(
            "import \(captures)/tcp/leaked-close-wait.pcap --connection 3 -o \(folder.path) "
                + "-- fakegw probe '127.0.0.1:${gateway.port}' --timeout 1")
        #expect(answer.exitCode == 0, "\(answer.output)")
        let fixture = "\(folder.path)/leaked-close-wait-3.yaml"
        let cause = "leaked-close-wait (certain; packets "
        #expect(
            Program.run("explain \(fixture)").output.contains(
                "{pathology: leaked-close-wait, certainty: certain, seen: \"packets "))
        #expect(Program.run("run \(fixture)").output.contains("    the recording shows \(cause)"))
    }

    @Test func `of a damaged capture are what could be read, and the exit status tells`() throws {
        let folder = try Folder()
        let answer = Program.run("import \(captures)/broken/ends-in-packet.pcap -o \(folder.path)")
        #expect(answer.exitCode == 1)
        #expect(
            answer.output.contains(
                "note: ends-in-packet.pcap: capture ends in the middle of packet 14"))
        #expect(Program.run("check \(folder.path)").exitCode == 0)
    }

    @Test func `are compared with what they were made from`() throws {
        let healthy = "\(captures)/session/healthy"
        let same = Program.run("diff \(healthy).pcap \(healthy)-1.transcript --exact")
        #expect(same.exitCode == 0, "\(same.output)")
        let other = Program.run("diff \(healthy).pcap \(captures)/session/protobuf.pcap")
        #expect(other.exitCode == 1)
        #expect(other.output.contains("serverVersion: another value: recorded 178, other 225"))
        #expect(Program.run("diff \(healthy).pcap").exitCode == 2)
    }
}

@Suite struct `A capture that is written` {
    @Test func `has a comment where a fault fired`() throws {
        let folder = try Folder()
        let file = folder.path + "/served.pcapng"
        let gateway = try ServedGateway("--pcap \(file) --pathology silent-handshake")
        _ = Program.run("probe 127.0.0.1:\(gateway.port) --timeout 1")
        gateway.end(by: SIGTERM)
        #expect(contents(file).contains("fault silent-handshake"))
        #expect(Program.run("decode \(file)").output.contains("hello"))
    }

    @Test func `goes on in a new file when it is large, and old ones go`() throws {
        let folder = try Folder()
        let real = try ServedGateway()
        let recorder = try ServedGateway(
            running: "record --upstream 127.0.0.1:\(real.port) -o \(folder.path)/night.pcapng "
                + "--events \(folder.path)/night.jsonl --rotate 1KiB --keep 3")
        for _ in 1...4 {
            #expect(Program.run("probe 127.0.0.1:\(recorder.port)").exitCode == 0)
        }
        recorder.end(by: SIGTERM)
        #expect(access("\(folder.path)/night-000001.pcapng", F_OK) != 0)
        for ending in ["pcapng", "jsonl"] {
            let kept = Program.run("decode \(folder.path)/night-000003.\(ending)").output
            #expect(kept.contains("hello") && kept.contains("nextValidId"), "\(ending)")
        }
    }

    @Test(arguments: [
        ("--rotate 5", "takes a size or a duration"), ("--keep 3", "and there is none"),
        ("--redact -o x.pcapng", "a capture holds the bytes as they are"),
    ])
    func `is refused when it cannot be what is asked`(options: String, words: String) {
        let answer = Program.run("record --upstream 127.0.0.1:1 \(options)")
        #expect(answer.exitCode == 2)
        #expect(answer.output.contains(words), "\(answer.output)")
    }
}
