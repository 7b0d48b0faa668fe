import CaptureImport
import EventLog
import Simulation
import Testing

@Suite struct `A damaged raw capture of rust-ibapi` {
    @Test func `shows a frame whose body never came`() throws {
        let folder = RawFolder()
        let frames = [RawFolder.reply, RawFolder.nextValidID(1)]
        folder.add("\(RawFolder.first).bin", frames.flatMap(\.self).dropLast(6))
        folder.add("\(RawFolder.first).idx", RawFolder.index(frames))
        let found = try RawFolder.read(folder.path)
        #expect(
            found.lines.suffix(2).first
                == "0.500000 #1 ← 4 bytes that are no whole frame: 00000006", "\(found.lines)")
        #expect(
            found.notes.last
                == "1 frames lack their body or a part of it: it never came, or its reading failed, "
                + "the first is frame 2 of \(RawFolder.first)")
        #expect(!found.isDamaged)
    }

    @Test func `goes on behind a body whose reading failed, as behind a gap`() throws {
        let folder = RawFolder()
        let frames = [
            RawFolder.reply, RawFolder.nextValidID(1), RawFolder.nextValidID(2),
            RawFolder.nextValidID(3),
        ]
        let bytes =
            RawFolder.reply + RawFolder.nextValidID(1)[..<4] + RawFolder.nextValidID(2)
            + RawFolder.nextValidID(3)
        folder.add("\(RawFolder.first).bin", bytes)
        let lines = RawFolder.index(frames).split(separator: "\n")
        folder.add(
            "\(RawFolder.first).idx",
            "\(lines[0])\n\(lines[1])\n2,2026-01-15T14:31:08.000Z,\(RawFolder.reply.count + 4),6\n"
                + "3,2026-01-15T14:31:08.500Z,\(RawFolder.reply.count + 14),6\n")
        let found = try RawFolder.read(folder.path)
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
        let frames = [
            RawFolder.reply, RawFolder.nextValidID(1), RawFolder.nextValidID(2),
            RawFolder.nextValidID(3),
        ]
        folder.add("\(RawFolder.first).bin", (frames[0] + frames[1]).dropLast(2))
        folder.add("\(RawFolder.first).idx", RawFolder.index(frames))
        let found = try RawFolder.read(folder.path)
        #expect(found.isDamaged)
        #expect(found.lines.count == 5)
        #expect(
            found.notes[1...] == [
                "2 frames that an index tells of are not in the .bin, which was cut, the first is "
                    + "frame 3 of \(RawFolder.first)",
                "1 files end within a frame where the recorder does not stop, the first is "
                    + "\(RawFolder.first).bin",
            ])
    }

    @Test func `with an index that was cut has the last time it tells`() throws {
        let folder = RawFolder()
        let frames = [
            RawFolder.reply, RawFolder.nextValidID(1), RawFolder.nextValidID(2),
            RawFolder.nextValidID(3),
        ]
        folder.add("\(RawFolder.first).bin", frames.flatMap(\.self))
        folder.add(
            "\(RawFolder.first).idx", String(RawFolder.index(Array(frames[..<3])).dropLast(20)))
        let found = try RawFolder.read(folder.path)
        #expect(
            found.lines[3...5] == [
                "0.500000 #1 ← nextValidId orderId=1", "0.500000 #1 ← nextValidId orderId=2",
                "0.500000 #1 ← nextValidId orderId=3",
            ])
        #expect(found.isDamaged)
        #expect(
            found.notes[1...] == [
                "2 frames have no time in the index and got that of the frame before, the first is "
                    + "frame 3 of \(RawFolder.first)",
                "1 lines of an index do not agree with the bytes and were not used, the first is "
                    + "line 3 of \(RawFolder.first)",
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
        let frames = [RawFolder.reply, RawFolder.nextValidID(1), RawFolder.nextValidID(2)]
        folder.add("\(RawFolder.first).bin", frames.flatMap(\.self))
        let lines = RawFolder.index(frames).split(separator: "\n")
        folder.add("\(RawFolder.first).idx", "\(lines[0])\n\(line)\n\(lines[2])\n")
        let found = try RawFolder.read(folder.path)
        #expect(found.isDamaged)
        #expect(
            found.lines.filter { $0.contains("nextValidId") }.map { $0.suffix(9) } == [
                "orderId=1", "orderId=2",
            ], "\(found.lines)")
    }

    @Test func `takes no time that goes backwards, and none that is unknown`() throws {
        let folder = RawFolder()
        let frames = [RawFolder.reply, RawFolder.nextValidID(1), RawFolder.nextValidID(2)]
        folder.add("\(RawFolder.first).bin", frames.flatMap(\.self))
        folder.add(
            "\(RawFolder.first).idx",
            RawFolder.index(frames).replacing("14:31:07.500Z", with: "14:30:07.500Z")
                .replacing("2026-01-15T14:31:08.000Z", with: "unknown"))
        let found = try RawFolder.read(folder.path)
        #expect(
            found.lines[3...4] == [
                "0.000000 #1 ← nextValidId orderId=1", "0.000000 #1 ← nextValidId orderId=2",
            ])
        #expect(!found.isDamaged)
        #expect(
            found.notes[1...] == [
                "1 frames have no time in the index and got that of the frame before, the first is "
                    + "frame 3 of \(RawFolder.first)",
                "1 frames came earlier than the frame before, as the index has it, and got its time, "
                    + "the first is frame 2 of \(RawFolder.first)",
            ])
    }

    @Test func `leaves other files alone, and tells of an index alone`() throws {
        let folder = RawFolder()
        folder.add("\(RawFolder.first).bin", RawFolder.reply)
        folder.add("2026-01-15-14-31-0-inbound-001.idx", "0,unknown,0,26\n")
        folder.add("2026-01-15-14-31-0-inbound-2.bin", "no number of three digits")
        folder.add("notes.bin", "no capture")
        let found = try RawFolder.read(folder.path)
        #expect(found.lines.count == 4)
        #expect(found.isDamaged)
        #expect(
            found.notes.last
                == "1 indexes have no .bin beside them, the first is "
                + "2026-01-15-14-31-0-inbound-001.idx")
    }

    @Test func `that is changed anyhow is read to its end, in the order of times`() throws {
        var random = SeededRandom(seed: 7)
        let frames = [RawFolder.reply] + (1..<12).map(RawFolder.nextValidID)
        let bytes = frames.flatMap(\.self)
        let lines = Array(RawFolder.index(frames).utf8)
        for _ in 0..<300 {
            let folder = RawFolder()
            folder.add("\(RawFolder.first).bin", changed(bytes, &random))
            folder.add("\(RawFolder.first).idx", changed(lines, &random))
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
