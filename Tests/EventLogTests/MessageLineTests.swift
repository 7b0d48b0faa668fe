import EventLog
import GatewayWire
import Simulation
import Testing
import WireSamples

@Suite struct `A line made of a message's bytes` {
    @Test(arguments: [100, 157, 176, 200, 203], [false, true])
    func `is the one made of the fields of text`(version: Int, isJSON: Bool) {
        #expect(compareLines(version: version, isJSON: isJSON, as: .text) > 500)
    }

    @Test(arguments: [201, 226], [false, true])
    func `is the one made of the fields of protobuf`(version: Int, isJSON: Bool) {
        #expect(compareLines(version: version, isJSON: isJSON, as: .protobuf) > 500)
    }

    /// Compares both lines of many messages, among them damaged ones.
    ///
    /// - Returns: How many lines were made of the bytes.
    private func compareLines(version: Int, isJSON: Bool, as encoding: MessageEncoding) -> Int {
        var maker = MessageMaker(seed: UInt64(version))
        var random = SeededRandom(seed: UInt64(version))
        let encoder = MessageEncoder(serverVersion: version)
        let connection = ConnectionID(3)
        var quick = EventLines(isJSON: isJSON, epoch: 5, origin: .connection)
        var slow = EventLines(isJSON: isJSON, epoch: 5, origin: .connection)
        var written = 0
        for schema in ProtocolSchema.messages {
            for round in 0..<20 {
                let frame = encoder.encode(maker.message(schema), as: encoding)
                var body = Array(frame.dropFirst(4))
                if round >= 15, body.count > 5 {
                    let place = Int.random(in: 4..<body.count, using: &random)
                    body[place] = UInt8.random(in: 0...255, using: &random)
                }
                var scanner = MessageScanner(
                    serverVersion: version, direction: schema.direction)
                let isProtobuf: Bool
                switch scanner.scan(body.span) {
                case .text: isProtobuf = false
                case .protobuf: isProtobuf = true
                case .unknown, .malformed: continue
                }
                let at = SimInstant(nanoseconds: Int64(round) * 1_234_567_000)
                var line: [UInt8] = Array("before\n".utf8)
                let isQuick = quick.append(
                    scanner, body.span, isProtobuf: isProtobuf, at: at, connection: connection,
                    to: &line)
                guard
                    case .message(let message) = scanner.message(
                        in: body.span, isProtobuf: isProtobuf)
                else {
                    #expect(!isQuick, "a malformed message got a line of its own")
                    continue
                }
                let event = LogEvent(at: at, connection: connection, kind: .message(message))
                let expected = isQuick ? "before\n\(slow.line(for: event))\n" : "before\n"
                if isQuick { written += 1 }
                #expect(String(decoding: line, as: UTF8.self) == expected)
                slow.append(event, to: &line)
            }
        }
        return written
    }
}
