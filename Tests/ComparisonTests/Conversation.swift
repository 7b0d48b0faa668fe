import Comparison
import GatewayWire

/// Conversations written as lists of messages.
enum Conversation {
    static func turns(_ messages: [Message]) -> [Turn] {
        messages.enumerated().map { Turn($1, line: $0 + 1) }
    }

    static func place(_ id: Int) -> Message {
        Message("placeOrder", ["orderId": "\(id)"], direction: .toGateway)
    }

    static func ask(_ name: String, _ fields: KeyValuePairs<String, String> = [:]) -> Message {
        Message(name, fields, direction: .toGateway)
    }

    /// openOrder and orderStatus of one state.
    static func pair(
        _ id: Int, _ status: String, filled: Int = 0, remaining: Int = 1
    ) -> [Message] {
        [
            Message("openOrder", ["order.orderId": "\(id)", "orderState.status": status]),
            self.status(id, status, filled: filled, remaining: remaining),
        ]
    }

    static func status(
        _ id: Int, _ status: String, filled: Int = 0, remaining: Int = 1
    ) -> Message {
        Message(
            "orderStatus",
            [
                "orderId": "\(id)", "status": status, "filled": "\(filled)",
                "remaining": "\(remaining)",
            ])
    }

    static func error(_ id: Int, _ code: Int, _ text: String = "") -> Message {
        Message("error", ["reqId": "\(id)", "errorCode": "\(code)", "errorString": text])
    }

    static func tick(_ id: Int, _ type: Int, price: String = "1.5") -> Message {
        Message("tickPrice", ["reqId": "\(id)", "tickType": "\(type)", "price": price])
    }
}
