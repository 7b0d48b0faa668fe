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
