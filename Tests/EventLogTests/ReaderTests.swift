import EventLog
import GatewayWire
import Simulation
import Testing

@Suite struct `An event log` {
    private let epoch: Int64 = 1_768_487_467_000_000_000
    private let header = RunHeader(scenario: "a.yaml", title: "a [x]", seed: 7, speed: 10)

    private func file(_ events: [LogEvent]) -> String {
        ([LogEvent(at: .start, kind: .run(header))] + events)
            .map { $0.jsonLine(epoch: epoch) + "\n" }.joined()
    }

    private let note = LogEvent(
        at: SimInstant(nanoseconds: 1_500_000_001), gateway: "live", kind: .note("text"))

    @Test func `carries its epoch and what was played`() throws {
        var reader = EventLogReader(file([note]))
        #expect(try reader.next()?.kind == .run(header))
        #expect(reader.header == header && reader.epoch == epoch)
        #expect(try reader.next() == note)
        #expect(try reader.next() == nil)
        #expect(!reader.isTorn && reader.notes.isEmpty)
    }

    @Test func `of many events reads back equal`() throws {
        var maker = EventMaker(seed: 99)
        var events = (0..<500).map { _ in maker.event() }
        events.removeAll { if case .run = $0.kind { true } else { false } }
        #expect(try EventLogReader.events(of: file(events)).dropFirst().elementsEqual(events))
    }

    @Test func `without a header counts from its first event`() throws {
        let lines = [note, LogEvent(at: SimInstant(nanoseconds: 2_500_000_001), kind: .listening)]
        let text = lines.map { $0.jsonLine(epoch: epoch) }.joined(separator: "\r\n")
        #expect(
            try EventLogReader.events(of: text).map(\.at.nanoseconds) == [0, 1_000_000_000])
    }

    @Test func `that breaks off anywhere in its last line is read up to there`() throws {
        let whole = Array(file([note]).utf8)
        let last = Array(
            (LogEvent(at: .start, kind: .note("é\"\u{1}")).jsonLine(epoch: epoch)).utf8)
        for count in 1..<last.count {
            var reader = EventLogReader(whole + last.prefix(count))
            var events: [LogEvent] = []
            while let event = try reader.next() { events.append(event) }
            #expect(events.count == 2, "\(count) bytes")
            #expect(reader.isTorn)
            #expect(reader.notes.first?.hasPrefix("line 3, the last, breaks off") ?? false)
        }
        var reader = EventLogReader(whole + last)
        for _ in 0..<3 { #expect(try reader.next() != nil) }
        #expect(try reader.next() == nil && !reader.isTorn)
    }

    @Test func `of a newer format is refused`() {
        let text = file([]).replacing("\"format\":1", with: "\"format\":2")
        #expect(
            throws: EventLogError(
                line: 1, column: 60,
                reason: "the log has format 2, and this program reads up to 1: read it with a "
                    + "newer fakegw")
        ) { try EventLogReader.events(of: text) }
    }

    /// A line, and below it the complaint about it.
    private static let mistakes = #"""
        {"at":"2026-01-15T14:31:07.000000Z","event":"nothing"}
        1:45: there is no event 'nothing'
        []
        1:1: 'a line' is no object
        {}
        1:1: the object has no 'at'
        {"é":1,"at":"soon"}
        1:13: 'at' is no time such as 2026-01-15T14:31:07.123456Z
        {"at":"2026-02-30T14:31:07.000000Z","event":"listening"}
        1:7: 'at' is no time such as 2026-01-15T14:31:07.123456Z
        {"a":tru}
        1:9: this is not 'true'
        {"a":1,}
        1:8: a member's name is missing
        {"a":01}
        1:6: this is no number as JSON writes it
        {"a":"\ud800x"}
        1:13: the first half of a surrogate pair stands alone
        {"a":"\udc00"}
        1:13: the second half of a surrogate pair stands alone
        {"a":"\q"}
        1:8: there is no such escape
        {} {}
        1:4: something follows the end of the JSON value
        [[[[[[[[[[[[[[[[[
        1:17: more than 16 objects and lists inside each other
        {"at":"2026-01-15T14:31:07.000000Z","direction":"toClient","id":9,"name":"x","encoding":"text","fields":{}}
        1:74: no message toClient is called 'x'
        {"at":"2026-01-15T14:31:07.000000Z","direction":"toClient","id":8,"name":"nextValidId","encoding":"text","fields":{}}
        1:65: 'nextValidId' has the id 9
        {"at":"2026-01-15T14:31:07.000000Z","direction":"toClient","id":9,"name":"nextValidId","encoding":"text","fields":{"orderID":1}}
        1:126: there is no field 'orderID', or it is full
        {"at":"2026-01-15T14:31:07.000000Z","event":"held","by":"client"}
        1:57: this event is the other side's
        {"at":"2026-01-15T14:31:07.000000Z","event":"raw","direction":"toClient","count":2,"hex":"00"}
        1:82: 'count' is not the number of bytes in 'hex'
        """#.split(separator: "\n").map(String.init)

    @Test(arguments: 0..<(mistakes.count / 2))
    func `names the place of what cannot be read`(number: Int) {
        let text = Self.mistakes[2 * number]
        let error = #expect(throws: EventLogError.self) {
            try EventLogReader.events(of: text + "\n")
        }
        #expect(error?.description == Self.mistakes[2 * number + 1])
        let later = #expect(throws: EventLogError.self) {
            try EventLogReader.events(of: "\n" + text + "\n")
        }
        #expect(later?.line == 2 && later?.column == error?.column)
    }

    @Test func `reads escapes of other writers`() throws {
        let line =
            #"{ "event" : "note", "text" : "\u00e9\ud83d\ude80\/\b\f" , "#
            + #""at" : "2026-01-15T14:31:07.5Z" }"#
        let event = try LogEvent(jsonLine: line, epoch: epoch)
        #expect(event.kind == .note("é🚀/\u{8}\u{C}"))
        #expect(event.at == SimInstant(nanoseconds: 500_000_000))
    }

    @Test func `is bounded at, below and above its limits`() throws {
        let text = file([note, note])
        var limits = EventLogLimits()
        func read() throws -> Int {
            var reader = EventLogReader(text, limits: limits)
            var count = 0
            while try reader.next() != nil { count += 1 }
            return count
        }
        limits.maxLines = 3
        #expect(try read() == 3)
        limits.maxLines = 2
        #expect(throws: EventLogError.self) { try read() }
        limits.maxLines = 3
        let longest = text.split(separator: "\n").map(\.utf8.count).max() ?? 0
        limits.json.maxBytes = longest
        #expect(try read() == 3)
        limits.json.maxBytes = longest - 1
        #expect(throws: EventLogError.self) { try read() }
        limits.json = JSONLimits()
        limits.json.maxValues = 9
        #expect(try read() == 3)
        limits.json.maxValues = 8
        #expect(throws: EventLogError.self) { try read() }
        limits.json = JSONLimits()
        limits.json.maxDepth = 1
        #expect(try read() == 3)
        limits.json.maxDepth = 0
        #expect(throws: EventLogError.self) { try read() }
    }

    /// What it means is not looked at: nothing traps, and every complaint has a place and a reason.
    @Test(arguments: 0..<20) func `never traps when it is damaged`(seed: UInt64) {
        var maker = EventMaker(seed: seed &* 31 &+ 5)
        var refusedCount = 0
        for _ in 0..<100 {
            let line = Array(maker.event().jsonLine(epoch: epoch).utf8)
            guard line.count < 20_000 else { continue }
            var damaged = line
            for _ in 0..<Int.random(in: 1...3, using: &maker.random) {
                damage(&damaged, with: &maker)
            }
            damaged.append(UInt8(ascii: "\n"))
            var reader = EventLogReader(damaged)
            do throws(EventLogError) {
                while let event = try reader.next() { _ = event.jsonLine(epoch: 0) }
            } catch {
                refusedCount += 1
                #expect(error.line >= 1 && error.column >= 1 && !error.reason.isEmpty)
                #expect(error.column <= damaged.count + 1)
            }
        }
        #expect(refusedCount > 30)
    }

    private func damage(_ bytes: inout [UInt8], with maker: inout EventMaker) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &maker.random)
        switch Int.random(in: 0..<6, using: &maker.random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &maker.random)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(contentsOf: maker.pick(Self.pieces).utf8, at: index)
        case 3: bytes.removeSubrange(index..<min(bytes.count, index + 20))
        case 4: bytes += bytes[..<index]
        default:
            let other = Int.random(in: 0..<bytes.count, using: &maker.random)
            bytes.swapAt(index, other)
        }
    }

    private static let pieces = [
        "\"", "{", "}", "[", "]", ",", ":", "\\", "\\u", "null", "true", "-", "1e999",
        "99999999999999999999", "\"hidden\":[{\"at\":[\"orderId\",0,\"x\"],\"text\":\"x\"}],",
        "\"hidden\":[{\"at\":[-1]}],", "\"hidden\":[{\"at\":[\"orderId\"],\"rows\":[{}]}],",
        "\"extras\":[\"1.2:\"],", "\"original\":\"zz\",", "\"fields\":{},", "\"count\":-1,",
        "\u{1F680}", "\u{0}",
    ]
}
