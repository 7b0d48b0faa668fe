import EventLog
import Faults
import GatewayModel
import GatewayWire
import Simulation

/// One connection as the gateway sees it.
struct Conversation: Sendable {
    enum Stage: Sendable {
        case awaitingHello
        case talking(serverVersion: Int)
    }

    var stage = Stage.awaitingHello
    var phase = ConnectionPhase.connected
    var reader: FrameReader
    var lane = OutboundLane()
    /// Writes ticks at the version agreed upon, where they have a form of their own.
    var tickEncoder: TickEncoder?
    var clientID: Int?
    /// It is among those with something on their lane.
    var isBusy = false
    /// Nothing more is heard or said.
    var isMuted = false
    /// The descriptor is kept although the client has gone.
    var isHeld = false
    /// The client's FIN or RST has come.
    var clientHasEnded = false
    /// What a fault adds to the answer to the hello.
    var replyDelay = Duration.zero
    /// Start-up messages that have left and together make the connection ready.
    var sentIDs = false
    var sentAccounts = false

    init(maxFrameBytes: Int) {
        reader = FrameReader(maxBytes: maxFrameBytes)
    }

    /// Queues cargo, unless nothing is said any more.
    ///
    /// - Returns: Whether the lane has something now and had nothing before.
    mutating func put(_ cargo: OutboundLane.Cargo, due: SimInstant) -> Bool {
        guard !isMuted, !isHeld else { return false }
        lane.put(cargo, due: due)
        return becomesBusy()
    }

    /// Whether frames may be gathered: the lane lets them leave as they are, and the connection is
    /// ready, which two of its messages decide.
    private var gathers: Bool {
        phase >= .ready && lane.isPlain && !isMuted && !isHeld
    }

    /// Queues a message's frame without a cargo of its own.
    ///
    /// - Returns: Whether the lane was idle before; `nil` when the message has to go its own way.
    mutating func gather(_ message: Message, at now: SimInstant) -> Bool? {
        guard gathers, let serverVersion else { return nil }
        let encoder = MessageEncoder(serverVersion: serverVersion)
        lane.gather(due: now) { $0.append(encoder.encode(message)) }
        return becomesBusy()
    }

    /// Queues ticks without a message for each.
    mutating func gather(_ part: TickBatch.Part, of batch: TickBatch, at now: SimInstant) -> Bool? {
        guard gathers, let tickEncoder else { return nil }
        lane.gather(due: now) { tickEncoder.append(part, of: batch, to: &$0) }
        return becomesBusy()
    }

    private mutating func becomesBusy() -> Bool {
        defer { isBusy = true }
        return !isBusy
    }

    /// Whether nothing is left on the lane.
    mutating func becomesIdle() -> Bool {
        isBusy = !lane.isEmpty
        return !isBusy
    }

    /// Whether what arrives still matters.
    var isListening: Bool { !isMuted && !isHeld && !clientHasEnded }

    var serverVersion: Int? {
        switch stage {
        case .awaitingHello: nil
        case .talking(let version): version
        }
    }

    /// Looks for the hello at the front of what has arrived.
    mutating func takeHello() -> Hello.Outcome {
        Hello.read(from: &reader)
    }

    /// The next whole frame's body, or why there can be none.
    mutating func takeFrame() -> Result<ArraySlice<UInt8>?, FrameError> {
        Result { () throws(FrameError) in try reader.next() }
    }
}
