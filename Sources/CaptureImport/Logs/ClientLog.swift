import EventLog
import GatewayWire
import Simulation

/// The debug log of a client library, read as the messages that it tells of.
///
/// | library | sent | received |
/// |---|---|---|
/// | ib_insync, ib_async | `>>> 71,2,7,` | `<<< 15,1,DU1234567` |
/// | the official Python client | `SENDING startApi b'\x00…'` | `len 87 raw:b'\x00…'\|` |
///
/// Both at level DEBUG. The official client writes the bytes themselves. The others write fields
/// with commas between them, so a field that holds commas is put together as the message's layout
/// wants it. Times are those of the log, taken for UTC; a line's number stands for a packet's.
package struct ClientLog {
    package enum Library: Sendable {
        case insync
        case official
    }

    /// The longest line read; more of it is left out.
    package static let maxLineBytes = 4 << 20

    private let library: Library
    private var lineNumber = 0
    private var connectionCount = 0
    private var conversation: GatewayConversation?
    private var serverVersion: Int?
    private var now = CaptureInstant(nanosecondsSinceEpoch: 0)
    /// Lines whose fields could not be told apart.
    private var ambiguous = Occurrences()
    private var fields = SeparatedFields(UInt8(ascii: ","))

    package init(_ library: Library) {
        self.library = library
    }

    /// Tells by the first lines which library wrote a file; nil when none did.
    package static func library(of front: ArraySlice<UInt8>) -> Library? {
        for line in front.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            if text.contains(" raw:b'") || text.contains(" raw:b\"") || text.contains("SENDING ") {
                return .official
            }
            if text.contains("REQUEST b'API") { return .official }
            if text.contains(">>> ") || text.contains("<<< ")
                || text.contains("Connecting to ") && text.contains(" with clientId ")
            {
                return .insync
            }
        }
        return nil
    }

    /// What could not be read.
    package var notes: [String] {
        var notes: [String] = ["times are those of the log, taken for UTC"]
        if ambiguous.count > 0 {
            notes.append(
                "\(ambiguous.count) lines hold commas that could not be told from those between "
                    + "fields, the first is line \(ambiguous.first)")
        }
        if connectionCount == 0 {
            notes.append("no message was found: the library has to log at level DEBUG")
        }
        return notes
    }

    /// Takes the next line, without its end.
    package mutating func take<Sink: DecodedEventSink>(
        line: ArraySlice<UInt8>, into sink: inout Sink
    ) {
        lineNumber += 1
        if let time = LogTime.find(in: line.prefix(80)) { now = max(now, time) }
        switch library {
        case .insync: takeInsync(line, &sink)
        case .official: takeOfficial(line, &sink)
        }
    }

    /// The log is over.
    package mutating func finish<Sink: DecodedEventSink>(into sink: inout Sink) {
        close(.stillOpen, &sink)
    }

    // Helpers, in the order they are called.

    private mutating func takeInsync<Sink: DecodedEventSink>(
        _ line: ArraySlice<UInt8>, _ sink: inout Sink
    ) {
        if let rest = line.behind(">>> ") {
            takeFields(Array(rest) + [UInt8(ascii: ",")], .toGateway, &sink)
        } else if let rest = line.behind("<<< ") {
            takeFields(Array(rest) + [UInt8(ascii: ",")], .toClient, &sink)
        } else if let rest = line.behind("Connecting to "), let end = rest.firstIndex(of: 0x20) {
            close(.stillOpen, &sink)
            open(String(decoding: rest[..<end], as: UTF8.self), hasHello: false, &sink)
        } else if line.behind("Disconnecting") != nil {
            handEnd(.toGateway, &sink)
            close(.halfClosed(.toGateway, waited: .zero, isAcknowledged: false), &sink)
        } else if line.behind("Peer closed connection.") != nil {
            handEnd(.toClient, &sink)
            close(.halfClosed(.toClient, waited: .zero, isAcknowledged: false), &sink)
        } else if line.behind("ConnectionRefusedError") != nil {
            close(.refused, &sink)
        }
    }

    private mutating func takeOfficial<Sink: DecodedEventSink>(
        _ line: ArraySlice<UInt8>, _ sink: inout Sink
    ) {
        if let rest = line.behind("raw:"), let bytes = PythonBytes.read(rest) {
            if !bytes.isEmpty { hand(.bytes(.toClient, bytes), &sink) }
        } else if let rest = line.behind("SENDING "), let start = rest.firstIndex(of: 0x20),
            let bytes = PythonBytes.read(rest[(start + 1)...])
        {
            hand(.bytes(.toGateway, bytes), &sink)
        } else if let rest = line.behind("REQUEST b"),
            let bytes = PythonBytes.read([0x62] + Array(rest)),
            bytes.starts(with: Hello.magic)
        {
            if conversation == nil { open(nil, hasHello: true, &sink) }
            hand(.bytes(.toGateway, bytes), &sink)
        } else if let rest = line.behind("Connecting to "), let end = rest.firstIndex(of: 0x20) {
            close(.stillOpen, &sink)
            open(String(decoding: rest[..<end], as: UTF8.self), hasHello: true, &sink)
        } else if line.hasSuffix("disconnecting") {
            handEnd(.toGateway, &sink)
            close(.halfClosed(.toGateway, waited: .zero, isAcknowledged: false), &sink)
        } else if line.behind("socket either closed or broken") != nil {
            handEnd(.toClient, &sink)
            close(.halfClosed(.toClient, waited: .zero, isAcknowledged: false), &sink)
        } else if line.hasSuffix("could not connect") {
            close(.refused, &sink)
        }
    }

    private mutating func open<Sink: DecodedEventSink>(
        _ gateway: String?, hasHello: Bool, _ sink: inout Sink
    ) {
        connectionCount += 1
        serverVersion = nil
        conversation = GatewayConversation(number: connectionCount, isAfterHello: !hasHello)
        add(.opened(client: nil, gateway: gateway, isMidStream: false), &sink)
    }

    private func add<Sink: DecodedEventSink>(_ kind: LogEvent.Kind, _ sink: inout Sink) {
        sink.take(
            DecodedEvent(
                connection: connectionCount, position: FramePosition(at: now, packet: lineNumber),
                kind: kind))
    }

    private mutating func hand<Sink: DecodedEventSink>(
        _ happening: Happening, _ sink: inout Sink
    ) {
        if conversation == nil {
            // The log begins in the middle.
            connectionCount += 1
            conversation = GatewayConversation(number: connectionCount, start: .midStream)
            add(.opened(client: nil, gateway: nil, isMidStream: true), &sink)
        }
        conversation?.take(
            CapturedEvent(
                connection: ConnectionID(connectionCount), at: now, packet: lineNumber,
                happening: happening), into: &sink)
    }

    /// Some libraries tell of an end twice.
    private mutating func handEnd<Sink: DecodedEventSink>(
        _ direction: Direction, _ sink: inout Sink
    ) {
        if conversation != nil { hand(.fin(direction), &sink) }
    }

    private mutating func close<Sink: DecodedEventSink>(
        _ ending: ConnectionEnding, _ sink: inout Sink
    ) {
        guard conversation != nil else { return }
        hand(.closed(ending), &sink)
        conversation = nil
    }

    private mutating func takeFields<Sink: DecodedEventSink>(
        _ text: [UInt8], _ direction: Direction, _ sink: inout Sink
    ) {
        let body = text.map { $0 == UInt8(ascii: ",") ? 0 : $0 }
        if direction == .toClient, serverVersion == nil, conversation != nil,
            let reply = VersionReply(body: body[...])
        {
            serverVersion = reply.serverVersion
            hand(.bytes(.toClient, reply.bytes), &sink)
            return
        }
        let found = serverVersion.flatMap { fields.resolve([body], direction, version: $0) }
        if serverVersion != nil, found == nil { ambiguous.add(lineNumber) }
        hand(.bytes(direction, frame(found ?? body)), &sink)
    }
}

/// Bytes as Python prints them: `b'API\x00'`.
enum PythonBytes {
    static func read(_ text: some Collection<UInt8>) -> [UInt8]? {
        var rest = Array(text)[...]
        guard rest.popFirst() == UInt8(ascii: "b"), let quote = rest.popFirst(),
            quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote { return bytes }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let escape = rest.popFirst() else { return nil }
            switch escape {
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "x"):
                let digits = rest.prefix(2)
                guard digits.count == 2,
                    let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            default: bytes.append(escape)
            }
        }
        return nil
    }
}

/// The time in a line of a Python log.
enum LogTime {
    /// Finds `2026-01-15 14:31:07,123`, or `260115_14:31:07.123` as the official samples have it.
    static func find(in line: ArraySlice<UInt8>) -> CaptureInstant? {
        let text = Array(line)
        for start in text.indices where (48...57).contains(text[start]) {
            if let instant = read(text, start, "dddd-dd-dd dd:dd:dd", yearDigits: 4)
                ?? read(text, start, "dddddd_dd:dd:dd", yearDigits: 2)
            {
                return instant
            }
        }
        return nil
    }

    private static func read(
        _ text: [UInt8], _ start: Int, _ shape: String, yearDigits: Int
    ) -> CaptureInstant? {
        let shape = Array(shape.utf8)
        guard start + shape.count <= text.count else { return nil }
        var digits: [UInt8] = []
        for (offset, letter) in shape.enumerated() {
            let byte = text[start + offset]
            if letter == UInt8(ascii: "d") {
                guard (48...57).contains(byte) else { return nil }
                digits.append(byte)
            } else if byte != letter, !(letter == 0x20 && byte == UInt8(ascii: "T")) {
                return nil
            }
        }
        var fraction = "0"
        let end = start + shape.count
        if end < text.count, text[end] == UInt8(ascii: ",") || text[end] == UInt8(ascii: ".") {
            let more = text[(end + 1)...].prefix { (48...57).contains($0) }.prefix(9)
            if !more.isEmpty { fraction = String(decoding: more, as: UTF8.self) }
        }
        func part(_ first: Int, _ count: Int) -> String {
            String(decoding: digits[first..<first + count], as: UTF8.self)
        }
        let year = yearDigits == 4 ? part(0, 4) : "20" + part(0, 2)
        let date = "\(year)-\(part(yearDigits, 2))-\(part(yearDigits + 2, 2))"
        let place = yearDigits + 4
        let clock = "\(part(place, 2)):\(part(place + 2, 2)):\(part(place + 4, 2)).\(fraction)"
        return CaptureInstant(isoText: "\(date)T\(clock)Z")
    }
}

extension ArraySlice<UInt8> {
    /// What stands behind the first occurrence of a word.
    func behind(_ word: StaticString) -> ArraySlice<UInt8>? {
        word.withUTF8Buffer { word in
            guard count >= word.count else { return nil }
            for start in startIndex...(endIndex - word.count)
            where self[start] == word[0] && self[start..<start + word.count].elementsEqual(word) {
                return self[(start + word.count)...]
            }
            return nil
        }
    }

    func hasSuffix(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { suffix($0.count).elementsEqual($0) }
    }
}
