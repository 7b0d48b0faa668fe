import CaptureImport
import EventLog
import GatewayWire
import Testing

@Suite struct `A raw capture of rust-ibapi` {
    @Test func `gives each message the time of its line in the index`() throws {
        let folder = RawFolder()
        let frames = [
            RawFolder.reply, RawFolder.text(Message("managedAccounts", ["accountsList": "DU1"])),
            RawFolder.nextValidID(9),
        ]
        folder.add("\(RawFolder.first).bin", frames.flatMap(\.self))
        folder.add("\(RawFolder.first).idx", RawFolder.index(frames))
        let lines = [
            "0.000000 #1 already open, 2026-01-15T14:31:07.000000Z",
            "0.000000 #1 note: the gateway's side alone was recorded",
            "0.000000 #1 ← server version 176, 20260115 14:31:07 UTC",
            "0.500000 #1 ← managedAccounts accountsList=DU1", "1.000000 #1 ← nextValidId orderId=9",
            "1.000000 #1 closed: still open when the capture ended",
        ]
        for path in [
            folder.path, "\(folder.path)/\(RawFolder.first).bin",
            "\(folder.path)/\(RawFolder.first).idx",
        ] {
            #expect(RustRawCapture.isOne(path))
            let found = try RawFolder.read(path)
            #expect(found.lines == lines)
            #expect(found.notes == [RawFolder.always])
            #expect(!found.isDamaged)
        }
    }

    @Test func `numbers frames in place of packets, and calls no read a segment`() throws {
        let folder = RawFolder()
        let long = RawFolder.text(
            Message("error", ["errorString": String(repeating: "x", count: 200_000)]))
        let frames = [RawFolder.reply, long, RawFolder.nextValidID(1)]
        folder.add("\(RawFolder.first).bin", frames.flatMap(\.self))
        folder.add("\(RawFolder.first).idx", RawFolder.index(frames))
        var capture = try RustRawCapture(path: folder.path)
        var events: [DecodedEvent] = []
        try capture.read(into: &events)
        #expect(events.map(\.position.firstPacket) == [1, 1, 1, 2, 3, 3])
        #expect(events.map(\.position.lastPacket) == [1, 1, 1, 2, 3, 3])
        #expect(events.allSatisfy { $0.position.cuts.isEmpty })
    }

    @Test func `without an index has the time in its name, and says so`() throws {
        let folder = RawFolder()
        folder.add("\(RawFolder.first).bin", RawFolder.reply + RawFolder.nextValidID(9))
        let found = try RawFolder.read(folder.path)
        #expect(found.lines[0] == "0.000000 #1 already open, 2026-01-15T14:31:00.000000Z")
        #expect(found.lines[3] == "0.000000 #1 ← nextValidId orderId=9")
        #expect(
            found.notes == [
                RawFolder.always,
                "1 connections have no index (.idx), so times are missing: every message has the time "
                    + "at which the client began, the first is \(RawFolder.first).bin",
            ])
        #expect(!found.isDamaged)
    }

    @Test func `without an index and a minute begins in 1970, and says so`() throws {
        let folder = RawFolder()
        folder.add("unknown-3-inbound-000.bin", RawFolder.reply)
        let found = try RawFolder.read(folder.path)
        #expect(found.lines[0] == "0.000000 #1 already open, 1970-01-01T00:00:00.000000Z")
        #expect(
            found.notes.last
                == "1 of these do not tell that time either: 1970-01-01 stands, the first is "
                + "unknown-3-inbound-000.bin")
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
            let frames = [RawFolder.reply, RawFolder.nextValidID(number + 1)]
            folder.add("\(name).bin", frames.flatMap(\.self))
            folder.add(
                "\(name).idx", RawFolder.index(frames).replacing("14:31:07", with: times[number]))
        }
        let lines = try RawFolder.read(folder.path).lines
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
        var short = RawFolder.nextValidID(1234)
        // Three bytes too few: the next length is read from the middle of the message.
        short[3] -= 3
        let frames = [
            RawFolder.reply, RawFolder.nextValidID(1), short, RawFolder.nextValidID(2),
            RawFolder.nextValidID(3), RawFolder.nextValidID(4),
        ]
        folder.add("\(RawFolder.first).bin", frames.flatMap(\.self))
        folder.add("\(RawFolder.first).idx", RawFolder.index(Array(frames[..<3])))
        let found = try RawFolder.read(folder.path)
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

    @Test func `of a connection without a byte says that nothing was heard on it`() throws {
        let folder = RawFolder()
        folder.add("\(RawFolder.first).bin", [])
        folder.add("\(RawFolder.first).idx", [])
        let found = try RawFolder.read(folder.path)
        #expect(found.lines.count == 3)
        #expect(
            found.notes.last
                == "1 connections have no byte: the gateway was not heard on them, the first is "
                + "\(RawFolder.first).bin")
        #expect(!found.isDamaged)
    }

    @Test func `of what is no answer to a hello is shown in bytes`() throws {
        let folder = RawFolder()
        folder.add("\(RawFolder.first).bin", frame("HTTP".utf8) + RawFolder.nextValidID(1))
        let found = try RawFolder.read(folder.path)
        #expect(
            found.lines[2].contains(
                "malformed: the answer to the hello is no server version and connection time"))
        #expect(found.lines[3].contains("10 bytes that are no whole frame"))
    }

    @Test func `gets a hello and a startApi made up where it is to be replayed`() throws {
        let folder = RawFolder()
        let frames = [RawFolder.reply, RawFolder.nextValidID(1)]
        folder.add("\(RawFolder.first).bin", frames.flatMap(\.self))
        folder.add("\(RawFolder.first).idx", RawFolder.index(frames))
        let found = try RawFolder.read(folder.path, completesHandshake: true)
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
        folder.add("\(RawFolder.first).idx", "0,unknown,0,26\n")
        #expect(throws: CaptureError.self) {
            _ = try RustRawCapture(path: "\(folder.path)/\(RawFolder.first).idx")
        }
    }

    @Test func `of more clients at once than files may be open is read whole, and says so`() throws
    {
        let folder = RawFolder()
        let count = RustRawCapture.maxOpenClients + 1
        let frames = [RawFolder.reply, RawFolder.nextValidID(1)]
        for client in 0..<count {
            folder.add("2026-01-15-14-31-\(client)-inbound-000.bin", frames.flatMap(\.self))
            folder.add("2026-01-15-14-31-\(client)-inbound-000.idx", RawFolder.index(frames))
        }
        let found = try RawFolder.read(folder.path)
        #expect(found.lines.count { $0.hasSuffix("nextValidId orderId=1") } == count)
        #expect(!found.isDamaged)
        #expect(
            found.notes.last
                == "more than 200 clients were connected at once, so not everything is told in the "
                + "order of times")
    }

    /// The bundled folder was made of the gateway's side of two bundled captures.
    @Test func `tells the same messages as the captures it was made of`() throws {
        let lines = try RawFolder.read(Bundled.path("logs/rust-ibapi-raw")).lines.map { line in
            line.drop { $0 != "#" }
        }
        for (number, capture) in ["session/healthy.pcap", "session/protobuf.pcap"].enumerated() {
            let told = lines.filter { $0.hasPrefix("#\(number + 1) ←") }.map { $0.dropFirst(3) }
            let known = try Bundled.lines(of: capture).map { $0.dropFirst(3) }
            #expect(told == known.filter { $0.hasPrefix("←") })
        }
    }
}
