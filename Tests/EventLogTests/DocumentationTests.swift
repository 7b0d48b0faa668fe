import EventLog
import Glibc
import Testing

/// `docs/events.md` shows every kind of event; its examples are what this program writes.
@Suite struct `The page about events` {
    private let text: String = {
        var parts = #filePath.split(separator: "/").dropLast(3).map(String.init)
        parts.insert("", at: 0)
        guard let file = fopen(parts.joined(separator: "/") + "/docs/events.md", "r") else {
            return ""
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte >= 0 {
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return String(decoding: bytes, as: UTF8.self)
    }()

    private var examples: [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("{") }.map(String.init)
    }

    @Test func `has examples that read and write back the same`() throws {
        let log = examples.joined(separator: "\n")
        var reader = EventLogReader(log)
        for example in examples {
            let event = try #require(try reader.next())
            #expect(event.jsonLine(epoch: reader.epoch ?? 0) == example)
        }
        #expect(reader.header != nil && !examples.isEmpty)
    }

    @Test func `shows every kind under its heading, and each shape of it`() throws {
        var headings: [String: Set<String>] = [:]
        var heading = ""
        let epoch = try #require(
            {
                var reader = EventLogReader(examples.joined(separator: "\n"))
                _ = try reader.next()
                return reader.epoch
            }())
        for line in text.split(separator: "\n") {
            if line.hasPrefix("### ") { heading = String(line.dropFirst(4)) }
            guard line.hasPrefix("{") else { continue }
            let event = try LogEvent(jsonLine: String(line), epoch: epoch)
            headings[name(of: event.kind), default: []].insert(heading)
        }
        var maker = EventMaker(seed: 1)
        for make in EventMaker.makers {
            let name = name(of: make(&maker))
            #expect(headings[name] == ["`\(name)`"], "\(name)")
        }
    }
}
