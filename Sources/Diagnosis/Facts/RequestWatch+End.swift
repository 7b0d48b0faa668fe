import EventLog
import GatewayWire
import Simulation

/// The facts of requests, which are stated when nothing more comes for them.
extension RequestWatch {
    mutating func end(
        by direction: Direction, isReset: Bool, _ at: SimInstant, _ evidence: Sighting,
        into facts: inout FactStore
    ) {
        endedBy = direction
        for number in followed.keys where !(followed[number]?.isEnded ?? true) {
            followed[number]?.endAt = at
            followed[number]?.endBy = evidence
            if followed[number]?.answer.doneAt == nil {
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
        if endedBy == nil { pendingAtEnd = followed.values.count { $0.answer.doneAt == nil } }
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
                let firstAt = one.answer.firstAt, other.answer.firstAt == nil, firstAt >= other.at
            else { continue }
            other.answer.takeOver(&one.answer)
        }
    }

    /// States the oldest that are settled, so that new ones can be followed.
    mutating func makeRoom(into facts: inout FactStore) {
        let all = followed.sorted { $0.key < $1.key }
        lastForgottenRow = lastRow
        let settled = all.filter { $0.value.isEnded || $0.value.answer.doneAt != nil }
        for (number, request) in (settled.isEmpty ? all : settled).prefix(limits.maxFollowed / 2) {
            state(request, among: [], into: &facts)
            followed[number] = nil
            waiting.removeAll { $0 == number }
            if let id = request.id.flatMap({ Int($0) }), byNumber[id] === request {
                byNumber[id] = nil
            }
        }
    }

    private func state(
        _ request: Followed, among all: [Followed], into facts: inout FactStore
    ) {
        let endAt = request.cancelledAt ?? request.endAt ?? request.answer.doneAt ?? request.at
        facts.add(requestFact(request, among: all, endAt: endAt))
        if request.isSubscription { facts.add(subscriptionFact(request, among: all, endAt: endAt)) }
    }

    /// Whether orders that were completed before the answer tell of a fill.
    private func isFillCompleted(before request: Followed, _ all: [Followed]) -> Bool {
        all.contains { other in
            other.answer.tellsFill && (request.answer.doneAt.map { other.at <= $0 } ?? true)
        }
    }

    private func requestFact(
        _ request: Followed, among all: [Followed], endAt: SimInstant
    ) -> Fact {
        let settledAt = request.answer.doneAt ?? endAt
        var values: [String: FactValue] = [
            "type": .names([request.name]), "answer": .word(answerWord(request)),
            "rows": .count(request.answer.rows), "foreign": .count(request.answer.foreign),
            "code": .codes(request.codes),
            "waited": .duration(max(.zero, min(settledAt, endAt) - request.at)),
            "before-notices": .flag(request.isBeforeNotices),
            "notices-before": .codes(request.noticesBefore),
            "cancelled": .flag(request.cancelledAt != nil), "kept-up": .flag(request.isKeptUp),
            "snapshot": .flag(request.isSnapshot), "sec-type": .names([request.secType]),
            "cut": .word(request.cut),
        ]
        if let firstAt = request.answer.firstAt {
            values["first-after"] = .duration(firstAt - request.at)
        }
        if let doneAt = request.answer.doneAt {
            values["done-after"] = .duration(doneAt - request.at)
        }
        if let since = request.since { values["within"] = .duration(since) }
        if request.name == "reqExecutions", !request.isNarrowed {
            values["fills"] = .flag(request.isAfterFill || isFillCompleted(before: request, all))
        }
        let until = request.answer.doneAt ?? endAt
        let others = all.filter {
            $0.name != request.name && $0.at <= until
                && $0.evidence.number != request.evidence.number
                && ($0.endAt ?? until) >= request.at
                && !$0.isBeforeNotices == !request.isBeforeNotices
        }
        let isAnswered = others.contains {
            $0.answer.firstAt.map { $0 >= request.at && $0 <= until } ?? false
        }
        values["others"] = .word(others.isEmpty ? "none" : isAnswered ? "answered" : "unanswered")
        values["others-after"] = .flag(
            others.contains {
                $0.at > request.at && ($0.answer.firstAt.map { $0 <= until } ?? false)
            })
        let alike = all.filter {
            $0.name == request.name && $0.evidence.number > request.evidence.number
        }
        values["alike"] = .word(
            alike.isEmpty
                ? "none" : alike.contains { $0.answer.firstAt != nil } ? "answered" : "unanswered")
        values["alike-before"] = .flag(
            all.contains {
                $0.name == request.name && $0.evidence.number < request.evidence.number
                    && $0.answer.firstAt != nil
            })
        values["refused-beside"] = .flag(
            all.contains { $0.name == request.name && !$0.codes.isEmpty && $0.answer.rows == 0 })
        let evidence = [
            request.evidence, request.answer.doneBy, request.cancelledBy,
            request.answer.doneBy == nil ? request.endBy : nil,
        ]
        return Fact("request", at: request.at, name, evidence.compactMap { $0 }.unique, values)
    }

    private func answerWord(_ request: Followed) -> String {
        if request.answer.rows == 0, !request.codes.isEmpty, request.answer.firstAt == nil {
            return "error"
        }
        if isPending(request) { return "pending" }
        guard let firstAt = request.answer.firstAt else { return "none" }
        if let given = request.cancelledAt ?? request.endAt, firstAt > given { return "late" }
        let needsEnd = needsEnd(request) || request.isSnapshot
        if request.answer.rows == 0 { return "end" }
        return needsEnd && request.answer.doneAt == nil ? "rows" : "whole"
    }

    /// Whether the recording ended while the gateway may still have been at it.
    private func isPending(_ request: Followed) -> Bool {
        guard endedBy == nil, request.cancelledAt == nil, request.answer.doneAt == nil,
            let endAt = request.endAt
        else { return false }
        let since = request.isSnapshot ? request.at : request.answer.lastAt ?? request.at
        return endAt - since < Patience.with(request.name)
            && (request.answer.rows == 0 || needsEnd(request) || request.isSnapshot)
    }

    private func subscriptionFact(
        _ request: Followed, among all: [Followed], endAt: SimInstant
    ) -> Fact {
        let lastAt = request.answer.lastAt ?? request.at
        let silent = max(.zero, endAt - lastAt)
        // What a gateway has at hand comes at once. Only what follows is a stream.
        let isStream = request.answer.longestGap >= .milliseconds(20)
        let longest = request.answer.longestGap
        let second = request.answer.secondGap
        let beside = all.filter {
            $0.isSubscription && $0.evidence.number != request.evidence.number && $0.at <= endAt
                && ($0.endAt ?? endAt) >= lastAt
        }
        let isLive = beside.contains { other in
            other.answer.lastAt.map { $0 > lastAt + .milliseconds(600) } ?? false
        }
        let anew = all.filter {
            $0.name == request.name && $0.subject == request.subject
                && $0.evidence.number > request.evidence.number
        }
        var values: [String: FactValue] = [
            "type": .names([request.name]), "updates": .count(request.answer.updates),
            "silent": .duration(silent),
            "stopped": .flag(
                request.answer.updates >= 5 && isStream && silent >= .seconds(1)
                    && silent >= longest * 10),
            "others": .word(beside.isEmpty ? "none" : isLive ? "live" : "silent"),
            "answers-beside": .flag(
                all.contains {
                    !$0.isSubscription
                        && ($0.answer.firstAt.map { $0 > lastAt + .milliseconds(50) && $0 <= endAt }
                            ?? false)
                }),
            "gap": .duration(longest),
            "gapped": .flag(
                longest >= .seconds(1) && longest >= second * 3 && request.answer.updates >= 3),
            "after-cancel": .count(request.answer.afterCancel), "code": .codes(request.codes),
            "anew": .word(
                anew.isEmpty
                    ? "none"
                    : anew.contains { $0.answer.firstAt != nil } ? "answered" : "unanswered"),
            "notices": .codes(request.notices), "silent-since": .codes(request.answer.silentSince),
        ]
        if request.name == "reqAccountUpdates" {
            let last = request.answer.executionAt.map { endAt - $0 } ?? .zero
            values["unreflected"] = .duration(max(request.answer.unreflected, last))
        }
        if let cancelledAt = request.cancelledAt, let tailAt = request.answer.tailAt {
            values["tail"] = .duration(tailAt - cancelledAt)
        }
        let evidence = [
            request.evidence, request.answer.lastBy.value, request.cancelledBy ?? request.endBy,
        ]
        return Fact(
            "subscription", at: request.at, name, evidence.compactMap { $0 }.unique, values)
    }

    private func state(_ complaint: Complaint, into facts: inout FactStore) {
        let rows = complaint.request.flatMap { followed[$0]?.answer.rows } ?? 0
        var values: [String: FactValue] = [
            "code": .codes([complaint.code]), "to": .names([complaint.to]),
            "text": .text(complaint.text),
            "data": .word(
                rows > complaint.rowsBefore ? "after" : complaint.rowsBefore > 0 ? "before" : "none"
            ),
            "nth": .count(complaint.nth), "again": .flag(complaint.isAgain),
            "letters": .word(complaint.letters), "surplus": .flag(complaint.hasSurplus),
            "goodbye": .flag(
                endedBy == .toClient && complaint.messageNumber == messageCount),
            "known": .flag(
                complaint.request.flatMap { followed[$0] }.map { symbols.contains($0.symbol) }
                    ?? false),
        ]
        values["rate"] = complaint.rate.map { .count($0) }
        var evidence = [complaint.evidence]
        if let number = complaint.request, let request = followed[number] {
            evidence.append(request.evidence)
        }
        facts.add(Fact("error", at: complaint.at, name, evidence.unique, values))
    }
}
