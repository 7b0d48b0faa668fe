import EventLog
import GatewayWire
import Simulation

/// Follows the orders of one connection, and its executions.
struct OrderWatch {
    /// Words of orderStatus that IB documents.
    private static let statuses: Set<String> = [
        "ApiPending", "PendingSubmit", "PendingCancel", "PreSubmitted", "Submitted", "ApiCancelled",
        "Cancelled", "Filled", "Inactive",
    ]

    private struct Followed {
        let at: SimInstant
        let sighting: Sighting
        let isWhatIf: Bool
        let type: String
        let exchange: String
        let noticesBefore: Set<Int>
        var orderID: String
        var changes = 0
        var firstAt: SimInstant?
        var firstBy: Sighting?
        var lastBy: Sighting?
        var codes: Set<Int> = []
        var hasOrder = false
        var hasStatus = false
        var statuses: Set<String> = []
        var last = ""
        var filledCount = 0
        var isFilled = false
        var executions: Set<String> = []
        var isExecutionFirst = false
        var isFilledEarly = false
        var isTypeChanged = false
        var warnedBy: Sighting?
        var cancelAt: SimInstant?
        var cancelBy: Sighting?
        var refusedBy: Sighting?
        var cancelledAt: SimInstant?
        var cancelErrorAt: SimInstant?
        var cancelOrder: [String] = []
        var cancelGap: Duration?
        var isFilledAfterCancel = false
        var cut = "no"
        var lastStatus: Message?
        var lastOrder: Message?
        var runKind = ""
        var statusRun = 0
        var orderRun = 0
        var longestStatusRun = 1
        var longestOrderRun = 1
        var pairs = 1
        var longestPairs = 1
        var hasOrderBetween = false

        var isSettled: Bool {
            isFilled || cancelledAt != nil || statuses.contains("Cancelled")
                || statuses.contains("Inactive") || statuses.contains("ApiCancelled")
        }
    }

    private let name: ConnectionName
    private let limits: DiagnosisLimits
    var version: Int?
    private var followed: [String: Followed] = [:]
    var executions: ExecutionWatch

    init(_ name: ConnectionName, _ limits: DiagnosisLimits) {
        self.name = name
        self.limits = limits
        executions = ExecutionWatch(name, limits)
    }

    func has(_ id: String) -> Bool { followed[id] != nil }
    var isEmpty: Bool { followed.isEmpty }

    // MARK: The client

    mutating func ask(
        _ message: Message, _ observation: Observation, _ requests: RequestWatch,
        into facts: inout FactStore
    ) {
        let id = message["orderId"] ?? message["id"] ?? ""
        switch message.name {
        case "placeOrder":
            if followed[id] != nil {
                followed[id]?.changes += 1
                return
            }
            guard followed.count < limits.maxFollowed else { return }
            followed[id] = Followed(
                at: observation.at, sighting: Sighting(observation),
                isWhatIf: message["order.whatIf"] == "1", type: message["order.orderType"] ?? "",
                exchange: message["contract.exchange"] ?? "",
                noticesBefore: requests.noticeCodes, orderID: id)
        case "cancelOrder":
            if followed[id]?.cancelAt == nil {
                followed[id]?.cancelAt = observation.at
                followed[id]?.cancelBy = Sighting(observation)
            }
        default: break
        }
    }

    // MARK: The gateway

    mutating func answer(
        _ message: Message, _ observation: Observation, into facts: inout FactStore
    ) {
        switch message.name {
        case "openOrder": takeOrder(message, observation)
        case "orderStatus": takeStatus(message, observation)
        case "execDetails": takeExecution(message, observation, into: &facts)
        case "commissionReport": executions.takeCommission(message, observation, into: &facts)
        case "error": takeError(message, observation)
        default: break
        }
    }

    private mutating func change(
        _ id: String?, _ observation: Observation, _ change: (inout Followed) -> Void
    ) {
        guard let id, var order = followed.removeValue(forKey: id) else { return }
        if order.firstAt == nil {
            order.firstAt = observation.at
            order.firstBy = Sighting(observation)
        }
        change(&order)
        followed[id] = order
    }

    private mutating func takeOrder(_ message: Message, _ observation: Observation) {
        change(message["order.orderId"], observation) { order in
            order.hasOrder = true
            let type = message["order.orderType"] ?? ""
            if !type.isEmpty, type != order.type, order.changes == 0 { order.isTypeChanged = true }
            if message["orderState.status"] == "Filled" { order.isFilled = true }
            if order.runKind == "order", order.lastOrder == message {
                order.orderRun += 1
                order.longestOrderRun = max(order.longestOrderRun, order.orderRun)
            } else {
                order.orderRun = 1
            }
            order.runKind = "order"
            order.hasOrderBetween = order.lastOrder == message
            order.lastOrder = message
            order.lastBy = Sighting(observation)
        }
    }

    private mutating func takeStatus(_ message: Message, _ observation: Observation) {
        let word = message["status"] ?? ""
        change(message["orderId"], observation) { order in
            order.hasStatus = true
            order.statuses.insert(word)
            order.last = word
            if word == "Filled" {
                order.isFilled = true
                order.filledCount += 1
            }
            if word == "Cancelled" || word == "ApiCancelled", order.cancelledAt == nil {
                order.cancelledAt = observation.at
                order.cancelOrder.append("status")
                order.cancelGap = order.cancelErrorAt.map { observation.at - $0 }
            }
            if order.lastStatus == message {
                if order.runKind == "status" {
                    order.statusRun += 1
                    order.longestStatusRun = max(order.longestStatusRun, order.statusRun)
                    order.pairs = 1
                } else if order.hasOrderBetween {
                    order.pairs += 1
                    order.longestPairs = max(order.longestPairs, order.pairs)
                    order.statusRun = 1
                }
            } else {
                order.statusRun = 1
                order.pairs = 1
            }
            order.runKind = "status"
            order.lastStatus = message
            order.lastBy = Sighting(observation)
        }
    }

    private mutating func takeError(_ message: Message, _ observation: Observation) {
        let code = message["errorCode"].flatMap { Int($0) } ?? 0
        guard let id = message["reqId"], let known = followed[id] else { return }
        change(id, observation) { order in
            order.codes.insert(code)
            switch code {
            case 202:
                if order.cancelErrorAt == nil {
                    order.cancelErrorAt = observation.at
                    order.cancelOrder.append("error")
                    order.cancelGap = order.cancelledAt.map { observation.at - $0 }
                }
            case 10147, 10148, 161: order.refusedBy = Sighting(observation)
            default: order.warnedBy = Sighting(observation)
            }
            order.lastBy = Sighting(observation)
            // An error alone is no answer that an order expects.
            if !known.hasOrder, !known.hasStatus, known.executions.isEmpty {
                order.firstAt = known.firstAt
                order.firstBy = known.firstBy
            }
        }
    }

    private mutating func takeExecution(
        _ message: Message, _ observation: Observation, into facts: inout FactStore
    ) {
        let orderID = message.text(of: ExecutionFields.orderID)
        let seen = executions.take(
            message, observation, version: version,
            askedVenue: orderID.flatMap { followed[$0]?.exchange }, into: &facts)
        guard seen.isUnasked else {
            change(orderID, observation) { _ in }
            return
        }
        change(orderID, observation) { order in
            if !order.hasOrder, !order.hasStatus { order.isExecutionFirst = true }
            if order.filledCount > 0, seen.repetition == .none { order.isFilledEarly = true }
            if seen.repetition == .none || seen.repetition == .new {
                order.executions.insert(seen.id)
            }
            if order.cancelledAt != nil || order.cancelErrorAt != nil {
                order.isFilledAfterCancel = true
            }
            order.runKind = "execution"
            order.lastBy = Sighting(observation)
        }
    }

    // MARK: The end

    mutating func end(
        by direction: Direction, isReset: Bool, _ at: SimInstant, _ sighting: Sighting,
        into facts: inout FactStore
    ) {
        guard direction == .toClient else { return }
        for id in followed.keys where !(followed[id]?.isSettled ?? true) {
            followed[id]?.cut = isReset ? "rst" : "fin"
            followed[id]?.lastBy = sighting
        }
    }

    /// - Parameter isOpen: Neither side has ended the connection.
    mutating func finish(
        at: SimInstant, isOpen: Bool, lastAnswerAt: SimInstant?, into facts: inout FactStore
    ) {
        let all = followed.values.sorted { $0.sighting.number < $1.sighting.number }
        for order in all {
            state(
                order, among: all, at, isOpen: isOpen, lastAnswerAt: lastAnswerAt, into: &facts)
        }
        executions.finish(into: &facts)
    }

    private func state(
        _ order: Followed, among all: [Followed], _ end: SimInstant, isOpen: Bool,
        lastAnswerAt: SimInstant?, into facts: inout FactStore
    ) {
        let others = all.filter { $0.sighting.number != order.sighting.number && !$0.isWhatIf }
        func isPending(since: SimInstant) -> Bool { isOpen && end - since < Patience.ofOrders }
        var values: [String: FactValue] = [
            "answer": .word(
                order.hasOrder
                    ? "order"
                    : order.hasStatus || !order.executions.isEmpty
                        ? "status"
                        : !order.codes.isEmpty
                            ? "error" : isPending(since: order.at) ? "pending" : "none"),
            "what-if": .flag(order.isWhatIf), "code": .codes(order.codes),
            "statuses": .names(order.statuses), "last": .names([order.last]),
            "unknown-status": .flag(!order.statuses.isSubset(of: Self.statuses)),
            "filled": .flag(order.isFilled), "executions": .count(order.executions.count),
            "execution-first": .flag(order.isExecutionFirst),
            "filled-early": .flag(order.isFilledEarly),
            "filled-twice": .flag(order.filledCount > 1),
            "parts": .flag(order.executions.count > 1),
            "status-run": .count(order.longestStatusRun),
            "order-run": .count(order.longestOrderRun), "pairs": .count(order.longestPairs),
            "type-changed": .flag(order.isTypeChanged),
            "warned": .flag(
                order.warnedBy != nil && order.hasOrder
                    && !["Inactive", "Cancelled", "ApiCancelled"].contains(order.last)),

            "changes": .count(order.changes), "cancel": .word(cancelWord(order, isPending)),
            "cancelled-by": .word(
                order.cancelOrder.isEmpty
                    ? "none"
                    : order.cancelOrder.count == 1
                        ? order.cancelOrder[0] : "\(order.cancelOrder[0])-first"),
            "filled-after-cancel": .flag(order.isFilledAfterCancel),
            "waited": .duration((order.firstAt ?? end) - order.at),
            "others": .word(
                others.isEmpty
                    ? "none" : others.contains { $0.firstAt != nil } ? "answered" : "unanswered"),
            "questions": .flag(lastAnswerAt.map { $0 > order.at } ?? false),
            "notices-before": .codes(order.noticesBefore), "cut": .word(order.cut),
        ]
        if let firstAt = order.firstAt { values["answer-after"] = .duration(firstAt - order.at) }
        if let gap = order.cancelGap { values["cancel-gap"] = .duration(gap) }
        if let cancelAt = order.cancelAt,
            let answered = [order.cancelledAt, order.cancelErrorAt].compactMap({ $0 }).min()
        {
            values["cancel-after"] = .duration(answered - cancelAt)
        }
        let evidence = [
            order.sighting, order.firstBy, order.cancelBy, order.warnedBy, order.refusedBy,
            order.lastBy,
        ].compactMap { $0 }
        facts.add(Fact("order", at: order.at, name, evidence.unique, values))
    }

    private func cancelWord(
        _ order: Followed, _ isPending: (SimInstant) -> Bool
    ) -> String {
        guard let cancelAt = order.cancelAt else { return "none" }
        if order.refusedBy != nil { return "refused" }
        if order.cancelledAt != nil || order.cancelErrorAt != nil { return "confirmed" }
        return isPending(cancelAt) ? "pending" : "unanswered"
    }
}
