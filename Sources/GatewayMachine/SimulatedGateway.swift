package import EventLog
package import Faults
package import GatewayModel
import GatewayWire
package import Simulation

/// Bounds on what a client can make the gateway keep.
package struct GatewayLimits: Sendable {
    /// Largest frame accepted from a client, in bytes.
    ///
    /// The real bound is unknown; requests are
    /// below a few kilobytes.
    package var maxFrameBytes = 1 << 20
    /// Log entries kept until somebody takes them.
    package var maxLogCount = 1 << 20
    /// How long a client's FIN goes unanswered when a fault waits for a half-close.
    package var halfCloseGrace = Duration.milliseconds(300)

    package init() {}
}

/// One gateway as a pure machine: the healthy model, and the faults between it and the wire.
///
/// ```
/// bytes ─▶ FrameReader ─▶ faults ─▶ HealthyGateway ─▶ faults ─▶ OutboundLane ─▶ bytes
/// ```
///
/// It knows no socket and no clock. Drivers and tests host it alike; what it did is in the log.
package struct SimulatedGateway: GatewayMachine {
    package let name: String
    package internal(set) var plan: FaultPlan
    var model: HealthyGateway
    let limits: GatewayLimits
    var conversations: [ConnectionID: Conversation] = [:]
    /// Connections with something on their lane, in order.
    var busy: [ConnectionID] = []
    var deferred: [DeferredFiring] = []
    var dyingUnread: Set<ConnectionID> = []
    var closings: [(due: SimInstant, connection: ConnectionID)] = []
    var modelWake: SimInstant?
    var reopenAt: SimInstant?
    var isListening = false
    /// The Gateway window's indicator.
    package internal(set) var light = APILight.green
    /// Whether every message becomes an event; without, the log tells the rest.
    let logsMessages: Bool
    /// Frames of one step may leave as one piece: nobody logs them or cuts each on its own.
    let gathersFrames: Bool
    private var armed: SimInstant?
    var log: [LogEvent] = []
    var effects: [StreamEffect] = []
    var now = SimInstant.start

    /// - Parameter logsMessages: False when nobody reads the log for messages.
    package init(
        name: String, model: HealthyGateway, rules: [FaultRule], seed: UInt64,
        logsMessages: Bool = true, limits: GatewayLimits = GatewayLimits()
    ) {
        self.name = name
        self.logsMessages = logsMessages
        gathersFrames =
            !logsMessages
            && !rules.flatMap(\.actions).contains { if case .slice = $0 { true } else { false } }
        self.model = model
        self.limits = limits
        plan = FaultPlan(rules: rules, seed: seed)
    }

    package var unfired: [String] { plan.unfired }

    package mutating func takeLog() -> [LogEvent] {
        defer { log = [] }
        return log
    }

    package mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect] {
        step(at: now) { gateway in
            switch event {
            case .started: gateway.start()
            case .accepted(let connection): gateway.accept(connection)
            case .received(let connection, let bytes): gateway.receive(bytes, on: connection)
            case .ended(let connection, let ending): gateway.end(connection, ending)
            case .stayedHalfOpen(let connection): gateway.stayHalfOpen(connection)
            case .drained, .deadlineReached: break
            }
        }
    }

    package mutating func command(_ command: GatewayCommand, at now: SimInstant) -> [StreamEffect] {
        step(at: now) { gateway in
            switch command {
            case .restart(let down): gateway.restart(down: down)
            case .turnLight(let light): gateway.turnLight(light)
            case .loseServer: gateway.tellModel(.commanded(.loseServer))
            case .restoreServer(let lost):
                gateway.tellModel(.commanded(.restoreServer(dataLost: lost)))
            case .interruptServer: gateway.tellModel(.commanded(.announceBrokenServer))
            case .setFarm(let farm, let state):
                gateway.tellModel(.commanded(.setFarm(farm, state)))
            case .changePort(let port): gateway.tellModel(.commanded(.changePort(port)))
            case .authenticate: gateway.tellModel(.commanded(.authenticate))
            case .signal(let name): gateway.fire(.signaled(name))
            case .clientDiesUnread(let connection): gateway.dyingUnread.insert(connection)
            case .notify(let connection): gateway.send(.farmNotice, on: connection)
            }
        }
    }

    /// Runs one input, then everything that has become due, and collects what is to be done.
    private mutating func step(
        at now: SimInstant, _ body: (inout SimulatedGateway) -> Void
    ) -> [StreamEffect] {
        self.now = now
        runDue()
        body(&self)
        runDue()
        let next = nextDue
        if let next, next != armed { effects.append(.wake(at: next)) }
        armed = next
        defer { effects = [] }
        return effects
    }

    private var nextDue: SimInstant? {
        let lanes = busy.compactMap { conversations[$0]?.lane.nextDue }
        return
            ([modelWake, reopenAt, deferred.first?.due, closings.first?.due].compactMap { $0 }
            + lanes).min()
    }

    /// Does what is due by now.
    ///
    /// Bounded: what it sets in motion is due later, or leaves the lane.
    private mutating func runDue() {
        if let reopen = reopenAt, reopen <= now {
            reopenAt = nil
            effects.append(.openListener)
            record(.lifecycle(.restarted))
            start()
        }
        while let first = deferred.first, first.due <= now {
            deferred.removeFirst()
            perform(first.firing, on: first.connection)
        }
        while let first = closings.first, first.due <= now {
            closings.removeFirst()
            close(first.connection)
        }
        if let wake = modelWake, wake <= now {
            modelWake = nil
            tellModel(.deadlineReached)
        }
        for connection in busy { release(connection) }
        var stillBusy: [ConnectionID] = []
        for connection in busy
        where withConversation(connection, { !$0.becomesIdle() }) ?? false {
            stillBusy.append(connection)
        }
        busy = stillBusy
    }
}
