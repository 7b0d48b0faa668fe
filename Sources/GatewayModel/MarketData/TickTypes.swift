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
    /// Recorded: computations keep these ids on delayed lines.
    var bidOption: Int { 10 }
    var askOption: Int { 11 }
    var lastOption: Int { 12 }
    var modelOption: Int { 13 }
}
