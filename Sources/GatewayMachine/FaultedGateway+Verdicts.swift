import EventLog
import Faults
import GatewayWire
import Simulation

/// Everything that the fired rules want to be done to one message, or to the answer to a hello.
///
/// It is carried out as a whole, in the order of its members. `FaultReference` tells it to users.
struct Verdict: Sendable {
    enum Keeping: Sendable {
        case until(Trigger)
        case past(Int, within: Duration)
    }

    /// A change of the frame, and the rule that wants it.
    struct Change: Sendable {
        let rule: String
        let change: FrameChange
        let random: SeededRandom
    }

    /// What the answer to a hello says instead.
    struct Reply: Sendable {
        var version: Int?
        var time: [UInt8]?
        var fields: Int?
    }

    /// How often the message passes; 0 when it is dropped.
    var copies = 1
    /// How long the copies leave after each other.
    var gap = Duration.zero
    /// What goes to the client in place of the message.
    var answers: [Message]?
    var reply: Reply?
    var replacements: [(field: String, expression: FieldExpression)] = []
    var encoding: (form: MessageEncoding, rule: String)?
    var changes: [Change] = []
    var cut: (kept: Int, ending: CutEnding)?
    /// The connection that the message goes over, and whether it goes over its own too.
    var redirect: (connection: ConnectionID, also: Bool)?
    var delay = Duration.zero
    /// Nothing later overtakes the message while it is delayed.
    var keepsOrder = false
    var keeping: Keeping?

    static let pass = Verdict()

    /// Whether the lane has nothing to do for it: no delay, no copies.
    var leavesAtOnce: Bool { copies == 1 && delay == .zero && keeping == nil }

    /// The verdict for the copy with this number, from 0.
    func copy(_ number: Int) -> Verdict {
        var copy = self
        copy.delay += gap * number
        return copy
    }

    /// The changes of the frame in the order in which they are done.
    var orderedChanges: [Change] {
        changes.enumerated()
            .sorted { ($0.element.change.rank, $0.offset) < ($1.element.change.rank, $1.offset) }
            .map(\.element)
    }

    /// The message with its fields replaced; `nil` when nothing is replaced in it.
    func replaced(_ message: Message) -> Message? {
        var changed: Message?
        for (field, expression) in replacements where !message.schema.indexes(of: field).isEmpty {
            var next = changed ?? message
            guard let value = expression.value(of: field, in: next, from: next) else { continue }
            next.set(field, to: value)
            changed = next
        }
        return changed
    }
}

// MARK: Collecting

extension FaultedGateway {
    /// Takes an action into the verdict.
    ///
    /// - Returns: Why there is nothing to act on; `nil` when it is taken in.
    mutating func take(
        _ action: MessageAction, of rule: String, on connection: ConnectionID?,
        about message: Message?, _ random: SeededRandom, _ verdict: inout Verdict
    ) -> String? {
        switch action {
        case .delay(let latency, let keepsOrder):
            verdict.delay += nextDelay(RuleLatency(rule: rule, latency: latency))
            verdict.keepsOrder = verdict.keepsOrder || keepsOrder
        case .hold(let until): verdict.keeping = .until(until)
        case .reorder(let past, let within): verdict.keeping = .past(past, within: within)
        case .drop: verdict.copies = 0
        case .duplicate(let count, let gap):
            if verdict.copies > 0 { verdict.copies = max(verdict.copies, count) }
            verdict.gap = max(verdict.gap, gap)
        case .replace(let fields):
            verdict.replacements += fields.sorted { $0.key < $1.key }
                .map { (field: $0.key, expression: $0.value) }
        case .answer(let templates):
            verdict.answers = templates.map { dated($0.message(from: message)) }
        case .redirect(let clientID, let also):
            guard let other = other(than: connection, clientID: clientID) else {
                return clientID.map { "no other open connection has the client id \($0)" }
                    ?? "no other connection is open"
            }
            verdict.redirect = (other, also)
        case .encode(let form): verdict.encoding = (form, rule)
        case .frame(let change):
            verdict.changes.append(Verdict.Change(rule: rule, change: change, random: random))
        case .answerHello(let version, let time, let fields):
            var reply = verdict.reply ?? Verdict.Reply()
            reply.version = version ?? reply.version
            reply.time = time ?? reply.time
            reply.fields = fields ?? reply.fields
            verdict.reply = reply
        case .cut(let kept, let ending): verdict.cut = (kept, ending)
        }
        return nil
    }

    /// By how much a rule delays its next message.
    private mutating func nextDelay(_ wanted: RuleLatency) -> Duration {
        guard wanted.latency.jitter > .zero else { return wanted.latency.time }
        let stream = random.stream("delay by \(wanted.rule) \(wanted.latency.time.scenarioText)")
        return delays[wanted, default: Delays(wanted.latency, stream)].next()
    }

    /// The latest other connection that is open and has agreed on a version.
    private func other(than connection: ConnectionID?, clientID: Int?) -> ConnectionID? {
        conversations.filter { id, conversation in
            id != connection && !conversation.clientHasEnded && conversation.isSpeaking
                && conversation.serverVersion != nil
                && (clientID.map { $0 == conversation.clientID } ?? true)
        }
        .keys.max()
    }
}

// MARK: Carrying out, on the way to the origin

extension FaultedGateway {
    /// Passes a client's message on to the origin as the verdict wants it.
    ///
    /// - Parameter body: The frame as it came, without its length.
    mutating func arrive(
        _ message: Message, _ body: ArraySlice<UInt8>, as verdict: Verdict,
        on connection: ConnectionID
    ) {
        if let answers = verdict.answers {
            leave(answers, as: verdict, on: connection)
            return
        }
        let changed = verdict.replaced(message)
        if let other = verdict.redirect {
            arrive(changed ?? message, verdict, over: other.connection)
            if !other.also { return }
        }
        var frame = framed(body, on: connection)
        if let changed, let version = conversations[connection]?.serverVersion {
            frame = MessageEncoder(serverVersion: version).encode(changed, as: message.encoding)
        }
        passOn(Parcel(.message(changed ?? message), frame: frame), verdict, on: connection)
    }

    /// Takes a message as if it had come over this connection.
    private mutating func arrive(
        _ message: Message, _ verdict: Verdict, over connection: ConnectionID
    ) {
        guard let version = conversations[connection]?.serverVersion else { return }
        let frame = MessageEncoder(serverVersion: version).encode(message)
        passOn(Parcel(.message(message), frame: frame), verdict, on: connection)
    }

    /// Puts a parcel on the lane to the origin, and applies the verdict.
    mutating func passOn(
        _ parcel: Parcel, _ verdict: Verdict, on connection: ConnectionID
    ) {
        if verdict.leavesAtOnce,
            conversations[connection]?.toGateway.isEmpty ?? true,
            conversations[connection]?.toGateway.isPlain ?? true
        {
            tellOrigin(.heard(connection, parcel, bytes: parcel.frame))
            return
        }
        for number in 0..<verdict.copies {
            place(
                .toGateway(.bytes(parcel.frame, .parcel(parcel))), on: connection,
                verdict.copy(number))
        }
    }
}

// MARK: Carrying out, on the way to the client

extension FaultedGateway {
    /// Sends a message to the client as the verdict wants it.
    mutating func leave(
        _ message: Message, _ frame: [UInt8]?, _ cuts: [FrameBreak], as verdict: Verdict,
        on connection: ConnectionID
    ) {
        if let answers = verdict.answers {
            leave(answers, as: verdict, on: connection)
            return
        }
        if let other = verdict.redirect {
            say(message, nil, [], verdict, on: other.connection)
            guard other.also else { return }
        }
        say(message, frame, cuts, verdict, on: connection)
    }

    /// Sends messages in place of the one that the verdict is about.
    private mutating func leave(
        _ answers: [Message], as verdict: Verdict, on connection: ConnectionID
    ) {
        if let other = verdict.redirect {
            for answer in answers { say(answer, nil, [], verdict, on: other.connection) }
            guard other.also else { return }
        }
        for answer in answers { say(answer, nil, [], verdict, on: connection) }
    }

    private mutating func say(
        _ message: Message, _ frame: [UInt8]?, _ cuts: [FrameBreak], _ verdict: Verdict,
        on connection: ConnectionID
    ) {
        guard verdict.copies > 0, let conversation = conversations[connection],
            !conversation.isMuted, let version = conversation.serverVersion
        else { return }
        var sent = verdict.replaced(message) ?? message
        let bytes: [UInt8]
        if let frame, verdict.replacements.isEmpty, verdict.encoding == nil {
            bytes = frame
        } else {
            let usual = frame == nil ? message.schema.encoding(at: version) : message.encoding
            let form = form(of: message, verdict, usual: usual, version, on: connection)
            bytes = MessageEncoder(serverVersion: version).encode(sent, as: form)
            sent.encoding = form
        }
        if plan.replayed.contains(sent.name) { conversations[connection]?.memory.remember(sent) }
        _ = pass(bytes, cuts, .message(sent), verdict, on: connection)
    }

    /// The encoding that the verdict wants, where message and version have it.
    mutating func form(
        of message: Message, _ verdict: Verdict, usual: MessageEncoding, _ version: Int,
        on connection: ConnectionID
    ) -> MessageEncoding {
        guard let (form, rule) = verdict.encoding, form != usual else { return usual }
        let exists =
            switch form {
            case .text: message.schema.hasTextForm
            case .protobuf:
                message.schema.protobuf != nil && MessageEncoder(serverVersion: version).hasRawIDs
            }
        if exists { return form }
        record(
            .faultIdle(
                rule: rule, action: "encode",
                reason: "\(message.name) has no \(form.rawValue) form at version \(version)"),
            connection)
        return usual
    }

    /// The answer to a hello as the rules want it, and its entry for the log.
    func answer(_ reply: VersionReply, _ verdict: Verdict) -> ([UInt8], Leaving) {
        guard let wanted = verdict.reply else { return (reply.bytes, .version(reply)) }
        let version = wanted.version ?? reply.serverVersion
        let time = wanted.time ?? Array(reply.connectionTime.utf8)
        let fields = [Array(String(version).utf8), time].prefix(wanted.fields ?? 2)
        let bytes = GatewayWire.frame(fields.flatMap { $0 + [0] })
        // What is still an answer is recorded as one.
        guard let said = VersionReply(body: bytes[4...]), said.bytes == bytes else {
            return (bytes, .entry(.raw(.toClient, bytes)))
        }
        return (bytes, .version(said))
    }

    /// Puts a frame on the lane to the client, and applies the verdict.
    ///
    /// - Returns: Whether the whole frame will leave.
    mutating func pass(
        _ bytes: [UInt8], _ cuts: [FrameBreak], _ what: Leaving, _ verdict: Verdict,
        on connection: ConnectionID
    ) -> Bool {
        var frame = bytes
        let isChanged = change(&frame, of: what, verdict, on: connection)
        if let cut = verdict.cut {
            let kept = Array(frame.prefix(cut.kept))
            var cargo = Lane<Leaving>.Cargo.bytes(kept, .entry(.raw(.toClient, kept)))
            cargo.cuts = cuts
            placeCopies(of: cargo, on: connection, verdict)
            switch cut.ending {
            case .nothing: break
            case .fin: put(.close, on: connection, after: verdict.delay)
            case .rst: put(.reset, on: connection, after: verdict.delay)
            }
            return false
        }
        var tag = what
        if isChanged {
            let entry = LogEvent.Kind.raw(.toClient, frame)
            if case .message(let message) = what {
                tag = .changed(message, entry)
            } else {
                tag = .entry(entry)
            }
        }
        var cargo = Lane<Leaving>.Cargo.bytes(frame, tag)
        cargo.cuts = cuts
        placeCopies(of: cargo, on: connection, verdict)
        return verdict.copies > 0
    }

    private mutating func placeCopies(
        of cargo: Lane<Leaving>.Cargo, on connection: ConnectionID, _ verdict: Verdict
    ) {
        for number in 0..<verdict.copies {
            place(.toClient(cargo), on: connection, verdict.copy(number))
        }
    }

    /// Changes the bytes of a frame as the verdict wants it.
    ///
    /// - Returns: Whether something changed.
    private mutating func change(
        _ frame: inout [UInt8], of what: Leaving, _ verdict: Verdict, on connection: ConnectionID
    ) -> Bool {
        guard !verdict.changes.isEmpty else { return false }
        let version = conversations[connection]?.serverVersion ?? 0
        var form = FrameForm.reply
        if case .message(let message) = what {
            form =
                message.encoding == .protobuf
                ? .protobuf : .text(hasRawID: MessageEncoder(serverVersion: version).hasRawIDs)
        }
        var isChanged = false
        for wanted in verdict.orderedChanges {
            let reason = wanted.change.apply(to: &frame, of: form, random: wanted.random)
            guard let reason else {
                isChanged = true
                continue
            }
            let action = FaultAction.message(.frame(wanted.change)).keyword
            record(.faultIdle(rule: wanted.rule, action: action, reason: reason), connection)
        }
        return isChanged
    }
}

/// A rule, and one of its delays.
struct RuleLatency: Hashable, Sendable {
    let rule: String
    let latency: Latency
}
