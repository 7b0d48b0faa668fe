import EventLog
import GatewayWire
import Simulation
import Testing
import WireSamples

@Suite struct `A line made of a message's bytes` {
    @Test(arguments: [100, 157, 176, 200, 203])
    func `is the one made of its fields`(version: Int) {
        var maker = MessageMaker(seed: UInt64(version))
        let encoder = MessageEncoder(serverVersion: version)
        let connection = ConnectionID(3)
        var quick = EventLines(isJSON: false, epoch: 0, origin: .connection)
        var slow = EventLines(isJSON: false, epoch: 0, origin: .connection)
        var written = 0
        for schema in ProtocolSchema.messages {
            for round in 0..<20 {
                let frame = encoder.encode(maker.message(schema), as: .text)
                let body = Array(frame.dropFirst(4))
                var scanner = MessageScanner(
                    serverVersion: version, direction: schema.direction)
                guard case .text = scanner.scan(body.span),
                    case .message(let message) = scanner.message(in: body.span, isProtobuf: false)
                else { continue }
                let at = SimInstant(nanoseconds: Int64(round) * 1_234_567_000)
                var line: [UInt8] = []
                let event = LogEvent(at: at, connection: connection, kind: .message(message))
                let expected = slow.line(for: event) + "\n"
                guard
                    quick.append(
                        scanner, body.span, at: at, connection: connection, to: &line)
                else {
                    #expect(line.isEmpty)
                    continue
                }
                written += 1
                #expect(String(decoding: line, as: UTF8.self) == expected)
            }
        }
        #expect(written > 500)
    }
}
