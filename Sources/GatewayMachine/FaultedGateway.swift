package import EventLog
package import Faults
package import GatewayModel
import GatewayWire
package import Simulation

/// One gateway as a pure machine: faults between its clients and the origin that answers them.
///
/// ```
///            ┌─ FrameReader ─▶ rules ─▶ lane to gateway ─┐
/// client ⇄ bytes                                       origin
///            └─◀ lane to client ◀─ rules ◀──────────────┘
/// ```
///
/// It owns connections, frames, phases, faults, the light, restarts and the log. These are the same
/// for every origin. It knows no socket and no clock: a driver hosts it on sockets, a test hosts it
/// in memory. What it did is in the log.
package struct FaultedGateway: StreamHandler, Sendable {
    package let name: String
    package internal(set) var plan: FaultPlan
    var origin: any GatewayOrigin
    let limits: GatewayLimits
    var conversations: [ConnectionID: Conversation] = [:]
    /// Connections with something on a lane, in order.
    var busy: [ConnectionID] = []
    var deferred: [DeferredFiring] = []
    /// Times that rules wait for, in their order.
    var alarms: [Alarm] = []
    /// How many occasions are being handled inside one another.
    var occasionDepth = 0
    /// How many the outermost of them has caused so far.
    var causedOccasions = 0
    var keeping: [KeptBack] = []
    /// What firings have released while a message is judged; it leaves when the message has its verdict.
    var freed: [KeptBack]?
    /// What rules draw their delays from.
    var delays: [RuleLatency: Delays] = [:]
    var lastKeptID = 0
    var dyingUnread: Set<ConnectionID> = []
    var closings: [(due: SimInstant, connection: ConnectionID)] = []
    /// Connections that are not served yet.
    var unserved: [(due: SimInstant, connection: ConnectionID)] = []
    var originWake: SimInstant?
    var reopenAt: SimInstant?
    /// Nothing is read, sent or accepted before this instant.
    var thawAt: SimInstant?
    var acceptingIsStopped = false
    var backlogIsLimited = false
    var losesConnects = false
    var signalDepth = 0
    let front: Front
    /// Clients of the front whom the gateway has refused, and those whom it does not answer.
    var refusals: [(due: SimInstant, connection: ConnectionID)] = []
    var unanswered: [ConnectionID] = []
    /// What connections draw from, each under its own name.
    let random: SeededRandom
    /// Its port takes connections.
    package internal(set) var isListening = false
    /// The link to the broker is lost.
    package internal(set) var serverIsLost = false
    /// When it opened its port last.
    var startedAt = SimInstant.start
    /// The API indicator of the Gateway window.
    package internal(set) var light = APILight.green
    /// Which messages are recorded.
    package var logging: MessageLogging
    /// Ticks that were sent and not recorded.
    package internal(set) var foldedTicks = TickCounts()
    /// Why the last command was not obeyed; `nil` when it was.
    package internal(set) var refusal: CommandRefusal?
    private var armed: SimInstant?
    private var log: [LogEvent] = []
    private var omittedCount = 0
    var effects: [StreamEffect] = []
    /// When what is being done was due; what is caused now is due so much later.
    var now = SimInstant.start
    /// When it is really done, which the log tells.
    ///
    /// A driver on a busy machine is late.
    private var loggedNow = SimInstant.start

    /// - Parameter logging: Which messages in the log are read.
    package init(
        name: String, origin: any GatewayOrigin, rules: [FaultRule], seed: UInt64,
        front: Front = .none, logging: MessageLogging = .all,
        limits: GatewayLimits = GatewayLimits()
    ) {
        self.name = name
        self.front = front
        self.logging = logging
        self.origin = origin
        self.limits = limits
        random = SeededRandom(seed: seed)
        plan = FaultPlan(rules: rules, seed: seed)
    }

    /// Rules that had to fire and never did.
    package var unfired: [String] { plan.unfired }

    /// The world behind the gateway; `nil` when a recording or another gateway answers.
    package func world(at now: SimInstant) -> WorldView? { origin.world(at: now) }

    /// What `takeLog` would give.
    package var untakenLog: [LogEvent] { log }

    /// The log since it was last taken.
    package mutating func takeLog() -> [LogEvent] {
        defer { log = [] }
        if omittedCount > 0 {
            log.append(LogEvent(at: loggedNow, gateway: name, kind: .omitted(omittedCount)))
            omittedCount = 0
        }
        return log
    }

    package mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect] {
        step(at: now) { gateway in
            switch event {
            case .started: gateway.start()
            case .accepted(let connection): gateway.meet(connection)
            case .received(let side, _) where side.isUpstream,
                .ended(let side, _) where side.isUpstream:
                gateway.tellOrigin(.transport(event))
            case .received(let connection, let bytes): gateway.receive(bytes, on: connection)
            case .ended(let connection, let ending):
                gateway.end(connection, gateway.behindFront(ending))
            case .stayedHalfOpen(let connection): gateway.stayHalfOpen(connection)
            case .connected, .connectFailed: gateway.tellOrigin(.transport(event))
            case .congested, .drained:
                gateway.noteCongestion(event)
                gateway.passOn(event)
            case .listenerMoved(let port):
                gateway.record(.commanded(GatewayCommand.changePort(port).text))
                gateway.tellOrigin(.commanded(.changePort(port)))
            case .deadlineReached: break
            }
        }
    }

    /// Obeys a command; `refusal` tells when it does not.
    package mutating func command(_ command: GatewayCommand, at now: SimInstant) -> [StreamEffect] {
        step(at: now) { gateway in
            gateway.record(.commanded(command.text))
            gateway.refusal = nil
            gateway.obey(command)
            if let refusal = gateway.refusal { gateway.record(.note(refusal.text)) }
        }
    }

    /// Tells the origin that a side's queue is full or empty again.
    ///
    /// When the lane before that queue is still full, `drained` is not passed on.
    private mutating func passOn(_ event: StreamEvent) {
        if case .drained(let side) = event, !side.isUpstream,
            conversations[side]?.toClientIsCongested ?? false
        {
            return
        }
        tellOrigin(.transport(event))
    }

    /// Runs one input and everything that has become due, and returns the effects.
    private mutating func step(
        at now: SimInstant, _ body: (inout FaultedGateway) -> Void
    ) -> [StreamEffect] {
        loggedNow = now
        catchUp(to: now)
        self.now = now
        runDue()
        body(&self)
        runDue()
        let next = nextDue()
        if let next, next != armed { effects.append(.wake(at: next)) }
        armed = next
        defer { effects = [] }
        return effects
    }

    /// Does what was due before now, each at its own time, so that a late driver changes no order.
    ///
    /// What goes beyond the limits is done at once.
    private mutating func catchUp(to now: SimInstant) {
        var next = armed
        var bytes = 0
        for _ in 0..<limits.maxOverdueCount where bytes <= limits.maxOverdueBytes {
            // What is due and not done waits for something else than time.
            guard let due = next, self.now < due, due < now else { return }
            self.now = due
            let seen = effects.count
            runDue()
            for case .send(_, let sent) in effects[seen...] { bytes += sent.count }
            next = nextDue()
        }
    }

    private mutating func nextDue() -> SimInstant? {
        // A frozen origin sleeps longer.
        var next = thawAt == nil ? originWake : nil
        func note(_ due: SimInstant?) {
            if let due { next = next.map { min($0, due) } ?? due }
        }
        note(reopenAt)
        note(thawAt)
        note(deferred.first?.due)
        note(closings.first?.due)
        note(unserved.first?.due)
        note(alarms.first?.due)
        note(refusals.first?.due)
        for connection in busy { note(withConversation(connection) { $0.nextDue }) }
        return next
    }

    /// Does what is due by now.
    ///
    /// This ends: whatever it causes is due later, or leaves the lane.
    private mutating func runDue() {
        if let reopen = reopenAt, reopen <= now {
            reopenAt = nil
            changePort(.openListener)
            record(.lifecycle(.restarted))
            start()
            tellUnanswered()
        }
        if let thawing = thawAt, thawing <= now { thaw() }
        while let first = deferred.first, first.due <= now {
            deferred.removeFirst()
            perform(first)
        }
        ring()
        while let first = closings.first, first.due <= now {
            closings.removeFirst()
            close(first.connection)
        }
        while let first = unserved.first, first.due <= now {
            unserved.removeFirst()
            changeReading(of: first.connection) { $0.isUnserved = false }
        }
        while let first = refusals.first, first.due <= now {
            refusals.removeFirst()
            refuse(first.connection)
        }
        if let wake = originWake, wake <= now, thawAt == nil {
            originWake = nil
            tellOrigin(.deadlineReached)
        }
        for connection in busy { release(connection) }
        var stillBusy: [ConnectionID] = []
        for connection in busy
        where withConversation(connection, { !$0.becomesIdle() }) ?? false {
            stillBusy.append(connection)
        }
        busy = stillBusy
    }

    /// Changes a conversation in place.
    ///
    /// `conversations[connection]?` would copy it out and back.
    ///
    /// - Returns: What the change returns. It is `nil` too when there is no such conversation.
    mutating func withConversation<Result>(
        _ connection: ConnectionID, _ change: (inout Conversation) -> Result?
    ) -> Result? {
        guard let place = conversations.index(forKey: connection) else { return nil }
        return change(&conversations.values[place])
    }

    mutating func record(_ kind: LogEvent.Kind, _ connection: ConnectionID? = nil) {
        if case .message = kind, logging == .none { return }
        guard log.count < limits.maxLogCount else {
            omittedCount += 1
            return
        }
        log.append(LogEvent(at: loggedNow, gateway: name, connection: connection, kind: kind))
    }
}
