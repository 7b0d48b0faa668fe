import GatewayWire

/// Builds tick messages by position.
///
/// The request id is left empty; `addressed(to:)` fills it, so that one message serves many lines.
enum TickMessage {
    static let priceTemplate = Message("tickPrice")
    static let sizeTemplate = Message("tickSize")
    static let textTemplate = Message("tickString")
    static let numberTemplate = Message("tickGeneric")

    /// A price and the size at it.
    static func price(_ type: Int, _ price: Amount, size: Int64 = 0, mask: Int64 = 0) -> Message {
        var message = priceTemplate
        message.values = [
            .text(""), .text(String(type)), .text(price.description), .text(String(size)),
            .text(String(mask)),
        ]
        return message
    }

    static func size(_ type: Int, _ size: Int64) -> Message {
        var message = sizeTemplate
        message.values = [.text(""), .text(String(type)), .text(String(size))]
        return message
    }

    static func text(_ type: Int, _ text: String) -> Message {
        var message = textTemplate
        message.values = [.text(""), .text(String(type)), .text(text)]
        return message
    }

    static func number(_ type: Int, _ number: Amount) -> Message {
        var message = numberTemplate
        message.values = [.text(""), .text(String(type)), .text(number.description)]
        return message
    }
}

extension Message {
    /// The same message on another request's id, which is every tick's first field.
    func addressed(to requestID: String) -> Message {
        var copy = self
        copy.values[0] = .text(requestID)
        return copy
    }
}
