package import GatewayWire
import Simulation

/// The API indicator of the Gateway window.
///
/// While it is red, the port accepts connections and no hello is answered.
package enum APILight: String, Hashable, Sendable, CaseIterable {
    case green, red
}

/// How a connection ended, in the words a scenario uses.
package enum EndingKind: String, Hashable, Sendable, CaseIterable {
    /// The client's FIN: it closed, shut down its sending side, or died with nothing unread.
    case fin
    /// Some time after its FIN the client still owns its socket.
    case halfClose = "half-close"
    /// The client's RST. It aborted, or it closed or died with unread bytes. The segment is the
    /// same.
    case rst
    /// The RST of a client program that the runner killed while bytes lay unread in its socket.
    case rstUnread = "rst-unread"
}

/// How a connection ended, as far as the capture goes.
package enum ConnectionEnding: Hashable, Sendable {
    /// The SYN was answered with a RST: nobody listened on the port.
    case refused
    /// No SYN was ever answered.
    case unanswered(attempts: Int)
    /// A RST in this direction.
    case reset(Direction)
    /// FIN in both directions; `first` travelled first.
    case bothClosed(first: Direction)
    /// A FIN in this direction and none in the other until the capture ended, `waited` later.
    /// When `isAcknowledged`, the receiving program's socket stood in CLOSE_WAIT all that time.
    case halfClosed(Direction, waited: Duration, isAcknowledged: Bool)
    /// Neither FIN nor RST before the capture ended.
    case stillOpen
}

extension ConnectionEnding: CustomStringConvertible {
    /// The ending in words: `reset by the gateway`.
    package var description: String {
        switch self {
        case .refused: "refused, nobody listened"
        case .unanswered(let attempts): "never answered, \(attempts) attempts"
        case .reset(let direction): "reset by the \(direction.sender)"
        case .bothClosed(let first): "by both, the \(first.sender) first"
        case .halfClosed(let direction, let waited, let isAcknowledged):
            "the \(direction.sender)'s FIN was \(isAcknowledged ? "acknowledged" : "not acknowledged")"
                + " and never answered, \(waited.nanoseconds / 1_000_000) ms until the end"
        case .stillOpen: "still open when the capture ended"
        }
    }
}
