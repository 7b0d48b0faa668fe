import Diagnosis
import EventLog
import GatewayWire
import Simulation

/// What was understood, on its way to another thread.
///
/// Frames lie one behind the other in one piece of memory, which is used again and again.
struct RelayBatch: Sendable {
    /// Where frames stood that came in the same segments; a plain value, so that copying one counts
    /// no references.
    private struct Segment: Equatable, Sendable {
        let connection: Int
        let startedAt: CaptureInstant
        let endedAt: CaptureInstant
        let firstPacket: Int
        let lastPacket: Int
        let at: CaptureInstant
        let serverVersion: Int32
        let direction: Direction

        init(_ place: MessagePlace, _ scanner: borrowing MessageScanner) {
            connection = place.connection
            startedAt = place.position.startedAt
            endedAt = place.position.endedAt
            firstPacket = place.position.firstPacket
            lastPacket = place.position.lastPacket
            at = place.at
            serverVersion = Int32(truncatingIfNeeded: scanner.serverVersion)
            direction = scanner.direction
        }

        @inline(__always)
        func place(_ cuts: [Transcript.Cut], isProtobuf: Bool) -> MessagePlace {
            var position = FramePosition(at: endedAt, packet: lastPacket)
            position.startedAt = startedAt
            position.firstPacket = firstPacket
            position.cuts = cuts
            return MessagePlace(
                connection: connection, position: position, at: at, isProtobuf: isProtobuf)
        }
    }

    /// A frame whose body ends at `end`; small, because there are many and another thread reads them.
    private struct Frame: Sendable {
        let end: Int32
        /// How many of `cuts` are its.
        let cutCount: Int32
        let glance: RowGlance?
        let isProtobuf: Bool
        /// It is the first one of the next segment.
        let beginsSegment: Bool
    }

    /// Bytes gathered before a batch goes on its way.
    private static let fullSize = 1 << 17
    private static let maxFrames = 4096
    private static let maxEvents = 64
    /// What of the memory is used again.
    private static let keptSize = 1 << 20

    private var bytes: [UInt8] = []
    private var segments: [Segment] = []
    private var frames: [Frame] = []
    private var cuts: [Transcript.Cut] = []
    /// Of the frames whose glances have some, in their order.
    private var details: [RowDetails] = []
    /// With the number of frames before each.
    private var events: [(place: Int, event: DecodedEvent)] = []
    /// Bytes that the events hold, about.
    private var eventSize = 0

    var isFull: Bool {
        bytes.count + eventSize >= Self.fullSize || frames.count >= Self.maxFrames
            || events.count >= Self.maxEvents
    }

    mutating func add(_ event: DecodedEvent) {
        events.append((frames.count, event))
        eventSize += event.size
    }

    /// - Parameters:
    ///   - glance: Of the body, if it has been looked at.
    ///   - details: When the glance has some.
    mutating func add(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner,
        _ glance: RowGlance?, _ details: RowDetails?
    ) {
        body.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        if !place.position.cuts.isEmpty { cuts += place.position.cuts }
        if let details { self.details.append(details) }
        let segment = Segment(place, scanner)
        let isNext = segments.last != segment
        if isNext { segments.append(segment) }
        frames.append(
            Frame(
                end: Int32(truncatingIfNeeded: bytes.count),
                cutCount: Int32(truncatingIfNeeded: place.position.cuts.count), glance: glance,
                isProtobuf: place.isProtobuf, beginsSegment: isNext))
    }

    /// Hands on everything in its order, and is empty then.
    ///
    /// - Parameter scanners: Scan again the frames of which a glance is not enough.
    mutating func hand(on sink: inout DiagnosingSink, _ scanners: inout RelayScanners) {
        var eventIndex = 0
        var firstCut = 0
        var nextDetails = 0
        var nextSegment = 0
        var start = 0
        for index in frames.indices {
            while eventIndex < events.count, events[eventIndex].place == index {
                sink.take(events[eventIndex].event)
                eventIndex += 1
            }
            let frame = frames[index]
            if frame.beginsSegment { nextSegment += 1 }
            let segment = segments[nextSegment - 1]
            let end = Int(frame.end)
            let body = bytes.span.extracting(start..<end)
            let own =
                frame.cutCount > 0 ? Array(cuts[firstCut..<(firstCut + Int(frame.cutCount))]) : []
            let place = segment.place(own, isProtobuf: frame.isProtobuf)
            let version = Int(segment.serverVersion)
            var isTaken = false
            if let glance = frame.glance {
                var found: RowDetails?
                if glance.hasDetails {
                    found = details[nextDetails]
                    nextDetails += 1
                }
                isTaken = sink.takeRow(place, glance, found, body, version)
            }
            if !isTaken {
                scanners.choose(segment.serverVersion, segment.direction)
                // What it says is known: it was a message.
                _ = scanners.chosen.scan(body)
                if frame.glance == nil {
                    sink.take(place, body, scanners.chosen)
                } else {
                    sink.takeMessage(place, body, scanners.chosen)
                }
            }
            firstCut += Int(frame.cutCount)
            start = end
        }
        for index in eventIndex..<events.count { sink.take(events[index].event) }
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptSize)
        segments.removeAll(keepingCapacity: true)
        frames.removeAll(keepingCapacity: true)
        cuts.removeAll(keepingCapacity: true)
        details.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        eventSize = 0
    }
}

/// A scanner for each form in which messages come.
struct RelayScanners {
    /// Apart from the others, so that using it copies nothing.
    fileprivate(set) var chosen = MessageScanner(
        serverVersion: ProtocolSchema.serverVersions.lowerBound, direction: .toClient)
    private var others: [MessageScanner] = []

    @inline(__always)
    fileprivate mutating func choose(_ serverVersion: Int32, _ direction: Direction) {
        if chosen.serverVersion == Int(serverVersion), chosen.direction == direction { return }
        change(to: Int(serverVersion), direction)
    }

    private mutating func change(to serverVersion: Int, _ direction: Direction) {
        let place =
            others.firstIndex { $0.serverVersion == serverVersion && $0.direction == direction }
            ?? others.count
        if place == others.count {
            others.append(MessageScanner(serverVersion: serverVersion, direction: direction))
        }
        swap(&chosen, &others[place])
    }
}

extension DecodedEvent {
    /// Bytes that it holds, about.
    fileprivate var size: Int {
        switch kind {
        case .unknown(_, _, let bytes), .malformed(_, _, let bytes), .raw(_, let bytes):
            bytes.count
        case .message(let message): message.values.size
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .hello, .legacyHello, .version, .gap,
            .phase, .ended, .closed, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over,
            .fault, .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientLine,
            .clientEnded, .clientSignaled, .clientFed, .sockets, .runner:
            0
        }
    }
}

extension [FieldValue] {
    fileprivate var size: Int {
        reduce(count * MemoryLayout<FieldValue>.stride) { size, value in
            switch value {
            case .absent: size
            case .text(let text): size + text.utf8.count
            case .bytes(let bytes): size + bytes.count
            case .group(let rows): rows.reduce(size) { $0 + $1.size }
            }
        }
    }
}
