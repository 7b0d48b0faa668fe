package import CaptureImport
package import EventLog
package import GatewayWire
internal import Simulation

/// The files that hold recordings, apart from `HandshakeTranscript`.
extension Recording {
    /// Every gateway connection of a capture that shows a handshake.
    package static func read(capture path: String) throws(CaptureError) -> Recording {
        var sink = RecordingSink()
        var capture = try DecodedCapture(path: path)
        try capture.read(into: &sink)
        return sink.recording(path: path)
    }

    /// Every connection of an event log.
    package static func read(
        log bytes: [UInt8], path: String
    ) throws(EventLogError) -> Recording {
        var reading = RecordingSink(isLog: true)
        var reader = EventLogReader(bytes)
        var numbers: [String: Int] = [:]
        while let event = try reader.next() {
            guard let connection = event.connection else { continue }
            let key = "\(event.gateway ?? "") \(connection)"
            let number = numbers[key] ?? numbers.count + 1
            numbers[key] = number
            let at = CaptureInstant(
                nanosecondsSinceEpoch: (reader.epoch ?? 0) &+ event.at.nanoseconds)
            reading.take(
                DecodedEvent(
                    connection: number,
                    position: FramePosition(at: at, packet: reader.line), kind: event.kind))
        }
        return reading.recording(path: path)
    }

    /// A transcript in this program's own form.
    package static func read(
        transcript text: String, path: String
    ) throws(TranscriptError) -> Recording {
        let transcript = try Transcript.parse(text, file: path)
        var recording = Recording(path: path)
        recording.comments = transcript.comments
        let leg = Self.leg(transcript.lines, serverVersion: transcript.serverVersion)
        if let leg { recording.legs = [leg] }
        return recording
    }

    /// - Returns: Nothing when the lines have no server version.
    fileprivate static func leg(
        _ lines: [Transcript.Line], serverVersion: Int?, startedAt: Int64? = nil,
        isLog: Bool = false
    ) -> Leg? {
        guard let serverVersion else { return nil }
        var leg = Leg(serverVersion: serverVersion, connectionTime: "", startedAt: startedAt)
        for (index, line) in lines.enumerated() {
            switch line.event {
            case .version(let reply, _): leg.connectionTime = reply.connectionTime
            case .message(let message, _):
                let heard = isLog ? asHeard(message, at: serverVersion) : message
                leg.turns.append(Turn(heard, line: index + 1))
            case .clientEnds(let ending): leg.endings.append("client \(ending.rawValue)")
            case .gatewayEnds(let ending): leg.endings.append("gateway \(ending.rawValue)")
            case .gatewayHolds: leg.endings.append("gateway holds")
            case .clientOpens, .hello, .bytes, .gatewayReads: break
            }
        }
        return leg
    }

    /// A message as the other side read it.
    ///
    /// A log also holds fields that a server version has not, and empty texts, which protobuf
    /// leaves out.
    private static func asHeard(_ logged: Message, at version: Int) -> Message {
        var message = logged
        if message.encoding == .protobuf {
            for index in message.values.indices where message.values[index] == .text("") {
                message.values[index] = .absent
            }
        }
        let bytes = MessageEncoder(serverVersion: version).encode(message, as: message.encoding)
        let decoder = MessageDecoder(
            serverVersion: version, direction: message.schema.direction)
        guard bytes.count > 4, case .message(let heard) = decoder.decode(bytes[4...]) else {
            return message
        }
        return heard
    }
}

/// Sorts decoded events into conversations.
package struct RecordingSink: DecodedEventSink {
    private let isLog: Bool
    private var conversations: [Int: RecordedConversation] = [:]

    package init() { self.init(isLog: false) }

    /// - Parameter isLog: The messages come from an event log.
    fileprivate init(isLog: Bool) {
        self.isLog = isLog
    }

    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        take(place.event(body, scanner))
    }

    package mutating func take(_ event: DecodedEvent) {
        var conversation =
            conversations.removeValue(forKey: event.connection)
            ?? RecordedConversation(number: event.connection)
        conversation.take(event)
        conversations[event.connection] = conversation
    }

    /// What was read, each connection that shows a handshake.
    package func recording(path: String) -> Recording {
        var recording = Recording(path: path)
        for number in conversations.keys.sorted() {
            guard let conversation = conversations[number] else { continue }
            let leg = Recording.leg(
                conversation.lines, serverVersion: conversation.serverVersion,
                startedAt: conversation.openedAt?.nanosecondsSinceEpoch, isLog: isLog)
            if let leg {
                recording.legs.append(leg)
            } else {
                recording.passOver("connections without a handshake")
            }
        }
        return recording
    }
}
