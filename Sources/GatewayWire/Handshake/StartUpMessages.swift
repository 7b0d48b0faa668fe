/// The two messages that make a connection ready once both have been sent.
///
/// Clients wait for both: the next order id, and the accounts. Real gateways send them in either order.
package struct StartUpMessages: Hashable, Sendable {
    private var hasIDs = false
    private var hasAccounts = false

    package init() {}

    package var areComplete: Bool { hasIDs && hasAccounts }

    /// Notes a message to the client.
    ///
    /// - Returns: Whether it was the last of the two.
    package mutating func note(_ message: Message) -> Bool { note(message.schema) }

    /// Notes a message to the client by its schema.
    ///
    /// - Returns: Whether it was the last of the two.
    package mutating func note(_ schema: MessageSchema) -> Bool {
        guard !areComplete else { return false }
        switch schema.name {
        case "nextValidId": hasIDs = true
        case "managedAccounts": hasAccounts = true
        default: return false
        }
        return areComplete
    }
}
