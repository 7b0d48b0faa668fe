package import EventLog
internal import GatewayWire

/// Reads transcripts of the form in which public client libraries keep their recordings.
///
/// ```
/// # where it comes from
/// handshake {"server_version":225,"connection_time":"20260824 22:50:10 CET"}
/// raw server AAAADwAAANcKCURVOTAwMDAwMQ==
/// raw client AAAACwAAARcIARoFU01BUlQ=
/// server next_valid_id {"order_id":1}
/// client req_ids {"num_ids":"1"}
/// sleep 100ms
/// disconnect
/// ```
///
/// `raw` holds a whole frame in base 64. Named messages (`NamedMessage`) are somebody's reading of
/// frames: their sequence, codes and texts are the gateway's, their fields and numbers may not be.
/// A second handshake begins another connection.
package enum HandshakeTranscript {
    /// Whether a text is of this form: its first line that is no comment is a handshake.
    package static func isOne(_ text: String) -> Bool {
        for line in text.split(separator: "\n", maxSplits: 200) {
            if line.hasPrefix("#") { continue }
            return line.hasPrefix("handshake ")
        }
        return false
    }

    package static func read(_ text: String, path: String) throws(TranscriptError) -> Recording {
        var recording = Recording(path: path)
        var leg: LegReader?
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard number <= mostLines else {
                throw TranscriptError(
                    file: path, line: number, reason: "more lines than \(mostLines)")
            }
            if line.hasPrefix("#") {
                recording.comments.append(String(line.drop { $0 == "#" || $0 == " " }))
                continue
            }
            if line.allSatisfy(\.isWhitespace) { continue }
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            do throws(LineFault) {
                if words[0] == "handshake" {
                    if let leg { recording.legs.append(leg.leg) }
                    leg = LegReader(try handshake(line.dropFirst(10)))
                } else if var current = leg {
                    try current.take(words, line: number, &recording)
                    leg = current
                } else {
                    throw LineFault("the handshake comes first")
                }
            } catch {
                throw TranscriptError(file: path, line: number, reason: error.reason)
            }
        }
        guard let leg else {
            throw TranscriptError(file: path, line: number, reason: "there is no handshake")
        }
        recording.legs.append(leg.leg)
        if recording.hasNames { recording.fillInContracts() }
        return recording
    }

    /// Lines a transcript may have.
    static let mostLines = 1_000_000

    private static func handshake(_ text: Substring) throws(LineFault) -> Recording.Leg {
        let members = try LineFault.json(text)
        let version: Int
        let time: String
        do throws(JSONError) {
            version = try members.integer("server_version")
            time = try members.text("connection_time")
        } catch {
            throw LineFault(error.reason)
        }
        let known = ProtocolSchema.serverVersions
        guard known.contains(version) else {
            throw LineFault(
                "server version \(version) is not from \(known.lowerBound) to \(known.upperBound)")
        }
        return Recording.Leg(serverVersion: version, connectionTime: time)
    }
}

extension Recording {
    private static let contractFields = [
        "contract.conId", "contract.symbol", "contract.secType", "contract.exchange",
        "contract.currency",
    ]

    /// Named orders may leave their contract out.
    ///
    /// It is then that of the answer, else that of any order of the recording, else a stock that
    /// every gateway knows.
    fileprivate mutating func fillInContracts() {
        let turns = legs.flatMap(\.turns)
        let known = turns.map(\.message).filter { message in
            ["openOrder", "placeOrder"].contains(message.name)
                && Int64(message["contract.conId"] ?? "") ?? 0 > 0
        }
        for leg in legs.indices {
            for place in legs[leg].turns.indices {
                let turn = legs[leg].turns[place]
                var message = turn.message
                guard message.name == "placeOrder", message["contract.conId"] == nil else {
                    continue
                }
                let answer = known.first { $0["order.orderId"] == message["orderId"] }
                let usual = ["265598", "AAPL", "STK", "SMART", "USD"]
                for (field, text) in zip(Self.contractFields, usual) {
                    message[field] = (answer ?? known.first)?[field] ?? text
                }
                legs[leg].turns[place] = Turn(
                    message, line: turn.line, knownFields: turn.knownFields)
            }
        }
    }
}

/// What is wrong with a line.
struct LineFault: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    static func json(_ text: Substring) throws(LineFault) -> JSONMembers {
        do throws(JSONError) {
            return try JSONReader.read(Array(text.utf8)[...], limits: JSONLimits()).object("line")
        } catch {
            throw LineFault("byte \(error.offset) of the JSON text: \(error.reason)")
        }
    }
}

/// Reads the lines of one connection.
private struct LegReader {
    var leg: Recording.Leg
    private var toClient = FrameReader()
    private var toGateway = FrameReader()
    private var placeholders: [String: String] = [:]

    init(_ leg: Recording.Leg) {
        self.leg = leg
    }

    mutating func take(
        _ words: [String], line: Int, _ recording: inout Recording
    ) throws(LineFault) {
        switch words[0] {
        case "raw":
            guard words.count == 3, let bytes = base64(words[2]) else {
                throw LineFault("a raw line reads: raw server|client BASE64")
            }
            try takeFrames(bytes, try Self.direction(words[1]), line, &recording)
        case "server", "client":
            guard words.count >= 2 else { throw LineFault("a line names its message") }
            try takeNamed(words, line, &recording)
        case "sleep", "disconnect":
            break
        case "split":
            recording.passOver("lines that split frames")
        default:
            throw LineFault("no line begins with '\(words[0].prefix(20))'")
        }
    }

    private static func direction(_ word: String) throws(LineFault) -> Direction {
        switch word {
        case "server": .toClient
        case "client": .toGateway
        default: throw LineFault("'\(word.prefix(20))' is neither server nor client")
        }
    }

    private mutating func takeFrames(
        _ bytes: [UInt8], _ direction: Direction, _ line: Int, _ recording: inout Recording
    ) throws(LineFault) {
        var reader = direction == .toClient ? toClient : toGateway
        reader.append(bytes)
        let decoder = MessageDecoder(serverVersion: leg.serverVersion, direction: direction)
        while let body = try Self.nextFrame(&reader) {
            switch decoder.decode(body) {
            case .message(let message): leg.turns.append(Turn(message, line: line))
            case .unknown(let id, _): recording.passOver("message id \(id) is unknown")
            case .malformed(let error): throw LineFault("the frame: \(error)")
            }
        }
        if direction == .toClient { toClient = reader } else { toGateway = reader }
    }

    private static func nextFrame(
        _ reader: inout FrameReader
    ) throws(LineFault) -> ArraySlice<UInt8>? {
        do throws(FrameError) {
            return try reader.next()
        } catch {
            switch error {
            case .lengthOutOfRange(let found, let allowed):
                throw LineFault("a frame of \(found) bytes; allowed are up to \(allowed)")
            }
        }
    }

    private mutating func takeNamed(
        _ words: [String], _ line: Int, _ recording: inout Recording
    ) throws(LineFault) {
        let direction = try Self.direction(words[0])
        let members = try LineFault.json(words.count > 2 ? words[2][...] : "{}")
        recording.hasNames = true
        guard
            let turn = NamedMessage.turn(
                words[1], direction, members, line: line, placeholders: &placeholders)
        else {
            recording.passOver("\(words[0]) \(words[1]) has no message of that name")
            return
        }
        leg.turns.append(turn)
    }
}

/// Decodes base 64; `nil` when it is none.
func base64(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for letter in text.utf8 {
        let value: UInt8
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = letter - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = letter - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = letter - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): value = 62
        case UInt8(ascii: "/"): value = 63
        case UInt8(ascii: "="), 13: continue
        default: return nil
        }
        bits = (bits << 6 | UInt32(value)) & 0xFF_FFFF
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
    }
    return bytes
}
