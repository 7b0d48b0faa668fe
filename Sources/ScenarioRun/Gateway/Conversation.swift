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
