import Faults
import GatewayWire
import Simulation

/// What a frame to the client holds, for changes of its bytes.
enum FrameForm {
    case reply
    /// A message as text. Its id is a number of 4 bytes, or the first of the texts.
    case text(hasRawID: Bool)
    case protobuf
}

extension FrameChange {
    private static let lengthBytes = 4
    private static let idBytes = 4

    /// Changes a whole frame.
    ///
    /// - Returns: Why there was nothing to change; `nil` when it is changed.
    func apply(to frame: inout [UInt8], of form: FrameForm, random: SeededRandom) -> String? {
        switch self {
        case .removeField(let at):
            guard let starts = Self.fieldStarts(of: frame, form) else { return Self.noTexts }
            guard at <= starts.count else { return Self.tooFew(starts.count) }
            let end = frame[starts[at - 1]...].firstIndex(of: 0) ?? frame.count - 1
            frame.removeSubrange(starts[at - 1]...end)
            Self.setLength(of: &frame)
        case .insertField(let at, let text):
            guard let starts = Self.fieldStarts(of: frame, form) else { return Self.noTexts }
            guard at <= starts.count + 1 else { return Self.tooFew(starts.count) }
            frame.insert(
                contentsOf: text + [0], at: at > starts.count ? frame.count : starts[at - 1])
            Self.setLength(of: &frame)
        case .retag(let id):
            Self.retag(&frame, form, id)
            Self.setLength(of: &frame)
        case .truncate(let kept):
            let count = frame.count - Self.lengthBytes
            guard kept < count else { return "the body has only \(count) bytes" }
            frame.removeLast(count - kept)
            Self.setLength(of: &frame)
        case .pad(let count):
            frame += Array(repeating: 0, count: count)
            Self.setLength(of: &frame)
        case .corruptBits(let count, let part): Self.corrupt(&frame, part, bits: count, random)
        case .corruptBytes(let count, let part): Self.corrupt(&frame, part, bytes: count, random)
        case .setLength(let length): Self.setLength(of: &frame, to: length)
        case .addLength(let summand):
            let length = frame.count - Self.lengthBytes + summand
            Self.setLength(of: &frame, to: min(max(0, length), Int(UInt32.max)))
        }
        return nil
    }

    private static let noTexts = "a protobuf frame has no text fields"

    private static func tooFew(_ count: Int) -> String {
        "the frame has only \(count) fields"
    }

    private static func setLength(of frame: inout [UInt8], to length: Int? = nil) {
        let length = UInt32(truncatingIfNeeded: length ?? frame.count - lengthBytes)
        setNumber(&frame, at: 0, length)
    }

    private static func setNumber(_ frame: inout [UInt8], at start: Int, _ number: UInt32) {
        for index in 0..<4 {
            frame[start + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index))
        }
    }

    /// Where each field begins that follows the id; `nil` when there are no text fields.
    private static func fieldStarts(of frame: [UInt8], _ form: FrameForm) -> [Int]? {
        var start: Int
        switch form {
        case .protobuf: return nil
        case .reply: start = lengthBytes
        case .text(true): start = lengthBytes + idBytes
        case .text(false):
            start = (frame.dropFirst(lengthBytes).firstIndex(of: 0) ?? frame.count) + 1
        }
        var starts: [Int] = []
        while start < frame.count, let end = frame[start...].firstIndex(of: 0) {
            starts.append(start)
            start = end + 1
        }
        return starts
    }

    private static func retag(_ frame: inout [UInt8], _ form: FrameForm, _ id: Int) {
        switch form {
        case .reply: break
        case .text(true): setNumber(&frame, at: lengthBytes, UInt32(id))
        case .protobuf:
            setNumber(&frame, at: lengthBytes, UInt32(id + MessageScanner.protobufOffset))
        case .text(false):
            let end = frame.dropFirst(lengthBytes).firstIndex(of: 0) ?? frame.count
            frame.replaceSubrange(lengthBytes..<end, with: String(id).utf8)
        }
    }

    private static func corrupt(
        _ frame: inout [UInt8], _ part: CorruptedPart, bits: Int, _ random: SeededRandom
    ) {
        let start = part == .body ? lengthBytes : 0
        for place in places(bits, among: (frame.count - start) * 8, random) {
            frame[start + place / 8] ^= 1 << UInt8(place % 8)
        }
    }

    private static func corrupt(
        _ frame: inout [UInt8], _ part: CorruptedPart, bytes: Int, _ random: SeededRandom
    ) {
        let start = part == .body ? lengthBytes : 0
        var values = random.stream("values")
        for place in places(bytes, among: frame.count - start, random) {
            frame[start + place] ^= UInt8.random(in: 1...255, using: &values)
        }
    }

    /// Different places, in ascending order: at most all of them.
    private static func places(_ count: Int, among all: Int, _ random: SeededRandom) -> [Int] {
        guard count < all else { return Array(0..<all) }
        var random = random
        var places: Set<Int> = []
        // The last places in turn, each taking a free one below or itself (Floyd's sampling).
        for highest in (all - count)..<all {
            let place = Int.random(in: 0...highest, using: &random)
            if !places.insert(place).inserted { places.insert(highest) }
        }
        return places.sorted()
    }
}
