package import EventLog
package import GatewayWire
import Simulation

/// What a page says of one connection.
package struct ConnectionSummary: Sendable {
    /// Requests remembered until they are answered.
    static let maxRequests = 10_000
    /// Different error codes counted.
    static let maxCodes = 200

    /// A request that waits for its answer.
    package struct Request: Hashable, Sendable {
        package let name: String
        package let id: Int?
        package let at: CaptureInstant
        package let packet: Int
    }

    package let number: Int
    package var client = "?"
    package var gateway = "?"
    package var serverVersion: Int?
    package var clientID: Int?
    package var firstAt: CaptureInstant?
    package var lastAt: CaptureInstant?
    package var toGatewayCount = 0
    package var toClientCount = 0
    /// The longest time without a message, and when it began.
    package var silence: (length: Duration, since: CaptureInstant)?
    package var errorCodes: [Int: Int] = [:]
    package var gapBytes = 0
    package var rawBytes = 0
    package var malformedCount = 0
    package var unknownCount = 0
    package var stalls = 0
    package var notes: [String: Int] = [:]
    package var ending: ConnectionEnding?
    /// The side that ended it first, and how; a log tells no more of an end.
    private var firstEnd: (by: Direction, isReset: Bool)?
    package var hello: Hello?
    private var lastMessageAt: CaptureInstant?
    private var openRequests: [Int: Request] = [:]
    private var openOrders: [Int: Request] = [:]
    /// Without ids, by their answer.
    private var unnumbered: [Int: Request] = [:]

    init(number: Int) {
        self.number = number
    }

    /// Requests that nothing answered, in their order.
    package var unanswered: [Request] {
        (Array(openRequests.values) + openOrders.values + unnumbered.values).sorted {
            ($0.at, $0.packet) < ($1.at, $1.packet)
        }
    }

    package var duration: Duration {
        guard let firstAt, let lastAt else { return .zero }
        return lastAt - firstAt
    }

    /// How the connection ended, or what stands in its way.
    package var verdict: String {
        if let ending, serverVersion == nil, hello != nil, gapBytes == 0 {
            return "the hello was never answered; \(ending)"
        }
        if let ending { return "\(ending)" }
        guard let firstEnd else { return "still open" }
        let side = firstEnd.by == .toGateway ? "client" : "gateway"
        return "ended by the \(side)'s \(firstEnd.isReset ? "RST" : "FIN")"
    }

    @inline(__always)
    mutating func count(_ direction: Direction, at: CaptureInstant) {
        if let before = lastMessageAt {
            let length = at - before
            if length > silence?.length ?? .zero { silence = (length, before) }
        }
        lastMessageAt = at
        lastAt = at
        switch direction {
        case .toGateway: toGatewayCount += 1
        case .toClient: toClientCount += 1
        }
    }

    @inline(__always)
    mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        count(scanner.direction, at: place.at)
        let id = scanner.messageID
        let answers = RequestAnswers.shared
        switch scanner.direction {
        case .toGateway:
            guard id < answers.toGateway.count, answers.toGateway[id].isRequest || id == 71 else {
                return
            }
            ask(answers.toGateway[id], place, body, scanner)
        case .toClient:
            guard id < answers.toClient.count else { return }
            if id == 4 { takeError(place, body, scanner) }
            let role = answers.toClient[id]
            if role.isAnswer, !unnumbered.isEmpty { unnumbered[id] = nil }
            guard let item = role.idItem, !(openRequests.isEmpty && openOrders.isEmpty),
                let number = Self.integer(item, place, body, scanner)
            else { return }
            if role.isOrder {
                openOrders[number] = nil
            } else {
                openRequests[number] = nil
            }
        }
    }

    private mutating func ask(
        _ role: RequestAnswers.Role, _ place: MessagePlace, _ body: Span<UInt8>,
        _ scanner: borrowing MessageScanner
    ) {
        let schema = scanner.schema
        if schema.name == "startApi", let item = schema.indexes(of: "clientId").first {
            clientID = Self.integer(item, place, body, scanner)
        }
        guard openRequests.count + openOrders.count < Self.maxRequests else { return }
        let number = role.idItem.flatMap { Self.integer($0, place, body, scanner) }
        remember(
            Request(
                name: schema.name, id: number, at: place.at, packet: place.position.lastPacket),
            role)
    }

    private mutating func remember(_ request: Request, _ role: RequestAnswers.Role) {
        let number = request.id
        if let answer = role.answer {
            unnumbered[answer] = unnumbered[answer] ?? request
        } else if let number, role.isOrder {
            openOrders[number] = request
        } else if let number {
            openRequests[number] = request
        }
    }

    /// A message whose fields have been copied, as logs have them.
    private mutating func take(_ message: Message, at: CaptureInstant, _ packet: Int) {
        let schema = message.schema
        count(schema.direction, at: at)
        let answers = RequestAnswers.shared
        let roles = schema.direction == .toGateway ? answers.toGateway : answers.toClient
        guard schema.id < roles.count else { return }
        let role = roles[schema.id]
        let number = role.idItem.flatMap { message.values[$0].string }.flatMap { Int($0) }
        switch schema.direction {
        case .toGateway:
            if schema.name == "startApi" { clientID = message["clientId"].flatMap { Int($0) } }
            guard role.isRequest, openRequests.count + openOrders.count < Self.maxRequests else {
                return
            }
            remember(Request(name: schema.name, id: number, at: at, packet: packet), role)
        case .toClient:
            if schema.name == "error" { takeError(message) }
            if role.isAnswer { unnumbered[schema.id] = nil }
            guard let number else { return }
            if role.isOrder { openOrders[number] = nil } else { openRequests[number] = nil }
        }
    }

    private mutating func takeError(_ message: Message) {
        if let code = message["errorCode"].flatMap({ Int($0) }),
            errorCodes[code] != nil || errorCodes.count < Self.maxCodes
        {
            errorCodes[code, default: 0] += 1
        }
        if let number = message["reqId"].flatMap({ Int($0) }) { openOrders[number] = nil }
    }

    private mutating func takeError(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        let answers = RequestAnswers.shared
        if let code = Self.integer(answers.errorCode, place, body, scanner),
            errorCodes[code] != nil || errorCodes.count < Self.maxCodes
        {
            errorCodes[code, default: 0] += 1
        }
        // It may be about a request or an order.
        if !openOrders.isEmpty, let number = Self.integer(answers.errorID, place, body, scanner) {
            openOrders[number] = nil
        }
    }

    private static func integer(
        _ item: Int, _ place: MessagePlace, _ body: Span<UInt8>,
        _ scanner: borrowing MessageScanner
    ) -> Int? {
        place.isProtobuf
            ? scanner.protobufInteger(of: item, in: body) : scanner.integer(of: item, in: body)
    }

    /// Takes anything but a message at the connection's own version.
    mutating func take(_ event: DecodedEvent) {
        firstAt = firstAt ?? event.at
        lastAt = event.at
        switch event.kind {
        case .attempted(let client, let gateway):
            self.client = client
            self.gateway = gateway
        case .opened(let client, let gateway, _):
            self.client = client ?? self.client
            self.gateway = gateway ?? self.gateway
        case .hello(let hello):
            self.hello = hello
            count(.toGateway, at: event.at)
        case .version(let reply):
            serverVersion = reply.serverVersion
            count(.toClient, at: event.at)
        case .message(let message): take(message, at: event.at, event.position.lastPacket)
        case .unknown(let direction, _, _):
            unknownCount += 1
            count(direction, at: event.at)
        case .malformed(let direction, _, _):
            malformedCount += 1
            count(direction, at: event.at)
        case .raw(_, let bytes): rawBytes += bytes.count
        case .gap(_, let count): gapBytes += count
        case .stalled: stalls += 1
        case .note(let text):
            if notes[text] != nil || notes.count < 50 { notes[text, default: 0] += 1 }
        case .over(let ending):
            self.ending = ending
            if let before = lastMessageAt, event.at - before > silence?.length ?? .zero {
                silence = (event.at - before, before)
            }
        case .ended(let kind):
            firstEnd = firstEnd ?? (.toGateway, kind == .rst || kind == .rstUnread)
        case .closed(let closing):
            if closing != .held, closing != .released {
                firstEnd = firstEnd ?? (.toClient, closing == .rst)
            }
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .legacyHello, .phase, .finAcknowledged, .unacknowledged,
            .resumed,
            .fault, .faultIdle, .faultFailed, .transport, .clientStarted, .clientLine,
            .clientEnded, .clientSignaled, .clientFed, .sockets, .runner:
            break
        }
    }
}
