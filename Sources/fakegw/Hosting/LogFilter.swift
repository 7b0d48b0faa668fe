import EventLog
import GatewayWire
import ScenarioFormat
import Simulation

/// What the live log shows.
struct LogFilter: Equatable {
    /// How much is shown; each level has what those before it have.
    enum Level: Int, CaseIterable, Comparable {
        case faults, life, messages, ticks

        var word: String {
            switch self {
            case .faults: "faults"
            case .life: "life"
            case .messages: "messages"
            case .ticks: "ticks"
            }
        }

        static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
    }

    static let option = Option(
        "log", "FILTER",
        "what the live log shows: faults, life, messages or ticks; #N; a message; joined by ','")

    var level = Level.messages
    /// Numbers of connections; empty for all.
    var connections: Set<Int> = []
    /// Names of messages; empty for all.
    var messages: Set<String> = []

    init() {}

    /// - Parameter texts: Each of several words, joined by commas.
    init(_ texts: [String]) throws(CommandFailure) {
        for text in texts {
            for word in text.split(separator: ",").map(String.init) { try add(word) }
        }
    }

    private mutating func add(_ word: String) throws(CommandFailure) {
        if let level = Level.allCases.first(where: { $0.word == word }) {
            self.level = level
        } else if let number = Int(word.hasPrefix("#") ? String(word.dropFirst()) : word),
            number > 0
        {
            connections.insert(number)
        } else if ProtocolSchema.messages.contains(where: { $0.name == word }) {
            messages.insert(word)
        } else {
            let words = Level.allCases.map(\.word)
            throw CommandFailure(
                text: "--log cannot show '\(word)'",
                hint: Suggestion.question(
                    for: word, among: words + ProtocolSchema.messages.map(\.name))
                    ?? "it takes " + words.joined(separator: ", ")
                    + ", a connection such as #2, or a message such as placeOrder")
        }
    }

    enum Showing { case hidden, shown, folded }

    func showing(_ event: LogEvent) -> Showing {
        if !connections.isEmpty {
            guard let connection = event.connection, connections.contains(connection.number) else {
                return .hidden
            }
        }
        if case .message(let message) = event.kind {
            if messages.contains(message.name) { return .shown }
            guard messages.isEmpty, level >= .messages else { return .hidden }
            return message.isTick && level < .ticks ? .folded : .shown
        }
        return messages.isEmpty && event.level <= level ? .shown : .hidden
    }
}

extension LogEvent {
    /// The level of the live log that shows it first.
    var level: LogFilter.Level {
        switch kind {
        case .fault, .faultIdle, .faultFailed, .light, .malformed, .unknown, .raw, .gap, .omitted,
            .legacyHello:
            .faults
        case .lifecycle, .listening, .listenerClosed, .closed, .ended, .over, .stalled, .resumed,
            .commanded, .transport, .verdict, .finAcknowledged, .unacknowledged, .attempted,
            .opened, .hello,
            .version, .phase, .run, .step, .expectation, .note:
            .life
        case .message, .clientStarted, .clientLine, .clientEnded, .clientSignaled, .clientFed,
            .sockets, .runner:
            .messages
        }
    }
}
