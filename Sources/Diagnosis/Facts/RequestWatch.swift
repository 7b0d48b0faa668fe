import EventLog
import GatewayWire
import Simulation

/// Follows the requests of one connection, and the errors and notices on it.
struct RequestWatch {
    /// Notices about farms.
    private static let farmCodes: Set<Int> = [2103, 2104, 2105, 2106, 2107, 2108, 2119, 2157, 2158]

    /// A request; a reference, so that looking at one copies nothing.
    final class Followed {
        let name: String
        let id: String?
        let entry: AnswerTable.Entry
        let at: SimInstant
        let evidence: Sighting
        /// The contract or account that it is about.
        let subject: String
        let symbol: String
        let secType: String
        let isSubscription: Bool
        let isSnapshot: Bool
        let isKeptUp: Bool
        let isBeforeNotices: Bool
        let noticesBefore: Set<Int>
        let since: Duration?
        var rows = 0
        var foreign = 0
        var updates = 0
        var codes: Set<Int> = []
        var firstAt: SimInstant?
        var lastAt: SimInstant?
        var lastBy: Sighting?
        var doneAt: SimInstant?
        var doneBy: Sighting?
        var cancelledAt: SimInstant?
        var cancelledBy: Sighting?
        var afterCancel = 0
        var tailAt: SimInstant?
        var gaps: [Duration] = []
        /// Of account updates: the first execution that none of them has followed.
        var executionAt: SimInstant?
        var unreflected = Duration.zero
        var notices: Set<Int> = []
        /// Codes without an id since its last message.
        var silentSince: Set<Int> = []
        var cut = "no"
        var endAt: SimInstant?
        var endBy: Sighting?

        init(
            _ message: Message, id: String?, _ entry: AnswerTable.Entry,
            _ observation: Observation, isBeforeNotices: Bool, noticesBefore: Set<Int>,
            since: Duration?
        ) {
            name = message.name
            self.id = id
            self.entry = entry
            at = observation.at
            evidence = Sighting(observation)
            subject = message.subject
            symbol = message["contract.symbol"] ?? ""
            secType = message["contract.secType"] ?? ""
            isKeptUp = message["keepUpToDate"] == "1"
            isSnapshot = message["snapshot"] == "1" || message["regulatorySnapshot"] == "1"
            isSubscription =
                (entry.isSubscription && !isSnapshot) || isKeptUp || name == "reqAccountUpdates"
            self.isBeforeNotices = isBeforeNotices
            self.noticesBefore = noticesBefore
            self.since = since
        }

        func takeAnswer(of other: Followed) {
            (rows, updates, foreign) = (other.rows, other.updates, other.foreign)
            (firstAt, lastAt, lastBy) = (other.firstAt, other.lastAt, other.lastBy)
            (doneAt, doneBy) = (other.doneAt, other.doneBy)
        }

        func loseAnswer() {
            (rows, updates, foreign) = (0, 0, 0)
            (firstAt, lastAt, lastBy, doneAt, doneBy) = (nil, nil, nil, nil, nil)
        }

        func reflect(_ at: SimInstant) {
            if let executionAt { unreflected = max(unreflected, at - executionAt) }
            executionAt = nil
        }

        /// Takes a row or the end of its answer.
        ///
        /// - Returns: Whether nothing more is due.
        func take(
            _ message: Message, _ observation: Observation, isForeign: Bool, needsEnd: Bool
        ) -> Bool {
            let at = observation.at
            if firstAt == nil { firstAt = at }
            if cancelledAt != nil {
                afterCancel += 1
                tailAt = at
            }
            guard entry.rows.contains(message.name) else {
                if lastAt == nil { lastAt = at }
                return true
            }
            rows += 1
            if isForeign { foreign += 1 }
            if let lastAt { add(gap: at - lastAt) }
            lastAt = at
            reflect(at)
            if !silentSince.isEmpty { silentSince = [] }
            lastBy = Sighting(observation)
            if isSubscription, !isKeptUp || message.name == "historicalDataUpdate" { updates += 1 }
            return !needsEnd && !isSnapshot
        }

        /// - Returns: False when it was settled before.
        func settle(_ observation: Observation) -> Bool {
            guard doneAt == nil else { return false }
            doneAt = observation.at
            doneBy = Sighting(observation)
            return true
        }

        /// The two longest pauses are enough to judge them.
        func add(gap: Duration) {
            if gaps.count == 3, gap <= gaps[2] { return }
            gaps.append(gap)
            gaps.sort(by: >)
            if gaps.count > 3 { gaps.removeLast() }
        }
    }

    private struct Complaint {
        let at: SimInstant
        let evidence: Sighting
        let code: Int
        let text: String
        let request: Int?
        let to: String
        let nth: Int
        let rate: Int
        let isAgain: Bool
        let letters: String
        let hasSurplus: Bool
        let rowsBefore: Int
        let messageNumber: Int
    }

    private let name: ConnectionName
    private let limits: DiagnosisLimits
    var version: Int?
    var clientID: String?
    /// Symbols that the gateway has named by itself.
    private var symbols: Set<String> = []

    private var followed: [Int: Followed] = [:]
    private var nextNumber = 0
    private var byID: [String: Int] = [:]
    /// Requests without an id that are not settled, oldest first.
    private var waiting: [Int] = []
    private var lastAskedAt: [String: SimInstant] = [:]
    private var complaints: [Complaint] = []
    private var codeCounts: [Int: Int] = [:]
    private(set) var noticeCodes: Set<Int> = []
    private(set) var startNotices: Set<Int> = []
    private(set) var firstNoticeAt: SimInstant?
    private(set) var answeredCount = 0
    private(set) var quickest: Duration?
    private(set) var lastAnswerAt: SimInstant?
    private(set) var pendingAtEnd = 0
    private var messageCount = 0
    /// Messages of the client in each of the last ten seconds.
    private var seconds: [(index: Int64, count: Int)] = []
    private var endedBy: Direction?

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
            since: lastAskedAt[message.name].map { observation.at - $0 })
        lastAskedAt[message.name] = observation.at
        if let id {
            byID[id] = number
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

    private var rate: Int { seconds.map(\.count).max() ?? 0 }

    /// Whether an open request takes the message.
    func takes(_ message: Message) -> Bool { number(for: message) != nil }

    private func number(for message: Message) -> Int? {
        if let id = message.requestID, let number = byID[id], let request = followed[number],
            request.entry.rows.contains(message.name) || request.entry.end == message.name
                || (message.name == "tickSnapshotEnd" && request.isSnapshot)
        {
            return number
        }
        guard let askers = AnswerTable.asking[message.name] else { return nil }
        return waiting.first { followed[$0].map { askers.contains($0.name) } ?? false }
    }

    private mutating func cancel(_ message: Message, _ observation: Observation) {
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
        messageCount += 1
        if message.name == "error" {
            complain(message, observation, orders, &history)
            return
        }
        // What a request for executions brings has happened before.
        if message.name == "execDetails", (message["reqId"].flatMap { Int($0) } ?? -1) < 0 {
            noteExecution(observation.at)
        }
        if AnswerTable.mayNameSymbol(message.schema), symbols.count < limits.maxFollowed,
            let symbol = message["contract.symbol"]
        {
            symbols.insert(symbol)
        }
        guard let number = number(for: message), let request = followed[number] else { return }
        let at = observation.at
        if request.firstAt == nil {
            answeredCount += 1
            let wait = at - request.at
            quickest = min(quickest ?? wait, wait)
        }
        lastAnswerAt = at
        let owner = AnswerTable.mayNameOwner(message.schema) ? message["order.clientId"] : nil
        let isForeign = owner.map { $0 != clientID } ?? false
        let isWhole = request.take(
            message, observation, isForeign: isForeign, needsEnd: needsEnd(request))
        // Account updates go on behind the end of their download.
        if isWhole, request.settle(observation), request.name != "reqAccountUpdates" {
            waiting.removeAll { $0 == number }
        }
    }

    /// An execution changes the account, of which the updates tell.
    private mutating func noteExecution(_ at: SimInstant) {
        for number in waiting where followed[number]?.name == "reqAccountUpdates" {
            guard followed[number]?.doneAt != nil, followed[number]?.executionAt == nil else {
                continue
            }
            followed[number]?.executionAt = at
        }
    }

    private func needsEnd(_ request: Followed) -> Bool {
        guard let end = request.entry.end else { return false }
        return end != "historicalDataEnd" || version.map { $0 >= 196 } ?? false
    }

    private mutating func complain(
        _ message: Message, _ observation: Observation, _ orders: OrderWatch,
        _ history: inout SourceHistory
    ) {
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
                followed[open]?.silentSince.insert(code)
            }
        } else if orders.has(String(id)) {
            to = "placeOrder"
        } else if let found = byID[String(id)] {
            number = found
            to = followed[found]?.name ?? "other"
            followed[found]?.codes.insert(code)
            if followed[found]?.doneAt == nil, followed[found]?.rows == 0 {
                followed[found]?.doneAt = observation.at
                followed[found]?.doneBy = Sighting(observation)
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
                nth: codeCounts[code] ?? 1, rate: rate, isAgain: isAgain,
                letters: message.letters(of: "errorString"),
                hasSurplus: !message.surplus.isEmpty,
                rowsBefore: number.flatMap { followed[$0]?.rows } ?? 0,
                messageNumber: messageCount))
    }

    // MARK: The end

    mutating func end(
        by direction: Direction, isReset: Bool, _ at: SimInstant, _ evidence: Sighting,
        into facts: inout FactStore
    ) {
        endedBy = direction
        for number in followed.keys where !(followed[number]?.isEnded ?? true) {
            followed[number]?.endAt = at
            followed[number]?.endBy = evidence
            if followed[number]?.doneAt == nil {
                pendingAtEnd += 1
                if direction == .toClient { followed[number]?.cut = isReset ? "rst" : "fin" }
            }
        }
    }

    mutating func finish(at: SimInstant, into facts: inout FactStore) {
        for number in followed.keys where !(followed[number]?.isEnded ?? true) {
            followed[number]?.endAt = at
        }
        for name in AnswerTable.byName.keys.sorted() { assignAnew(name) }
        if endedBy == nil { pendingAtEnd = followed.values.count { $0.doneAt == nil } }
        let all = followed.sorted { $0.key < $1.key }.map(\.value)
        for request in all { state(request, among: all, into: &facts) }
        for complaint in complaints { state(complaint, into: &facts) }
    }

    /// Without an id the oldest question takes the answer.
    ///
    /// When a later one of its kind then has none, and
    /// was asked before the answer came, the answer was that one's.
    private mutating func assignAnew(_ name: String) {
        let alike = followed.filter { $0.value.name == name }.keys.sorted()
        for (earlier, later) in zip(alike, alike.dropFirst()) {
            guard let one = followed[earlier], let other = followed[later],
                let firstAt = one.firstAt, other.firstAt == nil, firstAt >= other.at
            else { continue }
            other.takeAnswer(of: one)
            one.loseAnswer()
        }
    }

    /// States the oldest that are settled, so that new ones can be followed.
    private mutating func makeRoom(into facts: inout FactStore) {
        let all = followed.sorted { $0.key < $1.key }
        let settled = all.filter { $0.value.isEnded || $0.value.doneAt != nil }
        for (number, request) in (settled.isEmpty ? all : settled).prefix(limits.maxFollowed / 2) {
            state(request, among: [], into: &facts)
            followed[number] = nil
            waiting.removeAll { $0 == number }
        }
    }

    private func state(
        _ request: Followed, among all: [Followed], into facts: inout FactStore
    ) {
        let endAt = request.cancelledAt ?? request.endAt ?? request.doneAt ?? request.at
        facts.add(requestFact(request, among: all, endAt: endAt))
        if request.isSubscription { facts.add(subscriptionFact(request, among: all, endAt: endAt)) }
    }

    private func requestFact(
        _ request: Followed, among all: [Followed], endAt: SimInstant
    ) -> Fact {
        let settledAt = request.doneAt ?? endAt
        var values: [String: FactValue] = [
            "type": .names([request.name]), "answer": .word(answerWord(request)),
            "rows": .count(request.rows), "foreign": .count(request.foreign),
            "code": .codes(request.codes),
            "waited": .duration(max(.zero, min(settledAt, endAt) - request.at)),
            "before-notices": .flag(request.isBeforeNotices),
            "notices-before": .codes(request.noticesBefore),
            "cancelled": .flag(request.cancelledAt != nil), "kept-up": .flag(request.isKeptUp),
            "snapshot": .flag(request.isSnapshot), "sec-type": .names([request.secType]),
            "cut": .word(request.cut),
        ]
        if let firstAt = request.firstAt { values["first-after"] = .duration(firstAt - request.at) }
        if let doneAt = request.doneAt { values["done-after"] = .duration(doneAt - request.at) }
        if let since = request.since { values["within"] = .duration(since) }
        let until = request.doneAt ?? endAt
        let others = all.filter {
            $0.name != request.name && $0.at <= until
                && $0.evidence.number != request.evidence.number
                && ($0.endAt ?? until) >= request.at
                && !$0.isBeforeNotices == !request.isBeforeNotices
        }
        let isAnswered = others.contains {
            $0.firstAt.map { $0 >= request.at && $0 <= until } ?? false
        }
        values["others"] = .word(others.isEmpty ? "none" : isAnswered ? "answered" : "unanswered")
        values["others-after"] = .flag(
            others.contains {
                $0.at > request.at && ($0.firstAt.map { $0 <= until } ?? false)
            })
        let alike = all.filter {
            $0.name == request.name && $0.evidence.number > request.evidence.number
        }
        values["alike"] = .word(
            alike.isEmpty
                ? "none" : alike.contains { $0.firstAt != nil } ? "answered" : "unanswered")
        values["alike-before"] = .flag(
            all.contains {
                $0.name == request.name && $0.evidence.number < request.evidence.number
                    && $0.firstAt != nil
            })
        values["refused-beside"] = .flag(
            all.contains { $0.name == request.name && !$0.codes.isEmpty && $0.rows == 0 })
        let evidence = [
            request.evidence, request.doneBy, request.cancelledBy,
            request.doneBy == nil ? request.endBy : nil,
        ]
        return Fact("request", at: request.at, name, evidence.compactMap { $0 }.unique, values)
    }

    private func answerWord(_ request: Followed) -> String {
        if request.rows == 0, !request.codes.isEmpty, request.firstAt == nil { return "error" }
        guard let firstAt = request.firstAt else { return "none" }
        if let given = request.cancelledAt ?? request.endAt, firstAt > given { return "late" }
        let needsEnd = needsEnd(request) || request.isSnapshot
        if request.rows == 0 { return "end" }
        return needsEnd && request.doneAt == nil ? "rows" : "whole"
    }

    private func subscriptionFact(
        _ request: Followed, among all: [Followed], endAt: SimInstant
    ) -> Fact {
        let lastAt = request.lastAt ?? request.at
        let silent = max(.zero, endAt - lastAt)
        // What a gateway has at hand comes at once. Only what follows is a stream.
        let isStream = (request.gaps.first ?? .zero) >= .milliseconds(20)
        let longest = request.gaps.first ?? .zero
        let second = request.gaps.dropFirst().first ?? .zero
        let beside = all.filter {
            $0.isSubscription && $0.evidence.number != request.evidence.number && $0.at <= endAt
                && ($0.endAt ?? endAt) >= lastAt
        }
        let isLive = beside.contains { other in
            other.lastAt.map { $0 > lastAt + .milliseconds(600) } ?? false
        }
        let anew = all.filter {
            $0.name == request.name && $0.subject == request.subject
                && $0.evidence.number > request.evidence.number
        }
        var values: [String: FactValue] = [
            "type": .names([request.name]), "updates": .count(request.updates),
            "silent": .duration(silent),
            "stopped": .flag(
                request.updates >= 5 && isStream && silent >= .seconds(1) && silent >= longest * 10),
            "others": .word(beside.isEmpty ? "none" : isLive ? "live" : "silent"),
            "answers-beside": .flag(
                all.contains {
                    !$0.isSubscription
                        && ($0.firstAt.map { $0 > lastAt + .milliseconds(50) && $0 <= endAt }
                            ?? false)
                }),
            "gap": .duration(longest),
            "gapped": .flag(
                longest >= .seconds(1) && longest >= second * 3 && request.updates >= 3),
            "after-cancel": .count(request.afterCancel), "code": .codes(request.codes),
            "anew": .word(
                anew.isEmpty
                    ? "none" : anew.contains { $0.firstAt != nil } ? "answered" : "unanswered"),
            "notices": .codes(request.notices), "silent-since": .codes(request.silentSince),
        ]
        if request.name == "reqAccountUpdates" {
            let last = request.executionAt.map { endAt - $0 } ?? .zero
            values["unreflected"] = .duration(max(request.unreflected, last))
        }
        if let cancelledAt = request.cancelledAt, let tailAt = request.tailAt {
            values["tail"] = .duration(tailAt - cancelledAt)
        }
        let evidence = [request.evidence, request.lastBy, request.cancelledBy ?? request.endBy]
        return Fact(
            "subscription", at: request.at, name, evidence.compactMap { $0 }.unique, values)
    }

    private func state(_ complaint: Complaint, into facts: inout FactStore) {
        let rows = complaint.request.flatMap { followed[$0]?.rows } ?? 0
        let values: [String: FactValue] = [
            "code": .codes([complaint.code]), "to": .names([complaint.to]),
            "text": .text(complaint.text),
            "data": .word(
                rows > complaint.rowsBefore ? "after" : complaint.rowsBefore > 0 ? "before" : "none"
            ),
            "nth": .count(complaint.nth), "rate": .count(complaint.rate),
            "again": .flag(complaint.isAgain),
            "letters": .word(complaint.letters), "surplus": .flag(complaint.hasSurplus),
            "goodbye": .flag(
                endedBy == .toClient && complaint.messageNumber == messageCount),
            "known": .flag(
                complaint.request.flatMap { followed[$0] }.map { symbols.contains($0.symbol) }
                    ?? false),
        ]
        var evidence = [complaint.evidence]
        if let number = complaint.request, let request = followed[number] {
            evidence.append(request.evidence)
        }
        facts.add(Fact("error", at: complaint.at, name, evidence.unique, values))
    }
}

extension RequestWatch.Followed {
    /// The client cancelled it, or the connection ended.
    var isEnded: Bool { endAt != nil }
}

extension Message {
    /// The id by which a request and its answers belong together.
    var requestID: String? { schema.requestID(in: values) }

    /// What a request is about: its contract, or its account.
    var subject: String {
        ["contract.conId", "contract.symbol", "contract.secType", "acctCode", "account"]
            .map { self[$0] ?? "" }.joined(separator: " ")
    }

    /// `ascii`, `utf-8` or `bytes`, as the vocabulary explains them.
    func letters(of field: String) -> String {
        for index in schema.indexes(of: field) {
            switch values[index] {
            case .bytes: return "bytes"
            case .text(let text): return text.utf8.allSatisfy { $0 < 128 } ? "ascii" : "utf-8"
            case .absent, .group: continue
            }
        }
        return "ascii"
    }
}
