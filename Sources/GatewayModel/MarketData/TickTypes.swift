/// Which ids ticks carry: live ones, or those of delayed data.
struct TickTypes: Hashable, Sendable {
    let isDelayed: Bool

    var bid: Int { isDelayed ? 66 : 1 }
    var ask: Int { isDelayed ? 67 : 2 }
    var last: Int { isDelayed ? 68 : 4 }
    var bidSize: Int { isDelayed ? 69 : 0 }
    var askSize: Int { isDelayed ? 70 : 3 }
    var lastSize: Int { isDelayed ? 71 : 5 }
    var high: Int { isDelayed ? 72 : 6 }
    var low: Int { isDelayed ? 73 : 7 }
    var volume: Int { isDelayed ? 74 : 8 }
    var close: Int { isDelayed ? 75 : 9 }
    var open: Int { isDelayed ? 76 : 14 }
    var lastTime: Int { isDelayed ? 88 : 45 }
    var halted: Int { isDelayed ? 90 : 49 }
    var bidOption: Int { isDelayed ? 80 : 10 }
    var askOption: Int { isDelayed ? 81 : 11 }
    var lastOption: Int { isDelayed ? 82 : 12 }
    var modelOption: Int { isDelayed ? 83 : 13 }
}

/// What a client's account may see, which together with reqMarketDataType decides what it gets.
package enum MarketDataPermission: String, Hashable, Sendable, CaseIterable {
    /// Whatever type was asked for (assumed, so that every type can be tried).
    case asRequested = "as-requested"
    /// Live data always, as with a subscription to everything.
    case live
    /// Delayed data if asked for (10167), refused otherwise (354).
    case delayedOnly = "delayed-only"
    /// Refused always (10089 for live, 10168 for delayed).
    case none
}
