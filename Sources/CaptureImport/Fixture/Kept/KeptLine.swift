import EventLog
import GatewayWire
import Simulation

/// What is known of a kept line besides what was said.
///
/// ```
/// KeptLine    50 bytes
/// cuts        16 bytes each: offset, gap in nanoseconds
/// content     a frame's body, bytes that are no message, or nothing where an event stands apart
/// ```
struct KeptLine: BitwiseCopyable, Sendable {
    enum Form: UInt8, BitwiseCopyable, Sendable { case text, protobuf, bytes, event }

    /// Among the connection's lines, from 1.
    var sequence = 0
    var startedAt: CaptureInstant
    var endedAt: CaptureInstant
    var firstPacket: Int
    var lastPacket: Int
    fileprivate(set) var cutCount: Int32 = 0
    fileprivate(set) var contentCount: Int32 = 0
    let form: Form
    private let side: UInt8

    init(
        _ form: Form, _ direction: Direction?, from: CaptureInstant, to: CaptureInstant,
        firstPacket: Int, lastPacket: Int
    ) {
        self.form = form
        side =
            switch direction {
            case nil: 0
            case .toGateway?: 1
            case .toClient?: 2
            }
        startedAt = from
        endedAt = to
        self.firstPacket = firstPacket
        self.lastPacket = lastPacket
    }

    init(_ form: Form, _ direction: Direction?, _ position: FramePosition) {
        self.init(
            form, direction, from: position.startedAt, to: position.endedAt,
            firstPacket: position.firstPacket, lastPacket: position.lastPacket)
    }

    /// `nil` for what is nobody's frame.
    var direction: Direction? {
        switch side {
        case 1: .toGateway
        case 2: .toClient
        default: nil
        }
    }

    /// Bytes that the line takes.
    static func size(cutCount: Int, contentCount: Int) -> Int {
        MemoryLayout<KeptLine>.size + 16 * cutCount + contentCount
    }
}

extension [UInt8] {
    /// Appends a line with its cuts and its content.
    ///
    /// - Parameter room: Bytes that it takes, or more.
    mutating func append(
        _ line: KeptLine, _ cuts: [Transcript.Cut], _ content: Span<UInt8>, room: Int
    ) {
        let start = count
        append(contentsOf: repeatElement(0, count: room))
        replace(at: start, with: line, cuts, content)
    }

    /// Writes a line over another, or over room for it.
    mutating func replace(
        at start: Int, with line: KeptLine, _ cuts: [Transcript.Cut], _ content: Span<UInt8>
    ) {
        var line = line
        line.cutCount = Int32(truncatingIfNeeded: cuts.count)
        line.contentCount = Int32(truncatingIfNeeded: content.count)
        withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: line, toByteOffset: start, as: KeptLine.self)
            var place = start + MemoryLayout<KeptLine>.size
            if !cuts.isEmpty {
                for cut in cuts {
                    bytes.storeBytes(of: Int64(cut.offset), toByteOffset: place, as: Int64.self)
                    bytes.storeBytes(
                        of: cut.gap.nanoseconds, toByteOffset: place + 8, as: Int64.self)
                    place += 16
                }
            }
            content.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: bytes[place...]).copyMemory(from: $0)
            }
        }
    }
}

/// A line where it stands among others.
struct PlacedLine {
    let line: KeptLine
    /// Of the content.
    let content: Range<Int>

    /// The line that begins at `start`.
    init(in bytes: Span<UInt8>, at start: Int) {
        line = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: KeptLine.self)
        let first = start + KeptLine.size(cutCount: Int(line.cutCount), contentCount: 0)
        content = first..<(first + Int(line.contentCount))
    }

    var hasCuts: Bool { line.cutCount > 0 }

    func cuts(in bytes: Span<UInt8>) -> [Transcript.Cut] {
        (0..<Int(line.cutCount)).map { index in
            let place = content.lowerBound - 16 * (Int(line.cutCount) - index)
            let (offset, gap) = (
                bytes.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: Int64.self),
                bytes.bytes.unsafeLoadUnaligned(fromByteOffset: place + 8, as: Int64.self)
            )
            return Transcript.Cut(offset: Int(offset), gap: .nanoseconds(gap))
        }
    }
}
