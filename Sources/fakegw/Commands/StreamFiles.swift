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
    /// A stream keeps its place until its connection's end; then another one takes it.
    private var streams: [Stream] = []
    private var freePlaces: [Int] = []
    private var places: [Int: Int] = [:]
    private var recent = RecentPlaces()

    private struct Stream {
        let connection: ConnectionID
        let direction: Direction
        /// What is to be written; its memory is used again.
        var waiting: [UInt8] = []
        var hasFile = false
    }

    init(folder: String) {
        self.folder = folder
    }

    mutating func take(_ event: CapturedEvent) {
        switch event.happening {
        case .gap(_, let count): gapBytes += count
        case .closed:
            for direction in Direction.allCases { end(event.connection, direction) }
        case .attempted, .opened, .bytes, .fin, .finAcknowledged, .unacknowledged, .rst, .stalled,
            .resumed, .note:
            break
        }
    }

    mutating func take(
        _ bytes: Span<UInt8>, _ direction: Direction, of connection: ConnectionID,
        at: CaptureInstant, packet: Int
    ) {
        let place = recent[Self.number(connection, direction)] ?? place(connection, direction)
        bytes.withUnsafeBufferPointer { streams[place].waiting.append(contentsOf: $0) }
        if streams[place].waiting.count > Self.pieceSize { write(place) }
    }

    /// Writes what waits.
    mutating func finish() {
        for place in places.values.sorted() { write(place) }
    }

    // Helpers, in the order they are called.

    private static func number(_ connection: ConnectionID, _ direction: Direction) -> Int {
        connection.number << 1 | (direction == .toGateway ? 0 : 1)
    }

    private mutating func end(_ connection: ConnectionID, _ direction: Direction) {
        let number = Self.number(connection, direction)
        guard let place = places.removeValue(forKey: number) else { return }
        write(place)
        recent[number] = nil
        streams[place].waiting = []
        freePlaces.append(place)
    }

    private mutating func place(_ connection: ConnectionID, _ direction: Direction) -> Int {
        let number = Self.number(connection, direction)
        if let place = places[number] {
            recent[number] = place
            return place
        }
        let stream = Stream(connection: connection, direction: direction)
        let place = freePlaces.popLast() ?? streams.count
        if place == streams.count { streams.append(stream) } else { streams[place] = stream }
        places[number] = place
        recent[number] = place
        return place
    }

    private mutating func write(_ place: Int) {
        // Taken out for the time, so that nobody else holds it when it is emptied.
        var bytes: [UInt8] = []
        swap(&bytes, &streams[place].waiting)
        defer {
            bytes.removeAll(keepingCapacity: true)
            swap(&bytes, &streams[place].waiting)
        }
        guard !bytes.isEmpty, failure == nil else { return }
        let stream = streams[place]
        let path = "\(folder)/\(stream.connection.number)-\(stream.direction.rawValue)"
        guard Self.append(bytes, to: path, isNew: !stream.hasFile) else {
            failure = "cannot write \(path): \(String(cString: strerror(errno)))"
            return
        }
        streams[place].hasFile = true
    }

    /// - Returns: False when it went wrong; then `errno` says why.
    private static func append(_ bytes: borrowing [UInt8], to path: String, isNew: Bool) -> Bool {
        let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (isNew ? O_TRUNC : O_APPEND)
        let file = open(path, mode, 0o666)
        guard file >= 0 else { return false }
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + start }, $0.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = errno
                close(file)
                errno = reason
                return false
            }
            start += count
        }
        return close(file) == 0
    }
}
