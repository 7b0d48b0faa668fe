package import EventLog
internal import GatewayWire
internal import Simulation

/// The events of one play that its report shows, as lines of the event log.
///
/// When there are too many, the first and the last of two kinds are kept: messages and output of
/// which there may be any number, and everything else, which tells the story. Where some are missing
/// stands an `omitted` event with their count.
package struct LogExcerpt: Sendable {
    /// JSON objects, in their order.
    package let lines: [String]
    package let omittedCount: Int
    /// What was expected and did not hold, the first of it.
    package let failures: [Finding]
    /// Gateway time from the start to the last event.
    package let duration: Duration

    /// Bytes of the lines.
    package var size: Int { lines.reduce(0) { $0 + $1.utf8.count + 1 } }
}

/// Makes an excerpt of the events that it is given, in memory that the excerpt's size bounds.
package struct ExcerptMaker: Sendable {
    private let epoch: Int64
    private let limits: ReportLimits
    private var eventLimits = EventLogLimits()
    private var count = 0
    private var end = SimInstant.start
    private var failures: [Finding] = []
    private var traffic: EndsOfList
    private var story: EndsOfList

    /// - Parameters:
    ///   - epoch: Nanoseconds since 1970 at the start of gateway time.
    ///   - maxBytes: Of all lines together.
    package init(epoch: Int64, maxBytes: Int, limits: ReportLimits = ReportLimits()) {
        self.epoch = epoch
        self.limits = limits
        eventLimits.maxBytes = limits.maxFrameBytes
        // The story's part is enough for thousands of steps, faults and connections.
        story = EndsOfList(maxBytes: maxBytes / 3)
        traffic = EndsOfList(maxBytes: maxBytes - maxBytes / 3)
    }

    package mutating func take(_ event: LogEvent) {
        defer { count += 1 }
        end = max(end, event.at)
        if case .expectation(let finding) = event.kind, !finding.holds,
            failures.count < limits.maxFailures
        {
            failures.append(finding)
        }
        guard let line = line(for: event) else { return }
        let entry = EndsOfList.Entry(index: count, at: event.at, line: line)
        if event.isTraffic { traffic.take(entry) } else { story.take(entry) }
    }

    package var excerpt: LogExcerpt {
        var lines: [String] = []
        var next = 0
        let entries = (story.entries + traffic.entries).sorted { $0.index < $1.index }
        for entry in entries {
            if entry.index > next { lines.append(omitted(entry.index - next, at: entry.at)) }
            lines.append(entry.line)
            next = entry.index + 1
        }
        if count > next { lines.append(omitted(count - next, at: end)) }
        return LogExcerpt(
            lines: lines, omittedCount: count - entries.count, failures: failures,
            duration: end - .start)
    }

    private func omitted(_ count: Int, at instant: SimInstant) -> String {
        LogEvent(at: instant, kind: .omitted(count)).jsonLine(epoch: epoch)
    }

    /// - Returns: `nil` when the event is too long and nothing of it can be left out.
    private func line(for event: LogEvent) -> String? {
        let line = shortened(event).jsonLine(epoch: epoch, limits: eventLimits)
        guard line.utf8.count > limits.maxEventBytes else { return line }
        guard case .message(let message) = event.kind else { return nil }
        var short = JSONLine()
        if let connection = event.connection { short.add("connection", connection.number) }
        short.add("at", event.timestamp(epoch: epoch))
        if let gateway = event.gateway { short.add("gateway", gateway) }
        short.add("direction", message.schema.direction.rawValue)
        short.add("id", message.schema.id)
        short.add("name", message.name)
        short.add("omitted", line.utf8.count)
        return short.finished
    }

    private func shortened(_ event: LogEvent) -> LogEvent {
        guard case .clientLine(let run, let stream, let text) = event.kind,
            text.utf8.count > limits.maxLineBytes
        else { return event }
        return LogEvent(
            at: event.at, gateway: event.gateway, connection: event.connection,
            kind: .clientLine(
                run: run, stream: stream, text: text.cut(toBytes: limits.maxLineBytes)))
    }
}

/// The first and the last entries of a list, as many as their bytes allow.
private struct EndsOfList: Sendable {
    struct Entry: Sendable {
        var index: Int
        var at: SimInstant
        var line: String

        var size: Int { line.utf8.count + 1 }
    }

    private let maxBytes: Int
    private var head: [Entry] = []
    private var headSize = 0
    private var isHeadFull = false
    private var tail: [Entry] = []
    private var tailSize = 0
    /// What is before it in `tail` has been dropped.
    private var tailStart = 0

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    var entries: [Entry] { head + tail[tailStart...] }

    mutating func take(_ entry: Entry) {
        if !isHeadFull, headSize + entry.size <= maxBytes / 2 {
            head.append(entry)
            headSize += entry.size
            return
        }
        isHeadFull = true
        tail.append(entry)
        tailSize += entry.size
        while tailSize > maxBytes / 2, tailStart < tail.count {
            tailSize -= tail[tailStart].size
            tail[tailStart].line = ""
            tailStart += 1
        }
        if tailStart > tail.count / 2 {
            tail.removeFirst(tailStart)
            tailStart = 0
        }
    }
}

extension LogEvent {
    /// One of those of which there may be any number.
    fileprivate var isTraffic: Bool {
        switch kind {
        case .message, .unknown, .malformed, .raw, .gap, .clientLine: true
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .hello, .legacyHello, .version, .phase,
            .ended, .closed, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over, .fault,
            .faultIdle,
            .faultFailed, .note, .transport, .clientStarted, .clientEnded, .clientSignaled,
            .clientFed, .sockets, .runner:
            false
        }
    }
}

extension String {
    /// Its front, with `…` in the place of what is left out.
    func cut(toBytes most: Int) -> String {
        guard utf8.count > most else { return self }
        var end = utf8.index(startIndex, offsetBy: most)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil {
            end = utf8.index(before: end)
        }
        return self[..<end] + "…"
    }
}
