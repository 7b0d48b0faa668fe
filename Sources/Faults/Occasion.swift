package import EventLog
package import GatewayWire
import Simulation

/// Something that has just happened, and that a trigger may match.
package enum Occasion {
    /// The gateway has opened its listener.
    case started
    case connected
    /// The client's hello is complete and not answered yet.
    case hello
    /// The client's first bytes are no hello.
    case strangerCame
    case phaseEntered(ConnectionPhase)
    /// A message has arrived and is not answered yet (`toGateway`), or is about to be sent
    /// (`toClient`).
    case message(Message)
    case ended(EndingKind)
    case lightTurned(APILight)
    case signaled(String)
    /// More bytes have passed on the connection: their count before and after.
    case bytesPassed(Direction, before: Int, after: Int)
    case timePassed(TimeMark)
    /// A client program of the scenario did something.
    case programDid(client: String, ProgramMoment)
    /// The gateway has ended a connection whose client had not ended.
    case endedByGateway(EndingKind)
    /// The actions of another rule were done.
    case ruleFired(String, onConnection: Bool)

    package var kind: OccasionKind {
        switch self {
        case .started: .start
        case .connected: .connect
        case .hello: .hello
        case .strangerCame: .stranger
        case .phaseEntered: .phase
        case .message(let message):
            message.schema.direction == .toGateway ? .toGateway : .toClient
        case .ended(let ending): OccasionKind(ending)
        case .lightTurned: .light
        case .signaled: .signal
        case .bytesPassed: .flow
        case .timePassed(let mark): mark.anchor == .start ? .moment : .flow
        case .programDid: .moment
        case .endedByGateway: .gatewayEnd
        case .ruleFired(_, let onConnection): onConnection ? .flow : .moment
        }
    }

    /// What came, for a sentence: "message reqMktData came 3 times".
    package var noun: String {
        switch self {
        case .started: "the start"
        case .connected: "a connection"
        case .hello: "a hello"
        case .strangerCame: "a stranger"
        case .phaseEntered(let phase): "phase \(phase.rawValue)"
        case .message(let message): "message \(message.name)"
        case .ended: "a disconnect by a client"
        case .endedByGateway: "a disconnect by the gateway"
        case .lightTurned: "a change of the light"
        case .signaled(let name): "signal \(name)"
        case .bytesPassed: "bytes"
        case .timePassed: "the time"
        case .programDid(let client, .said): "output of \(client)"
        case .programDid(let client, .exited): "the end of \(client)"
        case .ruleFired(let rule, _): "rule \(rule)"
        }
    }
}

/// The kinds of occasions.
///
/// They differ in the actions that are possible.
package enum OccasionKind: String, Hashable, Sendable, CaseIterable {
    case start, connect, hello
    case stranger = "bytes that are no hello"
    case phase
    case toGateway = "message to the gateway"
    case toClient = "message to the client"
    /// The client's FIN, or a half-close. Our side is still open.
    case clientFIN = "disconnect by FIN"
    /// The client's RST. The connection is gone.
    case clientRST = "disconnect by RST"
    case light, signal
    /// Bytes or time on a connection, or another rule that fired there.
    case flow = "bytes or time on a connection"
    /// Time since the start, a client program, or another rule without a connection.
    case moment = "time, a program or a rule"
    /// The gateway has ended a connection. It is gone.
    case gatewayEnd = "disconnect by the gateway"

    init(_ ending: EndingKind) {
        switch ending {
        case .fin, .halfClose: self = .clientFIN
        case .rst, .rstUnread: self = .clientRST
        }
    }

    /// Whether the occasion is about a message, or about the hello and its answer.
    package var hasMessage: Bool {
        switch self {
        case .hello, .toGateway, .toClient: true
        case .start, .connect, .stranger, .phase, .clientFIN, .clientRST, .light, .signal, .flow,
            .moment, .gatewayEnd:
            false
        }
    }

    /// Whether the occasion is about one connection.
    package var hasConnection: Bool {
        switch self {
        case .connect, .hello, .stranger, .phase, .toGateway, .toClient, .clientFIN, .clientRST,
            .flow, .gatewayEnd:
            true
        case .start, .light, .signal, .moment: false
        }
    }
}

/// Something that happens, as a trigger names it.
///
/// `TriggerWord` describes how it is written. Everything else about it is here: when it comes, what has
/// to be observed for it, when it can never come, and how it was missed.
package enum Happening: Hashable, Sendable {
    /// The gateway has opened its listener.
    case start
    /// A connection was accepted. `others`: connections open besides it; `held`: descriptors kept
    /// after their client's FIN.
    case connect(others: CountRange?, held: CountRange?)
    /// The client's hello is complete and not answered yet.
    case hello
    /// The client's first bytes are no hello.
    case stranger
    /// The connection has entered the phase.
    case phase(ConnectionPhase)
    /// A message has arrived and is not answered yet (`toGateway`), or is about to be sent
    /// (`toClient`).
    case message(MessagePattern)
    /// A connection's client side has ended.
    case disconnect([EndingKind])
    /// The API light changed.
    case light(APILight)
    /// A step gave this signal.
    case signal(String)
    /// So many bytes have passed on the connection in this direction.
    case bytes(Direction, after: Int)
    case time(TimeMark)
    /// A client program printed a line with this text, or ended with one of these codes.
    case client(name: String, says: String?, exits: CountRange?)
    /// The gateway has ended a connection whose client had not ended.
    case ownEnd([EndingKind])
    /// The actions of the rule with this name were done.
    case fired(rule: String, onConnection: Bool)

    package func matches(_ occasion: Occasion, in surroundings: Surroundings) -> Bool {
        switch (self, occasion) {
        case (.start, .started), (.hello, .hello), (.stranger, .strangerCame): true
        case (.connect(let others, let held), .connected):
            (others?.contains(surroundings.othersOpen) ?? true)
                && (held?.contains(surroundings.held) ?? true)
        case (.phase(let phase), .phaseEntered(let entered)): phase == entered
        case (.message(let wanted), .message(let message)): wanted.matches(message)
        case (.disconnect(let kinds), .ended(let kind)): kinds.contains(kind)
        case (.light(let light), .lightTurned(let turned)): light == turned
        case (.signal(let name), .signaled(let given)): name == given
        case (.bytes(let wanted, let count), .bytesPassed(let direction, let before, let after)):
            wanted == direction && before < count && count <= after
        case (.time(let mark), .timePassed(let passed)): mark == passed
        case (.client(let name, let text, let exits), .programDid(let client, let moment)):
            name == client && Self.matches(moment, says: text, exits: exits)
        case (.ownEnd(let kinds), .endedByGateway(let kind)): kinds.contains(kind)
        case (.fired(let rule, _), .ruleFired(let fired, _)): rule == fired
        // Pairs of all cases are more than the compiler checks.
        default: false
        }
    }

    private static func matches(
        _ moment: ProgramMoment, says text: String?, exits: CountRange?
    ) -> Bool {
        switch moment {
        case .said(let line): text.map { line.contains($0) } ?? false
        case .exited(let code):
            // A program that a signal ended has no code, and only `any` means it too.
            exits.map { exits in code.map(exits.contains) ?? (exits == CountRange(0, nil)) }
                ?? false
        }
    }

    package func mayMatch(_ schema: MessageSchema) -> Bool {
        if case .message(let wanted) = self { wanted.mayMatch(schema) } else { false }
    }

    package var occasions: Set<OccasionKind> {
        switch self {
        case .start: [.start]
        case .connect: [.connect]
        case .hello: [.hello]
        case .stranger: [.stranger]
        case .phase: [.phase]
        case .message(let wanted): [wanted.direction == .toGateway ? .toGateway : .toClient]
        case .disconnect(let kinds): Set(kinds.map(OccasionKind.init))
        case .light: [.light]
        case .signal: [.signal]
        case .bytes: [.flow]
        case .time(let mark): [mark.anchor == .start ? .moment : .flow]
        case .client: [.moment]
        case .ownEnd: [.gatewayEnd]
        case .fired(_, let onConnection): [onConnection ? .flow : .moment]
        }
    }

    /// Tells what has to be observed so that it can come.
    func observe(in needs: inout PlanNeeds) {
        switch self {
        case .bytes(let direction, let count):
            needs.byteMarks[direction, default: []].insert(count)
        case .time(let mark):
            if !needs.timeMarks.contains(mark) { needs.timeMarks.append(mark) }
        case .fired(let rule, _): needs.references.insert(rule)
        case .disconnect(let kinds): if kinds.contains(.halfClose) { needs.halfClose = true }
        case .start, .connect, .hello, .stranger, .phase, .message, .light, .signal, .client,
            .ownEnd:
            break
        }
    }

    /// The phases of the connection in which it can come; `nil` means any.
    package var phases: Set<ConnectionPhase>? {
        switch self {
        case .connect, .hello, .stranger: [.connected]
        case .phase(let phase): [phase]
        case .message(let wanted) where wanted.types == ["startApi"]:
            [.starting, .ready, .synchronized]
        case .start, .message, .disconnect, .light, .signal, .bytes, .time, .client, .ownEnd,
            .fired:
            nil
        }
    }

    /// Whether no occasion can match both.
    package func excludes(_ other: Happening) -> Bool {
        switch (self, other) {
        case (.phase(let one), .phase(let two)): one != two
        case (.light(let one), .light(let two)): one != two
        case (.signal(let one), .signal(let two)): one != two
        case (.time(let one), .time(let two)): one != two
        case (.fired(let one, _), .fired(let two, _)): one != two
        case (.bytes(let one, _), .bytes(let two, _)): one != two
        case (.message(let one), .message(let two)):
            one.direction != two.direction
                || !one.types.isEmpty && !two.types.isEmpty
                    && Set(one.types).isDisjoint(with: two.types)
        case (.disconnect(let one), .disconnect(let two)), (.ownEnd(let one), .ownEnd(let two)):
            Set(one).isDisjoint(with: two)
        case (.client(let one, _, _), .client(let two, _, _)): one != two
        default: false
        }
    }

    /// How an occasion differs from it, part by part; `nil` when it is of another kind.
    package func misses(_ occasion: Occasion, in surroundings: Surroundings) -> [String]? {
        if matches(occasion, in: surroundings) { return [] }
        switch (self, occasion) {
        case (.message(let wanted), .message(let message)):
            guard wanted.mayMatch(message.schema) else { return nil }
            return wanted.fields.sorted { $0.key < $1.key }.compactMap { name, test in
                let text = message.schema.indexes(of: name).isEmpty ? nil : message[name]
                return test.holds(text)
                    ? nil
                    : "field \(name) was \(text.map { $0.isEmpty ? "empty" : $0 } ?? "unset"), "
                        + test.objection
            }
        case (.connect(let others, let held), .connected):
            return Condition(others: others, held: held).misses(in: surroundings)
        case (.disconnect(let kinds), .ended(let kind)),
            (.ownEnd(let kinds), .endedByGateway(let kind)):
            return [
                "it was \(kind.rawValue), not \(kinds.map(\.rawValue).joined(separator: " or "))"
            ]
        case (.light(let light), .lightTurned(let turned)):
            return ["it was \(turned.rawValue), not \(light.rawValue)"]
        case (.client(let name, _, let exits?), .programDid(let client, .exited(let code)))
        where name == client:
            return ["it ended \(code.map { "with \($0)" } ?? "by a signal"), not with \(exits)"]
        default: return nil
        }
    }

    /// That nothing like it came.
    ///
    /// - Parameters:
    ///   - furthest: The furthest phase that a connection reached; `nil` when none came.
    ///   - lasted: How long the run lasted.
    package func absence(furthest: ConnectionPhase?, lasted: Duration) -> String {
        switch self {
        case .start: return "the gateway never opened its port"
        case .connect: return "no connection was accepted"
        case .hello: return "no hello came"
        case .stranger: return "every connection began with a hello"
        case .phase(let phase):
            guard let furthest else {
                return "no connection became \(phase.rawValue)"
            }
            return
                "no connection became \(phase.rawValue), the furthest became \(furthest.rawValue)"
        case .message(let wanted):
            let names =
                wanted.types.isEmpty ? "of that direction" : wanted.types.joined(separator: " or ")
            return wanted.direction == .toGateway
                ? "no message \(names) came" : "no message \(names) was sent"
        case .disconnect: return "no client ended its connection"
        case .ownEnd: return "the gateway ended no connection"
        case .light(let light): return "the light never turned \(light.rawValue)"
        case .signal(let name): return "nothing gave the signal \(name)"
        case .bytes(let direction, let count):
            return "no connection carried \(count) bytes \(direction.rawValue)"
        case .time(let mark):
            let what =
                mark.anchor == .lastByte
                ? "no connection was silent for \(mark.time.reportText)"
                : "\(mark.time.reportText) since \(mark.anchor.rawValue) were never over"
            return "\(what), and the run lasted \(lasted.reportText)"
        case .client(let name, let text, _):
            return text.map { "\(name) never said \"\($0)\"" } ?? "\(name) did not end"
        case .fired(let rule, _): return "rule \(rule) never fired"
        }
    }
}
