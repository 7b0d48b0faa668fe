import Testing
import WireSamples

@testable import GatewayWire

/// What a text message's body was, NUL written as `|`.
private func decode(
    _ text: String, at version: Int = 200, _ direction: Direction = .toClient
) -> DecodeOutcome {
    let bytes = text.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
    return MessageDecoder(serverVersion: version, direction: direction).decode(bytes[...])
}

@Suite struct `A message scanner` {
    @Test(arguments: [100, 152, 176, 200, 203])
    func `knows where each field is, one frame after the other`(version: Int) {
        var maker = MessageMaker(seed: UInt64(version))
        var scanner = MessageScanner(serverVersion: version, direction: .toClient)
        for schema in ProtocolSchema.messages
        where schema.direction == .toClient && schema.hasTextForm {
            let encoder = MessageEncoder(serverVersion: version)
            let body = encoder.encode(maker.message(schema), as: .text).dropFirst(4)
            guard case .text = scanner.scan(body.span),
                case .message(let message) = scanner.message(from: body.span)
            else {
                Issue.record("\(schema.name) at \(version) is not understood")
                continue
            }
            #expect(scanner.schema === schema)
            for index in schema.items.indices {
                guard case .text(let text) = message.values[index],
                    case .field = schema.items[index]
                else {
                    #expect(scanner.range(of: index) == nil)
                    continue
                }
                let range = scanner.range(of: index) ?? 0..<0
                let found = body.dropFirst(range.lowerBound).prefix(range.count)
                #expect(found.elementsEqual(text.utf8), "\(schema.name) item \(index)")
                #expect(scanner.integer(of: index, in: body.span) == text.utf8.span.integer)
            }
        }
    }

    @Test func `forgets a frame that was malformed`() {
        var scanner = MessageScanner(serverVersion: 200, direction: .toClient)
        let good = Array("9\u{0}1\u{0}7\u{0}".utf8)
        for bad in ["17\u{0}5\u{0}9\u{0}", "9\u{0}1", "x\u{0}", ""] {
            guard case .malformed = scanner.scan(bad.utf8.span) else {
                Issue.record("\(bad) is not malformed")
                continue
            }
            guard case .text = scanner.scan(good.span) else {
                Issue.record("not understood after \(bad)")
                continue
            }
            #expect(scanner.integer(of: 0, in: good.span) == 7)
        }
    }

    @Test(
        arguments: [
            ("", nil), ("-", nil), ("0", 0), ("-0", 0), ("42", 42), ("-7", -7), ("4a", nil),
            ("9223372036854775807", Int.max), ("9223372036854775808", nil),
            ("99999999999999999999", nil), ("+1", nil), (" 1", nil), ("1.0", nil),
        ] as [(String, Int?)])
    func `reads whole numbers, and nothing else`(text: String, number: Int?) {
        #expect(text.utf8.span.integer == number)
    }
}

@Suite struct `Text that would come back as other bytes` {
    /// Found by scripts/fuzz: the count came back as "0".
    @Test(arguments: ["17|5||", "17|5|2147483647|", "17|5|0|"])
    func `keeps how an unused count was written`(body: String) {
        guard case .message(let message) = decode(body) else {
            Issue.record("\(decode(body))")
            return
        }
        #expect(message.items(of: "bars").isEmpty)
        let bytes = MessageEncoder(serverVersion: 200).encode(message).dropFirst(4)
        #expect(bytes.elementsEqual(body.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }))
    }

    @Test(arguments: ["+9|1|7|", "09|1|7|", "-9|1|7|", " 9|1|7|", "9999999999|1|"])
    func `is malformed when an id is no plain number`(body: String) {
        let error = DecodeError(reason: .idNotANumber, message: nil, offset: 0)
        #expect(decode(body) == .malformed(error))
    }

    @Test(arguments: ["+1", "01", "-0", "1 "])
    func `is malformed when a count is no plain number`(count: String) {
        let error = DecodeError(
            reason: .countOutOfRange(field: "itemCount", found: count), message: "historicalData",
            offset: 5)
        #expect(decode("17|5|\(count)|a|b|c|d|e|f|g|h|") == .malformed(error))
    }

    @Test func `is malformed when a legacy version is not UTF-8`() {
        let decoder = MessageDecoder(serverVersion: 176, direction: .toClient)
        let error = DecodeError(reason: .notUTF8("version"), message: "nextValidId", offset: 2)
        #expect(decoder.decode([0x39, 0, 0xFF, 0, 0x37, 0]) == .malformed(error))
    }
}

@Suite struct `Text that is too much` {
    @Test func `is malformed beyond the most fields kept`() {
        let most = MessageScanner.maxFields
        for (count, isKept) in [(most, true), (most + 1, false), (most * 2, false)] {
            let body = Array("9\u{0}1\u{0}7\u{0}".utf8) + Array(repeating: 0, count: count - 3)
            let decoder = MessageDecoder(serverVersion: 176, direction: .toClient)
            switch decoder.decode(body[...]) {
            case .message(let message): #expect(isKept && message.surplus.count == count - 3)
            case .malformed(let error): #expect(!isKept && error.reason == .tooManyFields)
            case .unknown: Issue.record("unknown")
            }
        }
    }
}

@Suite struct `A message without a text form` {
    /// Found while making inputs for scripts/fuzz: it trapped.
    @Test func `is its id alone where protobuf does not exist yet`() {
        for schema in ProtocolSchema.messages where !schema.hasTextForm {
            let frame = MessageEncoder(serverVersion: 176).encode(Message(schema: schema))
            #expect(frame.dropFirst(4).elementsEqual("\(schema.id)\0".utf8), "\(schema.name)")
        }
    }
}
