import Diagnosis
import EventLog
import GatewayWire
import Simulation

/// Leaves requests out of recorded connections, with their answers, as long as the diagnosis stays.
///
/// It tries them together, then in halves. Whether the client's outcome stays too, only playing the
/// fixture can tell.
struct RequestReduction {
    /// Diagnoses that are made at most.
    static let maxTrials = 200

    private struct Candidate: Hashable {
        let conversation: Int
        let topic: Topic
    }

    private let suspects: [Suspect]
    private let wanted: [[String]]
    private let whole: [RecordedConversation]
    private var removed: [Int: Set<Topic>] = [:]
    private var trials = 0

    /// - Parameter conversations: Those of one fixture.
    /// - Returns: `nil` when the conversations by themselves show no pathology: then nothing tells
    ///   what matters.
    init?(_ conversations: [RecordedConversation], suspects: [Suspect]) {
        self.suspects = suspects
        whole = conversations
        wanted = Self.names(in: conversations, suspects)
        if wanted.isEmpty { return nil }
    }

    /// The conversations that are left, and how many requests are not.
    mutating func reduced() -> (conversations: [RecordedConversation], removedCount: Int) {
        let candidates = whole.enumerated().flatMap { index, conversation in
            conversation.removableTopics.map { Candidate(conversation: index, topic: $0) }
        }
        remove(candidates[...])
        let count = removed.values.reduce(0) { $0 + $1.count }
        return (without(removed), count)
    }

    private mutating func remove(_ candidates: ArraySlice<Candidate>) {
        guard !candidates.isEmpty, trials < Self.maxTrials else { return }
        trials += 1
        var more = removed
        for candidate in candidates {
            more[candidate.conversation, default: []].insert(candidate.topic)
        }
        if Self.names(in: without(more), suspects) == wanted {
            removed = more
        } else if candidates.count > 1 {
            let middle = candidates.startIndex + candidates.count / 2
            remove(candidates[..<middle])
            remove(candidates[middle...])
        }
    }

    private func without(_ topics: [Int: Set<Topic>]) -> [RecordedConversation] {
        whole.enumerated().map { index, conversation in
            guard let gone = topics[index], !gone.isEmpty else { return conversation }
            return conversation.without(gone)
        }
    }

    /// What the conversations show by themselves.
    private static func names(
        in conversations: [RecordedConversation], _ suspects: [Suspect]
    ) -> [[String]] {
        var facts = WireFacts(clauses: suspects.flatMap { $0.recognition.signs.flatMap(\.clauses) })
        let events = conversations.flatMap(\.events).enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        for (number, event) in events.enumerated() {
            facts.take(Observation(number: number + 1, event: event.element))
        }
        return Diagnosis(of: facts.finish(), suspects: suspects).incidents.map {
            $0.named.map(\.name)
        }
    }
}

extension RecordedConversation {
    /// What the client asked about and a stock program of its library does not.
    fileprivate var removableTopics: [Topic] {
        let library = hello.map { StockClient(hello: $0) } ?? .ibapi1046
        return askedTopics.filter { !library.canAsk([$0.kind]) }
    }

    /// The conversation as a log has it.
    fileprivate var events: [LogEvent] {
        var at = SimInstant(nanoseconds: beganAt?.nanosecondsSinceEpoch ?? 0)
        var events: [LogEvent] = []
        for line in lines {
            at = at + (line.after ?? .zero)
            events.append(
                LogEvent(at: at, connection: ConnectionID(number), kind: line.event.logKind))
        }
        if let ending {
            let end = max(at, SimInstant(nanoseconds: lastInstant.nanosecondsSinceEpoch))
            events.append(LogEvent(at: end, connection: ConnectionID(number), kind: .over(ending)))
        }
        return events
    }
}

extension Transcript.Event {
    fileprivate var logKind: LogEvent.Kind {
        switch self {
        case .clientOpens: .opened(client: nil, gateway: nil, isMidStream: false)
        case .hello(let hello): .hello(hello)
        case .version(let reply, _): .version(reply)
        case .message(let message, _): .message(message)
        case .bytes(let direction, let bytes): .raw(direction, bytes)
        case .clientEnds(let ending): .ended(ending == .rst ? .rst : .fin)
        case .gatewayEnds(let ending): .closed(ending == .rst ? .rst : .fin)
        case .gatewayHolds: .closed(.held)
        case .gatewayReads(let reads): reads ? .resumed(.toGateway) : .stalled(.toGateway)
        }
    }
}
