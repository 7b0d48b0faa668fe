/// The moment from which `elapsed` and `idle` count.
package enum TimeAnchor: String, Hashable, Sendable, CaseIterable {
    /// The gateway has opened its port.
    case start
    case connect, greeted, ready, synchronized
    /// The last whole message on the connection, either way.
    case lastMessage = "last-message"
    /// More has to be sent to the client than the driver keeps without complaint (256 KiB over
    /// sockets), because the client does not read. The time stops when all of it is sent.
    case congested
    /// The last byte on the connection, either way. It is the anchor of `idle`.
    case lastByte = "last-byte"

    /// Whether it moves on with what passes, so that the time can be over several times.
    package var moves: Bool { self == .lastMessage || self == .lastByte }
}

/// A time since an anchor, for which a rule waits.
package struct TimeMark: Hashable, Sendable {
    package let anchor: TimeAnchor
    package let time: Duration

    package init(_ time: Duration, since anchor: TimeAnchor) {
        self.time = time
        self.anchor = anchor
    }
}

/// What a client program has just done.
package enum ProgramMoment: Hashable, Sendable {
    /// It printed a line.
    case said(String)
    /// It ended; `nil` when a signal ended it.
    case exited(Int?)
}
