import EventLog
import GatewayWire
import Simulation

/// Follows the requests of one connection, and the errors and notices on it.
struct RequestWatch {
    /// Notices about farms.
    private static let farmCodes: Set<Int> = [2103, 2104, 2105, 2106, 2107, 2108, 2119, 2157, 2158]

    /// A fill that was told so long ago may be of another day, whose executions are not listed.
    private static let sameDay = Duration.seconds(3600)

    struct Complaint {
        let at: SimInstant
        let evidence: Sighting
        let code: Int
        let text: String
        let request: Int?
        let to: String
        let nth: Int
        /// Not told where requests may have come before the recording.
        let rate: Int?
        let isAgain: Bool
        let letters: String
        let hasSurplus: Bool
        let rowsBefore: Int
        let messageNumber: Int
    }

    let name: ConnectionName
    let limits: DiagnosisLimits
    var version: Int?
    var clientID: String?
    /// Symbols that the gateway has named by itself.
    var symbols: Set<String> = []

    var followed: [Int: Followed] = [:]
    private var nextNumber = 0
    private var byID: [String: Int] = [:]
    /// By their ids, where these are plain numbers.
    var byNumber = NumberedRequests()
    /// Requests without an id that are not settled, oldest first.
    var waiting: [Int] = []
    private var lastAskedAt: [String: SimInstant] = [:]
    var complaints: [Complaint] = []
    private var codeCounts: [Int: Int] = [:]
    private(set) var noticeCodes: Set<Int> = []
    private(set) var startNotices: Set<Int> = []
    private(set) var firstNoticeAt: SimInstant?
    private(set) var answeredCount = 0
    private(set) var quickest: Duration?
    var lastAnswerAt: SimInstant?
    /// What came last to requests that are no longer followed.
    var lastForgottenRow: Sighting?
    var pendingAtEnd = 0
    /// When a fill was told last, other than by a completed order.
    private var lastFillAt: SimInstant?
    var messageCount = 0
    /// Messages of the client in each of the last ten seconds.
    private var seconds: [(index: Int64, count: Int)] = []
    var endedBy: Direction?

    init(_ name: ConnectionName, _ limits: DiagnosisLimits) {
        self.name = name
        self.limits = limits
    }

    // MARK: Questions

    mutating func ask(
        _ message: Message, _ observation: Observation, history: inout SourceHistory,
        into facts: inout FactStore
    ) {
        count(observation.at)
        if AnswerTable.cancels.contains(message.name) {
            cancel(message, observation)
            return
        }
        if message.name == "reqAccountUpdates", message["subscribe"] == "0" {
            settleByName("reqAccountUpdates", observation)
            return
        }
        let id = AnswerTable.byID[message.name] == nil ? nil : message.requestID
        guard let entry = AnswerTable.byID[message.name] ?? AnswerTable.byName[message.name] else {
            return
        }
        if followed.count >= limits.maxFollowed { makeRoom(into: &facts) }
        let number = nextNumber
        nextNumber += 1
        followed[number] = Followed(
            message, id: id, entry, observation, isBeforeNotices: firstNoticeAt == nil,
            noticesBefore: noticeCodes,
            since: lastAskedAt[message.name].map { observation.at - $0 },
            isAfterFill: lastFillAt.map { observation.at - $0 <= Self.sameDay } ?? false)
        lastAskedAt[message.name] = observation.at
        if let id {
            byID[id] = number
            if let plain = Int(id), String(plain) == id { byNumber[plain] = followed[number] }
        } else {
            waiting.append(number)
        }
    }

    private mutating func count(_ at: SimInstant) {
        let index = at.nanoseconds / 1_000_000_000
        if seconds.last?.index != index { seconds.append((index, 0)) }
        seconds[seconds.count - 1].count += 1
        seconds.removeAll { $0.index < index - 10 }
    }

    var rate: Int { seconds.map(\.count).max() ?? 0 }

    /// Whether an open request takes the message.
    func takes(_ message: Message) -> Bool { number(for: message) != nil }

    func number(for message: Message) -> Int? {
        if let id = message.requestID, let number = byID[id], let request = followed[number],
            request.entry.rows.contains(message.name) || request.entry.end == message.name
                || (message.name == "tickSnapshotEnd" && request.isSnapshot)
        {
            return number
        }
        guard let askers = AnswerTable.asking[message.name] else { return nil }
        return waiting.first { followed[$0].map { askers.contains($0.name) } ?? false }
    }

    mutating func cancel(_ message: Message, _ observation: Observation) {
        guard let id = message.requestID else {
            if message.name == "cancelPositions" { settleByName("reqPositions", observation) }
            return
        }
        guard let number = byID[id], followed[number]?.entry.cancel == message.name else { return }
        if followed[number]?.cancelledAt == nil {
            followed[number]?.cancelledAt = observation.at
            followed[number]?.cancelledBy = Sighting(observation)
        }
    }

    private mutating func settleByName(_ name: String, _ observation: Observation) {
        for number in waiting where followed[number]?.name == name {
            followed[number]?.cancelledAt = observation.at
        }
        waiting.removeAll { followed[$0]?.name == name }
    }

    // MARK: Answers

    mutating func answer(
        _ message: Message, _ observation: Observation, orders: OrderWatch,
        history: inout SourceHistory, into facts: inout FactStore
    ) {
        if message.name == "error" {
            complain(message, observation, orders, &history)
            return
        }
        messageCount += 1
        if message.name == "execDetails" {
            // What a request for executions brings has happened before.
            let isUnasked = (message["reqId"].flatMap { Int($0) } ?? -1) < 0
            if isUnasked { noteExecution(observation.at) } else { lastFillAt = observation.at }
        }
        if message.name == "orderStatus", message.isPositive("filled") {
            lastFillAt = observation.at
        }
        if AnswerTable.mayNameSymbol(message.schema), symbols.count < limits.maxFollowed,
            let symbol = message["contract.symbol"]
        {
            symbols.insert(symbol)
        }
        guard let number = number(for: message), let request = followed[number] else { return }
        let at = observation.at
        if request.answer.firstAt == nil {
            answeredCount += 1
            let wait = at - request.at
            quickest = min(quickest ?? wait, wait)
        }
        lastAnswerAt = at
        var isWhole = true
        if request.rowIDs.contains(message.schema.id) {
            let owner = AnswerTable.mayNameOwner(message.schema) ? message["order.clientId"] : nil
            request.takeRow(
                at: at, isForeign: owner.map { $0 != clientID } ?? false,
                isHistoryUpdate: message.name == "historicalDataUpdate")
            request.answer.lastBy.see(observation)
            if message.name == "completedOrder", message.isPositive("order.filledQuantity") {
                request.answer.tellsFill = true
            }
            isWhole = !needsEnd(request) && !request.isSnapshot
        } else {
            request.takeEnd(at: at)
        }
        // Account updates go on behind the end of their download.
        if isWhole, request.settle(observation), request.name != "reqAccountUpdates" {
            waiting.removeAll { $0 == number }
        }
    }

    /// An execution changes the account, of which the updates tell.
    mutating func noteExecution(_ at: SimInstant) {
        lastFillAt = at
        for number in waiting where followed[number]?.name == "reqAccountUpdates" {
            guard followed[number]?.answer.doneAt != nil,
                followed[number]?.answer.executionAt == nil
            else {
                continue
            }
            followed[number]?.answer.executionAt = at
        }
    }

    func needsEnd(_ request: Followed) -> Bool {
        guard let end = request.entry.end else { return false }
        return end != "historicalDataEnd" || version.map { $0 >= 196 } ?? false
    }

    /// - Parameter isGuess: The message was read at a guessed version.
    mutating func complain(
        _ message: Message, _ observation: Observation, _ orders: OrderWatch,
        _ history: inout SourceHistory, isGuess: Bool = false
    ) {
        messageCount += 1
        let code = message["errorCode"].flatMap { Int($0) } ?? 0
        let id = message["reqId"].flatMap { Int($0) } ?? -1
        codeCounts[code, default: 0] += 1
        var to = "none"
        var number: Int?
        if id < 0 {
            noticeCodes.insert(code)
            if Self.farmCodes.contains(code) {
                firstNoticeAt = firstNoticeAt ?? observation.at
                if answeredCount == 0 { startNotices.insert(code) }
            }
            for open in followed.keys where !(followed[open]?.isEnded ?? true) {
                followed[open]?.notices.insert(code)
                followed[open]?.answer.silentSince.insert(code)
            }
        } else if orders.has(String(id)) {
            to = "placeOrder"
        } else if let found = byID[String(id)] {
            number = found
            to = followed[found]?.name ?? "other"
            followed[found]?.codes.insert(code)
            if followed[found]?.answer.doneAt == nil, followed[found]?.answer.rows == 0 {
                followed[found]?.answer.doneAt = observation.at
                followed[found]?.answer.doneBy = Sighting(observation)
            }
        } else {
            to = "other"
        }
        let refusal = "\(code) \(to)"
        let isAgain = history.refusals[refusal].map { !$0.isSubset(of: [name]) } ?? false
        if history.refusals.count < limits.maxFollowed {
            history.refusals[refusal, default: []].insert(name)
        }
        guard complaints.count < limits.maxFactsOfAWord else { return }
        complaints.append(
            Complaint(
                at: observation.at, evidence: Sighting(observation), code: code,
                text: message["errorString"] ?? "", request: number, to: to,
                nth: codeCounts[code] ?? 1, rate: isGuess ? nil : rate, isAgain: isAgain,
                letters: message.letters(of: "errorString"),
                hasSurplus: !isGuess && !message.surplus.isEmpty,
                rowsBefore: number.flatMap { followed[$0]?.answer.rows } ?? 0,
                messageNumber: messageCount))
    }
}
