package import GatewayWire

/// What a message is about.
///
/// Messages about the same thing come in an order that means something; between things the order
/// is chance. Two conversations are therefore compared topic by topic.
package enum Topic: Hashable, Sendable {
    /// What comes before the first request.
    case startUp
    /// An order that this client placed, under the recording's id.
    case order(Int)
    /// A request with an id.
    case request(String, name: String)
    /// The nth request of a kind that has no id.
    case question(String, number: Int)
    /// What nobody asked for: notices, and what concerns other people's orders.
    case unasked

    /// The word under which differences of such topics are gathered.
    package var kind: String {
        switch self {
        case .startUp: "start-up"
        case .order: "order"
        case .request(_, let name), .question(let name, _): name
        case .unasked: "unasked"
        }
    }

    package var words: String {
        switch self {
        case .startUp: "start-up"
        case .order(let id): "order \(id)"
        case .request(let id, let name): "\(name) \(id)"
        case .question(let name, let number): number > 1 ? "\(name), time \(number)" : name
        case .unasked: "unasked"
        }
    }
}

/// Tells the topic of each message of a conversation, from what was asked before.
package struct TopicFinder: Sendable {
    /// Requests that are answered without an id, by the message that answers them.
    private static let questions: [String: [String]] = [
        "openOrder": ["reqOpenOrders", "reqAllOpenOrders", "reqAutoOpenOrders"],
        "orderStatus": [
            "reqOpenOrders", "reqAllOpenOrders", "reqAutoOpenOrders", "reqCompletedOrders",
        ],
        "openOrderEnd": ["reqOpenOrders", "reqAllOpenOrders"],
        "completedOrder": ["reqCompletedOrders"], "completedOrdersEnd": ["reqCompletedOrders"],
        "position": ["reqPositions"], "positionEnd": ["reqPositions"],
        "updateAccountValue": ["reqAccountUpdates"], "updatePortfolio": ["reqAccountUpdates"],
        "updateAccountTime": ["reqAccountUpdates"], "accountDownloadEnd": ["reqAccountUpdates"],
        "managedAccounts": ["reqManagedAccts"], "nextValidId": ["reqIds"],
        "currentTime": ["reqCurrentTime"], "currentTimeInMillis": ["reqCurrentTimeInMillis"],
        "scannerParameters": ["reqScannerParameters"], "newsProviders": ["reqNewsProviders"],
        "familyCodes": ["reqFamilyCodes"], "mktDepthExchanges": ["reqMktDepthExchanges"],
        "updateNewsBulletin": ["reqNewsBulletins"], "receiveFA": ["requestFA"],
        "marketRule": ["reqMarketRule"],
    ]

    /// The answers after which a question is answered in full.
    private static let lastAnswers: Set<String> = [
        "openOrderEnd", "completedOrdersEnd", "positionEnd", "accountDownloadEnd",
        "managedAccounts", "nextValidId", "currentTime", "currentTimeInMillis",
        "scannerParameters", "newsProviders", "familyCodes", "mktDepthExchanges", "receiveFA",
        "marketRule",
    ]

    /// Orders that the client has placed, and exercises.
    package private(set) var orderIDs: Set<Int>
    private var requests: [String: String] = [:]
    private var counts: [String: Int] = [:]
    /// The questions asked so far; the last is the latest.
    private var asked: [String] = []
    /// Questions whose last answer has not come, the oldest first.
    private var waiting: [(name: String, number: Int)] = []
    /// Questions that are waited for at once.
    private static let maxWaiting = 1024
    private var executions: [String: Topic] = [:]
    private var hasAsked = false

    /// - Parameter orders: Orders that the client placed on an earlier connection.
    package init(orders: Set<Int> = []) {
        orderIDs = orders
    }

    /// Takes a request of the client.
    package mutating func ask(_ message: Message) {
        guard message.name != "startApi" else { return }
        hasAsked = true
        switch message.name {
        case "placeOrder", "cancelOrder":
            if let id = message["orderId"].flatMap({ Int($0) }) { orderIDs.insert(id) }
        case "reqGlobalCancel", "reqMarketDataType", "setServerLogLevel":
            break
        default:
            if let id = Self.requestID(of: message) {
                if requests[id] == nil || !message.name.hasPrefix("cancel") {
                    requests[id] = message.name
                }
                // An exercise is an order under the request's id.
                if message.name == "exerciseOptions", let id = Int(id) { orderIDs.insert(id) }
            } else if !message.name.hasPrefix("cancel"), message["subscribe"] != "0" {
                counts[message.name, default: 0] += 1
                asked.append(message.name)
                if waiting.count == Self.maxWaiting { waiting.removeFirst() }
                waiting.append((message.name, counts[message.name, default: 1]))
            }
        }
    }

    /// Tells what a message of the gateway is about.
    package mutating func topic(of message: Message) -> Topic {
        switch message.name {
        case "openOrder": return topicOfOrder(message["order.orderId"], message.name)
        case "orderStatus": return topicOfOrder(message["orderId"], message.name)
        case "execDetails":
            let topic =
                Int(message["reqId"] ?? "") ?? -1 >= 0
                ? topicOfRequest(message["reqId"] ?? "")
                : topicOfOrder(message["execution.orderId"], message.name)
            if let id = message["execution.execId"] { executions[id] = topic }
            return topic
        case "commissionReport": return executions[message["execId"] ?? ""] ?? .unasked
        case "error": return topicOfError(message)
        case "orderBound": return .unasked
        case "nextValidId", "managedAccounts":
            return hasAsked ? topicOfQuestion(message.name) ?? .startUp : .startUp
        default:
            if let id = Self.requestID(of: message) { return topicOfRequest(id) }
            return topicOfQuestion(message.name) ?? (hasAsked ? .unasked : .startUp)
        }
    }

    package func hasOrder(_ id: Int) -> Bool { orderIDs.contains(id) }
    package func hasRequest(_ id: Int) -> Bool { requests[String(id)] != nil }

    /// The id by which a request and its answers belong together.
    package static func requestID(of message: Message) -> String? {
        message.schema.requestID(in: message.values)
    }

    // Helpers, in the order they are called.

    private mutating func topicOfOrder(_ id: String?, _ name: String) -> Topic {
        if let id = id.flatMap({ Int($0) }), orderIDs.contains(id) { return .order(id) }
        return hasAsked ? topicOfQuestion(name) ?? .unasked : .startUp
    }

    private func topicOfRequest(_ id: String) -> Topic {
        requests[id].map { .request(id, name: $0) } ?? .unasked
    }

    /// A gateway answers in the order of the questions: the oldest that waits is the one.
    private mutating func topicOfQuestion(_ answer: String) -> Topic? {
        guard let names = Self.questions[answer] else { return nil }
        if let index = waiting.firstIndex(where: { names.contains($0.name) }) {
            let question = waiting[index]
            if Self.lastAnswers.contains(answer) { waiting.remove(at: index) }
            return .question(question.name, number: question.number)
        }
        guard let name = asked.last(where: { names.contains($0) }) else { return nil }
        return .question(name, number: counts[name] ?? 1)
    }

    private func topicOfError(_ message: Message) -> Topic {
        let id = message["reqId"] ?? "-1"
        if let number = Int(id), number >= 0 {
            if orderIDs.contains(number) { return .order(number) }
            return topicOfRequest(id)
        }
        guard hasAsked else { return .startUp }
        let code = Int(message["errorCode"] ?? "") ?? 0
        // Notices of the gateway's own: lost connections, farms, limits.
        if (1100...1300).contains(code) || (2100...2199).contains(code) { return .unasked }
        guard let name = asked.last else { return .unasked }
        return .question(name, number: counts[name] ?? 1)
    }
}
