package import GatewayWire

/// The messages about one topic as steps: what was said, without how often.
///
/// Gateways repeat themselves by chance, so that counting would compare nothing:
///
/// - openOrder and orderStatus of the same state are one step, a pair. A pair that says again what
///   the pair before it said is dropped.
/// - Rows of one kind are one step.
/// - What comes again and again, such as the messages of one partial fill after another, is there
///   once.
/// - Of a stream, the first message of each kind is there. A size that follows its own price is
///   another kind than one that changes alone.
package struct StepSequence: Sendable {
    package struct Step: Sendable {
        /// What was said: `pair Submitted`, `error 399`, `tickPrice 66`.
        package let label: String
        package fileprivate(set) var turns: [Turn]
    }

    package enum Style: Hashable, Sendable {
        /// An order's life.
        case order
        /// A list, in its order.
        case rows
        /// Ticks: what comes first is chance.
        case stream
        /// Every message counts.
        case every
    }

    package private(set) var steps: [Step] = []
    /// Messages of a stream after the first of their kind.
    package private(set) var streamedCount = 0
    /// Pairs of an order that were dropped because they repeat the one before.
    package private(set) var repeatedPairs = 0

    /// - Parameter hasOrders: False when openOrder is not to be relied on, because whoever wrote the
    ///   recording left some out, or their state.
    /// - Parameter joinsPairs: A pair and a lone orderStatus are the same step, because the
    ///   recording leaves openOrders out.
    package init(
        _ turns: [Turn], style: Style, hasOrders: Bool = true, joinsPairs: Bool = false
    ) {
        switch style {
        case .every:
            for turn in turns {
                steps.append(Step(label: Self.label(of: turn.message), turns: [turn]))
            }
        case .order:
            addPairs(turns, hasOrders: hasOrders, joinsPairs: joinsPairs)
            dropRepeatedPairs()
            joinNeighbours()
            dropRepeatedBlocks()
        case .rows:
            for turn in turns {
                let isVague = turn.message.name == "openOrder" && !hasOrders
                let label = isVague ? "openOrder" : Self.label(of: turn.message)
                steps.append(Step(label: label, turns: [turn]))
            }
            joinNeighbours()
            dropRepeatedBlocks()
        case .stream:
            var last: String?
            for turn in turns {
                var label = Self.label(of: turn.message)
                if let price = Self.sizes[label], price == last { label += " beside its price" }
                last = label
                if let index = steps.firstIndex(where: { $0.label == label }) {
                    steps[index].turns.append(turn)
                    streamedCount += 1
                } else {
                    steps.append(Step(label: label, turns: [turn]))
                }
            }
        }
    }

    package var labels: [String] { steps.map(\.label) }

    /// What a message says, by the field that tells one occasion from another.
    package static func label(of message: Message) -> String {
        switch message.name {
        case "error": return "error " + (message["errorCode"] ?? "0")
        case "openOrder": return "openOrder " + (message["orderState.status"] ?? "?")
        case "orderStatus": return "orderStatus " + state(of: message)
        case "accountSummary": return "accountSummary " + (message["tag"] ?? "")
        case "updateAccountValue", "accountUpdateMulti":
            return message.name + " " + (message["key"] ?? "")
        case "tickPrice", "tickSize", "tickString", "tickGeneric", "tickEFP",
            "tickOptionComputation":
            return message.name + " " + (message["tickType"] ?? "")
        case "marketDataType": return "marketDataType " + (message["marketDataType"] ?? "")
        default: return message.name
        }
    }

    // Helpers, in the order they are called.

    /// The prices that sizes belong to.
    private static let sizes = [
        "tickSize 0": "tickPrice 1", "tickSize 3": "tickPrice 2", "tickSize 5": "tickPrice 4",
        "tickSize 69": "tickPrice 66", "tickSize 70": "tickPrice 67",
        "tickSize 71": "tickPrice 68",
    ]

    /// Whether a step is that a size changed and its price did not, which is the market's.
    static func isChangeOfSize(_ label: String) -> Bool { sizes[label] != nil }

    /// The status, and whether a part is filled.
    private static func state(of message: Message) -> String {
        let status = message["status"] ?? "?"
        let filled = Double(message["filled"] ?? "") ?? 0
        let remaining = Double(message["remaining"] ?? "") ?? 0
        return filled > 0 && remaining > 0 ? status + ", partly filled" : status
    }

    private mutating func addPairs(_ turns: [Turn], hasOrders: Bool, joinsPairs: Bool) {
        let pair = joinsPairs ? "orderStatus " : "pair "
        var index = 0
        while index < turns.count {
            let turn = turns[index]
            index += 1
            if turn.message.name == "openOrder" {
                guard hasOrders else { continue }
                let next = index < turns.count ? turns[index] : nil
                if let next, next.message.name == "orderStatus",
                    next.message["status"] == turn.message["orderState.status"]
                {
                    steps.append(
                        Step(label: pair + Self.state(of: next.message), turns: [turn, next]))
                    index += 1
                    continue
                }
            }
            steps.append(Step(label: Self.label(of: turn.message), turns: [turn]))
        }
    }

    private mutating func dropRepeatedPairs() {
        var kept: [Step] = []
        var last: Int?
        for step in steps {
            let isState = step.label.hasPrefix("pair ") || step.label.hasPrefix("orderStatus ")
            if isState, let last, kept[last].label == step.label {
                kept[last].turns += step.turns
                repeatedPairs += 1
                continue
            }
            if isState { last = kept.count }
            kept.append(step)
        }
        steps = kept
    }

    private mutating func joinNeighbours() {
        var joined: [Step] = []
        for step in steps {
            if let last = joined.last, last.label == step.label {
                joined[joined.count - 1].turns += step.turns
            } else {
                joined.append(step)
            }
        }
        steps = joined
    }

    /// Steps that a block may have which is dropped when it comes again.
    private static let longestBlock = 4

    private mutating func dropRepeatedBlocks() {
        for length in 2...Self.longestBlock {
            var index = 0
            while index + 2 * length <= steps.count {
                let block = steps[index..<(index + length)]
                let next = steps[(index + length)..<(index + 2 * length)]
                if block.map(\.label) == next.map(\.label) {
                    for offset in 0..<length {
                        steps[index + offset].turns += steps[index + length + offset].turns
                    }
                    steps.removeSubrange((index + length)..<(index + 2 * length))
                } else {
                    index += 1
                }
            }
        }
    }
}
