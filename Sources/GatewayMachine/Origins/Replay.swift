import EventLog
import GatewayWire
import Simulation

/// One live client's way through a transcript.
///
/// It decides what is sent and when, and `RecordingOrigin` sends it.
///
/// - A request is matched to a recorded one by what it asks for (`RequestMeaning`). Its answers leave
///   with their recorded distances from it, whatever else the client asks or does not ask. A request
///   that comes again gets the same answers again, an order does not.
/// - What nobody asked for leaves by the clock.
/// - The recorded order is kept as far as possible: a line that is due waits for earlier ones, but no
///   longer than `patience`.
/// - The ending comes when what was recorded before it has happened: a client's FIN, a request
///   right before it, or the time.
struct Replay: Sendable {
    enum Output: Equatable, Sendable {
        case version(VersionReply, [FrameBreak])
        case say(Message, frame: [UInt8], [FrameBreak])
        case bytes([UInt8])
        case shutdownWrite
        case close
        case reset
        case hold
        case stopReading
        case resumeReading
        case note(String)
    }

    /// Answers of our own that wait for the version, and requests kept to be reported.
    static let maxEarlyCount = 1024
    /// How long a line that is due waits for those before it in the recording.
    static let patience = Duration.milliseconds(500)
    /// Strands that are played at once.
    static let maxActive = 4096
    /// Missing requests that are reported one by one.
    static let maxReported = 20

    /// A strand that is being played.
    struct Performance {
        let strand: Int
        /// Place of its next line in the strand.
        var next = 0
        /// When the line before was to be complete, and when it was in the recording.
        var anchor: SimInstant
        var recordedAnchor = Duration.zero
        var ids = ReplayIDs()
        /// The live id of its request.
        var liveID: String?
        /// Its answers were played before, for an earlier request.
        var isRepeat = false
        /// When the requests at its lines arrived.
        var arrived: [Int: SimInstant] = [:]

        init(strand: Int, anchor: SimInstant) {
            self.strand = strand
            self.anchor = anchor
        }
    }

    let plan: ReplayPlan
    var performances: [Performance]
    /// The latest performance of each strand.
    var latest: [Int: Int] = [:]
    var isDone: [Bool]
    /// Lines before this one no longer hold up others.
    var low = 0
    /// The last line that was sent, and when it was complete.
    var lastSent: (line: Int, at: SimInstant)?
    /// When the recorded requests arrived.
    var arrivals: [Int: SimInstant] = [:]
    var common = ReplayIDs()
    private var hasStarted = false
    var clientEndedAt: SimInstant?
    /// Answers of our own that wait until the server version is agreed on.
    var extras: [Message] = []
    /// A partial frame was recorded and sent, so nothing can follow it.
    var isMidFrame = false
    var hasReplied = false
    var isOver = false
    /// While the broker is lost, nothing of the recording is sent.
    var isPaused = false
    var startUp = StartUpMessages()
    var isReady = false
    /// Requests that the recording does not hold.
    var strangers: [Message] = []
    var hasReported = false

    init(_ plan: ReplayPlan, at now: SimInstant) {
        self.plan = plan
        isDone = Array(repeating: false, count: plan.transcript.lines.count)
        performances = [
            Performance(strand: ReplayPlan.spine, anchor: now),
            Performance(strand: ReplayPlan.endings, anchor: now),
        ]
    }

    /// Takes the live client's hello.
    mutating func hear(_ hello: Hello, at now: SimInstant) -> [Output] {
        if let version = plan.repliedVersion, !hello.versions.contains(version) {
            isOver = true
            let range = "v\(hello.versions.lowerBound)..\(hello.versions.upperBound)"
            return [.note("recorded at server version \(version), outside \(range)"), .close]
        }
        if let line = plan.hello { performances[ReplayPlan.spine].arrived[line] = now }
        return advance(at: now)
    }

    /// Takes first bytes of the live client that are no hello.
    ///
    /// - Returns: `nil` when the recorded client said a hello.
    mutating func hearStranger(at now: SimInstant) -> [Output]? {
        guard plan.hello == nil else { return nil }
        if let line = plan.firstBytes { performances[ReplayPlan.spine].arrived[line] = now }
        return advance(at: now)
    }

    /// Takes a message of the live client.
    ///
    /// - Returns: What it is told, and whether the recording holds such a request.
    mutating func hear(
        _ message: Message, at now: SimInstant
    ) -> (outputs: [Output], isKnown: Bool) {
        if message.name == "startApi" {
            guard !hasStarted else { return ([], false) }
            hasStarted = true
            if let start = plan.start {
                common.learn(recorded: start.message, live: message)
                performances[ReplayPlan.spine].arrived[start.line] = now
            }
            return (advance(at: now), true)
        }
        var outputs: [Output] = []
        let isKnown =
            endSubscription(message, at: now) || continueOrder(message, at: now, &outputs)
            || begin(message, at: now, &outputs)
        guard isKnown else {
            if strangers.count < Self.maxEarlyCount { strangers.append(message) }
            outputs.append(.note("\(message.name) is not in the recording" + nearest(to: message)))
            return (outputs, false)
        }
        return (outputs + advance(at: now), true)
    }

    /// Refuses a request that the recording does not hold.
    mutating func refuse(_ message: Message, at now: SimInstant) -> [Output] {
        addExtra(Self.refusal(of: message))
        return advance(at: now)
    }

    /// Takes a request the schema does not know.
    mutating func hearUnknown(id: Int, at now: SimInstant) -> [Output] {
        addExtra(Self.refusal(id: "-1", what: "message id \(id)"))
        return [.note("message id \(id) is not in the recording")] + advance(at: now)
    }

    /// Takes the end of the live client's side, which may come earlier than recorded.
    mutating func hearEnd(_ ending: PeerEnding, at now: SimInstant) -> [Output] {
        guard !isOver else { return [] }
        clientEndedAt = now
        extras = []
        var outputs = missing(before: plan.clientEnd ?? plan.transcript.lines.count)
        guard ending == .fin, let recordedEnd = plan.clientEnd else {
            isOver = true
            return outputs + [ending == .fin && plan.keepsDescriptor ? .hold : .close]
        }
        // What the recorded gateway said before its client left comes too late.
        for index in performances.indices { skip(index, to: recordedEnd, endsAtGaps: true) }
        low = max(low, recordedEnd)
        outputs += advance(at: now)
        return outputs
    }

    /// The next instant at which `advance` has something to do, when nothing arrives before.
    func nextDue(at now: SimInstant) -> SimInstant? {
        guard !isOver, !isPaused else { return nil }
        return performances.indices.compactMap { index -> SimInstant? in
            guard let line = nextLine(of: index), let due = due(of: line, in: index) else {
                return nil
            }
            return [due, due + Self.patience].first { $0 > now }
        }.min()
    }

    /// Whether the start-up is over: what comes next, a request causes.
    var isWaitingForClient: Bool {
        guard isReady, let next = nextLine(of: ReplayPlan.spine) else { return isReady }
        return next > plan.firstRequest ?? plan.clientEnd ?? plan.transcript.lines.count
    }

    /// Plays every line that is due and does not wait for the client.
    mutating func advance(at now: SimInstant) -> [Output] {
        var outputs: [Output] = []
        repeat {
            sayExtras(&outputs)
            passClientLines()
        } while !isOver && step(at: now, &outputs)
        // Nothing more of the recording can come.
        if !isOver, clientEndedAt != nil,
            performances.indices.allSatisfy({ index in
                nextLine(of: index).flatMap { due(of: $0, in: index) } == nil
            })
        {
            isOver = true
            outputs.append(.close)
        }
        return outputs
    }

    // Helpers, in the order they are called.

    /// Adds an answer of our own, unless a partial frame was sent before it.
    private mutating func addExtra(_ message: Message) {
        if !isMidFrame, extras.count < Self.maxEarlyCount { extras.append(message) }
    }

    /// Leaves out lines of a strand.
    ///
    /// - Parameter endsAtGaps: A strand ends where a message of the client is left out.
    mutating func skip(_ index: Int, to line: Int, endsAtGaps: Bool = false) {
        let lines = plan.strands[performances[index].strand].lines
        var line = line
        while performances[index].next < lines.count, lines[performances[index].next] < line {
            let skipped = lines[performances[index].next]
            if !performances[index].isRepeat { isDone[skipped] = true }
            performances[index].next += 1
            if endsAtGaps, case .message(let message, _) = plan.transcript.lines[skipped].event,
                message.schema.direction == .toGateway,
                performances[index].arrived[skipped] == nil
            {
                line = plan.transcript.lines.count
            }
        }
    }

    func nextLine(of index: Int) -> Int? {
        let performance = performances[index]
        let lines = plan.strands[performance.strand].lines
        return performance.next < lines.count ? lines[performance.next] : nil
    }
}
