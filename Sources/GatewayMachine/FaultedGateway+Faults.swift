import EventLog
import Faults
import GatewayWire
import Simulation

/// A firing whose rule waits before it acts.
struct DeferredFiring: Sendable {
    let due: SimInstant
    let firing: Firing
    let connection: ConnectionID?
}

/// A message that a rule keeps back until a trigger comes true.
struct KeptBack: Sendable {
    let id: Int
    let trigger: Trigger
    let connection: ConnectionID
}

extension FaultedGateway {
    /// Asks the plan which rules fire, and carries them out.
    ///
    /// - Returns: What they want to be done to the message. It is `pass` when the occasion is not a
    ///   message.
    @discardableResult
    mutating func fire(_ occasion: Occasion, on connection: ConnectionID? = nil) -> Verdict {
        guard !plan.isEmpty || !keeping.isEmpty else { return .pass }
        let surroundings = surroundings(of: connection)
        letGo(at: occasion, in: surroundings, on: connection)
        var verdict = Verdict.pass
        for firing in plan.firings(at: occasion, in: surroundings) {
            if firing.after > .zero {
                let due = now + firing.after
                let index = deferred.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
                deferred.insert(
                    DeferredFiring(due: due, firing: firing, connection: connection), at: index)
            } else {
                perform(firing, on: connection, at: occasion, &verdict)
            }
        }
        return verdict
    }

    /// Carries out a firing after the rule's delay.
    mutating func perform(_ firing: Firing, on connection: ConnectionID?) {
        var verdict = Verdict.pass
        perform(firing, on: connection, at: nil, &verdict)
    }

    private mutating func perform(
        _ firing: Firing, on connection: ConnectionID?, at occasion: Occasion?,
        _ verdict: inout Verdict
    ) {
        let words = firing.actions.map(\.keyword).joined(separator: ", ")
        record(
            .fault(rule: firing.rule, action: words, change: change(by: firing, at: occasion)),
            connection)
        for action in firing.actions {
            if case .message(let action) = action, occasion != nil {
                verdict.take(action)
                continue
            }
            guard let reason = perform(action, on: connection) else { continue }
            record(
                .faultIdle(rule: firing.rule, action: action.keyword, reason: reason), connection)
        }
    }

    /// What a firing does to its message, for the log: `nextValidId, orderId 1 → 7`.
    private func change(by firing: Firing, at occasion: Occasion?) -> String {
        guard case .message(let message)? = occasion else { return "" }
        var parts = [message.name]
        for case .message(.replace(let fields)) in firing.actions {
            for (field, text) in fields.sorted(by: { $0.key < $1.key })
            where !message.schema.indexes(of: field).isEmpty {
                parts.append("\(field) \(message[field] ?? "unset") → \(text)")
            }
        }
        return parts.joined(separator: ", ")
    }

    /// Releases the messages whose trigger has come true.
    private mutating func letGo(
        at occasion: Occasion, in surroundings: Surroundings, on connection: ConnectionID?
    ) {
        guard !keeping.isEmpty else { return }
        let free = keeping.filter { kept in
            (connection == nil || connection == kept.connection)
                && kept.trigger.matches(occasion, in: surroundings)
        }
        guard !free.isEmpty else { return }
        let ids = Set(free.map(\.id))
        keeping.removeAll { ids.contains($0.id) }
        for kept in free {
            conversations[kept.connection]?.toClient.release(kept.id, at: now)
            conversations[kept.connection]?.toGateway.release(kept.id, at: now)
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
            othersOpen: open, held: held, light: light)
    }

    /// Carries out an action on the connection, the gateway or the log.
    ///
    /// - Returns: Why there was nothing to act on; `nil` when it has acted.
    private mutating func perform(_ action: FaultAction, on connection: ConnectionID?) -> String? {
        switch action {
        case .gateway(let command):
            obey(command)
            return nil
        case .endAll(let way, let sparesOwn):
            endAll(by: way, except: sparesOwn ? connection : nil)
            return nil
        case .note(let text):
            record(.note(text), connection)
            return nil
        case .message: return "the message has passed"
        case .mute, .stopReading, .resumeReading, .fin, .halfClose, .rst, .closeWithUnread,
            .holdSocket, .slice, .coalesce, .limit, .blackhole, .heal, .stopWriting, .resumeWriting,
            .pause, .latency, .lose, .endAfter, .slowClose, .send, .sendBytes:
            guard let connection else { return "there is no connection" }
            guard let conversation = conversations[connection] else {
                return "the connection is gone"
            }
            if conversation.isHeld { return "the descriptor is kept" }
            return perform(action, onOpen: connection, isMuted: conversation.isMuted)
        }
    }

    private mutating func perform(
        _ action: FaultAction, onOpen connection: ConnectionID, isMuted: Bool
    ) -> String? {
        switch action {
        case .slice where isMuted, .coalesce where isMuted, .limit where isMuted,
            .send where isMuted, .sendBytes where isMuted:
            return "the connection is mute"
        case .mute:
            dropLanes(of: connection)
            conversations[connection]?.isMuted = true
        case .stopReading(let buffer):
            conversations[connection]?.ruleReadsNothing = true
            if let buffer { effects.append(.limitReceiveBuffer(connection, bytes: buffer)) }
            effects.append(.stopReading(connection))
        case .resumeReading:
            conversations[connection]?.ruleReadsNothing = false
            if conversations[connection]?.isRead ?? false {
                effects.append(.resumeReading(connection))
            }
        case .fin: conclude(.close, on: connection)
        case .halfClose: conclude(.halfClose, on: connection)
        case .rst: conclude(.reset, on: connection)
        case .closeWithUnread:
            guard front == .none else {
                conclude(.reset, on: connection)
                return nil
            }
            dropLanes(of: connection)
            conversations[connection] = nil
            effects.append(.closeAtNextBytes(connection))
            record(.closed(.rst), connection)
            tellOrigin(.gone(connection))
        case .holdSocket: _ = hold(connection)
        case .slice(let size, let gap, .toClient):
            conversations[connection]?.toClient.slicing = (size, gap)
        case .slice(let size, let gap, .toGateway):
            conversations[connection]?.toGateway.slicing = (size, gap)
        case .coalesce(let window, .toClient): conversations[connection]?.toClient.window = window
        case .coalesce(let window, .toGateway): conversations[connection]?.toGateway.window = window
        case .limit(let rate, .toClient): conversations[connection]?.toClient.rate = rate
        case .limit(let rate, .toGateway): conversations[connection]?.toGateway.rate = rate
        case .blackhole: loseSegments(of: connection)
        case .heal: heal(connection)
        case .stopWriting: _ = withConversation(connection) { $0.stopWriting() }
        case .resumeWriting: _ = withConversation(connection) { $0.resumeWriting() }
        case .pause(let time, let ways): pause(connection, ways, until: now + time)
        case .latency(let latency, let way): delay(connection, latency, way)
        case .lose(let loss, let way): lose(connection, loss, way)
        case .endAfter(let bytes, let way, let direction):
            end(connection, after: bytes, by: way, direction)
        case .slowClose(let time): conversations[connection]?.closeDelay = time
        case .send(let message):
            if !say(message, on: connection) { return "no server version is agreed on" }
        case .sendBytes(let bytes):
            place(.toClient(.bytes(bytes, .entry(.raw(.toClient, bytes)))), on: connection, .pass)
        case .message, .gateway, .endAll, .note: break
        }
        return nil
    }
}
