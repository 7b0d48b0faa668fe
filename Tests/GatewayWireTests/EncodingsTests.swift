import Simulation
import Testing
import WireSamples

@testable import GatewayWire

private let protobufSchemas = ProtocolSchema.messages.filter { $0.plan != nil }

@Suite struct `The two encodings` {
    @Test func `give back every message at every version in its form`() {
        var maker = MessageMaker(seed: 5)
        for schema in ProtocolSchema.messages {
            for version in 100...226 where schema.versions.contains(version) {
                let form = schema.encoding(at: version)
                let message = maker.message(schema, isLiteral: form == .protobuf)
                let encoder = MessageEncoder(serverVersion: version)
                let decoder = MessageDecoder(serverVersion: version, direction: schema.direction)
                let bytes = encoder.encode(message)
                guard case .message(let decoded) = decoder.decode(bytes[4...]) else {
                    Issue.record("\(schema.name) at \(version): \(decoder.decode(bytes[4...]))")
                    return
                }
                #expect(decoded.encoding == form)
                #expect(decoded.surplus.isEmpty && decoded.extras.isEmpty)
                #expect(encoder.encode(decoded) == bytes, "\(schema.name) at \(version)")
            }
        }
    }

    /// Text at 200, protobuf at 226: what both carry reads the same.
    @Test func `say the same by the same names`() {
        var maker = MessageMaker(seed: 6)
        var comparisons = 0
        for schema in protobufSchemas where schema.hasTextForm {
            for _ in 0..<40 {
                let made = maker.message(schema)
                // By way of text, which drops what the conditions rule out.
                guard let asText = roundTrip(made, .text, 200),
                    let carried = roundTrip(asText, .protobuf, 226),
                    let back = roundTrip(carried, .text, 200)
                else {
                    Issue.record("\(schema.name) not decoded")
                    return
                }
                comparisons += compare(asText, carried) + compare(asText, back)
            }
        }
        #expect(comparisons > 80_000)
    }

    private func roundTrip(_ message: Message, _ form: MessageEncoding, _ version: Int) -> Message?
    {
        let bytes = MessageEncoder(serverVersion: version).encode(message, as: form)
        let decoder = MessageDecoder(serverVersion: version, direction: message.schema.direction)
        guard case .message(let decoded) = decoder.decode(bytes[4...]) else { return nil }
        return decoded
    }

    private func compare(_ one: Message, _ other: Message) -> Int {
        var count = 0
        for (index, item) in one.schema.items.enumerated() where Self.isShared(item) {
            switch item {
            case .field(let field):
                guard let text = one[field.name], one.values[index] != .absent else { continue }
                count += 1
                #expect(
                    other[field.name].map { Self.same($0, text, field) } == true,
                    "\(one.name).\(field.name): \(text), \(other[field.name] ?? "nil")")
            case .group(let group):
                count += compareRows(one, other, group)
            }
        }
        return count
    }

    private func compareRows(_ one: Message, _ other: Message, _ group: GroupSchema) -> Int {
        let rows = one.items(of: group.name)
        let others = other.items(of: group.name)
        #expect(rows.count == others.count, "\(one.name).\(group.name)")
        var count = 0
        for (row, otherRow) in zip(rows, others) {
            for case .field(let field) in group.items where Self.isShared(.field(field)) {
                guard let text = row[field.name] else { continue }
                count += 1
                #expect(
                    otherRow[field.name].map { Self.same($0, text, field) } == true,
                    "\(one.name).\(group.name).\(field.name): \(text)")
            }
        }
        return count
    }

    private static func isShared(_ item: SchemaItem) -> Bool {
        guard item.hasTextForm, item.pairing != .textOnly, item.versions.contains(200) else {
            return false
        }
        return !(item.name.hasPrefix("_") && item.pairing == .byName)
    }

    private static func same(_ one: String, _ other: String, _ field: FieldSchema) -> Bool {
        if one == other { return true }
        guard field.type != .string, let number = Double(one) else { return false }
        return number == Double(other)
    }

    @Test func `never trap, whatever the bytes`() {
        var maker = MessageMaker(seed: 7)
        let frames = protobufSchemas.map { schema in
            (
                schema,
                Array(
                    MessageEncoder(serverVersion: 226)
                        .encode(maker.message(schema, isLiteral: true), as: .protobuf).dropFirst(4))
            )
        }
        var counts = (whole: 0, malformed: 0, unknown: 0)
        for round in 0..<50_000 {
            var (schema, body) = frames[round % frames.count]
            for _ in 0..<Int.random(in: 1...4, using: &maker.random) {
                damage(&body, sparing: 4, using: &maker.random)
            }
            let decoder = MessageDecoder(
                serverVersion: 201 + round % 25, direction: schema.direction)
            switch decoder.decode(body[...]) {
            case .message(let message):
                counts.whole += 1
                let again = MessageEncoder(serverVersion: decoder.serverVersion)
                    .encode(message, as: message.encoding)
                if message.encoding == .protobuf { #expect(Array(again.dropFirst(4)) == body) }
            case .malformed(let error):
                counts.malformed += 1
                #expect((0...body.count).contains(error.offset))
            case .unknown: counts.unknown += 1
            }
        }
        #expect(counts.whole > 1000 && counts.malformed > 1000)
    }
}
