import EventLog
import Faults
import GatewayWire
import Simulation

/// What rules want of a message.
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

    /// Every error of a real gateway has its time, and some clients need it.
    func dated(_ message: Message) -> Message {
        guard message.name == "error", message["errorTime"] == nil else { return message }
        var dated = message
        dated["errorTime"] = String(origin.milliseconds(at: now))
        return dated
    }

    /// What a firing does to its message, for the log: `nextValidId, orderId 1 → 7`.
    func change(by firing: Firing, at occasion: Occasion?) -> String {
        guard var message = occasion?.message else { return "" }
        var parts = [message.name]
        for case .message(.replace(let fields)) in firing.actions {
            for (field, expression) in fields.sorted(by: { $0.key < $1.key })
            where !message.schema.indexes(of: field).isEmpty {
                let old = message[field] ?? "unset"
                guard let value = expression.value(of: field, in: message, from: message) else {
                    parts.append("\(field) \(old) stays")
                    continue
                }
                message.set(field, to: value)
                parts.append("\(field) \(old) → \((value.string ?? "unset").prefix(200))")
            }
        }
        return parts.joined(separator: ", ")
    }
}

/// A rule, and one of its delays.
struct RuleLatency: Hashable, Sendable {
    let rule: String
    let latency: Latency
}

extension Occasion {
    /// The message that it is about.
    var message: Message? {
        if case .message(let message) = self { message } else { nil }
    }
}

/// Messages that a client got, kept for rules that send them again.
struct MessageMemory: Sendable {
    /// How many of one type are kept from the start, and the last one besides.
    static let maxCount = 1000

    private var first: [String: [Message]] = [:]
    private var last: [String: Message] = [:]

    mutating func remember(_ message: Message) {
        if first[message.name, default: []].count < Self.maxCount {
            first[message.name, default: []].append(message)
        }
        last[message.name] = message
    }

    /// - Parameter nth: Counted from 1; `nil` means the last one.
    func message(_ type: String, _ nth: Int?) -> Message? {
        guard let nth else { return last[type] }
        guard let all = first[type], nth <= all.count else { return nil }
        return all[nth - 1]
    }
}
