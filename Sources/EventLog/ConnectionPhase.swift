/// How far a connection has come on the way from accepted to fully synchronized.
package enum ConnectionPhase: String, Hashable, Sendable, Comparable, CaseIterable {
    /// Accepted; the client's hello is not answered yet.
    case connected
    /// The server version has left for the client.
    case greeted
    /// The client's startApi has arrived.
    case starting
    /// nextValidId and managedAccounts have left for the client.
    case ready
    /// The last unsolicited start-up message, the farm notices included, has left.
    case synchronized

    package static func < (earlier: ConnectionPhase, later: ConnectionPhase) -> Bool {
        earlier.order < later.order
    }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
