package import EventLog
package import Simulation

/// One connection, for those who look at a running gateway.
package struct ConnectionView: Hashable, Sendable {
    package let connection: ConnectionID
    package let phase: ConnectionPhase
    package let clientID: Int?
    /// `nil` before the hello is answered.
    package let serverVersion: Int?
    /// The descriptor is kept, whatever the client does.
    package let isHeld: Bool
    /// The gateway says nothing more.
    package let isMuted: Bool
    /// Nothing passes any more, either way: every segment is lost.
    package let isSilent: Bool
    package let clientHasEnded: Bool
}

extension FaultedGateway {
    /// The connections whose descriptors are open, in the order they were accepted.
    package var connections: [ConnectionView] {
        conversations.sorted { $0.key < $1.key }.map { connection, conversation in
            ConnectionView(
                connection: connection, phase: conversation.phase, clientID: conversation.clientID,
                serverVersion: conversation.serverVersion, isHeld: conversation.isHeld,
                isMuted: conversation.isMuted, isSilent: conversation.losesSegments,
                clientHasEnded: conversation.clientHasEnded)
        }
    }
}
