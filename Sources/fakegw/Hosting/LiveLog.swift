import EventLog
import GatewayWire
import ScenarioRun
import Simulation

/// Shows events to a person as they happen: the time on the wall, gateway seconds, connection, what
/// happened.
///
/// Ticks are folded: once a second, and before anything but a message, one line counts those that
/// came since.
final class LiveLog {
    /// Where the time on the wall comes from.
    struct Clock {
        /// Nanoseconds since 1970 at the start of gateway time.
        let epoch: Int64
        /// Gateway seconds in one real second.
        let speed: Double

        func nanoseconds(at instant: SimInstant) -> Int64 {
            epoch &+ Int64(Double((instant - .start).nanoseconds) / speed)
        }
    }

    private let showsGateway: Bool
    private let filter: LogFilter
    private let clock: Clock?
    private let write: (String) -> Void
    private var lastDay: String?
    private var ticks = FoldedTicks()

    /// - Parameters:
    ///   - clock: `nil` when the time on the wall is not shown.
    ///   - write: Gets each line.
    init(
        showsGateway: Bool, filter: LogFilter = LogFilter(), clock: Clock? = nil,
        write: @escaping (String) -> Void = { Terminal.error($0) }
    ) {
        self.showsGateway = showsGateway
        self.filter = filter
        self.clock = clock
        self.write = write
    }

    func show(_ event: LogEvent) {
        // Only the story needs it. A person sees the results of the task.
        if case .runner(.done) = event.kind { return }
        switch filter.showing(event) {
        case .hidden: return
        case .folded:
            if ticks.areOld(at: event.at) { showTicks(at: event.at) }
            ticks.take(event)
        case .shown:
            if event.level < .messages || ticks.areOld(at: event.at) { showTicks(at: event.at) }
            let text = event.textLine(showsGateway: showsGateway)
            write(text, at: event.at, colour(of: event))
        }
    }

    /// Shows the ticks that were folded since.
    func finish() { showTicks(at: ticks.latest) }

    private func showTicks(at instant: SimInstant) {
        for line in ticks.lines(showsGateway: showsGateway) { write(line, at: instant, .dim) }
        ticks = FoldedTicks()
    }

    private func write(_ text: String, at instant: SimInstant, _ colour: Terminal.Colour) {
        var front = ""
        if let clock {
            let now = clock.nanoseconds(at: instant)
            let day = WallClock.day(now)
            if day != lastDay {
                write("\(day): time on the wall, gateway seconds, connection, event")
                lastDay = day
            }
            front = WallClock.time(now) + "  "
        }
        let line = front + Text.column(Text.seconds(instant - .start), width: 12) + text
        write(Terminal.coloured(line, colour, when: Terminal.errorIsTerminal))
    }

    private func colour(of event: LogEvent) -> Terminal.Colour {
        switch event.kind {
        case .fault, .faultIdle, .faultFailed, .light, .malformed, .unknown, .raw, .gap, .omitted,
            .legacyHello:
            .red
        case .lifecycle, .listening, .listenerClosed, .closed, .ended, .over, .stalled, .resumed,
            .commanded, .transport, .verdict, .finAcknowledged, .unacknowledged:
            .yellow
        case .attempted, .opened, .hello, .version, .phase, .run, .step, .expectation: .green
        case .message, .note, .clientStarted, .clientLine, .clientEnded, .clientSignaled,
            .clientFed, .sockets, .runner:
            .dim
        }
    }
}

/// Ticks that were not shown one by one.
struct FoldedTicks {
    private(set) var latest = SimInstant.start
    private var since: SimInstant?
    private var counts: [Place: [String: Int]] = [:]

    private struct Place: Hashable, Comparable {
        let gateway: String
        let connection: Int

        static func < (one: Place, other: Place) -> Bool {
            (one.gateway, one.connection) < (other.gateway, other.connection)
        }
    }

    func areOld(at now: SimInstant) -> Bool { since.map { now - $0 >= .seconds(1) } ?? false }

    mutating func take(_ event: LogEvent) {
        guard case .message(let message) = event.kind else { return }
        latest = event.at
        since = since ?? event.at
        let place = Place(gateway: event.gateway ?? "", connection: event.connection?.number ?? 0)
        counts[place, default: [:]][message.name, default: 0] += 1
    }

    /// `#1 ← 153 ticks: tickPrice 100, tickSize 53`, for each connection.
    func lines(showsGateway: Bool) -> [String] {
        counts.sorted { $0.key < $1.key }.map { place, counts in
            let all = counts.values.reduce(0, +)
            let kinds = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return (showsGateway ? "\(place.gateway) " : "") + "#\(place.connection) ← \(all) "
                + (all == 1 ? "tick: " : "ticks: ")
                + kinds.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
    }
}
