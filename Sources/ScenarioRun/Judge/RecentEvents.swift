import EventLog
import GatewayWire
import Simulation

/// The last events of a play, for its report.
///
/// Each belongs to one of three lanes. What repeats itself is folded: ticks, equal messages in a row,
/// and lines of output that follow each other.
struct RecentEvents {
    /// Where something happened.
    enum Lane {
        /// What the program says, how it starts and how it ends.
        case client
        /// Messages, what faults do to them, and the state of the gateway that sends them.
        case wire
        /// Connections as the kernel knows them: opened, FIN, RST, CLOSE_WAIT, listening.
        case kernel
    }

    /// An event, or several that are shown as one.
    struct Row {
        /// The last of them.
        private(set) var event: LogEvent
        let lane: Lane
        /// How many messages of each name there were, in the order of the first ones.
        private(set) var messages: [(name: String, count: Int)] = []
        /// How many lines of output came directly before.
        private(set) var earlierLines = 0

        init(_ event: LogEvent, _ lane: Lane) {
            self.event = event
            self.lane = lane
            if case .message(let message) = event.kind { messages = [(message.name, 1)] }
        }

        var messageCount: Int { messages.reduce(0) { $0 + $1.count } }

        var isTick: Bool {
            if case .message(let message) = event.kind { message.isTick } else { false }
        }

        /// Takes in an event that is more of the same.
        ///
        /// - Returns: Whether it was.
        mutating func fold(_ next: LogEvent) -> Bool {
            switch (event.kind, next.kind) {
            case (.message(let message), .message(let other)):
                guard event.connection == next.connection, event.gateway == next.gateway,
                    message.schema.direction == other.schema.direction,
                    message.name == other.name || message.isTick && other.isTick
                else { return false }
                if let index = messages.firstIndex(where: { $0.name == other.name }) {
                    messages[index].count += 1
                } else {
                    messages.append((other.name, 1))
                }
            case (.clientLine(let run, let stream, _), .clientLine(let other, let second, _)):
                guard run == other, stream == second else { return false }
                earlierLines += 1
            default: return false
            }
            event = next
            return true
        }
    }

    private(set) var rows: [Row] = []
    static let mostCount = 14

    mutating func take(_ event: LogEvent) {
        guard let lane = event.lane else { return }
        // Ticks of several connections come mixed.
        var index = rows.indices.last
        while let place = index {
            if rows[place].fold(event) { return }
            guard rows[place].isTick, place > 0 else { break }
            index = place - 1
        }
        if rows.count == Self.mostCount { rows.removeFirst() }
        rows.append(Row(event, lane))
    }
}

extension LogEvent {
    /// The story's own events have none: the report tells them in another place.
    fileprivate var lane: RecentEvents.Lane? {
        switch kind {
        case .run, .step, .expectation, .verdict, .commanded, .sockets, .runner: nil
        case .clientStarted, .clientLine, .clientEnded, .clientSignaled, .clientFed: .client
        case .omitted, .light, .lifecycle, .hello, .legacyHello, .version, .message, .unknown,
            .malformed, .raw, .gap, .phase, .fault, .faultIdle, .faultFailed, .note:
            .wire
        case .listening, .listenerClosed, .attempted, .opened, .ended, .closed, .finAcknowledged,
            .unacknowledged,
            .stalled, .resumed, .over, .transport:
            .kernel
        }
    }
}
