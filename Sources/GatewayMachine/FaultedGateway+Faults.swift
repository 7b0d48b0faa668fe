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
    /// The message that the trigger was about.
    let message: Message?
    /// The actions were done before, and `every` does them again.
    var isRepeat = false
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
        return fire(occasion, on: connection, in: surroundings(of: connection))
    }

    /// Asks the plan about an occasion whose surroundings are over already.
    @discardableResult
    mutating func fire(
        _ occasion: Occasion, on connection: ConnectionID?, in surroundings: Surroundings
    ) -> Verdict {
        if occasionDepth == 0 { causedOccasions = 0 }
        if occasionDepth > 1 { causedOccasions += 1 }
        guard occasionDepth < limits.maxOccasionDepth,
            causedOccasions <= limits.maxCausedOccasions
        else {
            // One entry is enough for a flood of them.
            if causedOccasions <= limits.maxCausedOccasions + 1 {
                let kind = occasion.kind.rawValue
                record(.note("too many faults cause each other: '\(kind)' is not seen"))
            }
            return .pass
        }
        occasionDepth += 1
        defer { occasionDepth -= 1 }
        letGo(at: occasion, in: surroundings, on: connection)
        var verdict = Verdict.pass
        for firing in plan.firings(at: occasion, in: surroundings) {
            if firing.after > .zero {
                put(
                    DeferredFiring(
                        due: now + firing.after, firing: firing, connection: connection,
                        message: occasion.message))
            } else {
                perform(
                    firing, on: connection, at: occasion, about: occasion.message, &verdict)
                putAgain(firing, on: connection, about: occasion.message)
            }
        }
        return verdict
    }

    /// Carries out a firing after the rule's delay, or once more.
    mutating func perform(_ waiting: DeferredFiring) {
        let (firing, connection) = (waiting.firing, waiting.connection)
        if waiting.isRepeat {
            guard plan.repeats(firing, on: connection) else { return }
        } else if !plan.stillActs(firing, on: connection) {
            return
        }
        var verdict = Verdict.pass
        perform(firing, on: connection, at: nil, about: waiting.message, &verdict)
        putAgain(firing, on: connection, about: waiting.message)
    }

    private mutating func put(_ waiting: DeferredFiring) {
        guard deferred.count < limits.maxDeferredCount else {
            for action in waiting.firing.actions {
                record(
                    .faultIdle(
                        rule: waiting.firing.rule, action: action.keyword,
                        reason: "\(deferred.count) firings wait already"), waiting.connection)
            }
            return
        }
        let index = deferred.lastIndex { $0.due <= waiting.due }.map { $0 + 1 } ?? 0
        deferred.insert(waiting, at: index)
    }

    /// Lets a rule with `every` act again later, while its connection lives.
    private mutating func putAgain(
        _ firing: Firing, on connection: ConnectionID?, about message: Message?
    ) {
        guard let every = firing.every else { return }
        if let connection {
            guard let conversation = conversations[connection], !conversation.isHeld,
                !conversation.clientHasEnded
            else { return }
        }
        var again = firing
        // What is random differs each time.
        again.seed &+= 1
        put(
            DeferredFiring(
                due: now + every, firing: again, connection: connection, message: message,
                isRepeat: true))
    }

    private mutating func perform(
        _ firing: Firing, on connection: ConnectionID?, at occasion: Occasion?,
        about message: Message?, _ verdict: inout Verdict
    ) {
        let words = firing.actions.map(\.keyword).joined(separator: ", ")
        record(
            .fault(rule: firing.rule, action: words, change: change(by: firing, at: occasion)),
            connection)
        let random = SeededRandom(seed: firing.seed)
        for (number, action) in firing.actions.enumerated() {
            let random = random.stream("\(number)")
            let reason: String?
            if case .message(let action) = action, occasion != nil {
                reason = take(
                    action, of: firing.rule, on: connection, about: message, random, &verdict)
            } else {
                reason =
                    perform(
                        action, of: firing.rule, on: connection, about: message, random)?.text
            }
            guard let reason else { continue }
            record(
                .faultIdle(rule: firing.rule, action: action.keyword, reason: reason), connection)
        }
        if plan.noteActed(firing.rule) {
            fire(.ruleFired(firing.rule, onConnection: connection != nil), on: connection)
        }
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
        if case .ruleFired = occasion, freed != nil {
            freed?.append(contentsOf: free)
        } else {
            release(free)
        }
    }

    /// Asks the rules about a message and does what they want.
    ///
    /// What a rule's firing releases leaves behind what the rule itself sends.
    mutating func judge(
        _ message: Message, on connection: ConnectionID,
        carryOut: (inout FaultedGateway, Verdict) -> Void
    ) {
        guard !keeping.isEmpty else {
            carryOut(&self, fire(.message(message), on: connection))
            return
        }
        let outer = freed
        freed = []
        let verdict = fire(.message(message), on: connection)
        let behind = freed ?? []
        freed = nil
        carryOut(&self, verdict)
        release(behind)
        freed = outer
    }

    private mutating func release(_ free: [KeptBack]) {
        for kept in free {
            conversations[kept.connection]?.toClient.release(kept.id, at: now)
            conversations[kept.connection]?.toGateway.release(kept.id, at: now)
        }
    }

    /// The surroundings of the gateway's own end of a connection; without rules nobody asks for them.
    func farewell(of connection: ConnectionID) -> Surroundings {
        plan.isEmpty ? Surroundings(connection: connection) : surroundings(of: connection)
    }

    func surroundings(of connection: ConnectionID?) -> Surroundings {
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
        var surroundings = Surroundings(
            connection: connection, phase: conversation?.phase, clientID: conversation?.clientID,
            othersOpen: open, held: held, light: light)
        surroundings.isListening = isListening
        surroundings.serverIsLost = serverIsLost
        for farm in plan.needs.farms { surroundings.farms[farm] = origin.state(ofFarm: farm) }
        return surroundings
    }

    /// Does actions that need no connection, all of them; the first that cannot be done is the refusal.
    mutating func act(_ actions: [FaultAction]) {
        var refused: CommandRefusal?
        for action in actions {
            guard
                let reason = perform(action, of: "now", on: nil, about: nil, random.stream("now"))
            else { continue }
            refused = refused ?? CommandRefusal(reason.kind, "\(action.keyword): \(reason.text)")
        }
        refusal = refused
    }

    /// Carries out an action on the connection, the gateway or the log.
    ///
    /// - Returns: Why there was nothing to act on; `nil` when it has acted.
    private mutating func perform(
        _ action: FaultAction, of rule: String, on connection: ConnectionID?,
        about message: Message?, _ random: SeededRandom
    ) -> CommandRefusal? {
        switch action {
        case .gateway(.changePort) where !isListening:
            return CommandRefusal(.conflict, "the port is closed")
        case .gateway(.changePort) where front == .socat:
            return CommandRefusal(.conflict, "clients see the front's port")
        case .gateway(let command):
            // A command may fire rules that give commands.
            let outer = refusal
            defer { refusal = outer }
            refusal = nil
            obey(command)
            return refusal
        case .endAll(let way, let sparesOwn):
            endAll(by: way, except: sparesOwn ? connection : nil)
            return nil
        case .note(let text):
            record(.note(text), connection)
            return nil
        case .fail(let reason):
            record(.faultFailed(rule: rule, reason: reason), connection)
            return nil
        case .message: return CommandRefusal(.conflict, "the message has passed")
        case .mute, .stopReading, .resumeReading, .fin, .halfClose, .rst, .closeWithUnread,
            .holdSocket, .slice, .halve, .coalesce, .limit, .blackhole, .heal, .stopWriting,
            .resumeWriting,
            .pause, .latency, .lose, .endAfter, .delayAccept, .slowClose, .send, .sendBytes,
            .sendRandom, .sendFrame, .replay:
            guard let connection else {
                return CommandRefusal(.conflict, "there is no connection")
            }
            guard let conversation = conversations[connection] else {
                return CommandRefusal(.unknown, "the connection is gone")
            }
            if conversation.isHeld {
                return CommandRefusal(.conflict, "the descriptor is kept")
            }
            return perform(
                action, onOpen: connection, isMuted: conversation.isMuted, about: message, random
            ).map { CommandRefusal(.conflict, $0) }
        }
    }

    private mutating func perform(
        _ action: FaultAction, onOpen connection: ConnectionID, isMuted: Bool,
        about message: Message?, _ random: SeededRandom
    ) -> String? {
        switch action {
        case .slice where isMuted, .halve where isMuted, .coalesce where isMuted,
            .limit where isMuted,
            .send where isMuted, .sendBytes where isMuted, .sendRandom where isMuted,
            .sendFrame where isMuted, .replay where isMuted:
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
            let surroundings = farewell(of: connection)
            let conversation = conversations.removeValue(forKey: connection)
            effects.append(.closeAtNextBytes(connection))
            record(.closed(.rst), connection)
            tellOrigin(.gone(connection))
            noteEnd(of: connection, conversation, .rst, in: surroundings)
        case .holdSocket: _ = hold(connection)
        case .slice(let size, let gap, .toClient):
            conversations[connection]?.toClient.slicing = .pieces(size: size, gap: gap)
        case .slice(let size, let gap, .toGateway):
            conversations[connection]?.toGateway.slicing = .pieces(size: size, gap: gap)
        case .halve(let gap, .toClient):
            conversations[connection]?.toClient.slicing = .halves(gap: gap)
        case .halve(let gap, .toGateway):
            conversations[connection]?.toGateway.slicing = .halves(gap: gap)
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
        case .delayAccept(let time): serve(connection, after: time)
        case .slowClose(let time): conversations[connection]?.closeDelay = time
        case .send(let template):
            if !say(template.message(from: message), on: connection) {
                return "no server version is agreed on"
            }
        case .replay(let type, let nth):
            guard let old = conversations[connection]?.memory.message(type, nth) else {
                return "the client has had no such message"
            }
            if !say(old, on: connection) { return "no server version is agreed on" }
        case .sendBytes(let bytes): sayRaw(bytes, on: connection)
        case .sendRandom(let count):
            var random = random
            sayRaw(
                (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }, on: connection)
        case .sendFrame(let texts):
            sayRaw(frame(texts.flatMap { Array($0.utf8) + [0] }), on: connection)
        case .message, .gateway, .endAll, .note, .fail: break
        }
        return nil
    }
}
