import EventLog
import GatewayWire
import Simulation

/// Gets every event.
///
/// It counts it, writes it to a file, shows it on the terminal, and keeps the last ones.
///
/// The file gets all of them, the `run` event first. An `omitted` event marks where some are
/// missing.
final class EventSink {
    /// Nanoseconds since 1970 at the start of gateway time.
    let epoch: Int64
    /// Counts over all events.
    private(set) var tally: LogTally
    private let keeps: Bool
    private let file: LineFile?
    private let show: ((LogEvent) -> Void)?
    private let limits: EventSinkLimits

    /// The last events, and how many came before them.
    private var kept: [LogEvent] = []
    private var forgottenCount = 0
    /// Events that the file did not take.
    private var unwrittenCount = 0

    /// - Parameters:
    ///   - header: What is played.
    ///   - keeps: Whether `events` are wanted.
    init(
        epoch: Int64, header: RunHeader, keeps: Bool, file: LineFile?,
        limits: EventSinkLimits = EventSinkLimits(), show: ((LogEvent) -> Void)? = nil
    ) {
        self.epoch = epoch
        self.keeps = keeps
        // Nobody asks it for the output of programs.
        var tallyLimits = EventLogLimits()
        tallyLimits.maxOutputBytes = 0
        tally = LogTally(limits: tallyLimits)
        self.file = file
        self.limits = limits
        self.show = show
        let run = LogEvent(at: .start, kind: .run(header))
        record(run)
        file?.flush()
    }

    /// Whether anything reads the events of messages.
    var wantsMessages: Bool { keeps || file != nil || show != nil }

    /// Events so far, kept or not.
    var count: Int { tally.eventCount }

    /// The last events, behind one that counts those which were not kept.
    var events: [LogEvent] {
        guard forgottenCount > 0, let first = kept.first else { return kept }
        return [LogEvent(at: first.at, kind: .omitted(forgottenCount))] + kept
    }

    func take(_ batch: [LogEvent]) {
        guard !batch.isEmpty else { return }
        for event in batch {
            record(event)
            show?(event)
        }
        file?.flush()
    }

    /// Ends the file.
    ///
    /// - Returns: What of it is missing, and why; `nil` when it is complete.
    func finish() -> String? { file?.close(refusedCount: unwrittenCount) }

    private func record(_ event: LogEvent) {
        tally.take(event)
        if keeps { keep(event) }
        if let file { write(event, to: file) }
    }

    /// Events that a full disk rejects are counted.
    ///
    /// The count is written once there is room again.
    private func write(_ event: LogEvent, to file: LineFile) {
        if unwrittenCount > 0 {
            let omitted = LogEvent(at: event.at, kind: .omitted(unwrittenCount))
            if file.append(omitted.jsonLine(epoch: epoch)) { unwrittenCount = 0 }
        }
        if unwrittenCount > 0 || !file.append(event.jsonLine(epoch: epoch)) { unwrittenCount += 1 }
    }

    /// Removes the older half when there is no more room, so that each event is moved at most once.
    private func keep(_ event: LogEvent) {
        if kept.count >= limits.maxKeptCount {
            let count = max(1, kept.count / 2)
            kept.removeFirst(count)
            forgottenCount += count
        }
        kept.append(event)
    }
}

/// What an `EventSink` may hold.
struct EventSinkLimits {
    var maxKeptCount = 1 << 18
}
