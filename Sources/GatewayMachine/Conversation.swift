import EventLog
import Faults
import GatewayModel
import GatewayWire
import Simulation

/// One connection as the gateway sees it.
struct Conversation: Sendable {
    enum Stage: Sendable {
        case awaitingHello
        /// The hello is with the origin.
        case greeting
        case talking(serverVersion: Int)
        /// Bytes pass without being decoded.
        case deaf
    }

    var stage = Stage.awaitingHello
    var phase = ConnectionPhase.connected
    var reader: FrameReader
    var toClient = Lane<Leaving>()
    var toGateway = Lane<Arriving>()
    /// Encodes ticks at the agreed server version, without a message for each.
    var tickEncoder: TickEncoder?
    var clientID: Int?
    /// The connection is listed in `FaultedGateway.busy`: something is on one of its lanes.
    var isBusy = false
    /// The gateway sends nothing more and ignores what the client sends.
    var isMuted = false
    /// The descriptor stays open, whatever the client does.
    var isHeld = false
    /// The client's FIN or RST has come.
    var clientHasEnded = false
    /// More than `GatewayLimits.congestionBytes` is on the lane, and its sender is not read any
    /// further.
    var toClientIsCongested = false
    var toGatewayIsCongested = false
    /// The origin takes no more requests for now, or a rule keeps the socket from being read.
    var originReadsNothing = false
    var ruleReadsNothing = false
    /// The kernel has accepted the connection, and the gateway has not.
    var isUnserved = false
    /// The whole gateway stands still.
    var isFrozen = false
    /// A rule keeps the gateway from writing, or segments are lost.
    private var ruleWritesNothing = false
    private(set) var losesSegments = false
    /// How much later our end comes.
    var closeDelay = Duration.zero
    /// Frames that have come stay undecoded until the origin takes requests again.
    var framesWait = false
    /// What the rules want to be done to the answer to the hello.
    var replyVerdict = Verdict.pass
    var startUp = StartUpMessages()
    /// What has passed, as far as rules wait for it.
    var traffic = Traffic()
    /// What rules may send again.
    var memory = MessageMemory()

    init(maxFrameBytes: Int) {
        reader = FrameReader(maxBytes: maxFrameBytes)
    }

    /// Whether frames may be gathered without a cargo for each.
    ///
    /// The lane must not change them, and the connection must be ready, because two of the messages
    /// before that decide when it is.
    private var gathers: Bool {
        phase >= .ready && toClient.isPlain && !isMuted && !isHeld
    }

    /// Queues a message's frame without a cargo of its own.
    ///
    /// - Returns: Whether both lanes were idle before; `nil` when the message cannot be gathered.
    mutating func gather(
        _ message: Message, _ frame: [UInt8]?, at now: SimInstant
    ) -> Bool? {
        guard gathers, let serverVersion else { return nil }
        let bytes = frame ?? MessageEncoder(serverVersion: serverVersion).encode(message)
        toClient.gather(due: now) { $0.append(bytes) }
        return becomesBusy()
    }

    /// Queues ticks without a message for each.
    mutating func gather(_ part: TickBatch.Part, of batch: TickBatch, at now: SimInstant) -> Bool? {
        guard gathers, let tickEncoder else { return nil }
        toClient.gather(due: now) { tickEncoder.append(part, of: batch, to: &$0) }
        return becomesBusy()
    }

    /// - Returns: Whether both lanes were idle before.
    mutating func becomesBusy() -> Bool {
        defer { isBusy = true }
        return !isBusy
    }

    /// Whether nothing is left on the lanes.
    mutating func becomesIdle() -> Bool {
        isBusy = !toClient.isEmpty || !toGateway.isEmpty
        return !isBusy
    }

    var nextDue: SimInstant? {
        guard let first = toClient.nextDue else { return toGateway.nextDue }
        return toGateway.nextDue.map { min($0, first) } ?? first
    }

    mutating func stopWriting(losesSegments: Bool = false) {
        if losesSegments { self.losesSegments = true } else { ruleWritesNothing = true }
        toClient.isStopped = true
    }

    mutating func resumeWriting(losesSegments: Bool = false) {
        if losesSegments { self.losesSegments = false } else { ruleWritesNothing = false }
        toClient.isStopped = ruleWritesNothing || self.losesSegments
    }

    /// Whether the client's socket is read.
    var isRead: Bool {
        !toGatewayIsCongested && !originReadsNothing && !ruleReadsNothing && !isFrozen
            && !isUnserved
    }

    /// Whether bytes of the client are still decoded.
    var isListening: Bool { !isMuted && !isHeld && !clientHasEnded }

    /// Whether the gateway can still send.
    var isSpeaking: Bool { !isMuted && !isHeld }

    enum HelloOutcome {
        case needsMore
        case hello(Hello, bytes: [UInt8])
        case legacy(clientVersion: Int)
        case malformed(HelloError)
    }

    /// Looks for the hello at the front of what has arrived.
    mutating func takeHello() -> HelloOutcome {
        let pending = Array(reader.pending.prefix(8192))
        let count = reader.pendingCount
        return switch Hello.read(from: &reader) {
        case .needsMore: .needsMore
        case .hello(let hello):
            .hello(hello, bytes: Array(pending.prefix(count - reader.pendingCount)))
        case .legacy(let version): .legacy(clientVersion: version)
        case .malformed(let error): .malformed(error)
        }
    }

    /// The next whole frame's body, or the error that ends the stream of frames.
    mutating func takeFrame() -> Result<ArraySlice<UInt8>?, FrameError> {
        Result { () throws(FrameError) in try reader.next() }
    }

    var serverVersion: Int? {
        switch stage {
        case .awaitingHello, .greeting, .deaf: nil
        case .talking(let version): version
        }
    }
}
