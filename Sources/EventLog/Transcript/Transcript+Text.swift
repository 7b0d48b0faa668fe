import GatewayWire
import Simulation

extension Transcript {
    static let heading = "# fakegw transcript 1"
    /// Lines a transcript may have.
    static let maxLines = 1_000_000

    /// The text form; `parse` gives back the same transcript.
    package var text: String {
        var text = TranscriptText(serverVersion: serverVersion)
        for line in lines { text.add(line) }
        return text.text(comments: comments)
    }

    static func text(of event: Event, version: Int) -> String {
        switch event {
        case .clientOpens: "client opens"
        case .hello(let hello):
            "-> hello v\(hello.versions.lowerBound)..\(hello.versions.upperBound)"
                + (hello.connectOptions.isEmpty
                    ? "" : " " + FieldText.escaped(Array(hello.connectOptions.utf8)))
        case .version(let reply, let cuts):
            "<- version \(text(of: cuts))"
                + FieldText.joined(fieldsOf: reply.bytes.dropFirst(4))
        case .message(let message, let cuts):
            (message.schema.direction == .toGateway ? "-> " : "<- ") + "\(message.name) "
                + text(of: cuts) + fields(of: message, version: version)
        case .bytes(let direction, let bytes):
            (direction == .toGateway ? "-> " : "<- ") + "bytes " + hexText(bytes)
        case .clientEnds(let ending): "client \(ending.rawValue)"
        case .gatewayEnds(let ending): "gateway \(ending.rawValue)"
        case .gatewayHolds: "gateway holds"
        case .gatewayReads(let goesOn): goesOn ? "gateway reads on" : "gateway stops reading"
        }
    }

    /// Text fields begin with the id, also where the frame has it raw.
    private static func fields(of message: Message, version: Int) -> String {
        if message.encoding == .protobuf { return ProtobufLine.text(of: message) }
        let bytes = MessageEncoder(serverVersion: version).encode(message, as: .text)
        return version > 200
            ? "\(message.schema.id)|" + FieldText.joined(fieldsOf: bytes.dropFirst(8))
            : FieldText.joined(fieldsOf: bytes.dropFirst(4))
    }

    private static func text(of cuts: [Cut]) -> String {
        guard !cuts.isEmpty else { return "" }
        let texts = cuts.map { "\($0.offset)+\(FieldText.duration($0.gap))" }
        return "{cut \(texts.joined(separator: " "))} "
    }

    /// Reads the text form.
    package static func parse(_ text: String, file: String) throws(TranscriptError) -> Transcript {
        var parser = TranscriptParser(file: file)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= maxLines else {
            throw TranscriptError(file: file, line: maxLines, reason: "more lines than \(maxLines)")
        }
        guard lines.first.map(String.init) == heading else {
            throw TranscriptError(file: file, line: 1, reason: "does not begin with '\(heading)'")
        }
        for line in lines.dropFirst() { try parser.take(line) }
        return parser.transcript
    }
}

/// Reads a transcript line by line, and names the line in its errors.
private struct TranscriptParser {
    let file: String
    var number = 1
    var transcript = Transcript(serverVersion: nil, lines: [])

    init(file: String) {
        self.file = file
    }

    mutating func take(_ line: Substring) throws(TranscriptError) {
        number += 1
        if line.hasPrefix("# ") {
            transcript.comments.append(String(line.dropFirst(2)))
            return
        }
        if line.isEmpty || line.hasPrefix("#") { return }
        if line.hasPrefix("server-version ") {
            guard let version = Int(line.dropFirst(15)),
                ProtocolSchema.serverVersions.contains(version)
            else {
                throw fault("server-version takes a number from 100 to 226")
            }
            transcript.serverVersion = version
            return
        }
        let (time, rest) = split(line)
        let after: Duration?
        if time == "&" {
            after = nil
        } else {
            guard time.first == "+", let duration = FieldText.duration(from: time.dropFirst())
            else {
                throw fault("a line begins with a time such as +12ms, or with &")
            }
            after = duration
        }
        transcript.lines.append(Transcript.Line(after: after, event: try event(rest)))
    }

    private func event(_ text: Substring) throws(TranscriptError) -> Transcript.Event {
        switch text {
        case "client opens": return .clientOpens
        case "client fin": return .clientEnds(.fin)
        case "client rst": return .clientEnds(.rst)
        case "gateway fin": return .gatewayEnds(.fin)
        case "gateway rst": return .gatewayEnds(.rst)
        case "gateway holds": return .gatewayHolds
        case "gateway stops reading": return .gatewayReads(false)
        case "gateway reads on": return .gatewayReads(true)
        default: break
        }
        let (arrow, rest) = split(text)
        let direction: Direction
        switch arrow {
        case "->": direction = .toGateway
        case "<-": direction = .toClient
        default: throw fault("'\(text.prefix(40))' is no event")
        }
        let (name, content) = split(rest)
        if name == "hello" && direction == .toGateway { return .hello(try hello(content)) }
        if name == "bytes" {
            guard let bytes = FieldText.bytes(fromHex: content) else {
                throw fault("bytes are written in hexadecimal digits")
            }
            return .bytes(direction, bytes)
        }
        let (cuts, fields) = try cuts(content)
        if fields.hasPrefix("{") || fields.hasPrefix("pb ") {
            return .message(try protobuf(String(name), direction, fields), cuts: cuts)
        }
        guard let body = FieldText.body(of: fields) else {
            throw fault("fields end with |; \\| \\\\ and \\xNN are the only escapes")
        }
        if name == "version" && direction == .toClient {
            guard let reply = VersionReply(body: body[...]) else {
                throw fault("a version line has two fields: server version, connection time")
            }
            return .version(reply, cuts: cuts)
        }
        let version = transcript.serverVersion ?? 100
        let decoder = MessageDecoder(serverVersion: version, direction: direction)
        switch decoder.decode((version > 200 ? Self.withRawID(body) : body)[...]) {
        case .message(let message) where message.name == name:
            return .message(message, cuts: cuts)
        case .message(let message):
            throw fault("these are the fields of \(message.name), not of \(name)")
        case .unknown(let id, _):
            throw fault("no message has the id \(id)")
        case .malformed(let error):
            throw fault(error.description)
        }
    }

    private func protobuf(
        _ name: String, _ direction: Direction, _ fields: Substring
    ) throws(TranscriptError) -> Message {
        guard let schema = ProtocolSchema.message(named: name, direction), schema.protobuf != nil
        else { throw fault("no protobuf message is called '\(name)'") }
        guard transcript.serverVersion ?? 100 > 200 else {
            throw fault("protobuf needs a server version from 201")
        }
        guard let message = ProtobufLine.message(schema, from: fields) else {
            throw fault("protobuf fields read {name=text|name=[{...}{...}]|+PATH:HEX} or pb HEX")
        }
        return message
    }

    /// The id in front as four bytes; what has none stays as it is.
    private static func withRawID(_ body: [UInt8]) -> [UInt8] {
        guard let end = body.firstIndex(of: 0),
            let id = UInt8(String(decoding: body[..<end], as: UTF8.self))
        else { return body }
        return [0, 0, 0, id] + body[(end + 1)...]
    }

    private func hello(_ text: Substring) throws(TranscriptError) -> Hello {
        let (range, options) = split(text)
        let ends = range.dropFirst().split(separator: ".")
        guard range.first == "v", ends.count == 2, let low = Int(ends[0]), let high = Int(ends[1]),
            low <= high, low >= 0, let bytes = FieldText.unescaped(options)
        else { throw fault("a hello reads v100..200") }
        return Hello(versions: low...high, connectOptions: String(decoding: bytes, as: UTF8.self))
    }

    private func cuts(_ text: Substring) throws(TranscriptError) -> ([Transcript.Cut], Substring) {
        guard text.hasPrefix("{cut "), let end = text.firstIndex(of: "}") else { return ([], text) }
        var cuts: [Transcript.Cut] = []
        for word in text[..<end].dropFirst(5).split(separator: " ") {
            let parts = word.split(separator: "+")
            guard parts.count == 2, let offset = Int(parts[0]), offset > 0,
                let gap = FieldText.duration(from: parts[1])
            else { throw fault("a cut reads OFFSET+TIME, such as 4+2ms") }
            cuts.append(Transcript.Cut(offset: offset, gap: gap))
        }
        return (cuts, text[text.index(after: end)...].drop { $0 == " " })
    }

    private func split(_ text: Substring) -> (Substring, Substring) {
        guard let space = text.firstIndex(of: " ") else { return (text, "") }
        return (text[..<space], text[text.index(after: space)...])
    }

    private func fault(_ reason: String) -> TranscriptError {
        TranscriptError(file: file, line: number, reason: reason)
    }
}
