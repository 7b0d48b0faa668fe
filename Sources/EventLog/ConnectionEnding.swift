/// The Gateway window's own indicator: red means the port still accepts and nobody answers.
package enum APILight: String, Hashable, Sendable {
    case green, red
}

/// How a connection ended, in the words a scenario uses.
package enum EndingKind: String, Hashable, Sendable, CaseIterable {
    /// The client's FIN: it closed, shut down its sending side, or died with nothing unread.
    case fin
    /// A while after its FIN the client still owns its socket.
    case halfClose = "half-close"
    /// The client's RST: an abort, or a close or death with unread bytes; one and the same segment.
    case rst
    /// A RST from a client program the runner killed while bytes lay unread in its socket.
    case rstUnread = "rst-unread"
}
