package import GatewayWire

/// One thing that a rule does to a message, a connection or the gateway.
///
/// `ActionWord` describes how an action is written, where it can act and what it means.
package enum FaultAction: Hashable, Sendable {
    // The message the trigger is about, or the answer to the hello
    case message(MessageAction)

    // The connection the trigger is about
    case mute
    /// With `buffer`, the kernel keeps about that many bytes of the client.
    case stopReading(buffer: Int?)
    case resumeReading
    case fin
    case halfClose
    case rst
    case closeWithUnread
    case holdSocket
    case slice(size: Int, gap: Duration, Direction)
    /// Each frame leaves in two halves.
    case halve(gap: Duration, Direction)
    case coalesce(window: Duration, Direction)
    case limit(bytesPerSecond: Int, Direction)
    case blackhole
    case heal
    case stopWriting
    case resumeWriting
    case pause(Duration, [Direction])
    case latency(Latency, Direction)
    case lose(Loss, Direction)
    /// This many more bytes pass, then the gateway ends the connection.
    case endAfter(bytes: Int, by: WayToEnd, Direction)
    /// The new connection is served so much later.
    case delayAccept(Duration)
    /// Our end, or the answer to the client's FIN, comes so much later.
    case slowClose(Duration)
    case send(MessageTemplate)
    case sendBytes([UInt8])
    case sendRandom(count: Int)
    /// Texts as one frame with the right length, at whatever time.
    case sendFrame([String])
    /// A message of this type that the connection has had is sent again; `nil` means the last one.
    case replay(type: String, nth: Int?)

    // The gateway
    case gateway(GatewayCommand)
    /// Ends every connection; the one that the trigger is about may be spared.
    case endAll(by: WayToEnd, sparesOwn: Bool)

    // The record
    case note(String)
    /// The scenario fails, and this is why.
    case fail(String)
}

extension FaultAction {
    /// Whether the scenario fails with it.
    package var fails: Bool { if case .fail = self { true } else { false } }
}

/// One thing that a rule does to the message that its trigger is about, or to the answer to a hello.
package enum MessageAction: Hashable, Sendable {
    /// Each message is late. With `keepsOrder`, no later message overtakes it.
    case delay(Latency, keepsOrder: Bool = false)
    /// Keeps the message back until the trigger comes true on its connection. Later messages pass.
    case hold(until: Trigger)
    /// Lets `past` later messages pass first, but waits no longer than `within`.
    case reorder(past: Int, within: Duration)
    case drop
    case duplicate(copies: Int, gap: Duration = .zero)
    case replace([String: FieldExpression])
    /// These messages go to the client instead.
    case answer([MessageTemplate])
    /// The message goes to another connection: the one with this client id, or the latest other one.
    case redirect(clientID: Int?, also: Bool)
    /// The message leaves in this encoding, where it exists.
    case encode(MessageEncoding)
    case frame(FrameChange)
    /// The answer to the hello says something else. Absent parts stay.
    case answerHello(version: Int?, time: [UInt8]?, fields: Int?)
    /// Sends the first `kept` bytes of the frame, length prefix included, and nothing more of it.
    case cut(kept: Int, then: CutEnding)
}

/// What follows a frame that was cut.
package enum CutEnding: String, Hashable, Sendable, CaseIterable {
    case nothing, fin, rst
}
