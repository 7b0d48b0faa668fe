/// What a request gets.
package enum HTTPReply {
    case whole(HTTPResponse)
    /// A body that goes on until either side ends it, of that content type.
    ///
    /// `begin` gets the stream once the headers are on their way.
    case stream(type: String, begin: (any HTTPStream) -> Void)
}

/// A body that is sent as it comes to be.
package protocol HTTPStream: AnyObject {
    /// Called once, when the client has gone or the server ends.
    var onEnd: (() -> Void)? { get set }

    /// Bytes that wait for the client to take them.
    var waitingByteCount: Int { get }

    /// Queues bytes, without a bound of its own; whoever appends looks at `waitingByteCount`.
    func append(_ bytes: [UInt8])

    /// Ends the body after what waits.
    func end()
}

/// Answers requests, one at a time.
package protocol HTTPHandler: AnyObject {
    /// The greatest body that it takes, in bytes. More is refused before it is read.
    var maxBodyBytes: Int { get }

    func reply(to request: HTTPRequest) -> HTTPReply
}
