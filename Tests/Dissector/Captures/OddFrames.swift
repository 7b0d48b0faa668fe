import GatewayWire
import Simulation
import WireSamples

/// Frames of every message, most of them odd and some of them broken, shuffled.
struct OddFrames {
    private var maker: MessageMaker

    init(seed: UInt64) {
        maker = MessageMaker(seed: seed)
    }

    var random: SeededRandom {
        get { maker.random }
        set { maker.random = newValue }
    }

    /// Every message that travels this way at this version, in each of its forms.
    mutating func made(_ direction: Direction, at version: Int) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        for schema in ProtocolSchema.messages
        where schema.direction == direction && schema.versions.contains(version) {
            if schema.hasTextForm { bodies.append(body(schema, at: version, .text)) }
            if schema.protobuf != nil, version > 200 {
                bodies.append(body(schema, at: version, .protobuf))
            }
        }
        let whole = bodies
        for _ in 0..<(whole.count / 8) {
            var body = whole[Int.random(in: whole.indices, using: &random)]
            damage(&body, sparing: 1, using: &random)
            bodies.append(body)
        }
        bodies += [
            [], version > 200 ? [0, 0, 0, 199, 0x3F] : Array("199\u{0}?\u{0}".utf8), [0],
            Array("abc\u{0}".utf8), [0xFF, 0xFE, 0xFD, 0xFC, 0xFB],
        ]
        bodies.shuffle(using: &random)
        return bodies.map { frame($0) }
    }

    private mutating func body(
        _ schema: MessageSchema, at version: Int, _ encoding: MessageEncoding
    ) -> [UInt8] {
        let message = maker.oddMessage(schema, as: encoding)
        let frame = MessageEncoder(serverVersion: version).encode(message, as: encoding)
        var body = Array(frame.dropFirst(4))
        guard encoding == .protobuf else { return body }
        if random.chance(0.2), let outline = schema.protobufOutline {
            body = Array(body.prefix(4)) + unpacked(body.dropFirst(4), outline.fields)
        }
        if random.chance(0.1) {
            let number = [299, 4_000, 0x1FFF_FFFF][Int.random(in: 0...2, using: &random)]
            body += varint(UInt64(number << 3 | 2)) + [3] + Array("new".utf8)
        }
        return body
    }

    /// The same fields with one tag for each element of a list of numbers, as writers may do.
    private func unpacked(
        _ payload: ArraySlice<UInt8>, _ fields: [ProtobufOutline.Field]
    ) -> [UInt8] {
        var written: [UInt8] = []
        var rest = payload
        while !rest.isEmpty {
            let start = rest
            let tag = takeVarint(&rest)
            let field = fields.first { $0.number == Int(tag >> 3) }
            switch tag & 7 {
            case 0: _ = takeVarint(&rest)
            case 1: rest = rest.dropFirst(8)
            case 2:
                var content = rest.dropFirst(0)
                let length = Int(takeVarint(&content))
                rest = content.dropFirst(length)
                content = content.prefix(length)
                guard let type = field?.type, Self.packedTypes.contains(type) else { break }
                while !content.isEmpty {
                    let element = content
                    if type == "double[]" {
                        content = content.dropFirst(8)
                    } else {
                        _ = takeVarint(&content)
                    }
                    written += varint(tag & ~7 | (type == "double[]" ? 1 : 0))
                    written += element[..<content.startIndex]
                }
                continue
            default: preconditionFailure("the encoder writes no wire type \(tag & 7)")
            }
            written += start[..<rest.startIndex]
        }
        return written
    }

    private static let packedTypes: Set = ["bool[]", "int32[]", "int64[]", "double[]"]

    private func takeVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        return value
    }

    private func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
