package import EventLog
package import Simulation

/// An event of a capture or of an event log, as a diagnosis takes it.
package struct Observation: Sendable {
    /// Its place in the source, counted from 1.
    package let number: Int
    package let event: LogEvent
    /// The packets of a capture that show it, counted from 1; `nil` in an event log.
    package let packets: ClosedRange<Int>?
    /// In how many segments of a capture it came; 1 in an event log.
    package let pieceCount: Int

    package init(
        number: Int, event: LogEvent, packets: ClosedRange<Int>? = nil, pieceCount: Int = 1
    ) {
        self.number = number
        self.event = event
        self.packets = packets
        self.pieceCount = pieceCount
    }

    package var at: SimInstant { event.at }
}

/// A connection of one gateway.
package struct ConnectionName: Hashable, Sendable {
    package let gateway: String?
    package let id: ConnectionID

    package init(gateway: String?, id: ConnectionID) {
        self.gateway = gateway
        self.id = id
    }
}

/// What a diagnosis shows a reader of an event: where it stands, and what it was.
package struct Sighting: Sendable {
    package let number: Int
    package let packets: ClosedRange<Int>?
    private let content: Content

    private enum Content {
        case event(LogEvent)
        case frame(KeptFrame)
    }

    /// Longest text of one event, in characters.
    private static let maxTextCount = 160

    package init(_ observation: Observation) {
        number = observation.number
        packets = observation.packets
        content = .event(observation.event)
    }

    init(_ frame: KeptFrame) {
        number = frame.number
        packets = frame.packets
        content = .frame(frame)
    }

    package var at: SimInstant {
        switch content {
        case .event(let event): event.at
        case .frame(let frame): frame.at
        }
    }

    package var connection: ConnectionName? {
        switch content {
        case .event(let event):
            event.connection.map { ConnectionName(gateway: event.gateway, id: $0) }
        case .frame(let frame): ConnectionName(gateway: nil, id: frame.connection)
        }
    }

    package var text: String {
        let kind =
            switch content {
            case .event(let event): event.kind
            case .frame(let frame): frame.kind
            }
        return String(kind.text.prefix(Self.maxTextCount))
    }
}

/// How much a diagnosis keeps of a source, however long that is.
package struct DiagnosisLimits: Sendable {
    /// Facts kept of one word on one connection; further ones are counted.
    package var maxFactsOfAWord = 200
    /// Facts kept altogether.
    package var maxFacts = 50_000
    /// Requests, orders and subscriptions followed at the same time on one connection.
    package var maxFollowed = 2_000
    /// Connections about which something is kept.
    package var maxConnections = 10_000
    /// Places at which the search for one sign may try again.
    package var maxTrials = 20_000
    /// Events shown for one clause of a sign.
    package var maxEvidence = 4

    package init() {}
}
