import CaptureImport
import EventLog
import GatewayWire
import Glibc
import Simulation
import Testing

/// A folder of rust-ibapi's raw capture, gone with the value.
private final class RawFolder {
    let path: String
    private var names: [String] = []

    init() {
        var template = Array("/tmp/fakegw-raw-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    func add(_ name: String, _ bytes: [UInt8]) {
        names.append(name)
        guard let stream = fopen("\(path)/\(name)", "we") else { return }
        fwrite(bytes, 1, bytes.count, stream)
        fclose(stream)
    }

    func add(_ name: String, _ text: String) { add(name, Array(text.utf8)) }
}

private let first = "2026-01-15-14-31-0-inbound-000"
private let reply = VersionReply(serverVersion: 176, connectionTime: "20260115 14:31:07 UTC").bytes

private func text(_ message: Message) -> [UInt8] {
    MessageEncoder(serverVersion: 176).encode(message)
}

private func nextValidID(_ id: Int) -> [UInt8] {
    text(Message("nextValidId", ["orderId": "\(id)"]))
}

/// An index as the recorder writes it, its frames half a second apart from 14:31:07.
private func index(_ frames: [[UInt8]]) -> String {
    var offset = 0
    return frames.enumerated().map { number, frame in
        defer { offset += frame.count }
        let second = 7 + number / 2
        let clock = "14:31:\(second < 10 ? "0" : "")\(second).\(number % 2 * 5)00"
        let length = frame[..<4].reduce(0) { $0 << 8 | Int($1) }
        return "\(number),2026-01-15T\(clock)Z,\(offset),\(length)\n"
    }.joined()
}

private func read(
    _ path: String, completesHandshake: Bool = false
) throws -> (lines: [String], notes: [String], isDamaged: Bool) {
    var capture = try RustRawCapture(path: path, completesHandshake: completesHandshake)
    var events: [DecodedEvent] = []
    try capture.read(into: &events)
    var printer = EventLines(isJSON: false, epoch: 0, origin: .connection)
    return (
        events.map { printer.line(for: $0.logEvent).drop { $0 == " " }.description }, capture.notes,
        capture.isDamaged
    )
}

/// What is known of every raw capture.
private let always =
    "a raw capture of rust-ibapi: what the client sent is not in it, and no connection's end, so "
    + "neither requests without an answer can be seen nor answers without a request"

@Suite struct `A raw capture of rust-ibapi` {
    @Test func `gives each message the time of its line in the index`() throws {
        let folder = RawFolder()
        let frames = [
            reply, text(Message("managedAccounts", ["accountsList": "DU1"])), nextValidID(9),
        ]
        folder.add("\(first).bin", frames.flatMap(\.self))
        folder.add("\(first).idx", index(frames))
        let lines = [
            "0.000000 #1 already open, 2026-01-15T14:31:07.000000Z",
            "0.000000 #1 note: the gateway's side alone was recorded",
            "0.000000 #1 ← server version 176, 20260115 14:31:07 UTC",
            "0.500000 #1 ← managedAccounts accountsList=DU1", "1.000000 #1 ← nextValidId orderId=9",
            "1.000000 #1 closed: still open when the capture ended",
        ]
        for path in [folder.path, "\(folder.path)/\(first).bin", "\(folder.path)/\(first).idx"] {
            #expect(RustRawCapture.isOne(path))
            let found = try read(path)
            #expect(found.lines == lines)
            #expect(found.notes == [always])
            #expect(!found.isDamaged)
        }
    }

    @Test func `numbers frames in place of packets, and calls no read a segment`() throws {
        let folder = RawFolder()
        let long = text(
            Message("error", ["errorString": String(repeating: "x", count: 200_000)]))
        let frames = [reply, long, nextValidID(1)]
        folder.add("\(first).bin", frames.flatMap(\.self))
        folder.add("\(first).idx", index(frames))
        var capture = try RustRawCapture(path: folder.path)
        var events: [DecodedEvent] = []
        try capture.read(into: &events)
        #expect(events.map(\.position.firstPacket) == [1, 1, 1, 2, 3, 3])
        #expect(events.map(\.position.lastPacket) == [1, 1, 1, 2, 3, 3])
        #expect(events.allSatisfy { $0.position.cuts.isEmpty })
    }

    @Test func `without an index has the time in its name, and says so`() throws {
        let folder = RawFolder()
        folder.add("\(first).bin", reply + nextValidID(9))
        let found = try read(folder.path)
        #expect(found.lines[0] == "0.000000 #1 already open, 2026-01-15T14:31:00.000000Z")
        #expect(found.lines[3] == "0.000000 #1 ← nextValidId orderId=9")
        #expect(
            found.notes == [
                always,
                "1 connections have no index (.idx), so times are missing: every message has the time "
                    + "at which the client began, the first is \(first).bin",
            ])
        #expect(!found.isDamaged)
    }

    @Test
    func `numbers connections by minute, client and connection, and tells them by their times`()
        throws
    {
        let folder = RawFolder()
        let names = [
            "2026-01-15-14-31-2-inbound-000", "2026-01-15-14-31-2-inbound-1000",
            "2026-01-15-14-31-10-inbound-000", "2026-01-15-14-32-0-inbound-000",
            "unknown-0-inbound-000",
        ]
        let times = ["14:31:01", "14:40:00", "14:31:30", "14:32:10", "14:31:20"]
        for (number, name) in names.enumerated() {
            let frames = [reply, nextValidID(number + 1)]
            folder.add("\(name).bin", frames.flatMap(\.self))
            folder.add(
                "\(name).idx", index(frames).replacing("14:31:07", with: times[number]))
        }
        let lines = try read(folder.path).lines
        let ids = lines.filter { $0.contains("nextValidId") }
        #expect(
            ids.map { $0.drop { $0 != "#" } } == [
                "#1 ← nextValidId orderId=1", "#5 ← nextValidId orderId=5",
                "#3 ← nextValidId orderId=3", "#4 ← nextValidId orderId=4",
                "#2 ← nextValidId orderId=2",
            ])
    }

    @Test func `whose frames fall out of step is read on where one begins again`() throws {
        let folder = RawFolder()
        var short = nextValidID(1234)
        // Three bytes too few: the next length is read from the middle of the message.
        short[3] -= 3
        let frames = [reply, nextValidID(1), short, nextValidID(2), nextValidID(3), nextValidID(4)]
        folder.add("\(first).bin", frames.flatMap(\.self))
        folder.add("\(first).idx", index(Array(frames[..<3])))
        let found = try read(folder.path)
        #expect(
            found.lines[4...] == [
                "1.000000 #1 ← malformed: nextValidId: the last field lacks its NUL (byte 4)",
                "1.000000 #1 ← malformed: frame length 859045888, allowed are up to 16777215",
                "1.000000 #1 ← 9 bytes that are no whole frame: 000006390031003200",
                "1.000000 #1 ← nextValidId orderId=3", "1.000000 #1 ← nextValidId orderId=4",
                "1.000000 #1 closed: still open when the capture ended",
            ], "\(found.lines)")
        #expect(!found.isDamaged)
    }

    @Test func `shows a frame whose body never came`() throws {
        let folder = RawFolder()
        let frames = [reply, nextValidID(1)]
        folder.add("\(first).bin", frames.flatMap(\.self).dropLast(6))
        folder.add("\(first).idx", index(frames))
        let found = try read(folder.path)
        #expect(
            found.lines.suffix(2).first
                == "0.500000 #1 ← 4 bytes that are no whole frame: 00000006", "\(found.lines)")
        #expect(
            found.notes.last
                == "1 frames lack their body or a part of it: it never came, or its reading failed, "
                + "the first is frame 2 of \(first)")
        #expect(!found.isDamaged)
    }

    @Test func `goes on behind a body whose reading failed, as behind a gap`() throws {
        let folder = RawFolder()
        let frames = [reply, nextValidID(1), nextValidID(2), nextValidID(3)]
        let bytes = reply + nextValidID(1)[..<4] + nextValidID(2) + nextValidID(3)
        folder.add("\(first).bin", bytes)
        let lines = index(frames).split(separator: "\n")
        folder.add(
            "\(first).idx",
            "\(lines[0])\n\(lines[1])\n2,2026-01-15T14:31:08.000Z,\(reply.count + 4),6\n"
                + "3,2026-01-15T14:31:08.500Z,\(reply.count + 14),6\n")
        let found = try read(folder.path)
        #expect(
            found.lines[3...] == [
                "1.000000 #1 ← 4 bytes that are no whole frame: 00000006",
                "1.000000 #1 ← 6 bytes were not captured",
                "1.000000 #1 ← nextValidId orderId=2", "1.500000 #1 ← nextValidId orderId=3",
                "1.500000 #1 closed: still open when the capture ended",
            ], "\(found.lines)")
        #expect(!found.isDamaged)
    }

    @Test func `that was cut is read as far as it can be, and says so`() throws {
        let folder = RawFolder()
        let frames = [reply, nextValidID(1), nextValidID(2), nextValidID(3)]
        folder.add("\(first).bin", (frames[0] + frames[1]).dropLast(2))
        folder.add("\(first).idx", index(frames))
        let found = try read(folder.path)
        #expect(found.isDamaged)
        #expect(found.lines.count == 5)
        #expect(
            found.notes[1...] == [
                "2 frames that an index tells of are not in the .bin, which was cut, the first is "
                    + "frame 3 of \(first)",
                "1 files end within a frame where the recorder does not stop, the first is "
                    + "\(first).bin",
            ])
    }

    @Test func `with an index that was cut has the last time it tells`() throws {
        let folder = RawFolder()
        let frames = [reply, nextValidID(1), nextValidID(2), nextValidID(3)]
        folder.add("\(first).bin", frames.flatMap(\.self))
        folder.add("\(first).idx", String(index(Array(frames[..<3])).dropLast(20)))
        let found = try read(folder.path)
        #expect(
            found.lines[3...5] == [
                "0.500000 #1 ← nextValidId orderId=1", "0.500000 #1 ← nextValidId orderId=2",
                "0.500000 #1 ← nextValidId orderId=3",
            ])
        #expect(found.isDamaged)
        #expect(
            found.notes[1...] == [
                "2 frames have no time in the index and got that of the frame before, the first is "
                    + "frame 3 of \(first)",
                "1 lines of an index do not agree with the bytes and were not used, the first is "
                    + "line 3 of \(first)",
            ])
    }

    @Test(arguments: [
        "1,2026-01-15T14:31:09.000Z,99999999999999999999,6",
        "1,2026-01-15T14:31:09.000Z,999999999999999,6", "1,2026-01-15T14:31:09.000Z,-1,6",
        "1,2026-01-15T14:31:09.000Z,30,4294967295", "1,2026-01-15T14:31:09.000Z,30,999999999999999",
        "9223372036854775807,2026-01-15T14:31:09.000Z,30,6", "1,9999-99-99T99:99:99.999Z,30,6",
        "1,,30,6", "1,2026-01-15T14:31:09.000Z,30", "0,2026-01-15T14:31:09.000Z,0,26", ",,,", "",
        "7,2026-01-15T14:31:09.000Z,30,6", "1,2026-01-15T14:31:09.000Z,31,6",
        String(repeating: "1", count: 300),
    ])
    func `does not believe a line of the index that does not agree with the bytes`(line: String)
        throws
    {
        let folder = RawFolder()
        let frames = [reply, nextValidID(1), nextValidID(2)]
        folder.add("\(first).bin", frames.flatMap(\.self))
        let lines = index(frames).split(separator: "\n")
        folder.add("\(first).idx", "\(lines[0])\n\(line)\n\(lines[2])\n")
        let found = try read(folder.path)
        #expect(found.isDamaged)
        #expect(
            found.lines.filter { $0.contains("nextValidId") }.map { $0.suffix(9) } == [
                "orderId=1", "orderId=2",
            ], "\(found.lines)")
    }

    @Test func `takes no time that goes backwards, and none that is unknown`() throws {
        let folder = RawFolder()
        let frames = [reply, nextValidID(1), nextValidID(2)]
        folder.add("\(first).bin", frames.flatMap(\.self))
        folder.add(
            "\(first).idx",
            index(frames).replacing("14:31:07.500Z", with: "14:30:07.500Z")
                .replacing("2026-01-15T14:31:08.000Z", with: "unknown"))
        let found = try read(folder.path)
        #expect(
            found.lines[3...4] == [
                "0.000000 #1 ← nextValidId orderId=1", "0.000000 #1 ← nextValidId orderId=2",
            ])
        #expect(!found.isDamaged)
        #expect(
            found.notes[1...] == [
                "1 frames have no time in the index and got that of the frame before, the first is "
                    + "frame 3 of \(first)",
                "1 frames came earlier than the frame before, as the index has it, and got its time, "
                    + "the first is frame 2 of \(first)",
            ])
    }

    @Test func `of a connection without a byte says that nothing was heard on it`() throws {
        let folder = RawFolder()
        folder.add("\(first).bin", [])
        folder.add("\(first).idx", [])
        let found = try read(folder.path)
        #expect(found.lines.count == 3)
        #expect(
            found.notes.last
                == "1 connections have no byte: the gateway was not heard on them, the first is "
                + "\(first).bin")
        #expect(!found.isDamaged)
    }

    @Test func `of what is no answer to a hello is shown in bytes`() throws {
        let folder = RawFolder()
        folder.add("\(first).bin", frame("HTTP".utf8) + nextValidID(1))
        let found = try read(folder.path)
        #expect(
            found.lines[2].contains(
                "malformed: the answer to the hello is no server version and connection time"))
        #expect(found.lines[3].contains("10 bytes that are no whole frame"))
    }

    @Test func `gets a hello and a startApi made up where it is to be replayed`() throws {
        let folder = RawFolder()
        let frames = [reply, nextValidID(1)]
        folder.add("\(first).bin", frames.flatMap(\.self))
        folder.add("\(first).idx", index(frames))
        let found = try read(folder.path, completesHandshake: true)
        #expect(
            found.lines == [
                "0.000000 #1 opened, 2026-01-15T14:31:07.000000Z",
                "0.000000 #1 note: the gateway's side alone was recorded; hello and startApi are made "
                    + "up", "0.000000 #1 → hello v100..176",
                "0.000000 #1 ← server version 176, 20260115 14:31:07 UTC",
                "0.000000 #1 → startApi", "0.500000 #1 ← nextValidId orderId=1",
                "0.500000 #1 closed: still open when the capture ended",
            ])
        #expect(found.notes.contains { $0.hasPrefix("hello and startApi are made up; ") })
    }

    @Test func `leaves other files alone, and tells of an index alone`() throws {
        let folder = RawFolder()
        folder.add("\(first).bin", reply)
        folder.add("2026-01-15-14-31-0-inbound-001.idx", "0,unknown,0,26\n")
        folder.add("2026-01-15-14-31-0-inbound-2.bin", "no number of three digits")
        folder.add("notes.bin", "no capture")
        let found = try read(folder.path)
        #expect(found.lines.count == 4)
        #expect(found.isDamaged)
        #expect(
            found.notes.last
                == "1 indexes have no .bin beside them, the first is "
                + "2026-01-15-14-31-0-inbound-001.idx")
    }

    @Test(arguments: [
        "2026-01-15-14-31-inbound-000.bin", "2026-01-15-14-31-0-inbound-00.bin",
        "2026-01-15-14-31-0-inbound-000.bin.gz", "2026-13-15-14-31-0-inbound-000.bin",
        "2026-1-15-14-31-0-inbound-0000.bin", "2026-01-15-14-31-x-inbound-000.bin",
        "2026-01-15-14-31-0-inbound-9999999999999999.bin", "known-0-inbound-000.bin",
        "2026-01-15-14-31-0-outbound-000.bin", "-0-inbound-000.bin", ".bin", "inbound-000.bin",
    ])
    func `is not known by another name`(name: String) {
        #expect(!RustRawCapture.isOne("/tmp/\(name)"))
        #expect(throws: CaptureError.noRecording(path: "/tmp/\(name)")) {
            _ = try RustRawCapture(path: "/tmp/\(name)")
        }
    }

    @Test func `that is not there is refused, and a folder without one`() throws {
        let folder = RawFolder()
        #expect(!RustRawCapture.isOne(folder.path))
        #expect(throws: CaptureError.noRecording(path: folder.path)) {
            _ = try RustRawCapture(path: folder.path)
        }
        folder.add("\(first).idx", "0,unknown,0,26\n")
        #expect(throws: CaptureError.self) {
            _ = try RustRawCapture(path: "\(folder.path)/\(first).idx")
        }
    }

    /// The bundled folder was made of the gateway's side of two bundled captures.
    @Test func `tells the same messages as the captures it was made of`() throws {
        let lines = try read(Bundled.path("logs/rust-ibapi-raw")).lines.map { line in
            line.drop { $0 != "#" }
        }
        for (number, capture) in ["session/healthy.pcap", "session/protobuf.pcap"].enumerated() {
            let told = lines.filter { $0.hasPrefix("#\(number + 1) ←") }.map { $0.dropFirst(3) }
            let known = try Bundled.lines(of: capture).map { $0.dropFirst(3) }
            #expect(told == known.filter { $0.hasPrefix("←") })
        }
    }

    @Test func `that is changed anyhow is read to its end, in the order of times`() throws {
        var random = SeededRandom(seed: 7)
        let frames = [reply] + (1..<12).map(nextValidID)
        let bytes = frames.flatMap(\.self)
        let lines = Array(index(frames).utf8)
        for _ in 0..<300 {
            let folder = RawFolder()
            folder.add("\(first).bin", changed(bytes, &random))
            folder.add("\(first).idx", changed(lines, &random))
            for completes in [false, true] {
                var capture = try RustRawCapture(
                    path: folder.path, completesHandshake: completes)
                var events: [DecodedEvent] = []
                try capture.read(into: &events)
                #expect(zip(events, events.dropFirst()).allSatisfy { $0.at <= $1.at })
                #expect(events.last?.kind == .over(.stillOpen))
                #expect(capture.notes.allSatisfy { !$0.isEmpty })
            }
        }
    }

    private func changed(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 7))
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }
}
