import EventLog
import GatewayWire
import Simulation

/// Follows the executions of one connection, and their commissions.
struct ExecutionWatch {
    /// How an execution repeats an earlier one.
    enum Repetition: String {
        case none = "no"
        case same
        /// With a later revision of its id.
        case correction
        /// With another id, and otherwise the same.
        case new
    }

    /// An execution as its order needs it.
    struct Seen {
        let id: String
        let isUnasked: Bool
        let repetition: Repetition
    }

    private struct Fill {
        let at: SimInstant
        let sighting: Sighting
        let repetition: Repetition
        let timeWord: String
        let isElsewhere: Bool
        let isUnasked: Bool
    }

    private let name: ConnectionName
    private let limits: DiagnosisLimits
    /// Those whose commission has not come.
    private var fills: [String: Fill] = [:]
    /// When each was told last.
    private var known: [String: SimInstant] = [:]
    private var signatures: Set<String> = []
    /// Ids without their revision.
    private var stems: [String: String] = [:]

    init(_ name: ConnectionName, _ limits: DiagnosisLimits) {
        self.name = name
        self.limits = limits
    }

    /// - Parameters:
    ///   - version: The server version, when it is known.
    ///   - askedVenue: The exchange that its order named, when that is known.
    mutating func take(
        _ message: Message, _ observation: Observation, version: Int?, askedVenue: String?,
        into facts: inout FactStore
    ) -> Seen {
        let id = message.text(of: ExecutionFields.id) ?? ""
        let isUnasked = message.text(of: ExecutionFields.request).flatMap { Int($0) } ?? -1 < 0
        let venue = message.text(of: ExecutionFields.venue) ?? ""
        var signature = ""
        signature.reserveCapacity(96)
        for field in ExecutionFields.signature {
            signature += message.text(of: field) ?? ""
            signature += " "
        }
        let stem = id.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(id[..<$0]) } ?? ""
        var repetition = Repetition.none
        if isUnasked {
            if known[id] != nil {
                repetition = .same
            } else if !stem.isEmpty, let other = stems[stem], other != id {
                repetition = .correction
            } else if signatures.contains(signature) {
                repetition = .new
            }
        }
        note(id, at: observation.at)
        if known.count < limits.maxFollowed {
            signatures.insert(signature)
            if !stem.isEmpty { stems[stem] = id }
        }
        let fill = Fill(
            at: observation.at, sighting: Sighting(observation), repetition: repetition,
            timeWord: Self.timeWord(message.text(of: ExecutionFields.time) ?? "", version),
            isElsewhere: !venue.isEmpty && askedVenue.map { $0 != venue } ?? false
                && venue == message.text(of: ExecutionFields.contractVenue),
            isUnasked: isUnasked)
        if isUnasked, fills[id] == nil {
            if hasRoom(in: facts) { fills[id] = fill } else { facts.omit() }
        } else {
            state(fill, commissionAt: nil, isKnown: false, into: &facts)
        }
        return Seen(id: id, isUnasked: isUnasked, repetition: repetition)
    }

    /// Whether another execution would be stated; the first ones are enough.
    func hasRoom(in facts: FactStore) -> Bool {
        fills.count < limits.maxFactsOfAWord && facts.hasRoom(for: "execution", on: name)
    }

    /// Whether no more would be stated of an execution, were it looked at.
    func isOnlyCounted(_ id: String, _ facts: FactStore) -> Bool {
        facts.hasRoom(for: "execution", on: name)
            ? fills.count >= limits.maxFactsOfAWord && known[id] == nil : true
    }

    /// Remembers an execution for its commission.
    mutating func note(_ id: String, at: SimInstant) {
        if known.count < limits.maxFollowed || known[id] != nil { known[id] = at }
    }

    mutating func takeCommission(
        _ message: Message, _ observation: Observation, into facts: inout FactStore
    ) {
        let id = message["execId"] ?? ""
        let maximum = Double.greatestFiniteMagnitude
        var values: [String: FactValue] = [
            "execution": .word(known[id] == nil ? "unknown" : "known"),
            "unset": .flag(
                message["realizedPNL"].flatMap { Double($0) } == maximum
                    && message["yield"].flatMap { Double($0) } == maximum),
        ]
        if let at = known[id] { values["after"] = .duration(observation.at - at) }
        facts.add(Fact("commission", at: observation.at, name, [Sighting(observation)], values))
        if let fill = fills.removeValue(forKey: id) {
            state(fill, commissionAt: observation.at, isKnown: true, into: &facts)
        }
    }

    mutating func finish(into facts: inout FactStore) {
        for fill in fills.values.sorted(by: { $0.sighting.number < $1.sighting.number }) {
            state(fill, commissionAt: nil, isKnown: true, into: &facts)
        }
    }

    // Helpers, in the order they are called.

    /// `usual`, `zoneless`, `fold` or `other`, as the vocabulary explains them.
    private static func timeWord(_ text: String, _ version: Int?) -> String {
        if ConnectionTime.isFold(text) { return "fold" }
        let parts = text.utf8.split(separator: UInt8(ascii: " "))
        guard let date = parts.first, date.count == 8,
            date.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
        else { return "other" }
        // Before the zone was added, none was usual.
        return parts.count >= 3 || version.map { $0 < 170 } ?? true ? "usual" : "zoneless"
    }

    private func state(
        _ fill: Fill, commissionAt: SimInstant?, isKnown: Bool, into facts: inout FactStore
    ) {
        // Most of many executions are counted only.
        guard facts.hasRoom(for: "execution", on: name) else {
            facts.omit()
            return
        }
        var values: [String: FactValue] = [
            "repeat": .word(fill.repetition.rawValue), "time": .word(fill.timeWord),
            "venue": .word(fill.isElsewhere ? "other" : "order"),
            "unasked": .flag(fill.isUnasked),
        ]
        if isKnown { values["commission"] = .flag(commissionAt != nil) }
        if let commissionAt { values["commission-after"] = .duration(commissionAt - fill.at) }
        facts.add(Fact("execution", at: fill.at, name, [fill.sighting], values))
    }
}

/// The fields of `execDetails` that tell one execution from another.
enum ExecutionFields {
    static let id = field("execution.execId")
    static let request = field("reqId")
    static let orderID = field("execution.orderId")
    static let venue = field("execution.exchange")
    static let contractVenue = field("contract.exchange")
    static let time = field("execution.time")
    static let signature = [
        "execution.orderId", "execution.permId", "execution.shares", "execution.price",
        "execution.cumQty", "execution.time", "execution.side", "contract.conId",
    ].map(field)

    private static func field(_ name: String) -> KnownField {
        KnownField(name, of: ProtocolSchema.message(named: "execDetails", .toClient))
    }
}
