import EventLog
import GatewayWire
import Simulation
import Testing
import WireSamples

@Suite struct `An event as JSON` {
    private let epoch: Int64 = 1_768_487_467_123_456_789

    @Test(arguments: EventMaker.makers.indices) func `reads back equal`(kind: Int) throws {
        var maker = EventMaker(seed: UInt64(kind) + 1)
        for _ in 0..<50 {
            let event = maker.event(EventMaker.makers[kind])
            let line = event.jsonLine(epoch: epoch)
            #expect(!line.utf8.contains(UInt8(ascii: "\n")))
            let again = try LogEvent(jsonLine: line, epoch: epoch)
            #expect(again == event, "\(line.prefix(2000))")
            #expect(again.jsonLine(epoch: epoch) == line)
        }
    }

    @Test(arguments: ProtocolSchema.messages.indices)
    func `reads back equal for each message, made and received`(index: Int) throws {
        let schema = ProtocolSchema.messages[index]
        var maker = MessageMaker(seed: UInt64(index))
        for version in [100, 157, 187, 200, 201, 226]
        where schema.versions.contains(version) {
            for isLiteral in schema.protobuf == nil ? [false] : [false, true] {
                let made = maker.message(schema, isLiteral: isLiteral)
                try expectSame(made)
                for encoding in MessageEncoding.allCases {
                    let frame = MessageEncoder(serverVersion: version).encode(made, as: encoding)
                    let decoder = MessageDecoder(
                        serverVersion: version, direction: schema.direction)
                    guard case .message(let received) = decoder.decode(frame[4...]) else {
                        continue
                    }
                    try expectSame(received)
                }
            }
        }
    }

    /// Equal, and the same bytes on the wire.
    private func expectSame(_ message: Message) throws {
        let event = LogEvent(at: .start, kind: .message(message))
        let line = event.jsonLine(epoch: epoch)
        let again = try LogEvent(jsonLine: line, epoch: epoch)
        guard case .message(let copy) = again.kind else {
            Issue.record("no message: \(line)")
            return
        }
        #expect(copy == message, "\(line.prefix(3000))")
        #expect(copy.originalBytes == message.originalBytes)
        for version in [176, 225] {
            let encoder = MessageEncoder(serverVersion: version)
            #expect(encoder.encode(copy) == encoder.encode(message))
        }
    }

    @Test func `keeps every digit, and tells absent from empty and zero`() throws {
        var message = Message("orderStatus")
        message["orderId"] = "9223372036854775807"
        message["filled"] = "123456789012345678901234567890.1234567890"
        message["avgFillPrice"] = "0"
        message["status"] = ""
        try expectSame(message)
        let line = LogEvent(at: .start, kind: .message(message)).jsonLine(epoch: 0)
        #expect(line.contains("\"filled\":123456789012345678901234567890.1234567890"))
        #expect(!line.contains("remaining"))
    }

    @Test func `keeps the bytes of a protobuf message that was written unusually`() throws {
        // Fields against their order, and one that the schema lacks.
        let body: [UInt8] = [0, 0, 0, 215, 0xFA, 0x3F, 1, 0x41, 0x0A, 2, 0x44, 0x55]
        let decoder = MessageDecoder(serverVersion: 225, direction: .toClient)
        guard case .message(let message) = decoder.decode(body[...]) else {
            Issue.record("not decoded")
            return
        }
        #expect(message.originalBytes != nil && !message.extras.isEmpty)
        try expectSame(message)
    }

    @Test func `cuts bytes at the limit and says by how many`() throws {
        var limits = EventLogLimits()
        limits.maxBytes = 4
        let raw = LogEvent(at: .start, kind: .raw(.toClient, [1, 2, 3, 4, 5, 6]))
        let line = raw.jsonLine(epoch: 0, limits: limits)
        #expect(line.hasSuffix(#""count":6,"hex":"01020304","omitted":2}"#))
        var reader = EventLogReader(line)
        #expect(try reader.next()?.kind == .raw(.toClient, [1, 2, 3, 4]))
        #expect(reader.omittedByteCount == 2)
        #expect(reader.notes == ["2 bytes were too many for their lines and are missing"])
        limits.maxBytes = 6
        #expect(!raw.jsonLine(epoch: 0, limits: limits).contains("omitted"))
    }
}
