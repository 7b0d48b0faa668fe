package import GatewayWire

/// One message of a conversation, in order.
package struct Turn: Hashable, Sendable {
    package let message: Message
    /// Line, packet or place in the conversation, for people.
    package let line: Int
    /// The fields that come from the gateway, when the rest is somebody's own spelling; `nil`
    /// when the message was decoded from a frame.
    package let knownFields: Set<String>?

    package init(_ message: Message, line: Int, knownFields: Set<String>? = nil) {
        self.message = message
        self.line = line
        self.knownFields = knownFields
    }

    package var isRequest: Bool { message.schema.direction == .toGateway }
}
