import GatewayWire
import Simulation
import WireSamples

/// Prints messages of the schema for other decoders to read, and reads what others have encoded.
///
/// ```
/// wire-lines make SEED COUNT    COUNT messages of every protobuf type, one JSON object a line
/// wire-lines read               stdin: "toGateway 225 HEX", a frame's body; one JSON object a line
/// ```
@main
struct WireLines {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        switch words.first {
        case "make":
            let numbers = words.dropFirst().compactMap { Int($0) }
            guard numbers.count == 2 else { fatalError("wire-lines make SEED COUNT") }
            make(seed: UInt64(numbers[0]), count: numbers[1])
        case "read": read()
        default: fatalError("wire-lines make SEED COUNT | wire-lines read")
        }
    }

    private static func make(seed: UInt64, count: Int) {
        var maker = MessageMaker(seed: seed)
        let newest = ProtocolSchema.serverVersions.upperBound
        for schema in ProtocolSchema.messages {
            guard let protobuf = schema.protobuf else { continue }
            for _ in 0..<count {
                let made = maker.message(schema, isLiteral: true)
                let bytes = MessageEncoder(serverVersion: newest).encode(made, as: .protobuf)
                let decoder = MessageDecoder(serverVersion: newest, direction: schema.direction)
                guard case .message(let message) = decoder.decode(bytes.dropFirst(4)[...]) else {
                    fatalError(schema.name)
                }
                var line = JSONLine()
                line.add("direction", schema.direction.rawValue)
                line.add("id", schema.id)
                line.add("name", schema.name)
                line.add("type", protobuf.type)
                line.add("payload", hexText(bytes.dropFirst(8)))
                line.addRaw("tree", protobufFields(of: message) ?? "{}")
                print(line.finished)
            }
        }
    }

    private static func read() {
        while let text = readLine() {
            let words = text.split(separator: " ")
            guard words.count >= 2, let direction = Direction(rawValue: String(words[0])),
                let version = Int(words[1])
            else { fatalError("not a line: \(text)") }
            let body = bytes(words.count > 2 ? words[2] : "")
            let decoder = MessageDecoder(serverVersion: version, direction: direction)
            var line = JSONLine()
            switch decoder.decode(body[...]) {
            case .message(let message):
                line.add(message)
                if let tree = protobufFields(of: message) { line.addRaw("tree", tree) }
                let again = MessageEncoder(serverVersion: version)
                    .encode(message, as: message.encoding)
                line.add("again", hexText(again.dropFirst(4)))
                line.addRaw("isOriginal", message.originalBytes == nil ? "false" : "true")
            case .unknown(let id, _): line.add("unknown", id)
            case .malformed(let error): line.add("malformed", error.description)
            }
            print(line.finished)
        }
    }

    private static func bytes(_ hex: Substring) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16) ?? 0
        }
    }
}
