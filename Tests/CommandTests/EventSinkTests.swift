import EventLog
import GatewayMachine
import Glibc
import Simulation
import Testing

@testable import fakegw

@Suite struct `The event sink` {
    private let header = RunHeader(scenario: "s.yaml", title: "s", seed: 3, speed: 1)

    private func notes(_ range: Range<Int>) -> [LogEvent] {
        range.map { LogEvent(at: SimInstant(nanoseconds: Int64($0)), kind: .note("\($0)")) }
    }

    @Test func `writes every event to its file, behind what is played`() throws {
        let path = "/tmp/fakegw-event-sink-\(getpid()).jsonl"
        defer { unlink(path) }
        var limits = EventSinkLimits()
        limits.maxKeptCount = 4
        let sink = EventSink(
            epoch: 99, header: header, keeps: true, file: try LineFile(path: path), limits: limits)
        sink.take(notes(0..<20))
        let text = try Files.readText(path)
        let events = try EventLogReader.events(of: text)
        #expect(events == [LogEvent(at: .start, kind: .run(header))] + notes(0..<20))
        #expect(sink.count == 21 && sink.tally.header == header)
    }

    @Test(arguments: [3, 4, 5, 6, 100]) func `keeps the last events and counts the others`(
        count: Int
    ) {
        var limits = EventSinkLimits()
        limits.maxKeptCount = 5
        let sink = EventSink(epoch: 0, header: header, keeps: true, file: nil, limits: limits)
        sink.take(notes(0..<count))
        let all = [LogEvent(at: .start, kind: .run(header))] + notes(0..<count)
        guard all.count > 5 else {
            #expect(sink.events == all)
            return
        }
        guard case .omitted(let omitted) = sink.events.first?.kind else {
            Issue.record("\(sink.events)")
            return
        }
        let kept = sink.events.dropFirst()
        #expect((3...5).contains(kept.count) && omitted + kept.count == all.count)
        #expect(kept.elementsEqual(all.suffix(kept.count)))
    }

    @Test func `says in its file how many events a full disk has cost`() throws {
        // A pipe that nobody reads takes nothing more, like a full disk, until it is read.
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        defer { close(ends[0]) }
        var sink: EventSink? = EventSink(
            epoch: 0, header: header, keeps: false,
            file: LineFile(descriptor: ends[1], maxPendingBytes: 1000))
        func drain() -> [UInt8] {
            var bytes: [UInt8] = []
            var scratch = [UInt8](repeating: 0, count: 1 << 17)
            while case let count = read(ends[0], &scratch, scratch.count), count > 0 {
                bytes += scratch[..<count]
            }
            return bytes
        }
        for index in 0..<3000 { sink?.take(notes(index..<(index + 1))) }
        var bytes = drain()
        for index in 3000..<3010 { sink?.take(notes(index..<(index + 1))) }
        sink = nil
        bytes += drain()
        var reader = EventLogReader(bytes)
        var tally = LogTally()
        var last: LogEvent?
        while let event = try reader.next() {
            tally.take(event)
            last = event
        }
        #expect(!reader.isTorn && tally.omittedCount > 0)
        // The header and the line that tells of the others are no notes.
        #expect(tally.eventCount - 2 + tally.omittedCount == 3010)
        #expect(last == notes(3009..<3010).first)
    }

    @Test func `keeps none where none are wanted, and counts them all the same`() {
        let sink = EventSink(epoch: 0, header: header, keeps: false, file: nil)
        sink.take(notes(0..<3))
        #expect(sink.events.isEmpty && sink.count == 4 && sink.logging == .none)
    }
}
