package import GatewayWire

/// One thing done to a connection, a message on its way, or the gateway as a whole.
package enum FaultAction: Hashable, Sendable {
    // MARK: The connection the trigger is about

    /// Nothing more leaves for this client and nothing it says is heard; its bytes are still read.
    case mute
    /// The receive window fills up: bytes stay unread in the kernel.
    case stopReading
    case resumeReading
    /// Close: a FIN, after what is queued.
    case fin
    /// FIN, but receiving goes on.
    case halfClose
    /// Abort: a RST, after what is queued.
    case rst
    /// Stop reading, and close at the next bytes, so that the kernel turns the FIN into a RST.
    case closeWithUnread
    /// Keep the descriptor for good and never answer the client's FIN: CLOSE_WAIT.
    case holdSocket
    /// Cut everything sent from here on into pieces of `size` bytes, `gap` apart.
    case slice(size: Int, gap: Duration)
    /// Gather what is sent for `window`, then let it leave in one write; again and again.
    case coalesce(window: Duration)
    /// Send a message of the scenario's own.
    case send(Message)
    /// Send bytes of the scenario's own, without a frame around them.
    case sendBytes([UInt8])

    // MARK: The message the trigger is about (or, for `hello`, the answer to it)

    case delay(Duration)
    case drop
    case duplicate
    case replace([String: String])
    /// Send the first `kept` bytes of its frame, length included, then a RST.
    case rstMidFrame(kept: Int)
    /// Send the first `kept` bytes of its frame, length included, then a FIN.
    case finMidFrame(kept: Int)

    // MARK: The gateway

    case lightRed
    case lightGreen
    case closeListener
    case openListener
    case stopAccepting
    case resumeAccepting
    /// Close every held descriptor.
    case releaseSockets
    /// All connections end, held ones too; the port is closed for `down`; then all is well.
    case restart(down: Duration)
    /// The gateway loses its link to the server: notice 1100.
    case loseServer
    /// The link is back: notice 1101 when subscriptions are lost, else 1102.
    case restoreServer(dataLost: Bool)

    // MARK: The record

    /// A line in the log.
    case note(String)

    /// The word a scenario uses for it.
    package var keyword: String {
        switch self {
        case .mute: "mute"
        case .stopReading: "stop-reading"
        case .resumeReading: "resume-reading"
        case .fin: "fin"
        case .halfClose: "half-close"
        case .rst: "rst"
        case .closeWithUnread: "close-with-unread"
        case .holdSocket: "hold-socket"
        case .slice: "slice"
        case .coalesce: "coalesce"
        case .send: "send"
        case .sendBytes: "send-bytes"
        case .delay: "delay"
        case .drop: "drop"
        case .duplicate: "duplicate"
        case .replace: "replace"
        case .rstMidFrame: "rst-mid-frame"
        case .finMidFrame: "fin-mid-frame"
        case .lightRed: "light-red"
        case .lightGreen: "light-green"
        case .closeListener: "close-listener"
        case .openListener: "open-listener"
        case .stopAccepting: "stop-accepting"
        case .resumeAccepting: "resume-accepting"
        case .releaseSockets: "release-sockets"
        case .restart: "restart"
        case .loseServer: "lose-server"
        case .restoreServer: "restore-server"
        case .note: "note"
        }
    }

    /// Every keyword, for the scenario checker's suggestions.
    package static let keywords = [
        "mute", "stop-reading", "resume-reading", "fin", "half-close", "rst", "close-with-unread",
        "hold-socket", "slice", "coalesce", "send", "send-bytes", "delay", "drop", "duplicate",
        "replace", "rst-mid-frame", "fin-mid-frame", "light-red", "light-green", "close-listener",
        "open-listener", "stop-accepting", "resume-accepting", "release-sockets", "restart",
        "lose-server", "restore-server", "note",
    ]
}
