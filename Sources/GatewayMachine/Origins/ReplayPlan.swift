import EventLog
import GatewayWire
import Simulation

/// A transcript sorted by cause, and facts about it that every connection that replays it needs.
///
/// A strand is what one request and its answers are: an order's life, a subscription, a question. Its
/// lines come in their recorded order and with their recorded distances. Between strands the order
/// is kept as far as the client asks in the recorded order. What nobody asked for is one strand of
/// its own, the spine, and so are the endings.
struct ReplayPlan: Sendable {
    struct Strand: Sendable {
        /// Of the transcript, in order.
        var lines: [Int]
        /// What begins it; `nil` for the spine and the endings.
        var request: Message?
    }

    /// Numbers of the two strands that no request begins.
    static let spine = 0
    static let endings = 1
    /// An ending or a partial frame that follows a request within this time was caused by it.
    static let causeWindow = Duration.seconds(1)

    let transcript: Transcript
    private(set) var strands = [Strand(lines: []), Strand(lines: [])]
    /// The strand of each line.
    private(set) var strandOf: [Int] = []
    /// When each line began and was complete, since the first.
    private(set) var begins: [Duration] = []
    private(set) var ends: [Duration] = []
    /// Strands by the name of the request that begins them, in order.
    private(set) var strandsByName: [String: [Int]] = [:]
    /// The version in the recorded reply, even when the schema does not know it.
    ///
    /// It is `nil` when there was no reply.
    let repliedVersion: Int?
    /// The recorded client's FIN was never answered.
    let keepsDescriptor: Bool
    /// Whether the gateway closed its socket at its FIN.
    ///
    /// Then later bytes are answered with a RST. A gateway that only shut down its sending side
    /// still receives them.
    let closesWithFin: Bool
    /// The line of the recorded client's end.
    let clientEnd: Int?
    /// The first request after startApi.
    let firstRequest: Int?
    let hello: Int?
    /// The client's first bytes that are no message.
    let firstBytes: Int?
    let start: (line: Int, message: Message)?

    init(_ transcript: Transcript) {
        self.transcript = transcript
        let lines = transcript.lines
        repliedVersion =
            lines.lazy.compactMap { line in
                if case .version(let reply, _) = line.event { reply.serverVersion } else { nil }
            }.first
        keepsDescriptor = lines.contains { $0.event == .gatewayHolds }
        let fin = lines.firstIndex { $0.event == .gatewayEnds(.fin) }
        let rest = fin.map { lines[$0...] } ?? []
        closesWithFin =
            rest.contains { $0.event == .gatewayEnds(.rst) }
            || !rest.contains { Self.isTalk($0.event) }
        clientEnd = lines.firstIndex {
            if case .clientEnds = $0.event { true } else { false }
        }
        firstRequest = lines.firstIndex {
            if case .message(let message, _) = $0.event {
                message.schema.direction == .toGateway && message.name != "startApi"
            } else {
                false
            }
        }
        hello = lines.firstIndex { if case .hello = $0.event { true } else { false } }
        firstBytes = lines.firstIndex {
            if case .bytes(.toGateway, _) = $0.event { true } else { false }
        }
        start =
            lines.enumerated().lazy.compactMap { index, line in
                if case .message(let message, _) = line.event, message.name == "startApi" {
                    (index, message)
                } else {
                    nil
                }
            }.first
        var sorter = StrandSorter()
        var time = Duration.zero
        for (index, line) in lines.enumerated() {
            time += line.after ?? .zero
            begins.append(time)
            switch line.event {
            case .message(_, let cuts), .version(_, let cuts):
                time = cuts.reduce(time) { $0 + $1.gap }
            case .clientOpens, .hello, .bytes, .clientEnds, .gatewayEnds, .gatewayHolds,
                .gatewayReads:
                break
            }
            ends.append(time)
            add(index, line.event, &sorter)
        }
    }

    /// Whether the client sent the line.
    func isFromClient(_ line: Int) -> Bool { Self.isFromClient(transcript.lines[line].event) }

    /// Whether what comes after a line of the client waits for it.
    ///
    /// The opening has happened, and bytes that were not understood cannot be recognized.
    func isWaitedFor(_ line: Int) -> Bool {
        switch transcript.lines[line].event {
        case .clientOpens: false
        case .bytes: hello == nil && line == firstBytes
        case .message(let message, _) where message.name == "startApi": line == start?.line
        case .hello: line == hello
        case .message, .version, .clientEnds, .gatewayEnds, .gatewayHolds, .gatewayReads: true
        }
    }

    /// Whether nothing of the gateway can follow: an end, or bytes that are no frame.
    func isTail(_ line: Int) -> Bool {
        switch transcript.lines[line].event {
        case .gatewayEnds, .bytes: true
        case .clientOpens, .hello, .version, .message, .clientEnds, .gatewayHolds, .gatewayReads:
            false
        }
    }

    /// The request right before a line that nobody asked for, when it is what caused the line.
    func cause(of line: Int) -> Int? {
        for index in (0..<line).reversed() {
            guard begins[line] - ends[index] <= Self.causeWindow else { return nil }
            switch transcript.lines[index].event {
            case .message(let message, _):
                return message.schema.direction == .toGateway && message.name != "startApi"
                    ? index : nil
            case .gatewayEnds: continue
            case .bytes(let direction, _):
                if direction == .toGateway { return nil }
            case .gatewayReads: continue
            case .clientOpens, .hello, .version, .clientEnds, .gatewayHolds: return nil
            }
        }
        return nil
    }

    // Helpers, in the order they are called.

    private mutating func add(
        _ index: Int, _ event: Transcript.Event, _ sorter: inout StrandSorter
    ) {
        var number: Int
        switch event {
        case .clientEnds, .gatewayEnds, .gatewayHolds: number = Self.endings
        case .clientOpens, .hello, .version, .bytes, .gatewayReads: number = Self.spine
        case .message(let message, _) where message.schema.direction == .toClient:
            number = sorter.strand(ofAnswer: message) ?? Self.spine
        case .message(let message, _) where message.name == "startApi": number = Self.spine
        case .message(let message, _):
            number = sorter.strand(ofRequest: message, next: strands.count)
            if number == strands.count {
                strands.append(Strand(lines: [], request: message))
                strandsByName[message.name, default: []].append(number)
            }
        }
        strandOf.append(number)
        strands[number].lines.append(index)
    }

    /// Whether the client said something.
    private static func isTalk(_ event: Transcript.Event) -> Bool {
        switch event {
        case .message(let message, _): message.schema.direction == .toGateway
        case .bytes(let direction, _): direction == .toGateway
        case .hello, .clientOpens, .clientEnds, .version, .gatewayEnds, .gatewayHolds,
            .gatewayReads:
            false
        }
    }

    private static func isFromClient(_ event: Transcript.Event) -> Bool {
        switch event {
        case .message(let message, _): message.schema.direction == .toGateway
        case .bytes(let direction, _): direction == .toGateway
        case .hello, .clientOpens, .clientEnds: true
        case .version, .gatewayEnds, .gatewayHolds, .gatewayReads: false
        }
    }
}

/// Tells to which strand a message belongs.
private struct StrandSorter {
    private var finder = TopicFinder()
    private var byRequestID: [String: Int] = [:]
    private var byOrder: [Int: Int] = [:]
    private var byQuestion: [String: Int] = [:]
    private var counts: [String: Int] = [:]

    /// - Parameter next: The number of a strand that it begins.
    mutating func strand(ofRequest message: Message, next: Int) -> Int {
        finder.ask(message)
        if message.name == "placeOrder" || message.name == "cancelOrder",
            let id = message["orderId"].flatMap({ Int($0) })
        {
            let number = byOrder[id] ?? next
            byOrder[id] = number
            return number
        }
        let ended = Replay.requestEnded(by: message)
        if let id = TopicFinder.requestID(of: message) {
            if ended != nil, let number = byRequestID[id] { return number }
            byRequestID[id] = next
            if message.name == "exerciseOptions", let id = Int(id) { byOrder[id] = next }
            return next
        }
        if let ended {
            return byQuestion["\(ended) \(counts[ended] ?? 0)"] ?? next
        }
        counts[message.name, default: 0] += 1
        byQuestion["\(message.name) \(counts[message.name, default: 1])"] = next
        return next
    }

    mutating func strand(ofAnswer message: Message) -> Int? {
        switch finder.topic(of: message) {
        case .order(let id): byOrder[id]
        case .request(let id, _): byRequestID[id]
        case .question(let name, let number): byQuestion["\(name) \(number)"]
        case .startUp, .unasked: nil
        }
    }
}
