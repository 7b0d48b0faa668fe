import EventLog
import GatewayWire
import Simulation

/// The gateway's own log of a client's messages, as its window exports it ("Create API message log
/// file").
///
/// ```
/// ===== Log file: /home/me/Jts/…/api.0.20260115.143107.ibgzenc =====
/// 14:31:07:715 -> ---15-1-DU1234567-
/// 14:31:08:004 <- 61-1-
/// ```
///
/// An arrow to the right is what the gateway sent. A hyphen stands for each NUL, those of the length
/// before an answer too; bytes of the length that are no letters may be lost. The file's name has the
/// client's id and when it connected. There is no handshake, so the server version is inferred.
/// Lines that are no text messages are left out: how a gateway writes protobuf is not known.
///
/// - Source: excerpts that users have published. Whole answers stand in them; a request stands in one
///   alone, cut short and without a length.
package struct GatewayLog: MessageSource {
    /// The largest log read, in bytes.
    package static let maxBytes = 1 << 30
    /// The longest line read; more of it is left out.
    package static let maxLineBytes = 4 << 20

    package let path: String
    private let givenVersion: Int?
    private var messages: BareMessages
    private var lineNumber = 0
    private var day: Int64?
    private var isDayKnown = false
    private var clientID: String?
    private var now = CaptureInstant(nanosecondsSinceEpoch: 0)
    private var requestCount = 0
    private var other = Occurrences()
    private var versionNote: String?

    /// - Parameters:
    ///   - serverVersion: `nil` to infer it.
    ///   - completesHandshake: A hello, an answer and a startApi are made up where none is recorded.
    package init(path: String, serverVersion: Int? = nil, completesHandshake: Bool = false) {
        self.path = path
        givenVersion = serverVersion
        messages = BareMessages(
            separator: UInt8(ascii: "-"), completesHandshake: completesHandshake)
        takeName(path)
    }

    /// Whether one of a file's first lines is a message of such a log.
    package static func isLog(_ front: ArraySlice<UInt8>) -> Bool {
        front.split(separator: UInt8(ascii: "\n")).contains { Line($0) != nil }
    }

    package var notes: [String] {
        var notes = [
            "a gateway's log: the handshake and the connection's end are not in it, times are the "
                + "gateway's, taken for UTC"
        ]
        if !isDayKnown {
            notes.append("neither the log nor its name tells the day: 1970-01-01 stands")
        }
        if let versionNote { notes.append(versionNote) }
        if messages.completesHandshake {
            notes.append("hello, its answer and startApi are made up where they were not recorded")
        }
        if requestCount > 0 {
            notes.append(
                "\(requestCount) requests are read as the answers are: how a gateway logs requests "
                    + "is known from one excerpt only")
        }
        if messages.ambiguous.count > 0 {
            notes.append(
                "\(messages.ambiguous.count) messages hold hyphens that could not be told from those "
                    + "between fields, the first is line \(messages.ambiguous.first)")
        }
        if other.count > 0 {
            notes.append(
                "\(other.count) lines with an arrow are no text messages and were left out, the first "
                    + "is line \(other.first)")
        }
        return notes
    }

    package var isDamaged: Bool { false }

    package mutating func read<Sink: DecodedEventSink>(
        into sink: inout Sink
    ) throws(CaptureError) {
        let bytes = try FileReading.whole(path, maxBytes: Self.maxBytes)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let version = version(of: lines) else {
            throw .noRecording(path: path)
        }
        for line in lines { take(line.prefix(Self.maxLineBytes), version, into: &sink) }
        messages.close(into: &sink)
    }

    // Helpers, in the order they are called.

    private mutating func version(of lines: [ArraySlice<UInt8>]) -> BareMessages.Version? {
        if let givenVersion { return BareMessages.Version(number: givenVersion, isInferred: false) }
        var inference = VersionInference()
        for line in lines {
            guard inference.wantsMore else { break }
            if let line = Line(line), let body = line.body { inference.add(body, line.direction) }
        }
        guard let answer = inference.answer else { return nil }
        versionNote = answer.sentence
        return BareMessages.Version(number: answer.version, isInferred: true)
    }

    private mutating func take<Sink: DecodedEventSink>(
        _ text: ArraySlice<UInt8>, _ version: BareMessages.Version, into sink: inout Sink
    ) {
        lineNumber += 1
        guard let line = Line(text) else {
            if text.behind("Log file: ") != nil {
                messages.close(into: &sink)
                takeName(String(decoding: text, as: UTF8.self))
            }
            return
        }
        let nanoseconds = ((day ?? 0) * 86_400_000 + line.milliseconds) * 1_000_000
        var at = CaptureInstant(nanosecondsSinceEpoch: nanoseconds)
        if now - at > .seconds(43_200) {
            // Midnight has passed.
            day = (day ?? 0) + 1
            at = CaptureInstant(nanosecondsSinceEpoch: nanoseconds + 86_400_000_000_000)
        }
        now = max(now, at)
        guard let body = line.body else {
            other.add(lineNumber)
            return
        }
        if line.direction == .toGateway { requestCount += 1 }
        messages.take(
            body, line.direction, at: now, number: lineNumber, version, clientID: clientID,
            into: &sink)
    }

    /// Learns the client's id and the day from `api.0.20260115.143107`, wherever it stands.
    private mutating func takeName(_ text: String) {
        let parts = text.split { "/\\ ".contains($0) }.last { $0.hasPrefix("api.") }?
            .split(separator: ".")
        guard let parts, parts.count >= 3, Int(parts[1]) != nil else { return }
        clientID = String(parts[1])
        let digits = Array(parts[2])
        guard digits.count == 8 else { return }
        let date = "\(String(digits[..<4]))-\(String(digits[4..<6]))-\(String(digits[6...]))"
        guard let instant = CaptureInstant(isoText: date) else { return }
        day = instant.nanosecondsSinceEpoch / 86_400_000_000_000
        isDayKnown = true
        now = instant
    }

    /// `14:31:07:715 -> ---15-1-DU1234567-`.
    private struct Line {
        /// Of the day.
        let milliseconds: Int64
        let direction: Direction
        private let rest: ArraySlice<UInt8>

        init?(_ text: ArraySlice<UInt8>) {
            var text = text
            if text.last == UInt8(ascii: "\r") { text.removeLast() }
            let shape = Array("dd:dd:dd:ddd".utf8)
            guard text.count > shape.count + 4 else { return nil }
            var numbers: [Int64] = [0]
            for (byte, wanted) in zip(text, shape) {
                if wanted == UInt8(ascii: ":"), byte == wanted {
                    numbers.append(0)
                } else if wanted == UInt8(ascii: "d"), (48...57).contains(byte) {
                    numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int64(byte - 48)
                } else {
                    return nil
                }
            }
            guard numbers[0] < 24, numbers[1] < 60, numbers[2] < 61 else { return nil }
            milliseconds = ((numbers[0] * 60 + numbers[1]) * 60 + numbers[2]) * 1000 + numbers[3]
            let arrow = text.dropFirst(shape.count).prefix(4)
            if arrow.elementsEqual(" -> ".utf8) {
                direction = .toClient
            } else if arrow.elementsEqual(" <- ".utf8) {
                direction = .toGateway
            } else {
                return nil
            }
            rest = text.dropFirst(shape.count + 4)
        }

        /// The message, without the length before it; nil for what is no text message.
        var body: RecordedBody? {
            let ways = (0...min(7, rest.count)).map { (rest.prefix($0), rest.dropFirst($0)) }
            let messages = ways.filter { Self.isMessage($0.1) }
            let found =
                messages.first { Self.tells($0.0, $0.1.count) } ?? messages.first { $0.0.isEmpty }
                ?? messages.first
            return found.map {
                RecordedBody(bytes: Array($0.1), separator: UInt8(ascii: "-"))
            }
        }

        /// Begins with an id.
        private static func isMessage(_ bytes: ArraySlice<UInt8>) -> Bool {
            let id = bytes.prefix { (48...57).contains($0) }
            return (1...3).contains(id.count) && bytes.dropFirst(id.count).first == 0x2D
        }

        /// Whether what stands before a message is its length.
        private static func tells(_ length: ArraySlice<UInt8>, _ count: Int) -> Bool {
            var expected = (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }[...]
            var seen = length
            while let byte = expected.popFirst() {
                if byte == 0 {
                    guard seen.popFirst() == 0x2D else { return false }
                } else if (0x21...0x7E).contains(byte) {
                    guard seen.popFirst() == byte else { return false }
                } else {
                    // No letter: lost, or something else in its place, before the next that is one.
                    let rest = expected.filter { (0x21...0x7E).contains($0) || $0 == 0 }.count
                    while seen.count > rest { seen.removeFirst() }
                }
            }
            return seen.isEmpty
        }
    }
}
