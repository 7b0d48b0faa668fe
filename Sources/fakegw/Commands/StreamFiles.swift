import CaptureImport
import GatewayWire
import Glibc
import Simulation

/// Writes each direction of each connection into a file of its own: `1-toGateway`, `1-toClient`.
///
/// A file is open only while something is written to it, so their number does not matter.
struct StreamFiles: CapturedEventSink {
    /// Bytes of a stream that wait before they are written.
    private static let pieceSize = 1 << 16

    private(set) var gapBytes = 0
    /// The first thing that went wrong.
    private(set) var failure: String?
    private let folder: String
    private var waiting: [Stream: [UInt8]] = [:]
    private var begun: Set<Stream> = []

    private struct Stream: Hashable {
        let connection: ConnectionID
        let direction: Direction
    }

    init(folder: String) {
        self.folder = folder
    }

    mutating func take(_ event: CapturedEvent) {
        switch event.happening {
        case .gap(_, let count): gapBytes += count
        case .closed:
            for direction in Direction.allCases {
                write(Stream(connection: event.connection, direction: direction), isLast: true)
            }
        case .attempted, .opened, .bytes, .fin, .finAcknowledged, .unacknowledged, .rst, .stalled,
            .resumed, .note:
            break
        }
    }

    mutating func take(
        _ bytes: Span<UInt8>, _ direction: Direction, of connection: ConnectionID,
        at: CaptureInstant, packet: Int
    ) {
        let stream = Stream(connection: connection, direction: direction)
        let count = bytes.withUnsafeBufferPointer { bytes in
            waiting[stream, default: []].append(contentsOf: bytes)
            return waiting[stream, default: []].count
        }
        if count > Self.pieceSize { write(stream, isLast: false) }
    }

    /// Writes what waits.
    mutating func finish() {
        for stream in Array(waiting.keys) { write(stream, isLast: true) }
    }

    private mutating func write(_ stream: Stream, isLast: Bool) {
        let bytes = waiting[stream] ?? []
        let isFirst = begun.insert(stream).inserted
        if isLast {
            waiting[stream] = nil
            begun.remove(stream)
        } else {
            waiting[stream]?.removeAll(keepingCapacity: true)
        }
        guard !bytes.isEmpty, failure == nil else { return }
        let path = "\(folder)/\(stream.connection.number)-\(stream.direction.rawValue)"
        guard let file = fopen(path, isFirst ? "we" : "ae") else {
            failure = "cannot write \(path): \(String(cString: strerror(errno)))"
            return
        }
        let written = fwrite(bytes, 1, bytes.count, file)
        if fclose(file) != 0 || written != bytes.count {
            failure = "cannot write \(path): \(String(cString: strerror(errno)))"
        }
    }
}
