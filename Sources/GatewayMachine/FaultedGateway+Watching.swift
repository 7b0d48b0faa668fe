import EventLog
import Faults
import GatewayWire
import Simulation

/// A time that a rule waits for, on a connection or since the start.
struct Alarm: Sendable {
    let due: SimInstant
    let mark: TimeMark
    let connection: ConnectionID?
}

/// What has passed on a connection, either way.
struct Traffic: Sendable {
    var toClient = 0
    var toGateway = 0
    var lastByte = SimInstant.start
    var lastMessage = SimInstant.start
    /// Times since the last byte or message that are over, and begin again with the next.
    var passed: [TimeMark] = []

    func last(_ anchor: TimeAnchor) -> SimInstant {
        anchor == .lastMessage ? lastMessage : lastByte
    }
}

extension TimeAnchor {
    /// The anchor that is a connection's phase.
    init?(_ phase: ConnectionPhase) {
        switch phase {
        case .greeted: self = .greeted
        case .ready: self = .ready
        case .synchronized: self = .synchronized
        case .connected, .starting: return nil
        }
    }
}

/// Bytes, silence and time, for the rules that wait for them.
///
/// Nothing of this is done while no rule waits for it.
extension FaultedGateway {
    /// Notes bytes that have arrived, or that leave.
    mutating func notePassing(
        _ count: Int, _ direction: Direction, on connection: ConnectionID, isMessage: Bool
    ) {
        guard count > 0, let place = conversations.index(forKey: connection) else { return }
        let before: Int
        switch direction {
        case .toClient:
            before = conversations.values[place].traffic.toClient
            conversations.values[place].traffic.toClient += count
        case .toGateway:
            before = conversations.values[place].traffic.toGateway
            conversations.values[place].traffic.toGateway += count
        }
        conversations.values[place].traffic.lastByte = now
        if isMessage { conversations.values[place].traffic.lastMessage = now }
        begin(at: place, connection) { $0 == .lastByte || isMessage && $0 == .lastMessage }
        let isReached = plan.needs.byteMarks[direction]?.contains {
            before < $0 && $0 <= before + count
        }
        if isReached ?? false {
            fire(
                .bytesPassed(direction, before: before, after: before + count), on: connection)
        }
    }

    /// Notes a whole message from the client.
    mutating func noteMessage(on connection: ConnectionID) {
        guard plan.needs.watchesBytes, let place = conversations.index(forKey: connection) else {
            return
        }
        conversations.values[place].traffic.lastMessage = now
        begin(at: place, connection) { $0 == .lastMessage }
    }

    /// Times that were over begin again.
    private mutating func begin(
        at place: Dictionary<ConnectionID, Conversation>.Index, _ connection: ConnectionID,
        _ isMeant: (TimeAnchor) -> Bool
    ) {
        let passed = conversations.values[place].traffic.passed
        guard !passed.isEmpty else { return }
        conversations.values[place].traffic.passed.removeAll { isMeant($0.anchor) }
        for mark in passed where isMeant(mark.anchor) {
            set(mark, from: now, on: connection)
        }
    }

    /// Sets the alarms whose time begins now.
    mutating func setAlarms(since anchor: TimeAnchor?, on connection: ConnectionID?) {
        guard let anchor, !plan.needs.timeMarks.isEmpty else { return }
        for mark in plan.needs.timeMarks
        where mark.anchor == anchor || anchor == .connect && mark.anchor.moves {
            set(mark, from: now, on: connection)
        }
    }

    /// Begins or ends the time in which a client does not take what is sent.
    mutating func noteCongestion(_ event: StreamEvent) {
        switch event {
        case .congested(let side) where !side.isUpstream:
            setAlarms(since: .congested, on: side)
        case .drained(let side):
            alarms.removeAll { $0.connection == side && $0.mark.anchor == .congested }
        default: break
        }
    }

    /// Sets the alarms of a rule that was added while the gateway runs.
    ///
    /// Times that began before and are not kept do not count for it.
    mutating func setAlarms(for rule: FaultRule) {
        for mark in PlanNeeds.timeMarks(of: rule) {
            if mark.anchor == .start {
                if startedAt + mark.time > now { set(mark, from: startedAt, on: nil) }
            } else if mark.anchor.moves {
                for connection in conversations.keys.sorted() {
                    conversations[connection]?.traffic.lastByte = now
                    conversations[connection]?.traffic.lastMessage = now
                    set(mark, from: now, on: connection)
                }
            }
        }
    }

    private mutating func set(_ mark: TimeMark, from: SimInstant, on connection: ConnectionID?) {
        let isSet = alarms.contains { $0.mark == mark && $0.connection == connection }
        guard !isSet else { return }
        let alarm = Alarm(due: from + mark.time, mark: mark, connection: connection)
        let index = alarms.lastIndex { $0.due <= alarm.due }.map { $0 + 1 } ?? 0
        alarms.insert(alarm, at: index)
    }

    /// Lets the alarms that are due go off.
    mutating func ring() {
        while let first = alarms.first, first.due <= now {
            alarms.removeFirst()
            ring(first)
        }
    }

    private mutating func ring(_ alarm: Alarm) {
        if let connection = alarm.connection {
            guard let conversation = conversations[connection], !conversation.isHeld,
                !conversation.clientHasEnded
            else { return }
            if alarm.mark.anchor.moves {
                let last = conversation.traffic.last(alarm.mark.anchor)
                guard last + alarm.mark.time <= now else {
                    set(alarm.mark, from: last, on: connection)
                    return
                }
                conversations[connection]?.traffic.passed.append(alarm.mark)
            }
        }
        fire(.timePassed(alarm.mark), on: alarm.connection)
    }

    /// Forgets a connection that is gone, and tells the rules when it was the gateway that ended it.
    mutating func noteEnd(
        of connection: ConnectionID, _ conversation: Conversation?, _ kind: EndingKind,
        in surroundings: Surroundings
    ) {
        deferred.removeAll { $0.isRepeat && $0.connection == connection }
        alarms.removeAll { $0.connection == connection }
        if let conversation, !conversation.isHeld, !conversation.clientHasEnded, !plan.isEmpty {
            fire(.endedByGateway(kind), on: connection, in: surroundings)
        }
        plan.forget(connection)
    }
}
