package import Faults
import GatewayWire
package import EventLog
package import Simulation

/// A gateway that plays one recorded connection to every client.
///
/// It decides nothing by itself: what is said, when, and how it ends comes from the transcript,
/// with the live client's own ids put in. What the client asks beyond the recording is refused
/// with error 320, never met with silence.
package struct ReplayedGateway: GatewayMachine {
    private struct Conversation: Sendable {
        var reader: FrameReader
        var replay: Replay
        var isHeld = false
        var phase = ConnectionPhase.connected
        var hasHello = false
        var sentNames: Set<String> = []
    }

    package let name: String
    private let plan: ReplayPlan
    private let limits: GatewayLimits
    private var conversations: [ConnectionID: Conversation] = [:]
    private var dyingUnread: Set<ConnectionID> = []
    private var isListening = false
    private var reopenAt: SimInstant?
    private var armed: SimInstant?
    private var log: [LogEvent] = []
    private var effects: [StreamEffect] = []
    private var now = SimInstant.start

    package init(name: String, transcript: Transcript, limits: GatewayLimits = GatewayLimits()) {
        self.name = name
        plan = ReplayPlan(transcript)
        self.limits = limits
    }

    /// A recording has no faults of its own.
    package var unfired: [String] { [] }

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
            case .stayedHalfOpen, .drained, .deadlineReached: break
            }
        }
    }

    package mutating func command(_ command: GatewayCommand, at now: SimInstant) -> [StreamEffect] {
        step(at: now) { gateway in
            switch command {
            case .restart(let down): gateway.restart(down: down)
            case .clientDiesUnread(let connection): gateway.dyingUnread.insert(connection)
            case .notify(let connection):
                let replay = gateway.conversations[connection]?.replay.say(.farmNotice, at: now)
                gateway.carryOut(replay ?? [], on: connection)
            case .turnLight, .loseServer, .restoreServer, .interruptServer, .setFarm, .changePort,
                .authenticate, .signal:
                gateway.record(.note("a replayed gateway takes no command but restart"))
            }
        }
    }

    // Helpers, in the order they are called.

    private mutating func step(
        at now: SimInstant, _ body: (inout ReplayedGateway) -> Void
    ) -> [StreamEffect] {
        self.now = now
        if let reopen = reopenAt, reopen <= now {
            reopenAt = nil
            effects.append(.openListener)
            record(.lifecycle(.restarted))
            start()
        }
        body(&self)
        let active = conversations.keys.sorted()
        for connection in active { advance(connection) }
        let dues = active.compactMap { conversations[$0]?.replay.nextDue(at: now) }
        let next = (dues + [reopenAt].compactMap { $0 }).min()
        if let next, next != armed { effects.append(.wake(at: max(next, now))) }
        armed = next
        defer { effects = [] }
        return effects
    }

    private mutating func start() {
        isListening = true
        record(.listening)
    }

    private mutating func accept(_ connection: ConnectionID) {
        conversations[connection] = Conversation(
            reader: FrameReader(maxBytes: limits.maxFrameBytes),
            replay: Replay(plan, at: now))
        record(.opened(client: nil, gateway: nil, isMidStream: false), connection)
    }

    private mutating func receive(_ bytes: [UInt8], on connection: ConnectionID) {
        guard let conversation = conversations[connection], !conversation.isHeld,
            !conversation.replay.isOver
        else { return }
        conversations[connection]?.reader.append(bytes)
        while readNext(on: connection) {}
    }

    /// Takes one hello or frame off the reader; false when bytes are missing or unwanted.
    private mutating func readNext(on connection: ConnectionID) -> Bool {
        guard var conversation = conversations[connection], !conversation.replay.isOver else {
            return false
        }
        if !conversation.hasHello {
            let outcome = Hello.read(from: &conversation.reader)
            conversations[connection] = conversation
            return take(outcome, on: connection)
        }
        // Before the recorded reply has left, frames wait for the version they are in.
        guard let version = conversation.replay.serverVersion else {
            if conversation.replay.isDeaf {
                conversations[connection]?.reader = FrameReader(maxBytes: limits.maxFrameBytes)
                return false
            }
            if conversation.reader.pendingCount > limits.maxFrameBytes {
                refuse(connection, "more than \(limits.maxFrameBytes) bytes before any answer")
            }
            return false
        }
        let frame = Result { () throws(FrameError) in try conversation.reader.next() }
        conversations[connection] = conversation
        switch frame {
        case .success(nil): return false
        case .success(.some(let body)):
            hear(body, version: version, on: connection)
            return true
        case .failure(.lengthOutOfRange(let found, let allowed)):
            refuse(connection, "frame length \(found), allowed are up to \(allowed)")
            return false
        }
    }

    private mutating func take(_ outcome: Hello.Outcome, on connection: ConnectionID) -> Bool {
        switch outcome {
        case .needsMore: return false
        case .hello(let hello):
            record(.hello(hello), connection)
            conversations[connection]?.hasHello = true
            let outputs = conversations[connection]?.replay.hear(hello, at: now)
            carryOut(outputs ?? [], on: connection)
            return true
        case .legacy(let version):
            refuse(connection, "hello from before API\\0, client version \(version): not served")
        case .malformed(let error): refuse(connection, error.description)
        }
        return false
    }

    private mutating func hear(
        _ body: ArraySlice<UInt8>, version: Int, on connection: ConnectionID
    ) {
        let decoder = MessageDecoder(serverVersion: version, direction: .toGateway)
        switch decoder.decode(body) {
        case .message(let message):
            record(.message(message), connection)
            if message.name == "startApi" { enter(.starting, on: connection) }
            let outputs = conversations[connection]?.replay.hear(message, at: now)
            carryOut(outputs ?? [], on: connection)
        case .unknown(let id, let bytes):
            record(.unknown(.toGateway, id: id, bytes: bytes), connection)
            let outputs = conversations[connection]?.replay.hearUnknown(id: id, at: now)
            carryOut(outputs ?? [], on: connection)
        case .malformed(let error):
            record(
                .malformed(.toGateway, reason: error.description, bytes: Array(body)), connection)
        }
    }

    private mutating func advance(_ connection: ConnectionID) {
        // What was said may let frames be read that waited for it, and these let more be said.
        repeat {
            let outputs = conversations[connection]?.replay.advance(at: now) ?? []
            carryOut(outputs, on: connection)
        } while readNext(on: connection)
    }

    private mutating func carryOut(_ outputs: [Replay.Output], on connection: ConnectionID) {
        for output in outputs {
            switch output {
            case .send(let bytes, let entry):
                effects.append(.send(connection, bytes))
                if let entry {
                    record(entry, connection)
                    noteStartUp(entry, on: connection)
                }
            case .shutdownWrite:
                effects.append(.shutdownWrite(connection))
                record(.closed(.halfClose), connection)
            case .close: close(connection)
            case .reset:
                guard conversations.removeValue(forKey: connection) != nil else { continue }
                effects.append(.reset(connection))
                record(.closed(.rst), connection)
            case .hold:
                conversations[connection]?.isHeld = true
                effects.append(.hold(connection))
                record(.closed(.held), connection)
            case .note(let text): record(.note(text), connection)
            }
        }
    }

    private mutating func noteStartUp(_ entry: LogEvent.Kind, on connection: ConnectionID) {
        if case .version = entry { enter(.greeted, on: connection) }
        guard case .message(let message) = entry,
            ["nextValidId", "managedAccounts"].contains(message.name)
        else { return }
        conversations[connection]?.sentNames.insert(message.name)
        if conversations[connection]?.sentNames.count == 2 { enter(.ready, on: connection) }
    }

    private mutating func enter(_ phase: ConnectionPhase, on connection: ConnectionID) {
        guard let conversation = conversations[connection], conversation.phase < phase else {
            return
        }
        conversations[connection]?.phase = phase
        record(.phase(phase), connection)
    }

    private mutating func refuse(_ connection: ConnectionID, _ reason: String) {
        record(.malformed(.toGateway, reason: reason, bytes: []), connection)
        close(connection)
    }

    private mutating func end(_ connection: ConnectionID, _ ending: PeerEnding) {
        guard conversations[connection] != nil else { return }
        let wasKilled = dyingUnread.remove(connection) != nil
        let kind: EndingKind = ending == .fin ? .fin : wasKilled ? .rstUnread : .rst
        record(.ended(kind), connection)
        let outputs = conversations[connection]?.replay.hearEnd(ending, at: now)
        carryOut(outputs ?? [], on: connection)
    }

    private mutating func close(_ connection: ConnectionID) {
        guard let conversation = conversations.removeValue(forKey: connection) else { return }
        effects.append(.close(connection))
        record(.closed(conversation.isHeld ? .released : .fin), connection)
    }

    private mutating func hangUp(_ connection: ConnectionID) {
        guard let conversation = conversations[connection], !conversation.isHeld else {
            close(connection)
            return
        }
        conversations[connection] = nil
        effects.append(.hangUp(connection))
        record(.closed(.fin), connection)
    }

    private mutating func restart(down: Duration) {
        record(.lifecycle(.restarting))
        for connection in conversations.keys.sorted() { hangUp(connection) }
        if isListening {
            isListening = false
            effects.append(.closeListener)
            record(.listenerClosed)
        }
        reopenAt = now + down
    }

    private mutating func record(_ kind: LogEvent.Kind, _ connection: ConnectionID? = nil) {
        guard log.count < limits.maxLogCount else { return }
        log.append(LogEvent(at: now, gateway: name, connection: connection, kind: kind))
    }
}
