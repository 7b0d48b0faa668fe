import EventLog
import GatewayWire
import Simulation

/// One live client's way through a transcript.
///
/// It decides what is sent and when, and `RecordingOrigin` sends it. A line of the gateway leaves
/// when every client line before it has arrived and its recorded delay has passed.
struct Replay: Sendable {
    enum Output: Equatable, Sendable {
        case version(VersionReply, [FrameBreak])
        case say(Message, frame: [UInt8], [FrameBreak])
        case bytes([UInt8])
        case shutdownWrite
        case close
        case reset
        case hold
        case note(String)
    }

    /// Messages of the client that may arrive before their line.
    static let maxEarlyCount = 1024
    /// How long to wait for a recorded message when a later one has arrived.
    static let patience = Duration.seconds(1)

    private let plan: ReplayPlan
    private var next = 0
    /// When the line before `next` was complete.
    private var lineEnd: SimInstant
    private var early: [(message: Message, at: SimInstant)] = []
    private var ids = ReplayIDs()
    private var hello: Hello?
    private var clientEnded = false
    /// Answers of our own that wait until the server version is agreed on.
    private var extras: [Message] = []
    /// A partial frame was recorded and sent, so nothing can follow it.
    private var isMidFrame = false
    private var hasReplied = false
    private(set) var isOver = false
    /// While the broker is lost, nothing of the recording is sent.
    var isPaused = false
    private var startUp = StartUpMessages()
    private(set) var isReady = false
    /// Lines of the recorded client that are still to come, by message.
    private var askedCounts: [String: Int]

    init(_ plan: ReplayPlan, at now: SimInstant) {
        self.plan = plan
        askedCounts = plan.askedCounts
        lineEnd = now
    }

    /// The server version that the recorded client and gateway agreed on.
    var serverVersion: Int? { hasReplied ? plan.transcript.serverVersion : nil }

    /// The recorded version cannot be decoded, so what the client sends is discarded.
    var isDeaf: Bool { hasReplied && plan.transcript.serverVersion == nil }

    /// Takes the live client's hello.
    mutating func hear(_ hello: Hello, at now: SimInstant) -> [Output] {
        self.hello = hello
        if let version = plan.repliedVersion, !hello.versions.contains(version) {
            isOver = true
            let range = "v\(hello.versions.lowerBound)..\(hello.versions.upperBound)"
            return [.note("recorded at server version \(version), outside \(range)"), .close]
        }
        return advance(at: now)
    }

    /// Whether the recording still has a message like this to come.
    func knows(_ message: Message) -> Bool {
        let asked = askedCounts[message.name, default: 0]
        let waiting = early.count { $0.message.schema === message.schema }
        return asked > waiting && early.count < Self.maxEarlyCount
    }

    /// Takes a message of the live client.
    mutating func hear(_ message: Message, at now: SimInstant) -> [Output] {
        guard knows(message) else {
            var outputs: [Output] = [.note("\(message.name) is not in the recording")]
            addExtra(Self.refusal(of: message))
            outputs += advance(at: now)
            return outputs
        }
        early.append((message, now))
        return advance(at: now)
    }

    /// Takes a request the schema does not know.
    mutating func hearUnknown(id: Int, at now: SimInstant) -> [Output] {
        addExtra(Self.refusal(id: "-1", what: "message id \(id)"))
        return [.note("message id \(id) is not in the recording")] + advance(at: now)
    }

    /// Sends a message that is not in the recording.
    mutating func say(_ message: Message, at now: SimInstant) -> [Output] {
        addExtra(message)
        return advance(at: now)
    }

    /// Takes the end of the live client's side, which may come earlier than recorded.
    mutating func hearEnd(_ ending: PeerEnding, at now: SimInstant) -> [Output] {
        guard !isOver else { return [] }
        clientEnded = true
        extras = []
        let recordedEnd = plan.transcript.lines[next...].firstIndex {
            if case .clientEnds = $0.event { true } else { false }
        }
        guard ending == .fin, let recordedEnd else {
            isOver = true
            return [ending == .fin && plan.keepsDescriptor ? .hold : .close]
        }
        next = recordedEnd + 1
        lineEnd = now
        return advance(at: now)
    }

    /// The next instant at which `advance` has something to do, when nothing arrives before.
    func nextDue(at now: SimInstant) -> SimInstant? {
        if isOver { return nil }
        guard next < plan.transcript.lines.count else { return nil }
        let line = plan.transcript.lines[next]
        switch line.event {
        case .message(let message, _) where message.schema.direction == .toGateway:
            return skipDue
        case .clientOpens, .hello, .clientEnds, .gatewayHolds: return nil
        case .version, .message, .bytes, .gatewayEnds:
            return isPaused ? nil : lineEnd + (line.after ?? .zero)
        }
    }

    /// Whether the next recorded line is one of the client.
    var isWaitingForClient: Bool {
        guard next < plan.transcript.lines.count else { return true }
        switch plan.transcript.lines[next].event {
        case .message(let message, _): return message.schema.direction == .toGateway
        case .clientEnds, .gatewayHolds: return true
        case .clientOpens, .hello, .version, .bytes, .gatewayEnds: return false
        }
    }

    /// Plays every line that is due and does not wait for the client.
    mutating func advance(at now: SimInstant) -> [Output] {
        var outputs: [Output] = []
        while !isOver {
            sayExtras(&outputs)
            guard next < plan.transcript.lines.count else {
                guard clientEnded else { break }
                isOver = true
                outputs.append(.close)
                break
            }
            guard step(at: now, &outputs) else { break }
            pass(plan.transcript.lines[next].event)
            next += 1
        }
        return outputs
    }

    // Helpers, in the order they are called.

    /// Adds an answer of our own, unless a partial frame was sent before it.
    private mutating func addExtra(_ message: Message) {
        if !isMidFrame, extras.count < Self.maxEarlyCount { extras.append(message) }
    }

    private mutating func sayExtras(_ outputs: inout [Output]) {
        guard !extras.isEmpty, hasReplied, !isMidFrame, let version = plan.transcript.serverVersion
        else { return }
        for var message in extras {
            let bytes = MessageEncoder(serverVersion: version).encode(message)
            message.encoding = message.schema.encoding(at: version)
            outputs.append(.say(message, frame: bytes, []))
        }
        extras = []
    }

    private mutating func pass(_ event: Transcript.Event) {
        guard case .message(let message, _) = event, message.schema.direction == .toGateway
        else { return }
        askedCounts[message.name, default: 1] -= 1
    }

    /// Does the next line.
    ///
    /// - Returns: False when it has to wait.
    private mutating func step(at now: SimInstant, _ outputs: inout [Output]) -> Bool {
        let line = plan.transcript.lines[next]
        let due = lineEnd + (line.after ?? .zero)
        if isPaused, Self.isFromGateway(line.event) { return false }
        switch line.event {
        case .clientOpens, .bytes(.toGateway, _):
            return true
        case .hello:
            guard hello != nil else { return false }
            lineEnd = max(lineEnd, now)
        case .message(let recorded, _) where recorded.schema.direction == .toGateway:
            return hearLine(recorded, at: now, &outputs)
        case .version(let reply, let cuts):
            guard due <= now else { return false }
            hasReplied = true
            outputs.append(.version(reply, breaks(cuts, from: due)))
        case .message(let recorded, let cuts):
            guard due <= now else { return false }
            let message = ids.applied(to: recorded)
            let version = plan.transcript.serverVersion ?? 100
            let encoder = MessageEncoder(serverVersion: version)
            let bytes = encoder.encode(message, as: message.encoding)
            if startUp.note(message) { isReady = true }
            outputs.append(.say(message, frame: bytes, breaks(cuts, from: due)))
        case .bytes(.toClient, let bytes):
            guard due <= now else { return false }
            isMidFrame = true
            outputs.append(.bytes(bytes))
            lineEnd = due
        case .gatewayEnds(let ending):
            guard due <= now else { return false }
            end(ending, &outputs)
        case .clientEnds:
            // When the live client has ended, this line is skipped.
            return clientEnded
        case .gatewayHolds:
            guard clientEnded else { return false }
            isOver = true
            outputs.append(.hold)
        }
        return true
    }

    /// A recorded message of the client: it has arrived, is given up, or is still awaited.
    private mutating func hearLine(
        _ recorded: Message, at now: SimInstant, _ outputs: inout [Output]
    ) -> Bool {
        let sameName = early.indices.filter { early[$0].message.schema === recorded.schema }
        let exact = sameName.first { ReplayIDs.isSame(early[$0].message, recorded) }
        if let index = exact ?? sameName.first {
            let (message, at) = early.remove(at: index)
            ids.learn(recorded: recorded, live: message)
            lineEnd = max(lineEnd, at)
            return true
        }
        guard let due = skipDue, due <= now else { return false }
        outputs.append(
            .note("\(recorded.name) of the recording was never sent: going on without it"))
        lineEnd = max(lineEnd, now)
        return true
    }

    /// When the awaited line is given up: `patience` after a later message has arrived.
    private var skipDue: SimInstant? {
        early.first.map { max($0.at, lineEnd) + Self.patience }
    }

    /// The cuts of a recorded frame.
    ///
    /// The line is complete when its last piece has left.
    private mutating func breaks(_ cuts: [Transcript.Cut], from due: SimInstant) -> [FrameBreak] {
        lineEnd = cuts.reduce(due) { $0 + $1.gap }
        return cuts.map { FrameBreak(offset: $0.offset, gap: $0.gap) }
    }

    private static func isFromGateway(_ event: Transcript.Event) -> Bool {
        switch event {
        case .message(let message, _): message.schema.direction == .toClient
        case .bytes(let direction, _): direction == .toClient
        case .version, .gatewayEnds: true
        case .clientOpens, .hello, .clientEnds, .gatewayHolds: false
        }
    }

    private mutating func end(_ ending: Transcript.Ending, _ outputs: inout [Output]) {
        switch ending {
        case .rst:
            isOver = true
            outputs.append(.reset)
        case .fin where clientEnded || plan.closesWithFin:
            isOver = true
            outputs.append(.close)
        case .fin:
            outputs.append(.shutdownWrite)
        }
    }

    private static func refusal(of message: Message) -> Message {
        for item in message.schema.items {
            guard case .field(let field) = item, field.role == .request || field.role == .order,
                let id = message[field.name], Int(id) != nil
            else { continue }
            return refusal(id: id, what: message.name)
        }
        return refusal(id: "-1", what: message.name)
    }

    private static func refusal(id: String, what: String) -> Message {
        Message(
            "error",
            [
                "reqId": id, "errorCode": "320",
                "errorString": "Error reading request: \(what) is not in the recording",
            ])
    }
}
