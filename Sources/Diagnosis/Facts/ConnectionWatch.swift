import EventLog
import GatewayWire
import Simulation

/// Follows one connection, and states its facts.
struct ConnectionWatch {
    /// A goodbye that is answered later than this is late.
    static let promptly = Duration.seconds(1)
    /// Any kernel has acknowledged by then.
    static let acknowledged = Duration.milliseconds(200)

    let name: ConnectionName
    /// Which of the histories is its gateway's.
    let history: Int
    /// Where it is in that history.
    let pastPlace: Int
    private let limits: DiagnosisLimits
    let openedAt: SimInstant
    let openedBy: Sighting
    let before: [String: FactValue]

    var opening = "accepted"
    var isMidStream = false
    var hello: (at: SimInstant, evidence: Sighting, versions: ClosedRange<Int>, isPadded: Bool)?
    var isLegacy = false
    var strange: Sighting?
    var reply: (at: SimInstant, evidence: Sighting, version: Int)?
    var strayReply: Sighting?
    var startAPI: (at: SimInstant, evidence: Sighting, clientID: String)?
    var sameID = (word: "never", gaveUp: false)
    var accounts: (at: SimInstant, evidence: Sighting, isEmpty: Bool)?
    var ids: (at: SimInstant, evidence: Sighting, value: Int, wasAsked: Bool)?
    var idChange = "first"
    var isOneAgain = false
    var openOrderAt: (at: SimInstant, evidence: Sighting)?
    var isBeforeStart = false
    var earlyRequestCount = 0
    var earlyRequest: Sighting?
    var requestCount = 0
    var muteSince: (at: SimInstant, evidence: Sighting)?
    var muteCount = 0
    /// When the first of these was due.
    var muteDueAt: SimInstant?
    var muteAfter = "nothing"
    private var hasAskedIDs = false
    var isRefused = false

    var clientEnd: (at: SimInstant, evidence: Sighting, isReset: Bool)?
    var gatewayEnd: (at: SimInstant, evidence: Sighting, isReset: Bool)?
    private var isFinAcknowledged = false
    /// Segments to the gateway that were sent again and never acknowledged.
    var resentCount = 0
    var ending: ConnectionEnding?
    var lastEvidence = LastSighting()
    /// When the gateway said something last.
    var heardAt: SimInstant?
    var isDone = false
    var doneAt: SimInstant?
    /// The version is none that the client offered: what follows is guesswork.
    private(set) var isGuess = false

    var requests: RequestWatch
    var orders: OrderWatch
    var frames: FrameWatch
    var windows = WindowWatch()

    init(
        _ name: ConnectionName, _ observation: Observation, history place: Int,
        of history: inout SourceHistory, _ limits: DiagnosisLimits
    ) {
        self.name = name
        self.history = place
        self.limits = limits
        openedAt = observation.at
        openedBy = Sighting(observation)
        before = history.attributes(before: name, at: observation.at)
        pastPlace = history.add(name, at: observation.at)
        requests = RequestWatch(name, limits)
        orders = OrderWatch(name, limits)
        frames = FrameWatch(name)
        lastEvidence.see(observation)
    }

    var isReady: Bool { accounts != nil && ids != nil }

    mutating func take(
        _ observation: Observation, _ patterns: MessagePatterns, history: inout SourceHistory,
        into facts: inout FactStore
    ) {
        let at = observation.at
        frames.count(observation)
        switch observation.event.kind {
        case .attempted: break
        case .opened(_, _, let isMidStream):
            self.isMidStream = isMidStream
            if isMidStream { opening = "before" }
        case .hello(let hello):
            self.hello = (at, Sighting(observation), hello.versions, hello.isPadded)
            history.change(pastPlace) { $0.hasHello = true }
        case .legacyHello:
            isLegacy = true
            strange = strange ?? Sighting(observation)
            history.change(pastPlace) { $0.isStranger = true }
        case .version(let version): take(version, observation, &history, &facts)
        case .message(let message):
            take(message, observation, patterns, &history, &facts)
        case .malformed(let direction, _, _), .raw(let direction, _), .unknown(let direction, _, _):
            takeOddBytes(direction, observation, &history, &facts)
        case .ended(let kind):
            if kind == .fin || kind == .rst || kind == .rstUnread {
                end(.toGateway, isReset: kind != .fin, observation, &history, &facts)
            }
        case .closed(let closing):
            switch closing {
            case .fin, .halfClose: end(.toClient, isReset: false, observation, &history, &facts)
            case .rst: end(.toClient, isReset: true, observation, &history, &facts)
            case .held, .released: break
            }
        case .finAcknowledged(let direction):
            if direction == .toGateway { isFinAcknowledged = true }
        case .unacknowledged(let direction, _, let resent):
            if direction == .toGateway { resentCount = resent }
        case .stalled(let direction): windows.close(direction, observation)
        case .resumed(let direction): windows.open(direction, observation, on: name, &facts)
        case .over(let ending):
            self.ending = ending
            if ending == .refused {
                isRefused = true
                history.change(pastPlace) { $0.isRefused = true }
            }
        case .gap, .phase, .run, .step, .expectation, .verdict, .omitted, .listening,
            .listenerClosed, .light, .lifecycle, .commanded, .fault, .faultIdle, .faultFailed,
            .note, .transport, .clientStarted, .clientLine, .clientEnded, .clientSignaled,
            .clientFed, .sockets, .runner:
            return
        }
        lastEvidence.see(observation)
        if case .over = observation.event.kind { finish(at: at, history: history, into: &facts) }
    }

    // MARK: Handshake

    private mutating func take(
        _ version: VersionReply, _ observation: Observation, _ history: inout SourceHistory,
        _ facts: inout FactStore
    ) {
        reply = (observation.at, Sighting(observation), version.serverVersion)
        history.change(pastPlace) { $0.hasVersion = true }
        let number = version.serverVersion
        var values: [String: FactValue] = [
            "number": .count(number), "time": .word(ConnectionTime.word(version.connectionTime)),
            "change": .word(
                hello.flatMap { history.lastVersion[$0.versions] }.map {
                    $0 == number ? "same" : $0 < number ? "higher" : "lower"
                } ?? "first"),
        ]
        if let offered = hello?.versions {
            history.lastVersion[offered] = number
            values["offer"] = .word(
                offered.contains(number)
                    ? "inside" : number < offered.lowerBound ? "below" : "above")
            values["expected"] = .flag(number == offered.upperBound)
            isGuess = !offered.contains(number)
        }
        facts.add(
            Fact(
                "version", at: observation.at, name,
                [hello?.evidence, Sighting(observation)].compactMap { $0 }, values))
        frames.begin(version: number)
        requests.version = number
    }

    private mutating func takeOddBytes(
        _ direction: Direction, _ observation: Observation, _ history: inout SourceHistory,
        _ facts: inout FactStore
    ) {
        if direction == .toGateway, hello == nil, !isMidStream {
            strange = strange ?? Sighting(observation)
            history.change(pastPlace) { $0.isStranger = true }
        }
        if direction == .toClient {
            if reply == nil, strayReply == nil { strayReply = Sighting(observation) }
            heard(observation)
        }
        let isBeforeReply: Bool? = reply == nil && isMidStream ? nil : reply == nil
        frames.take(observation, isBeforeReply: isBeforeReply, &facts)
    }

    // MARK: Messages

    private mutating func take(
        _ message: Message, _ observation: Observation, _ patterns: MessagePatterns,
        _ history: inout SourceHistory, _ facts: inout FactStore
    ) {
        // Of a session that began before the recording neither the version is known nor what came first.
        if isGuess || isMidStream && reply == nil {
            takeGuess(message, observation, &history)
            return
        }
        let isWanted = patterns.wants(message)
        frames.take(message, observation, isWanted: isWanted, &facts)
        var isAsked = false
        switch message.schema.direction {
        case .toGateway: takeRequest(message, observation, &history, &facts)
        case .toClient:
            heard(observation)
            if isWanted { isAsked = requests.takes(message) }
            takeAnswer(message, observation, &history, &facts)
        }
        if isWanted { addMessage(message, observation, patterns, isAsked: isAsked, &facts) }
    }

    /// Of a message that is only a guess, that it came is all that counts, unless it is an error: these
    /// read the same at each version, and many need no request to be understood.
    private mutating func takeGuess(
        _ message: Message, _ observation: Observation, _ history: inout SourceHistory
    ) {
        switch message.schema.direction {
        case .toClient:
            heard(observation)
            if !isGuess, message.name == "error" {
                requests.complain(message, observation, orders, &history, isGuess: true)
            } else {
                requests.messageCount += 1
            }
        case .toGateway:
            if isGuess || AnswerTable.wantsAnswer(message.name) {
                if muteSince == nil { muteSince = (observation.at, Sighting(observation)) }
                countMute(observation.at, Patience.ofServers)
            }
            if isGuess, message.name == "startApi" {
                startAPI = (observation.at, Sighting(observation), message["clientId"] ?? "")
            }
        }
    }

    private mutating func takeRequest(
        _ message: Message, _ observation: Observation, _ history: inout SourceHistory,
        _ facts: inout FactStore
    ) {
        if AnswerTable.wantsAnswer(message.name) {
            if muteSince == nil {
                muteSince = (observation.at, Sighting(observation))
                muteAfter = history.endBeside(name, at: observation.at)
            }
            countMute(observation.at, Patience.with(message.name))
        }
        if message.name == "startApi" {
            let clientID = message["clientId"] ?? ""
            sameID = history.sameID(clientID, before: name)
            startAPI = (observation.at, Sighting(observation), clientID)
            requests.clientID = clientID
            history.change(pastPlace) { $0.clientID = clientID }
            return
        }
        requestCount += 1
        if startAPI == nil, !isMidStream {
            earlyRequest = earlyRequest ?? Sighting(observation)
            history.change(pastPlace) { $0.isEarly = true }
        }
        if !isReady, !isMidStream {
            earlyRequestCount += 1
            earlyRequest = earlyRequest ?? Sighting(observation)
        }
        if message.name == "reqIds" { hasAskedIDs = true }
        orders.version = reply?.version
        orders.ask(message, observation, requests, into: &facts)
        requests.ask(message, observation, history: &history, into: &facts)
    }

    private mutating func takeAnswer(
        _ message: Message, _ observation: Observation, _ history: inout SourceHistory,
        _ facts: inout FactStore
    ) {
        switch message.name {
        case "managedAccounts" where accounts == nil:
            let list = message["accountsList"] ?? ""
            accounts = (
                observation.at, Sighting(observation), list.allSatisfy { $0 == "," || $0 == " " }
            )
            if startAPI == nil { isBeforeStart = true }
            if isReady { history.serve(pastPlace, at: observation.at) }
        case "nextValidId" where ids == nil: takeID(message, observation, &history)
        case "openOrder" where openOrderAt == nil:
            openOrderAt = (observation.at, Sighting(observation))
        default: break
        }
        // An order counts as placed once the gateway has said something of it.
        if message.name == "orderStatus", let id = message["orderId"].flatMap({ Int($0) }),
            orders.has(String(id))
        {
            history.hasOrders = true
            let client = startAPI?.clientID ?? ""
            history.highestOrderID[client] = max(history.highestOrderID[client] ?? id, id)
        }
        orders.answer(message, observation, into: &facts)
        requests.answer(message, observation, orders: orders, history: &history, into: &facts)
    }

    private mutating func takeID(
        _ message: Message, _ observation: Observation, _ history: inout SourceHistory
    ) {
        let value = message["orderId"].flatMap { Int($0) } ?? 0
        ids = (observation.at, Sighting(observation), value, hasAskedIDs)
        if startAPI == nil { isBeforeStart = true }
        let client = startAPI?.clientID ?? ""
        let known = [history.lastNextID[client], history.highestOrderID[client].map { $0 + 1 }]
            .compactMap { $0 }.max()
        if let known {
            idChange =
                value < known
                ? "lower" : value == known ? "same" : value >= known + 1000 ? "jump" : "higher"
        }
        isOneAgain = value == 1 && (history.hasOrders || known.map { $0 > 1 } ?? false)
        history.lastNextID[client] = max(history.lastNextID[client] ?? value, value)
        if accounts != nil { history.serve(pastPlace, at: observation.at) }
    }

    private mutating func countMute(_ at: SimInstant, _ patience: Duration) {
        muteCount += 1
        muteDueAt = min(muteDueAt ?? at + patience, at + patience)
    }

    private mutating func heard(_ observation: Observation) {
        muteSince = nil
        muteDueAt = nil
        muteCount = 0
        heardAt = observation.at
    }

    private mutating func addMessage(
        _ message: Message, _ observation: Observation, _ patterns: MessagePatterns, isAsked: Bool,
        _ facts: inout FactStore
    ) {
        let told = MessageAttributes(
            message: message, isAsked: isAsked ? true : isMidStream ? nil : false,
            isRepeated: frames.isRepeated, clientID: startAPI?.clientID)
        let numbers = patterns.matching(message) { told[$0] }
        guard !numbers.isEmpty else { return }
        guard facts.hasRoom(for: "message", on: name) else {
            facts.omit()
            return
        }
        facts.add(
            Fact(
                "message", at: observation.at, name, [Sighting(observation)], told.all,
                patterns: numbers))
    }
}

extension [Sighting] {
    /// Without those that stand in it twice, in the order of their numbers.
    var unique: [Sighting] {
        var seen: Set<Int> = []
        return filter { seen.insert($0.number).inserted }.sorted { $0.number < $1.number }
    }
}
