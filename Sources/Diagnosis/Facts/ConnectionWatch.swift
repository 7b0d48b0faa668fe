import EventLog
import GatewayWire
import Simulation

/// Follows one connection, and states its facts.
struct ConnectionWatch {
    /// A goodbye that is answered later than this is late.
    private static let promptly = Duration.seconds(1)

    let name: ConnectionName
    /// Which of the histories is its gateway's.
    let history: Int
    private let limits: DiagnosisLimits
    private let openedAt: SimInstant
    private let openedBy: Sighting
    private let before: [String: FactValue]

    private var opening = "accepted"
    private var isMidStream = false
    private var hello:
        (at: SimInstant, evidence: Sighting, versions: ClosedRange<Int>, isPadded: Bool)?
    private var isLegacy = false
    private var strange: Sighting?
    private var reply: (at: SimInstant, evidence: Sighting, version: Int)?
    private var strayReply: Sighting?
    private var startAPI: (at: SimInstant, evidence: Sighting, clientID: String)?
    private var sameID = (word: "never", gaveUp: false)
    private var accounts: (at: SimInstant, evidence: Sighting, isEmpty: Bool)?
    private var ids: (at: SimInstant, evidence: Sighting, value: Int, wasAsked: Bool)?
    private var idChange = "first"
    private var isOneAgain = false
    private var openOrderAt: (at: SimInstant, evidence: Sighting)?
    private var isBeforeStart = false
    private var earlyRequestCount = 0
    private var earlyRequest: Sighting?
    private var requestCount = 0
    private var muteSince: (at: SimInstant, evidence: Sighting)?
    private var muteCount = 0
    private var muteAfter = "nothing"
    private var hasAskedIDs = false
    private var isRefused = false

    private var clientEnd: (at: SimInstant, evidence: Sighting, isReset: Bool)?
    private var gatewayEnd: (at: SimInstant, evidence: Sighting, isReset: Bool)?
    private var isFinAcknowledged = false
    /// Segments to the gateway that were sent again and never acknowledged.
    private var resentCount = 0
    private var ending: ConnectionEnding?
    private var lastEvidence: Sighting
    private var isDone = false
    private var doneAt: SimInstant?
    /// The version is none that the client offered: what follows is guesswork.
    private var isGuess = false

    private var requests: RequestWatch
    private var orders: OrderWatch
    private var frames: FrameWatch
    private var windows = WindowWatch()

    init(
        _ name: ConnectionName, _ observation: Observation, history place: Int,
        of history: inout SourceHistory, _ limits: DiagnosisLimits
    ) {
        self.name = name
        self.history = place
        self.limits = limits
        openedAt = observation.at
        openedBy = Sighting(observation)
        lastEvidence = openedBy
        before = history.attributes(before: name, at: observation.at)
        history.add(name, at: observation.at)
        requests = RequestWatch(name, limits)
        orders = OrderWatch(name, limits)
        frames = FrameWatch(name)
    }

    private var isReady: Bool { accounts != nil && ids != nil }

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
            history.change(name) { $0.hasHello = true }
        case .legacyHello:
            isLegacy = true
            strange = strange ?? Sighting(observation)
            history.change(name) { $0.isStranger = true }
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
                history.change(name) { $0.isRefused = true }
            }
        case .gap, .phase, .run, .step, .expectation, .verdict, .omitted, .listening,
            .listenerClosed, .light, .lifecycle, .commanded, .fault, .faultIdle, .faultFailed,
            .note, .transport, .clientStarted, .clientLine, .clientEnded, .clientSignaled,
            .clientFed, .sockets, .runner:
            return
        }
        lastEvidence = Sighting(observation)
        if case .over = observation.event.kind { finish(at: at, history: history, into: &facts) }
    }

    // MARK: Handshake

    private mutating func take(
        _ version: VersionReply, _ observation: Observation, _ history: inout SourceHistory,
        _ facts: inout FactStore
    ) {
        reply = (observation.at, Sighting(observation), version.serverVersion)
        history.change(name) { $0.hasVersion = true }
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
            history.change(name) { $0.isStranger = true }
        }
        if direction == .toClient {
            if reply == nil, strayReply == nil { strayReply = Sighting(observation) }
            heard(observation, &history)
        }
        frames.take(
            observation, isBeforeReply: reply == nil && !isMidStream, hasHello: hello != nil,
            &facts)
    }

    // MARK: Messages

    private mutating func take(
        _ message: Message, _ observation: Observation, _ patterns: MessagePatterns,
        _ history: inout SourceHistory, _ facts: inout FactStore
    ) {
        if isGuess {
            takeGuess(message, observation, &history)
            return
        }
        let isWanted = patterns.wants(message)
        frames.take(message, observation, isWanted: isWanted, &facts)
        var isAsked = false
        switch message.schema.direction {
        case .toGateway: takeRequest(message, observation, &history, &facts)
        case .toClient:
            heard(observation, &history)
            if isWanted { isAsked = requests.takes(message) }
            takeAnswer(message, observation, &history, &facts)
        }
        if isWanted { addMessage(message, observation, patterns, isAsked: isAsked, &facts) }
    }

    /// Of a message that is only a guess, that it came is all that counts.
    private mutating func takeGuess(
        _ message: Message, _ observation: Observation, _ history: inout SourceHistory
    ) {
        switch message.schema.direction {
        case .toClient: heard(observation, &history)
        case .toGateway:
            if muteSince == nil { muteSince = (observation.at, Sighting(observation)) }
            muteCount += 1
            if message.name == "startApi" {
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
            muteCount += 1
        }
        if message.name == "startApi" {
            let clientID = message["clientId"] ?? ""
            sameID = history.sameID(clientID, before: name)
            startAPI = (observation.at, Sighting(observation), clientID)
            requests.clientID = clientID
            history.change(name) { $0.clientID = clientID }
            return
        }
        requestCount += 1
        if startAPI == nil, !isMidStream {
            earlyRequest = earlyRequest ?? Sighting(observation)
            history.change(name) { $0.isEarly = true }
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
            if isReady { history.serve(name, at: observation.at) }
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
        if accounts != nil { history.serve(name, at: observation.at) }
    }

    private mutating func heard(_ observation: Observation, _ history: inout SourceHistory) {
        muteSince = nil
        muteCount = 0
        history.hear(name, at: observation.at)
    }

    private mutating func addMessage(
        _ message: Message, _ observation: Observation, _ patterns: MessagePatterns, isAsked: Bool,
        _ facts: inout FactStore
    ) {
        let clauses = patterns.matching(message)
        guard !clauses.isEmpty else { return }
        var values: [String: FactValue] = [
            "type": .names([message.name]), "direction": .word(message.schema.direction.rawValue),
            "asked": .flag(isAsked), "surplus": .flag(!message.surplus.isEmpty),
            "bytes": .flag(message.hasBytes), "repeats": .flag(frames.isRepeated),
        ]
        if let owner = message["order.clientId"] ?? message["clientId"],
            let own = startAPI?.clientID
        {
            values["own"] = .flag(owner == own)
            values["foreign"] = .flag(owner != own)
        }
        facts.add(
            Fact(
                "message", at: observation.at, name, [Sighting(observation)], values,
                patterns: Set(clauses)))
    }

    // MARK: The end

    private mutating func end(
        _ direction: Direction, isReset: Bool, _ observation: Observation,
        _ history: inout SourceHistory, _ facts: inout FactStore
    ) {
        let end = (at: observation.at, evidence: Sighting(observation), isReset: isReset)
        let isFirst = clientEnd == nil && gatewayEnd == nil
        switch direction {
        case .toGateway: clientEnd = clientEnd ?? end
        case .toClient: gatewayEnd = gatewayEnd ?? end
        }
        history.change(name) { past in
            if direction == .toGateway {
                past.clientEnded = true
                past.clientEndedAt = past.clientEndedAt ?? observation.at
            } else {
                past.gatewayEnded = true
                past.gatewayEndedAt = past.gatewayEndedAt ?? observation.at
            }
            if isReset { past.isReset = past.isReset || isFirst }
            if isFirst { past.endedBy = direction }
            past.endedAt = observation.at
        }
        windows.end(direction, isReset: isReset, observation, on: name, &facts)
        if isFirst {
            requests.end(
                by: direction, isReset: isReset, observation.at, Sighting(observation), into: &facts
            )
            orders.end(
                by: direction, isReset: isReset, observation.at, Sighting(observation), into: &facts
            )
            frames.end(by: direction, isReset: isReset, observation, &facts)
        }
    }

    /// States what is known at the end of the connection, or of the source.
    mutating func finish(
        at: SimInstant, history: SourceHistory, into facts: inout FactStore
    ) {
        guard !isDone else { return }
        isDone = true
        doneAt = at
        let endAt = endAt(at)
        requests.finish(at: at, into: &facts)
        orders.finish(at: at, lastAnswerAt: requests.lastAnswerAt, into: &facts)
        frames.finish(at: at, into: &facts)
        windows.finish(at: at, on: name, &facts)
        if startAPI != nil || (reply != nil && !isMidStream) { facts.add(startFact(endAt: endAt)) }
    }

    private func endAt(_ last: SimInstant) -> SimInstant {
        min(clientEnd?.at ?? last, gatewayEnd?.at ?? last)
    }

    /// The connection as a whole; `nil` until it is finished.
    ///
    /// - Parameter history: With what came after it.
    func connectionFact(_ history: SourceHistory) -> Fact? {
        guard let doneAt else { return nil }
        let endAt = endAt(doneAt)
        var values = before
        values["silent-before"] = .count(history.silent(before: name, openedAt))
        values["mute-after"] = .word(muteAfter)
        values["kept-before"] = .count(history.kept(before: name, openedAt, until: endAt))
        var opening = opening
        if isRefused { opening = "refused" }
        if case .unanswered = ending { opening = "unanswered" }
        values["opening"] = .word(opening)
        values["hello"] = .word(helloWord)
        values["started"] = .word(startedWord)
        let first: (by: String, isReset: Bool)? =
            switch (clientEnd, gatewayEnd) {
            case (nil, nil): nil
            case (let client?, nil): ("client", client.isReset)
            case (nil, let gateway?): ("gateway", gateway.isReset)
            case (let client?, let gateway?):
                client.evidence.number < gateway.evidence.number
                    ? ("client", client.isReset) : ("gateway", gateway.isReset)
            }
        values["ended-by"] = .word(first?.by ?? "nobody")
        values["ended-with"] = .word(first.map { $0.isReset ? "rst" : "fin" } ?? "nothing")
        values["ended-in"] = .word(
            isReady || isMidStream
                ? "session" : reply != nil ? "start" : hello != nil ? "hello" : "accept")
        values["goodbye"] = .word(goodbyeWord(first?.by))
        values["nth"] = .count((history.order.firstIndex(of: name) ?? 0) + 1)
        values["lasted"] = .duration(endAt - openedAt)
        values["requests"] = .count(requestCount)
        values["mute-requests"] = .count(muteCount)
        if let muteSince { values["mute-for"] = .duration(max(.zero, endAt - muteSince.at)) }
        values["resent"] = .count(resentCount)
        values["early-requests"] = .count(earlyRequestCount)
        values["pending"] = .count(requests.pendingAtEnd)
        if let hello { values["after-hello"] = .duration(endAt - hello.at) }
        if let startAPI { values["after-start"] = .duration(endAt - startAPI.at) }
        let waitedSince =
            reply == nil ? hello?.at ?? openedAt : isReady ? muteSince?.at : startAPI?.at
        if let waitedSince { values["waited"] = .duration(max(.zero, endAt - waitedSince)) }
        values["beside"] = .word(history.beside(name, since: hello?.at ?? openedAt))
        values["served-after"] = .flag(history.lastServedAt.map { $0 > endAt } ?? false)
        values["same-id-before"] = .word(sameID.word)
        values["gave-up-before"] = .flag(sameID.gaveUp)
        var evidence = [openedBy, hello?.evidence, strange, reply?.evidence ?? strayReply]
            .compactMap { $0 }
        if !isReady { evidence += [startAPI?.evidence].compactMap { $0 } }
        if let earlyRequest { evidence.append(earlyRequest) }
        if let muteSince { evidence.append(muteSince.evidence) }
        evidence += [clientEnd?.evidence, gatewayEnd?.evidence].compactMap { $0 }
        evidence.append(lastEvidence)
        return Fact("connection", at: openedAt, name, evidence.unique, values)
    }

    private var helloWord: String {
        if reply != nil { return "answered" }
        if isLegacy { return "legacy" }
        if strange != nil { return "odd" }
        guard let hello else { return isMidStream ? "answered" : "none" }
        if strayReply != nil { return "misanswered" }
        return hello.isPadded ? "padded" : "unanswered"
    }

    private var startedWord: String {
        if isReady || (isMidStream && startAPI == nil) { return "answered" }
        if accounts != nil || ids != nil { return "partly" }
        return startAPI == nil ? "none" : "unanswered"
    }

    private func goodbyeWord(_ first: String?) -> String {
        guard let clientEnd, !clientEnd.isReset, first == "client" else { return "none" }
        if let gatewayEnd {
            return gatewayEnd.at - clientEnd.at < Self.promptly ? "answered" : "late"
        }
        if case .halfClosed(.toGateway, _, let isAcknowledged) = ending, !isAcknowledged {
            return "unacknowledged"
        }
        // When the source ends at once, nothing is known.
        return doneAt.map { $0 - clientEnd.at >= Self.promptly } ?? false ? "unanswered" : "none"
    }

    private func startFact(endAt: SimInstant) -> Fact {
        var values: [String: FactValue] = [
            "accounts": .word(accounts.map { $0.isEmpty ? "empty" : "listed" } ?? "none"),
            "ids": .word(ids.map { $0.wasAsked ? "asked" : "given" } ?? "none"),
            "notices": .codes(requests.startNotices),
            "answers": .count(requests.answeredCount),
            "ids-before-start": .flag(isBeforeStart),
        ]
        if let hello, let reply { values["version-after"] = .duration(reply.at - hello.at) }
        if let startAPI {
            if let accounts { values["accounts-after"] = .duration(accounts.at - startAPI.at) }
            if let ids { values["ids-after"] = .duration(ids.at - startAPI.at) }
        }
        if let ids {
            values["id"] = .count(ids.value)
            values["id-change"] = .word(idChange)
            values["one-again"] = .flag(isOneAgain)
            if let notice = requests.firstNoticeAt {
                values["notices-after"] = .duration(notice - ids.at)
            }
            values["notices-lack"] = .flag(
                requests.firstNoticeAt == nil && endAt - ids.at >= .milliseconds(50))
        }
        if let quickest = requests.quickest { values["answers-after"] = .duration(quickest) }
        if let openOrderAt, let accounts {
            values["orders-first"] = .flag(
                openOrderAt.at <= accounts.at
                    && openOrderAt.evidence.number < accounts.evidence.number)
        }
        var evidence = [startAPI?.evidence, accounts?.evidence, ids?.evidence].compactMap { $0 }
        if evidence.isEmpty { evidence = [reply?.evidence].compactMap { $0 } }
        if let openOrderAt, case .flag(true)? = values["orders-first"] {
            evidence.append(openOrderAt.evidence)
        }
        return Fact("start", at: startAPI?.at ?? openedAt, name, evidence.unique, values)
    }
}

extension [Sighting] {
    /// Without those that stand in it twice, in the order of their numbers.
    var unique: [Sighting] {
        var seen: Set<Int> = []
        return filter { seen.insert($0.number).inserted }.sorted { $0.number < $1.number }
    }
}

/// The time in a version reply.
enum ConnectionTime {
    /// `usual`, `none`, `bytes`, `name` or `fold`, as the vocabulary explains them.
    static func word(_ text: String) -> String {
        guard text.utf8.allSatisfy({ $0 < 128 }) else { return "bytes" }
        guard text.contains(":") else { return "none" }
        if isFold(text) { return "fold" }
        return text.split(separator: " ").count > 3 ? "name" : "usual"
    }

    /// Whether it is in an hour that New York's clocks show twice, or never.
    static func isFold(_ text: String) -> Bool {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "-" })
        guard parts.count >= 2, parts[0].count == 8, let date = Int(parts[0]),
            ["US/Eastern", "EST", "EDT"].contains(where: { text.holds(part: $0) })
        else { return false }
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
        let hour = parts[1].prefix(2)
        // The second Sunday of March, and the first of November.
        if month == 3, hour == "02" { return day == firstSunday(year, 3) + 7 }
        if month == 11, hour == "01" { return day == firstSunday(year, 11) }
        return false
    }

    private static func firstSunday(_ year: Int, _ month: Int) -> Int {
        let first = UTCTime.days(year: Int64(year), month: Int64(month), day: 1)
        return Int(7 - UTCTime.weekday(days: first)) % 7 + 1
    }
}

extension Message {
    /// Whether a text of it is no UTF-8.
    var hasBytes: Bool {
        values.contains { value in
            if case .bytes = value { true } else { false }
        }
    }
}
