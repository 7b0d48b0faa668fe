import EventLog
import GatewayWire
import Simulation

/// What earlier connections of the source were like, for those that come later.
struct SourceHistory {
    struct Past {
        var name: ConnectionName
        var openedAt: SimInstant
        var clientID: String?
        var servedAt: SimInstant?
        var isServed: Bool { servedAt != nil }
        var hasHello = false
        var hasVersion = false
        var isStranger = false
        var isEarly = false
        var isRefused = false
        /// Who ended it first, and how.
        var endedBy: Direction?
        var isReset = false
        var endedAt: SimInstant?
        var clientEnded = false
        var clientEndedAt: SimInstant?
        var gatewayEndedAt: SimInstant?
        var gatewayEnded = false
        var lastAnswerAt: SimInstant?
        var isOpen: Bool { !clientEnded && !gatewayEnded && !isRefused }
    }

    /// In the order in which they began.
    private(set) var past: [Past] = []
    /// Times at which connections got their ids.
    private(set) var lastServedAt: SimInstant?
    /// Of each client id: the highest order id that was given or used.
    var highestOrderID: [String: Int] = [:]
    var lastNextID: [String: Int] = [:]
    var hasOrders = false
    /// By what the client offered.
    var lastVersion: [ClosedRange<Int>: Int] = [:]
    /// Codes with the kinds of requests that met them, by earlier connections.
    var refusals: [String: Set<ConnectionName>] = [:]

    /// - Returns: The connection's place in `past`.
    mutating func add(_ name: ConnectionName, at: SimInstant) -> Int {
        past.append(Past(name: name, openedAt: at))
        return past.count - 1
    }

    mutating func change(_ place: Int, _ change: (inout Past) -> Void) { change(&past[place]) }

    /// The gateway has said something.
    mutating func hear(_ place: Int, at: SimInstant) { past[place].lastAnswerAt = at }

    mutating func serve(_ place: Int, at: SimInstant) {
        past[place].servedAt = past[place].servedAt ?? at
        lastServedAt = max(lastServedAt ?? at, at)
    }

    /// Counts over the connections before this one.
    func attributes(before name: ConnectionName, at: SimInstant) -> [String: FactValue] {
        var counts: [String: Int] = [:]
        var lastEnd: SimInstant?
        for one in past where one.name != name && one.name.gateway == name.gateway {
            func count(_ key: String, _ holds: Bool) { if holds { counts[key, default: 0] += 1 } }
            count("served-before", one.isServed)
            count("goodbyes-before", one.isServed && one.endedBy == .toGateway && !one.isReset)
            count("aborts-before", one.endedBy == .toGateway && one.isReset)
            count("strangers-before", one.isStranger)
            count("early-before", one.isEarly)
            count("cut-before", one.isServed && one.endedBy == .toClient)
            count("refused-before", one.isRefused)
            count(
                "reset-before",
                one.hasHello && !one.hasVersion && one.endedBy == .toClient && one.isReset)
            count("open-beside", one.isServed && one.isOpen)
            if let end = one.endedAt { lastEnd = max(lastEnd ?? end, end) }
        }
        var values: [String: FactValue] = [:]
        for key in Self.counts { values[key] = .count(counts[key, default: 0]) }
        if let lastEnd { values["since-other"] = .duration(at - lastEnd) }
        return values
    }

    private static let counts = [
        "served-before", "goodbyes-before", "aborts-before",
        "strangers-before", "early-before", "cut-before", "refused-before", "reset-before",
        "open-beside",
    ]

    func sameID(_ clientID: String, before name: ConnectionName) -> (word: String, gaveUp: Bool) {
        var word = "never"
        var gaveUp = false
        for one in past where one.name != name && one.name.gateway == name.gateway {
            guard one.clientID == clientID else { continue }
            if one.isOpen, one.isServed { word = "open" } else if word == "never" { word = "gone" }
            // The ids may have come in the very moment in which it gave up.
            if let end = one.endedAt, one.endedBy == .toGateway,
                one.servedAt.map({ end - $0 < .milliseconds(100) }) ?? true
            {
                gaveUp = true
            }
        }
        return (word, gaveUp)
    }

    /// Earlier connections whose hello was never answered, and that the gateway did not end first.
    func silent(before name: ConnectionName, _ openedAt: SimInstant) -> Int {
        past.count { one in
            one.name != name && one.name.gateway == name.gateway && one.openedAt < openedAt
                && one.hasHello && !one.hasVersion && one.endedBy != .toClient
        }
    }

    /// How a client ended another connection in the second before, if one did.
    func endBeside(_ name: ConnectionName, at: SimInstant) -> String {
        let ended = past.filter { one in
            one.name != name && one.name.gateway == name.gateway && one.endedBy == .toGateway
                && one.endedAt.map { $0 <= at && at - $0 <= .seconds(1) } ?? false
        }
        if ended.contains(where: \.isReset) { return "rst" }
        return ended.isEmpty ? "nothing" : "fin"
    }

    /// Client's FINs before this connection that were unanswered all its time.
    func kept(before name: ConnectionName, _ openedAt: SimInstant, until end: SimInstant) -> Int {
        past.count { one in
            one.name != name && one.name.gateway == name.gateway && !one.isReset
                && one.clientEndedAt.map { $0 < openedAt } ?? false
                && one.gatewayEndedAt.map { $0 >= end } ?? true
        }
    }

    /// Whether an open connection beside this one was answered since `since`.
    func beside(_ name: ConnectionName, since: SimInstant) -> String {
        var word = "none"
        for one in past where one.name != name && one.name.gateway == name.gateway {
            guard one.isServed, one.openedAt < since, one.endedAt.map({ $0 > since }) ?? true
            else { continue }
            if let answered = one.lastAnswerAt, answered > since { return "served" }
            word = "silent"
        }
        return word
    }
}
