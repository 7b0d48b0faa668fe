import Simulation
import Testing

@testable import GatewayWire

@Suite struct `A frame of the official client` {
    @Test(arguments: [Direction.toGateway, .toClient])
    func `is read and written back to the byte`(direction: Direction) {
        for frame in direction == .toGateway ? GoldenFrames.toGateway : GoldenFrames.toClient {
            let decoder = MessageDecoder(serverVersion: frame.version, direction: direction)
            guard case .message(let message) = decoder.decode(frame.bytes[4...]) else {
                Issue.record("\(frame.name): \(decoder.decode(frame.bytes[4...]))")
                continue
            }
            #expect(message.name == frame.name)
            for (name, text) in frame.fields {
                #expect(message[name] == text, "\(frame.name).\(name)")
            }
            #expect(message.originalBytes == nil)
            let encoded = MessageEncoder(serverVersion: frame.version).encode(message)
            #expect(hexText(encoded) == hexText(frame.bytes), "\(frame.name)")
            #expect(message.encoding == message.schema.encoding(at: frame.version))
        }
    }

    @Test func `is what the same fields make`() {
        let status = Message(
            "orderStatus",
            [
                "orderId": "100", "status": "Submitted", "filled": "0", "remaining": "10",
                "avgFillPrice": "0", "permId": "1099511627876", "parentId": "0",
                "lastFillPrice": "0.0", "clientId": "7", "whyHeld": "", "mktCapPrice": "0",
            ])
        let hex = hexText(MessageEncoder(serverVersion: 225).encode(status))
        // Without the empty whyHeld, which means nothing.
        #expect(
            hex
                == "0000003e000000cb086412095375626d69747465641a013022023130"
                + "29000000000000000030e480808080203800410000000000000000"
                + "4807590000000000000000")
        let tick = Message(
            "tickPrice",
            ["reqId": "5", "tickType": "1", "price": "189.7", "size": "300", "attrMask": "1"])
        #expect(MessageEncoder(serverVersion: 225).encode(tick) == GoldenFrames.toClient[9].bytes)
    }
}

@Suite struct `The schema` {
    @Test func `has every message and every protobuf type`() {
        #expect(ProtobufTypeText.types.count == 203)
        #expect(ProtocolSchema.messages.count == 171)
        #expect(ProtocolSchema.messages.count { $0.direction == .toGateway } == 85)
        #expect(ProtocolSchema.messages.count { $0.protobuf == nil } == 6)
        #expect(ProtocolSchema.messages.count { !$0.hasTextForm } == 6)
        let roots = Set(ProtocolSchema.messages.compactMap { $0.protobuf?.type })
        var reached = roots
        var todo = Array(roots)
        while let name = todo.popLast() {
            for field in ProtobufTypeText.types[name]?.fields ?? [] {
                switch field.kind {
                case .message(let type), .messages(let type):
                    if reached.insert(type).inserted { todo.append(type) }
                case .scalar, .list, .map: continue
                }
            }
        }
        #expect(reached == Set(ProtobufTypeText.types.keys))
    }

    @Test func `gives every protobuf leaf a field`() {
        for schema in ProtocolSchema.messages {
            guard let plan = schema.plan else { continue }
            check(plan.root, schema.items)
        }
    }

    private func check(_ level: ProtobufLevel, _ items: [SchemaItem]) {
        for field in level.fields {
            switch field.target {
            case .scalar(_, let target): #expect(!target.items.isEmpty)
            case .message(let inner, _): check(inner, items)
            case .rows(let inner, let group, let width):
                guard case .group(let shape) = items[group] else {
                    Issue.record("\(field.name) is no group")
                    continue
                }
                #expect(shape.items.count == width)
                check(inner, shape.items)
            case .list(_, let group, let column, let width):
                guard case .group(let shape) = items[group] else {
                    Issue.record("\(field.name) is no group")
                    continue
                }
                #expect(shape.items.count == width && column < width)
            case .tagText(let item): #expect(item < items.count)
            }
        }
    }
}

/// Protobuf bytes behind the id of a message to the gateway.
private func decode(_ id: Int, _ payload: [UInt8]) -> DecodeOutcome {
    MessageDecoder(serverVersion: 225, direction: .toGateway)
        .decode([0, 0, UInt8((id + 200) >> 8), UInt8((id + 200) & 0xFF)] + payload)
}

@Suite struct `Protobuf that no client of ours would write` {
    @Test(
        arguments: [
            ("00", .fieldNumberOutOfRange(0), 4),
            ("80808080 8008 00", .fieldNumberOutOfRange(1 << 35), 4),
            ("08", .truncated, 5),
            ("0880", .truncated, 5),
            ("08 ffffffffffffffffff02", .varintTooLong, 5),
            ("08 ffffffffffffffffffff01", .varintTooLong, 5),
            ("0a 00", .wireType(field: "orderId", found: .bytes), 4),
            ("09 0000000000000000", .wireType(field: "orderId", found: .fixed64), 4),
            ("10 01", .wireType(field: "contract", found: .varint), 4),
            ("12 05 08", .lengthBeyondEnd(5), 6),
            ("12 ffffffffffffffff7f", .lengthBeyondEnd(.max >> 1), 14),
            ("0807 0807", .duplicateField("orderId"), 6),
            ("1200 0801 1200", .duplicateField("contract"), 8),
            ("12 02 12 01 ff", .lengthBeyondEnd(1), 8),
            ("12 03 12 01 ff", .notUTF8("contract.symbol"), 7),
            ("0b 0c", .groupWireType(1), 4),
            ("0f", .noSuchWireType(7), 4),
            ("9a06 0b", .lengthBeyondEnd(11), 7),
        ] as [(String, DecodeError.Reason, Int)])
    func `is named, with its place`(hex: String, reason: DecodeError.Reason, offset: Int) {
        guard case .malformed(let error) = decode(3, bytes(hex)) else {
            Issue.record("\(hex): \(decode(3, bytes(hex)))")
            return
        }
        #expect(error.reason == reason, "\(hex)")
        #expect(error.offset == offset, "\(hex)")
    }

    @Test(arguments: [
        // Longer varints than needed: value, tag, length.
        "088700", "888000 07", "12 8200 0801",
        // Not ascending, and unknown fields among them.
        "1200 0807", "1a00 f82a07 1200 0807",
        // An int32 beyond 32 bits, a bool beyond 1, another NaN.
        "08 ffffffffff01", "1a 03 8001 05", "1a 09 49 010000000000f87f",
        // A map key with an equals sign, in a map that is one text here.
        "1a 0d a205 0a 0a 03 613d62 12 03 313b32",
        // An unknown field within a map's entry.
        "1a 0b a205 08 0a0161 120162 1805",
        // One leg with a price, one without, the price in front.
        "1213 a2010b 49000000000000f03f 0801 a201020802",
    ])
    func `comes back to the byte`(hex: String) {
        let payload = bytes(hex)
        guard case .message(let message) = decode(3, payload) else {
            Issue.record("\(hex): \(decode(3, payload))")
            return
        }
        let encoder = MessageEncoder(serverVersion: 225)
        #expect(Array(encoder.encode(message).dropFirst(8)) == payload)
        var changed = message
        changed["orderId"] = "9"
        guard case .message(let again) = decode(3, Array(encoder.encode(changed).dropFirst(8)))
        else {
            Issue.record("\(hex): not decoded after a change")
            return
        }
        #expect(again["orderId"] == "9")
        #expect(again.extras == message.extras)
    }

    @Test func `keeps unknown fields in place`() {
        // 1: 1, 2: {1: 5, 99: "x"}, 3: {100: {1: 1, 90: 7}}, 77: 1
        let payload = bytes("0801 1206 0805 9a060178 1a08 a20605 0801 d00507 e80401")
        guard case .message(var message) = decode(3, payload) else {
            Issue.record("\(decode(3, payload))")
            return
        }
        #expect(message.originalBytes == nil)
        #expect(
            message.extras.map(\.description)
                == ["2.99:9a060178", "3.100.0.90:d00507", "77:e80401"])
        message["contract.symbol"] = "A"
        let encoded = MessageEncoder(serverVersion: 225).encode(message).dropFirst(8)
        #expect(
            hexText(encoded)
                == "080112090805120141" + "9a060178" + "1a08a206050801d00507" + "e80401")
    }

    @Test func `knows empty from absent`() {
        guard case .message(let empty) = decode(71, bytes("0800 1200")),
            case .message(let absent) = decode(71, bytes("0800")),
            case .message(let nothing) = decode(71, [])
        else {
            Issue.record("not decoded")
            return
        }
        #expect(empty != absent && absent != nothing)
        #expect(empty["optionalCapabilities"] == "" && absent["optionalCapabilities"] == "")
        #expect(absent["clientId"] == "0" && nothing["clientId"] == nil)
    }

    @Test func `cannot swell memory`() {
        // Rows of no bytes: each costs three on the wire.
        let rows = (0..<200_000).flatMap { _ in bytes("a20600") }
        var payload = bytes("1a") + [0xC0, 0xCF, 0x24] + rows
        guard case .malformed(let error) = decode(3, payload) else {
            Issue.record("decoded")
            return
        }
        #expect(error.reason == .tooManyRows)
        payload = (0..<100_000).flatMap { _ in bytes("f82a07") }
        guard case .message(let message) = decode(3, payload) else {
            Issue.record("not decoded")
            return
        }
        #expect(message.extras.count <= ProtobufDecoder.maxExtras)
        #expect(Array(MessageEncoder(serverVersion: 225).encode(message).dropFirst(8)) == payload)
    }

    @Test func `under an unknown id is kept`() {
        let body: [UInt8] = [0, 0, 1, 94, 1, 2]
        let decoder = MessageDecoder(serverVersion: 225, direction: .toGateway)
        #expect(decoder.decode(body[...]) == .unknown(id: 150, bytes: body))
        // No protobuf form, and no text form.
        for body: [UInt8] in [[0, 0, 1, 16], [0, 0, 0, 108]] {
            guard case .unknown = decoder.decode(body[...]) else {
                Issue.record("known")
                return
            }
        }
        guard case .malformed(let error) = decoder.decode([0, 0, 1]) else { return }
        #expect(error.reason == .idTooShort)
    }
}
