import EventLog
import GatewayWire
import RunReport
import Simulation
import Testing

@Suite struct `An excerpt of a log` {
    private static let limits: ReportLimits = {
        var limits = ReportLimits()
        limits.maxEventBytes = 400
        limits.maxLineBytes = 40
        limits.maxFrameBytes = 4
        return limits
    }()

    private static func line(_ number: Int) -> LogEvent {
        LogEvent(
            at: .start + .milliseconds(number),
            kind: .clientLine(run: "bot#1", stream: .stdout, text: "line \(number)"))
    }

    private func excerpt(of events: [LogEvent], maxBytes: Int = 1 << 20) -> LogExcerpt {
        var maker = ExcerptMaker(epoch: 0, maxBytes: maxBytes, limits: Self.limits)
        for event in events { maker.take(event) }
        return maker.excerpt
    }

    @Test func `has every event when there is room, as the event log writes it`() {
        let events = (0..<10).map(Self.line)
        let excerpt = excerpt(of: events)
        #expect(excerpt.lines == events.map { $0.jsonLine(epoch: 0) })
        #expect(excerpt.omittedCount == 0)
        #expect(excerpt.duration == .milliseconds(9))
    }

    @Test func `keeps the first and the last lines, and tells how many are missing between`() throws
    {
        let excerpt = excerpt(of: (0..<1000).map(Self.line), maxBytes: 3000)
        let read = try EventLogReader.events(of: excerpt.lines.joined(separator: "\n"))
        #expect(excerpt.size <= 3000 + 100)
        #expect(read.first?.kind == Self.line(0).kind)
        #expect(read.last?.kind == Self.line(999).kind)
        let missing = read.compactMap { event in
            if case .omitted(let count) = event.kind { count } else { nil }
        }
        #expect(missing == [excerpt.omittedCount])
        #expect(read.count - 1 + excerpt.omittedCount == 1000)
    }

    @Test func `keeps what tells the story among any number of lines`() {
        let light = LogEvent(at: .start + .milliseconds(500), gateway: "live", kind: .light(.red))
        let events = (0..<500).map(Self.line) + [light] + (500..<1000).map(Self.line)
        let excerpt = excerpt(of: events, maxBytes: 3000)
        #expect(excerpt.lines.contains(light.jsonLine(epoch: 0)))
        #expect(excerpt.lines.count { $0.contains(#""event":"omitted""#) } == 2)
    }

    @Test func `shortens long lines and frames, and leaves out what cannot be shortened`() {
        let events = [
            LogEvent(
                at: .start,
                kind: .clientLine(
                    run: "bot#1", stream: .stderr, text: String(repeating: "ü", count: 50))),
            LogEvent(at: .start, kind: .raw(.toClient, Array(repeating: 0xFF, count: 1000))),
            LogEvent(at: .start, kind: .note(String(repeating: "x", count: 1000))),
        ]
        let excerpt = excerpt(of: events)
        #expect(excerpt.lines.count == 3)
        #expect(excerpt.lines[0].contains(String(repeating: "ü", count: 20) + "…\""))
        #expect(excerpt.lines[1].contains(#""count":1000,"hex":"ffffffff","omitted":996"#))
        #expect(excerpt.lines[2].contains(#""event":"omitted","count":1"#))
        #expect(excerpt.omittedCount == 1)
    }

    @Test func `remembers the first failures`() {
        let failed = (1...5).map { number in
            Finding(
                mark: SourceMark(file: "a.yaml", line: number, column: 1), expected: "a",
                seen: "\(number)", holds: false)
        }
        let passed = Finding(mark: failed[0].mark, expected: "a", seen: "a", holds: true)
        let excerpt = excerpt(
            of: ([passed] + failed).map { LogEvent(at: .start, kind: .expectation($0)) })
        #expect(excerpt.failures == Array(failed[..<3]))
    }
}
