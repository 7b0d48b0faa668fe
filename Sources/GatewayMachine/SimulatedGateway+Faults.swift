import EventLog
import Faults
import GatewayModel
import GatewayWire
import Simulation

/// A firing whose rule waits before it acts.
struct DeferredFiring: Sendable {
    let due: SimInstant
    let firing: Firing
    let connection: ConnectionID?
}

/// Where a frame is broken off, and how the connection ends there.
struct FrameCut: Sendable {
    let kept: Int
    let abort: Bool
}

/// What the faults that fired want of the message, or of the answer, the occasion is about.
struct FaultVerdict: Sendable {
    var isDropped = false
    var copies = 1
    var delay = Duration.zero
    var cut: FrameCut?
    var replacements: [(field: String, text: String)] = []

    func replaced(_ message: Message) -> Message {
        var changed = message
        for (field, text) in replacements where !message.schema.indexes(of: field).isEmpty {
            changed[field] = text
        }
        return changed
    }
}

extension SimulatedGateway {
    /// Asks the plan which rules fire, and carries them out.
    ///
    /// - Returns: What they want of the message at hand; nothing when the occasion is no message.
    @discardableResult
    mutating func fire(_ occasion: Occasion, on connection: ConnectionID? = nil) -> FaultVerdict {
        guard !plan.rules.isEmpty else { return FaultVerdict() }
        var verdict = FaultVerdict()
        for firing in plan.firings(at: occasion, in: surroundings(of: connection)) {
            if firing.after > .zero {
                let due = now + firing.after
                let index = deferred.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
                deferred.insert(
                    DeferredFiring(due: due, firing: firing, connection: connection), at: index)
            } else {
                perform(firing, on: connection, &verdict)
            }
        }
        return verdict
    }

    mutating func perform(_ firing: Firing, on connection: ConnectionID?) {
        var verdict = FaultVerdict()
        perform(firing, on: connection, &verdict)
    }

    private mutating func perform(
        _ firing: Firing, on connection: ConnectionID?, _ verdict: inout FaultVerdict
    ) {
        let words = firing.actions.map(\.keyword).joined(separator: ", ")
        record(.fault(rule: firing.rule, action: words, change: ""), connection)
        for action in firing.actions {
            if perform(action, for: &verdict) { continue }
            if let connection, perform(action, on: connection) { continue }
            perform(action)
        }
    }

    private func surroundings(of connection: ConnectionID?) -> Surroundings {
        var open = 0
        var held = 0
        for (id, conversation) in conversations where id != connection {
            if conversation.isHeld {
                held += 1
            } else if !conversation.clientHasEnded, connection.map({ id < $0 }) ?? true {
                open += 1
            }
        }
        let conversation = connection.flatMap { conversations[$0] }
        return Surroundings(
            connection: connection, phase: conversation?.phase, clientID: conversation?.clientID,
            othersOpen: open, held: held)
    }

    /// Actions on the message at hand.
    private func perform(_ action: FaultAction, for verdict: inout FaultVerdict) -> Bool {
        switch action {
        case .delay(let delay): verdict.delay += delay
        case .drop: verdict.isDropped = true
        case .duplicate: verdict.copies += 1
        case .replace(let fields):
            verdict.replacements += fields.sorted { $0.key < $1.key }
                .map { (field: $0.key, text: $0.value) }
        case .rstMidFrame(let kept): verdict.cut = FrameCut(kept: kept, abort: true)
        case .finMidFrame(let kept): verdict.cut = FrameCut(kept: kept, abort: false)
        case .mute, .stopReading, .resumeReading, .fin, .halfClose, .rst, .closeWithUnread,
            .holdSocket, .slice, .coalesce, .send, .sendBytes, .lightRed, .lightGreen,
            .closeListener, .openListener, .stopAccepting, .resumeAccepting, .releaseSockets,
            .restart, .loseServer, .restoreServer, .note:
            return false
        }
        return true
    }

    /// Actions on one connection.
    private mutating func perform(_ action: FaultAction, on connection: ConnectionID) -> Bool {
        switch action {
        case .mute:
            conversations[connection]?.isMuted = true
            conversations[connection]?.lane.removeAll()
        case .stopReading: effects.append(.stopReading(connection))
        case .resumeReading: effects.append(.resumeReading(connection))
        case .fin: put(.close, on: connection)
        case .halfClose: put(.halfClose, on: connection)
        case .rst: put(.reset, on: connection)
        case .closeWithUnread:
            guard conversations.removeValue(forKey: connection) != nil else { return true }
            effects.append(.closeAtNextBytes(connection))
            record(.closed(.rst), connection)
            tellModel(.disconnected(connection))
        case .holdSocket:
            guard conversations[connection] != nil else { return true }
            conversations[connection]?.isHeld = true
            effects.append(.hold(connection))
            record(.closed(.held), connection)
        case .slice(let size, let gap): conversations[connection]?.lane.slicing = (size, gap)
        case .coalesce(let window): conversations[connection]?.lane.window = window
        case .send(let message): send(message, on: connection)
        case .sendBytes(let bytes):
            put(.bytes(bytes, .note("\(bytes.count) bytes of the scenario's own")), on: connection)
        case .delay, .drop, .duplicate, .replace, .rstMidFrame, .finMidFrame, .lightRed,
            .lightGreen, .closeListener, .openListener, .stopAccepting, .resumeAccepting,
            .releaseSockets, .restart, .loseServer, .restoreServer, .note:
            return false
        }
        return true
    }

    /// Actions on the gateway as a whole.
    private mutating func perform(_ action: FaultAction) {
        switch action {
        case .lightRed: turnLight(.red)
        case .lightGreen: turnLight(.green)
        case .closeListener:
            guard isListening else { return }
            isListening = false
            effects.append(.closeListener)
            record(.listenerClosed)
        case .openListener:
            guard !isListening else { return }
            isListening = true
            effects.append(.openListener)
            record(.listening)
        case .stopAccepting: effects.append(.stopAccepting)
        case .resumeAccepting: effects.append(.resumeAccepting)
        case .releaseSockets:
            for connection in conversations.keys.sorted()
            where conversations[connection]?.isHeld ?? false {
                close(connection)
            }
        case .restart(let down): restart(down: down)
        case .loseServer: tellModel(.commanded(.loseServer))
        case .restoreServer(let lost): tellModel(.commanded(.restoreServer(dataLost: lost)))
        case .note(let text): record(.note(text))
        case .mute, .stopReading, .resumeReading, .fin, .halfClose, .rst, .closeWithUnread,
            .holdSocket, .slice, .coalesce, .send, .sendBytes, .delay, .drop, .duplicate,
            .replace, .rstMidFrame, .finMidFrame:
            // The scenario checker keeps these from triggers without a connection or message.
            record(.note("\(action.keyword) has nothing to act on here"))
        }
    }

    mutating func turnLight(_ light: APILight) {
        guard light != self.light else { return }
        self.light = light
        tellModel(.commanded(light == .red ? .turnLightRed : .turnLightGreen))
        record(.light(light))
        fire(.lightTurned(light))
    }

    /// The process ends and starts anew: every descriptor goes, held ones too, then the port.
    mutating func restart(down: Duration) {
        record(.lifecycle(.restarting))
        for connection in conversations.keys.sorted() { hangUp(connection) }
        busy = []
        deferred = []
        closings = []
        modelWake = nil
        if isListening {
            isListening = false
            effects.append(.closeListener)
            record(.listenerClosed)
        }
        if light != .green {
            light = .green
            record(.light(.green))
        }
        tellModel(.commanded(.restarted))
        reopenAt = now + down
    }
}
