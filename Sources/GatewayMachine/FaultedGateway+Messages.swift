import EventLog
import Faults
import GatewayWire
import Simulation

/// What rules want of a message.
extension FaultedGateway {
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
