import Simulation
import Testing
import WireSamples

import GatewayWire

@Suite struct `The text encoding` {
    @Test(arguments: ProtocolSchema.messages)
    func `gives back every message at every version`(schema: MessageSchema) throws {
        var maker = MessageMaker(seed: UInt64(schema.id))
        for version in 100...200 where schema.versions.contains(version) {
            for _ in 0..<4 {
                let bytes = MessageEncoder(serverVersion: version).encode(maker.message(schema))
                let decoder = MessageDecoder(serverVersion: version, direction: schema.direction)
                guard case .message(let decoded) = decoder.decode(bytes[4...]) else {
                    Issue.record("\(schema.name) at \(version): \(decoder.decode(bytes[4...]))")
                    return
                }
                #expect(decoded.surplus.isEmpty)
                #expect(MessageEncoder(serverVersion: version).encode(decoded) == bytes)
            }
        }
    }

    @Test func `lays an error out as each version wants it`() {
        let error = Message(
            "error", ["reqId": "-1", "errorCode": "2104", "errorString": "ok", "errorTime": "7"])
        func body(_ version: Int) -> String {
            String(
                decoding: MessageEncoder(serverVersion: version).encode(error).dropFirst(4),
                as: UTF8.self
            )
            .replacing("\0", with: "|")
        }
        #expect(body(157) == "4|2|-1|2104|ok|")
        #expect(body(176) == "4|2|-1|2104|ok||")
        #expect(body(200) == "4|-1|2104|ok||7|")
    }

    /// Official Python counts the options; official Java, C++ and C# do not.
    @Test(arguments: ["0|", ""])
    func `reads a request for fundamental data with the count of its options and without`(
        count: String
    ) {
        let text = "52|2|9|265598|AAPL|STK|SMART|NASDAQ|USD|AAPL|ReportSnapshot|\(count)|"
        let body = Array(text.replacing("|", with: "\0").utf8)
        let decoder = MessageDecoder(serverVersion: 187, direction: .toGateway)
        guard case .message(let message) = decoder.decode(body[...]) else {
            Issue.record("\(decoder.decode(body[...]))")
            return
        }
        #expect(message["reqId"] == "9" && message["reportType"] == "ReportSnapshot")
        #expect(message["fundamentalDataOptions"]?.isEmpty == true)
        #expect(Array(MessageEncoder(serverVersion: 187).encode(message).dropFirst(4)) == body)
    }

    @Test func `keeps what the schema does not know`() {
        let decoder = MessageDecoder(serverVersion: 176, direction: .toGateway)
        let surplus = Array("71\u{0}2\u{0}5\u{0}\u{0}more\u{0}".utf8)
        guard case .message(let message) = decoder.decode(surplus[...]) else {
            Issue.record("not decoded")
            return
        }
        #expect(message["clientId"] == "5")
        #expect(message.surplus == [.text("more")])
        #expect(Array(MessageEncoder(serverVersion: 176).encode(message).dropFirst(4)) == surplus)
        #expect(
            decoder.decode(Array("150\u{0}x\u{0}".utf8)[...])
                == .unknown(id: 150, bytes: Array("150\u{0}x\u{0}".utf8)))
    }

    @Test(arguments: [
        ("", DecodeError.Reason.empty, 0),
        ("abc\u{0}", .idNotANumber, 0),
        ("71", .idNotANumber, 0),
        ("71\u{0}2\u{0}", .missingField("clientId"), 5),
        ("71\u{0}2\u{0}5", .unterminatedField, 5),
        (
            "7\u{0}3\u{0}1\u{0}0\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}3\u{0}99999999\u{0}",
            .countOutOfRange(field: "specificDatesCount", found: "99999999"), 16
        ),
    ])
    func `names what is wrong and where`(body: String, reason: DecodeError.Reason, offset: Int) {
        let decoder = MessageDecoder(serverVersion: 200, direction: .toGateway)
        guard case .malformed(let error) = decoder.decode(Array(body.utf8)[...]) else {
            Issue.record("decoded")
            return
        }
        #expect(error.reason == reason)
        #expect(error.offset == offset)
    }

    @Test func `survives any bytes`() {
        var random = SeededRandom(seed: 11)
        for round in 0..<20_000 {
            var body = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random) % (round % 2 == 0 ? 255 : 58)
            }
            if round % 3 == 0 { body = Array("\(round % 120)\u{0}".utf8) + body }
            for direction in Direction.allCases {
                _ = MessageDecoder(serverVersion: 100 + round % 101, direction: direction).decode(
                    body[...])
            }
        }
    }
}

@Suite struct `A frame reader` {
    @Test func `gives the same frames however the bytes are cut`() throws {
        let bodies: [[UInt8]] = [[1], [], Array(repeating: 7, count: 300), [9, 9]]
        let stream = bodies.flatMap { frame($0) }
        var random = SeededRandom(seed: 3)
        for round in 0..<200 {
            var reader = FrameReader()
            var frames: [[UInt8]] = []
            let sizes = [stream.count...stream.count, 1...1]
            let cut = pieces(
                of: stream, sizes: round < 2 ? sizes[round] : 1...20, using: &random)
            for piece in cut {
                reader.append(piece)
                while let body = try reader.next() { frames.append(Array(body)) }
            }
            #expect(frames == bodies)
            #expect(reader.pendingCount == 0)
        }
    }

    @Test func `refuses a length beyond its limit, and only that`() throws {
        var reader = FrameReader(maxBytes: 4)
        reader.append(frame([1, 2, 3, 4]))
        #expect(try reader.next().map(Array.init) == [1, 2, 3, 4])
        reader.append([0, 0, 0, 5])
        #expect(throws: FrameError.lengthOutOfRange(found: 5, allowed: 4)) { try reader.next() }
        var negative = FrameReader()
        negative.append([0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: FrameError.lengthOutOfRange(found: .max, allowed: 0xFF_FFFF)) {
            try negative.next()
        }
    }
}
