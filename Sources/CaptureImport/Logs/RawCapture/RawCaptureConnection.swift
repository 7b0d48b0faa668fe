import GatewayWire

/// The bytes of one connection of a raw capture, each frame's with the time of its line in the index.
///
/// Where frames are is told by the index, as far as its lines agree with the bytes, and by the
/// lengths before the frames. A line agrees when it stands for the next frame and names its length
/// where it is. Bytes that no line tells of have the time of those before them.
struct RawCaptureConnection {
    enum Piece: Equatable {
        /// Of one frame, or of what may be one.
        case bytes([UInt8])
        /// The next frame begins before so many bytes of the one before it were written.
        case gap(Int)
    }

    /// What was found besides the bytes, by the numbers of frames and lines.
    struct Findings {
        var hasIndex = false
        var isEmpty = true
        /// Frames that the index does not tell of, or not when they came.
        var untimed = Occurrences()
        /// Frames that came earlier than the one before, as the index says.
        var setBack = Occurrences()
        /// Frames whose body is not there, or not all of it.
        var bodiless = Occurrences()
        /// Lines that do not agree with the bytes.
        var misfits = Occurrences()
        /// Frames of which the index tells, and which would stand behind the last byte.
        var beyond = Occurrences()
        /// The bytes end where the recorder never stops.
        var isCut = false
        /// Why a file could not be read to its end.
        var failure: String?

        var isDamaged: Bool { misfits.count + beyond.count > 0 || isCut || failure != nil }
    }

    /// Bytes that are handed on at once.
    private static let pieceBytes = 1 << 16
    private static let longestFrame = FrameBoundary().maxBytes

    /// What comes next; `nil` at the end, when `findings` are complete.
    private(set) var upcoming: Piece?
    /// When it came; never earlier than what came before.
    private(set) var at: CaptureInstant
    /// The frame that it is of, counted from 1.
    private(set) var frame = 0
    private(set) var findings = Findings()
    private let file: PlainFile
    private var index: RawCaptureIndex?
    /// The next line that may agree.
    private var line: RawCaptureIndex.Line?
    /// Where the frame that is being read begins.
    private var start = 0
    /// Where the next one begins, as the length says; `nil` when no frame has such a length.
    private var nextStart: Int? = 0

    /// - Parameters:
    ///   - path: Of its two files, without their endings.
    ///   - since: When it began, as far as that is known.
    init(path: String, since: CaptureInstant) throws(CaptureError) {
        file = try PlainFile(path: path + ".bin")
        index = RawCaptureIndex(path: path + ".idx")
        at = since
        findings.hasIndex = index != nil
        line = index?.next()
        upcoming = nextPiece()
        findings.isEmpty = upcoming == nil
        if upcoming == nil { finish() }
    }

    /// Goes on behind what came next.
    mutating func advance() {
        guard upcoming != nil else { return }
        upcoming = nextPiece()
        if upcoming == nil { finish() }
    }

    // Helpers, in the order they are called.

    private mutating func nextPiece() -> Piece? {
        while let line, line.offset <= file.offset {
            let length = file.nextWord
            // Less than a length is left, so this line's frame is not there.
            if length == nil, line.offset == file.offset { break }
            let agrees =
                line.offset == file.offset && line.length == length && line.frame == frame + 1
                && (frame == 0 || line.offset > start)
            if !agrees { index?.reject() }
            self.line = index?.next()
            if agrees { return begin(line) }
        }
        if nextStart == file.offset { beginUntold() }
        return takeBytes()
    }

    /// Begins the frame that a line tells of.
    private mutating func begin(_ line: RawCaptureIndex.Line) -> Piece? {
        let missing = nextStart.map { $0 - line.offset } ?? 0
        if missing > 0 { findings.bodiless.add(frame) }
        begin(length: line.length)
        if let time = line.at {
            if time < at, frame > 1 { findings.setBack.add(frame) }
            at = max(at, time)
        } else {
            findings.untimed.add(frame)
        }
        return missing > 0 ? .gap(missing) : takeBytes()
    }

    private mutating func begin(length: Int) {
        frame += 1
        start = file.offset
        nextStart = length <= Self.longestFrame ? start + 4 + length : nil
    }

    /// Begins a frame of which no line tells, where the one before it ends.
    private mutating func beginUntold() {
        guard let length = file.nextWord else { return }
        begin(length: length)
        if index != nil { findings.untimed.add(frame) }
    }

    /// Takes bytes of this frame alone; a length that no frame has comes by itself.
    private mutating func takeBytes() -> Piece? {
        let ends = [nextStart ?? start + 4, line?.offset].compactMap(\.self).filter {
            $0 > file.offset
        }
        let room = min(Self.pieceBytes, (ends.min() ?? .max) - file.offset)
        let bytes = file.take(upTo: room)
        return bytes.isEmpty ? nil : .bytes(bytes)
    }

    private mutating func finish() {
        if let nextStart, nextStart != file.offset {
            // A body is written whole or not at all, and so is a length.
            if nextStart > file.offset, file.offset == start + 4 {
                findings.bodiless.add(frame)
            } else {
                findings.isCut = true
            }
        }
        while let line {
            findings.beyond.add(line.frame)
            self.line = index?.next()
        }
        findings.misfits = index?.misfits ?? Occurrences()
        findings.failure = file.failure ?? index?.failure
    }
}
