import EventLog
import GatewayWire
import ScenarioRun
import Simulation

/// Where every event goes: kept for the judge, written to a file, shown to a person.
final class EventSink {
    /// Nanoseconds since 1970 at the start of gateway time.
    let epoch: Int64
    private(set) var events: [LogEvent] = []
    /// Events so far, kept or not.
    private(set) var count = 0
    private let keeps: Bool
    private let file: LineFile?
    private let show: ((LogEvent) -> Void)?

    private let maxKeptCount = 1 << 20

    init(epoch: Int64, keeps: Bool, file: LineFile?, show: ((LogEvent) -> Void)? = nil) {
        self.epoch = epoch
        self.keeps = keeps
        self.file = file
        self.show = show
    }

    /// Somebody reads every event, each message's too.
    var wantsMessages: Bool { keeps || file != nil || show != nil }

    func take(_ batch: [LogEvent]) {
        guard !batch.isEmpty else { return }
        count += batch.count
        for event in batch {
            if keeps, events.count < maxKeptCount { events.append(event) }
            file?.append(event.jsonLine(epoch: epoch))
            show?(event)
        }
        file?.flush()
    }
}
