import CaptureImport
import EventLog
import GatewayMachine
import Glibc
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
    private var file: LineFile?
    /// Rewrites events before anybody sees them.
    private var redactor: Redactor?
    private let header: RunHeader
    private let rotation: (path: String, rule: Rotation)?
    private var fileNumber = 1
    private var fileBytes = 0
    private var fileBegan = RealClock.monotonicSeconds
    private let show: ((LogEvent) -> Void)?
    /// Whether `observe` is going to be set.
    private let isObserved: Bool
    /// Gets every event after it was counted, and first those that came before it was set.
    var observe: ((LogEvent) -> Void)? {
        didSet {
            for event in unobserved { observe?(event) }
            unobserved = []
        }
    }
    /// What `observe` has to be told yet: how the gateways were opened.
    private var unobserved: [LogEvent] = []
    private let limits: EventSinkLimits

    /// The last events, and how many came before them.
    private var kept: [LogEvent] = []
    private var forgottenCount = 0
    /// Events that the file did not take.
    private var unwrittenCount = 0

    /// - Parameters:
    ///   - header: What is played.
    ///   - keeps: Whether `events` are wanted.
    ///   - rotation: The name that the file's name is made from, and when the next one begins.
    init(
        epoch: Int64, header: RunHeader, keeps: Bool, file: LineFile?,
        redactor: Redactor? = nil, rotation: (path: String, rule: Rotation)? = nil,
        isObserved: Bool = false, limits: EventSinkLimits = EventSinkLimits(),
        show: ((LogEvent) -> Void)? = nil
    ) {
        self.redactor = redactor
        self.rotation = rotation
        self.header = header
        self.epoch = epoch
        self.keeps = keeps
        // Nobody asks it for the output of programs.
        var tallyLimits = EventLogLimits()
        tallyLimits.maxOutputBytes = 0
        tally = LogTally(limits: tallyLimits)
        self.file = file
        self.limits = limits
        self.isObserved = isObserved
        self.show = show
        let run = LogEvent(at: .start, kind: .run(header))
        record(run)
        if isObserved { unobserved = [run] }
        file?.flush()
    }

    /// Which messages are read.
    ///
    /// Whoever observes asks for ticks when it needs them.
    var logging: MessageLogging {
        if keeps || file != nil || show != nil { return .all }
        return isObserved ? .foldingTicks : .none
    }

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
            let event = redactor?.redact(event) ?? event
            record(event)
            show?(event)
            if isObserved, observe == nil { unobserved.append(event) }
            observe?(event)
        }
        file?.flush()
        rotate()
    }

    /// Keeps the messages of a gateway, so that expectations about their fields can be judged.
    func keepMessages(of gateway: String) {
        for direction in Direction.allCases { tally.keep(direction, of: gateway, latest: true) }
    }

    /// What `redactor` has done, in sentences.
    var redaction: [String] { redactor?.report.sentences ?? [] }

    /// Begins the next file when it is time.
    ///
    /// When that fails, the current one goes on.
    private func rotate() {
        let seconds = RealClock.monotonicSeconds - fileBegan
        guard let rotation, let old = file,
            rotation.rule.isDue(
                bytes: fileBytes, seconds: seconds,
                isIdle: tally.gateways.allSatisfy { $0.openCount == 0 })
        else { return }
        fileBytes = 0
        fileBegan = RealClock.monotonicSeconds
        guard let next = try? LineFile(path: Rotation.path(rotation.path, fileNumber + 1)) else {
            Terminal.fail("the next event log cannot be begun; the current one goes on")
            return
        }
        if let trouble = old.close(refusedCount: unwrittenCount) { Terminal.fail(trouble) }
        unwrittenCount = 0
        fileNumber += 1
        file = next
        write(LogEvent(at: .start, kind: .run(header)), to: next)
        if let kept = rotation.rule.keptCount, fileNumber > kept {
            unlink(Rotation.path(rotation.path, fileNumber - kept))
        }
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
        let line = event.jsonLine(epoch: epoch)
        fileBytes += line.utf8.count + 1
        if unwrittenCount > 0 || !file.append(line) { unwrittenCount += 1 }
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
