import EventLog
import GatewayWire
import Simulation

/// Watches one connection for bytes and frames that are not as they should be.
struct FrameWatch {
    /// Messages that come in pieces on an ordinary network are long; shorter ones are odd.
    private static let fewestMessages = 4

    private let name: ConnectionName
    private(set) var version: Int?
    private var messageCount = 0
    private var cutCount = 0
    /// Of these, messages that came in three pieces or more.
    private var minceCount = 0
    /// The version reply is short, and a gateway sends it at once.
    private var isReplyCut = false
    private var firstCut: Sighting?
    private var lastByName: [String: Message] = [:]
    private(set) var isRepeated = false
    private var stated: Set<String> = []
    /// The front of a frame from the gateway that may turn out to be its last words.
    private var loose: (sighting: Sighting, at: SimInstant, bytes: [UInt8], direction: Direction)?

    init(_ name: ConnectionName) { self.name = name }

    mutating func begin(version: Int) { self.version = version }

    /// Whether a message that came in some pieces changes nothing but counts.
    func isUsual(pieceCount: Int) -> Bool { pieceCount == 1 || cutCount > 0 }

    /// Counts a message of the gateway.
    mutating func count(pieceCount: Int) {
        messageCount += 1
        if pieceCount > 2 { minceCount += 1 }
        if pieceCount > 1 { cutCount += 1 }
    }

    mutating func count(_ observation: Observation) {
        switch observation.event.kind {
        case .message(let message) where message.schema.direction == .toClient: break
        case .version: if observation.pieceCount > 1 { isReplyCut = true }
        default: return
        }
        count(pieceCount: observation.pieceCount)
        if observation.pieceCount > 1 { firstCut = firstCut ?? Sighting(observation) }
    }

    /// - Parameter isWanted: Somebody will ask whether it repeats the one before it.
    mutating func take(
        _ message: Message, _ observation: Observation, isWanted: Bool, _ facts: inout FactStore
    ) {
        if isWanted {
            isRepeated = lastByName.updateValue(message, forKey: message.name) == message
        }
        guard message.schema.direction == .toClient else { return }
        if let version, let protobuf = message.schema.protobuf, version >= protobuf.since,
            message.encoding == .text
        {
            add("text", observation, message.name, &facts)
        }
        if !message.surplus.isEmpty { add("surplus", observation, message.name, &facts) }
    }

    /// Takes what is no message.
    ///
    /// - Parameter isBeforeReply: The gateway has not answered the hello yet; `nil` when that is not
    ///   known, as the connection began before the recording.
    mutating func take(
        _ observation: Observation, isBeforeReply: Bool?, _ facts: inout FactStore
    ) {
        // Read at a guessed version, a message that is well-formed may not look so.
        let isGuess = isBeforeReply == nil
        switch observation.event.kind {
        case .unknown(let direction, _, _):
            if isGuess { return }
            add("unknown", observation, nil, &facts, by: direction)
        case .malformed(let direction, let reason, let bytes):
            let answersHello = reason.hasPrefix("the answer to the hello")
            if direction == .toClient, isBeforeReply ?? answersHello {
                takeEarly(bytes, observation, &facts)
            } else if reason.contains("length") {
                add("length", observation, nil, &facts, by: direction)
            } else if isGuess {
                return
            } else if bytes.count < 8, bytes.count >= 4 {
                add("tiny", observation, nil, &facts, by: direction)
            } else {
                add(
                    "malformed", observation, nil, &facts, by: direction,
                    isBytes: reason.hasSuffix("is not UTF-8"))
            }
        case .raw(let direction, let bytes):
            if direction == .toClient, isBeforeReply == true {
                takeEarly(bytes, observation, &facts)
            } else {
                loose = (Sighting(observation), observation.at, bytes, direction)
            }
        default: break
        }
    }

    private mutating func takeEarly(
        _ bytes: [UInt8], _ observation: Observation, _ facts: inout FactStore
    ) {
        guard stated.insert("before the reply").inserted else { return }
        let isFrame = bytes.count >= 6 && bytes[0] == 0 && bytes[1] == 0
        var values: [String: FactValue] = [
            "kind": .word(isFrame ? "early" : "foreign"), "by": .word("gateway"),
            "ended-with": .word("nothing"),
        ]
        if isFrame {
            let fields = bytes.dropFirst(4).split(separator: 0, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            if let id = fields.first.flatMap({ Int($0) }),
                let schema = ProtocolSchema.message(id: id, .toClient)
            {
                values["type"] = .names([schema.name])
            }
            if fields.count > 3, let code = Int(fields[3]) { values["code"] = .codes([code]) }
        }
        facts.add(Fact("frame", at: observation.at, name, [Sighting(observation)], values))
    }

    private mutating func add(
        _ kind: String, _ observation: Observation, _ type: String?, _ facts: inout FactStore,
        by direction: Direction = .toClient, isBytes: Bool = false
    ) {
        guard stated.insert("\(kind) \(type ?? "") \(direction) \(isBytes)").inserted else {
            return
        }
        var values: [String: FactValue] = [
            "kind": .word(kind), "by": .word(direction.sender), "ended-with": .word("nothing"),
            "bytes": .flag(isBytes),
        ]
        if let type { values["type"] = .names([type]) }
        facts.add(Fact("frame", at: observation.at, name, [Sighting(observation)], values))
    }

    mutating func end(
        by direction: Direction, isReset: Bool, _ observation: Observation, _ facts: inout FactStore
    ) {
        if let loose, direction == .toClient, loose.direction == .toClient {
            facts.add(
                Fact(
                    "frame", at: loose.at, name, [loose.sighting, Sighting(observation)],
                    [
                        "kind": .word("cut"), "by": .word("gateway"),
                        "ended-with": .word(isReset ? "rst" : "fin"),
                    ]))
        }
        // A client that leaves cuts what is under way.
        loose = nil
    }

    mutating func finish(at: SimInstant, into facts: inout FactStore) {
        if let loose {
            facts.add(
                Fact(
                    "frame", at: loose.at, name, [loose.sighting],
                    [
                        "kind": .word("stray"), "by": .word(loose.direction.sender),
                        "ended-with": .word("nothing"),
                    ]))
            self.loose = nil
        }
        let isMinced =
            isReplyCut || minceCount >= Self.fewestMessages
            || messageCount >= Self.fewestMessages && cutCount * 2 >= messageCount
        if let firstCut, isMinced {
            facts.add(
                Fact(
                    "frame", at: firstCut.at, name, [firstCut],
                    [
                        "kind": .word("pieces"), "by": .word("gateway"),
                        "ended-with": .word("nothing"),
                    ]))
        }
    }
}
