import GatewayWire
import Simulation

/// A decoded request of a started client, with access to its fields as texts and numbers.
struct Request: Sendable {
    let connection: ConnectionID
    let clientID: Int
    let version: Int
    let message: Message
    let now: SimInstant
    /// What its line in the table says.
    var traits: RequestRule.Traits = []

    /// The request's own id: a request or order id, or -1 when it has none.
    var id: Int { int("reqId") ?? int("orderId") ?? int("tickerId") ?? -1 }

    func text(_ field: String) -> String { message[field] ?? "" }

    /// A number within 32 bits, which is what ids and counts are in the protocol.
    func int(_ field: String) -> Int? {
        message[field].flatMap { Int32($0) }.map(Int.init)
    }

    func amount(_ field: String) -> Amount? { message[field].flatMap { Amount($0) } }

    /// The number as it was sent, not rounded; `nil` where `amount` is.
    func double(_ field: String) -> Double? {
        guard let text = message[field], Amount(text) != nil else { return nil }
        return Double(text)
    }

    /// True for `1` (and `true`, which some clients write).
    func flag(_ field: String) -> Bool { ["1", "true", "True"].contains(text(field)) }

    /// Why the request cannot be read, checked before it is answered; `nil` when it can.
    func defect(limits: ModelLimits) -> String? {
        for (item, value) in zip(message.schema.items, message.values) {
            switch (item, value) {
            case (.field(let field), .text(let text)):
                let most = field.name == "cxml" ? limits.advisorBytes : limits.fieldBytes
                if text.utf8.count > most {
                    return "field '\(field.name)' is longer than \(most) bytes"
                }
                let isID = field.name == "reqId" || field.name == "orderId"
                if isID, Int32(text) == nil {
                    return "field '\(field.name)' is no id: '\(quoted(text))'"
                }
            case (.field(let field), .bytes):
                return "field '\(field.name)' is not UTF-8"
            case (.group(let group), .group(let rows)):
                if rows.count > limits.groupRows {
                    return "group '\(group.name)' has more than \(limits.groupRows) rows"
                }
            case (.field, .absent), (.field, .group), (.group, .absent), (.group, .text),
                (.group, .bytes):
                continue
            }
        }
        return nil
    }
}

/// A client's text shortened and limited to plain ASCII without backslashes, for an error message.
///
/// Official clients undo backslash escapes in error texts.
func quoted(_ text: String) -> String {
    String(
        text.unicodeScalars.prefix(64).map { scalar in
            (0x20..<0x7F).contains(scalar.value) && scalar != "\\" ? Character(scalar) : "?"
        })
}
