import EventLog
import GatewayWire
package import Simulation

/// Where and when a message of the gateway stood in a capture.
package struct SeenFrame: Sendable {
    /// Its place in the source, counted from 1.
    package let number: Int
    package let connection: ConnectionID
    package let at: SimInstant
    /// Counted from 1.
    package let packets: ClosedRange<Int>
    /// In how many segments it came.
    package let pieceCount: Int
    package let serverVersion: Int
    package let isProtobuf: Bool

    package init(
        number: Int, connection: ConnectionID, at: SimInstant, packets: ClosedRange<Int>,
        pieceCount: Int, serverVersion: Int, isProtobuf: Bool
    ) {
        self.number = number
        self.connection = connection
        self.at = at
        self.packets = packets
        self.pieceCount = pieceCount
        self.serverVersion = serverVersion
        self.isProtobuf = isProtobuf
    }
}

/// A message as the bytes it came as, for the case that a reader is shown it.
struct KeptFrame: Sendable {
    /// Longer ones are not kept as bytes.
    static let maxBytes = 65_536

    private(set) var number = 0
    private(set) var packets = 0...0
    private(set) var at = SimInstant.start
    private(set) var connection = ConnectionID(0)
    private var serverVersion = 0
    private var isProtobuf = false
    /// Its memory is used again: the message has `size` bytes of it.
    private var body: [UInt8] = []
    private var size = 0

    /// Keeps another message; its bytes go where those of the one before were.
    mutating func keep(_ seen: SeenFrame, _ body: Span<UInt8>) {
        number = seen.number
        packets = seen.packets
        at = seen.at
        connection = seen.connection
        serverVersion = seen.serverVersion
        isProtobuf = seen.isProtobuf
        size = body.count
        if self.body.count < size {
            self.body = [UInt8](repeating: 0, count: (size / 128 + 1) * 128)
        }
        self.body.withUnsafeMutableBytes { own in
            body.withUnsafeBytes { own.copyMemory(from: $0) }
        }
    }

    var kind: LogEvent.Kind {
        var scanner = MessageScanner(serverVersion: serverVersion, direction: .toClient)
        let frame = body.span.extracting(first: size)
        _ = scanner.scan(frame)
        switch scanner.message(in: frame, isProtobuf: isProtobuf) {
        case .message(let message): return .message(message)
        case .unknown, .malformed: return .raw(.toClient, Array(body.prefix(size)))
        }
    }
}

/// What was seen last of something.
///
/// It changes with every message, and few of them are ever shown.
struct LastSighting: Sendable {
    private var sighting: Sighting?
    private var frame = KeptFrame()
    private var isFrame = false

    /// Its place in the source; 0 when nothing was seen.
    var number: Int { isFrame ? frame.number : sighting?.number ?? 0 }

    var value: Sighting? { isFrame ? Sighting(frame) : sighting }

    mutating func see(_ observation: Observation) {
        sighting = Sighting(observation)
        isFrame = false
    }

    mutating func see(_ seen: SeenFrame, _ body: Span<UInt8>) {
        frame.keep(seen, body)
        isFrame = true
    }
}
