import EventLog
import GatewayWire
import Simulation

/// How a connection ended, and the facts that are known only then.
extension ConnectionWatch {
    mutating func end(
        _ direction: Direction, isReset: Bool, _ observation: Observation,
        _ history: inout SourceHistory, _ facts: inout FactStore
    ) {
        let end = (at: observation.at, evidence: Sighting(observation), isReset: isReset)
        let isFirst = clientEnd == nil && gatewayEnd == nil
        switch direction {
        case .toGateway: clientEnd = clientEnd ?? end
        case .toClient: gatewayEnd = gatewayEnd ?? end
        }
        history.change(pastPlace) { past in
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
        orders.finish(
            at: at, isOpen: isOpen, lastAnswerAt: requests.lastAnswerAt, into: &facts)
        frames.finish(at: at, into: &facts)
        windows.finish(at: at, on: name, &facts)
        if startAPI != nil || (reply != nil && !isMidStream) { facts.add(startFact(endAt: endAt)) }
    }

    /// Neither side has ended it.
    private var isOpen: Bool { clientEnd == nil && gatewayEnd == nil }

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
        if case .unanswered(let attempts) = ending {
            let isEarly = attempts < 2 && endAt - openedAt < Self.promptly
            opening = isEarly ? "pending" : "unanswered"
        }
        values["opening"] = .word(opening)
        func isTooEarly(_ since: SimInstant?) -> Bool {
            isOpen && since.map { endAt - $0 < Patience.atHand } ?? false
        }
        values["hello"] = .word(
            helloWord == "unanswered" && isTooEarly(hello?.at) ? "pending" : helloWord)
        values["started"] = .word(
            ["partly", "unanswered"].contains(startedWord) && isTooEarly(startAPI?.at)
                ? "pending" : startedWord)
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
        values["nth"] = .count(pastPlace + 1)
        values["lasted"] = .duration(endAt - openedAt)
        values["requests"] = .count(requestCount)
        if !isOpen || muteDueAt.map({ endAt >= $0 }) ?? true {
            values["mute-requests"] = .count(muteCount)
            if let muteSince { values["mute-for"] = .duration(max(.zero, endAt - muteSince.at)) }
        }
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
        if let last = [lastEvidence.value, requests.lastRow].compactMap({ $0 })
            .max(by: { $0.number < $1.number })
        {
            evidence.append(last)
        }
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
        // When the source ends at once, nothing is known.
        let waited = doneAt.map { $0 - clientEnd.at } ?? .zero
        if case .halfClosed(.toGateway, _, let isAcknowledged) = ending, !isAcknowledged {
            return waited >= Self.acknowledged ? "unacknowledged" : "none"
        }
        return waited >= Self.promptly ? "unanswered" : "none"
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
                requests.firstNoticeAt == nil
                    && (endAt - ids.at >= .milliseconds(50) || requests.answeredCount >= 3))
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
