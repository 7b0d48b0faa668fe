import EventLog
import GatewayWire
import HTTPMessages

/// Sends events to one listener, as server-sent events: the number of each as its id, and the JSON of
/// the event log as its data.
///
/// A listener that reads too slowly misses events, and is told how many.
final class EventStream {
    /// What of the events is wanted.
    struct Filter {
        /// `nil` is every gateway.
        var gateway: String?
        var wantsTicks = false
    }

    let filter: Filter
    private let stream: any HTTPStream
    private let maxWaitingBytes: Int
    private var missedCount = 0

    init(_ stream: any HTTPStream, _ filter: Filter, maxWaitingBytes: Int) {
        self.stream = stream
        self.filter = filter
        self.maxWaitingBytes = maxWaitingBytes
        // Tells the browser how soon to come back, and that it is connected.
        stream.append(Array("retry: 1000\n\n".utf8))
    }

    func send(_ number: Int, _ event: LogEvent, epoch: Int64) {
        guard wants(event) else { return }
        guard stream.waitingByteCount < maxWaitingBytes else {
            missedCount += 1
            return
        }
        if missedCount > 0 {
            let missed = LogEvent(at: event.at, kind: .omitted(missedCount))
            missedCount = 0
            write(number - 1, missed.jsonLine(epoch: epoch))
        }
        write(number, event.jsonLine(epoch: epoch))
    }

    private func wants(_ event: LogEvent) -> Bool {
        if let gateway = filter.gateway, let its = event.gateway, its != gateway { return false }
        guard !filter.wantsTicks, case .message(let message) = event.kind else { return true }
        return !message.isTick
    }

    private func write(_ number: Int, _ line: String) {
        stream.append(Array("id: \(number)\ndata: \(line)\n\n".utf8))
    }

    func end() { stream.end() }
}

extension ControlAPI {
    /// Everything from behind an event on, the events to come among it.
    func openStream(
        _ stream: any HTTPStream, _ filter: EventStream.Filter, after number: Int?
    ) {
        let events = EventStream(stream, filter, maxWaitingBytes: limits.maxStreamBytes)
        // Who knows more than there is knows an earlier program's events.
        let since = number.map { $0 <= ring.last ? $0 : 0 } ?? ring.last
        if since + 1 < ring.first {
            let missed = LogEvent(at: host.now, kind: .omitted(ring.first - since - 1))
            events.send(ring.first - 1, missed, epoch: host.epoch)
        }
        for entry in ring.entries(after: since) {
            events.send(entry.number, entry.event, epoch: host.epoch)
        }
        stream.onEnd = { [weak self, weak events] in
            self?.streams.removeAll { $0 === events }
            self?.recordTicks()
        }
        streams.append(events)
        recordTicks()
    }

    /// Ticks become events only while somebody wants them.
    private func recordTicks() {
        let areWanted = streams.contains { $0.filter.wantsTicks }
        for state in states { state.gateway.recordTicks(areWanted) }
    }

    /// Ends every stream and every wait, as the program's end does.
    package func end() {
        for stream in streams { stream.end() }
        streams = []
        for wait in waits { wait.finish(findings(wait.expectations)) }
        waits = []
    }
}
