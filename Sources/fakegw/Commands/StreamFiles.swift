import CaptureImport
import GatewayWire
import Glibc
import Simulation

/// Writes each direction of each connection into a file of its own: `1-toGateway`, `1-toClient`.
///
/// Bytes wait until a stream has a piece of them, so that few calls of the kernel are needed. What
/// waits in all streams together is bounded. So is the number of open files.
struct StreamFiles: CapturedEventSink {
    /// Bytes of a stream that are written at once; whole pages, so that the kernel touches none twice.
    ///
    /// More would cost more: all pieces have to stay in the processor's cache.
    private static let pieceSize = 1 << 14

    private(set) var gapBytes = 0
    /// The first thing that went wrong.
    var failure: String? { files.failure }
    private let folder: String
    private let mostWaiting: Int
    private var files: AppendedFiles
    /// A stream keeps its place until its connection's end; then another one takes it.
    private var streams: [Stream] = []
    private var freePlaces: [Int] = []
    private var places: [Int: Int] = [:]
    private var recent = RecentPlaces()
    private var waitingCount = 0

    private struct Stream {
        let connection: ConnectionID
        let direction: Direction
        /// What is to be written, less than a piece; its memory is used again.
        var waiting: [UInt8] = []
    }

    /// - Parameter mostWaiting: Bytes that wait in all streams together, at most.
    /// - Parameter mostOpen: Files that are open at the same time, at most.
    init(folder: String, mostWaiting: Int = 32 << 20, mostOpen: Int = 256) {
        self.folder = folder
        self.mostWaiting = mostWaiting
        files = AppendedFiles(mostOpen: mostOpen)
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
        var rest = bytes
        while true {
            let room = Self.pieceSize - streams[place].waiting.count
            let part = rest.extracting(first: room)
            part.withUnsafeBufferPointer { streams[place].waiting.append(contentsOf: $0) }
            waitingCount += part.count
            if rest.count < room { break }
            write(place)
            rest = rest.extracting(droppingFirst: room)
        }
        if waitingCount > mostWaiting { writeAll() }
    }

    /// Writes what waits.
    mutating func finish() {
        writeAll()
        files.closeAll()
    }

    // Helpers, in the order they are called.

    private static func number(_ connection: ConnectionID, _ direction: Direction) -> Int {
        switch direction {
        case .toGateway: connection.number << 1
        case .toClient: connection.number << 1 | 1
        }
    }

    private mutating func end(_ connection: ConnectionID, _ direction: Direction) {
        let number = Self.number(connection, direction)
        guard let place = places.removeValue(forKey: number) else { return }
        write(place)
        files.forget(place)
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
        if !bytes.isEmpty {
            let stream = streams[place]
            files.append(bytes, to: place) {
                "\(folder)/\(stream.connection.number)-\(stream.direction.rawValue)"
            }
        }
        waitingCount -= bytes.count
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &streams[place].waiting)
    }

    /// Writes what waits, and gives its memory back.
    private mutating func writeAll() {
        for place in places.values.sorted() {
            write(place)
            streams[place].waiting = []
        }
    }
}
