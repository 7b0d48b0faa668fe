import EventLog

/// The last events, numbered from 1.
struct EventRing {
    struct Entry {
        let number: Int
        let event: LogEvent
    }

    private var entries: [Entry] = []
    /// How many of `entries` are forgotten already.
    private var dropped = 0
    private var byteCount = 0
    private let limits: ControlLimits
    /// The number of the last event.
    private(set) var last = 0

    init(_ limits: ControlLimits) {
        self.limits = limits
    }

    /// The number of the first event that is still there.
    var first: Int { entries.count > dropped ? entries[dropped].number : last + 1 }

    mutating func append(_ event: LogEvent) {
        last += 1
        entries.append(Entry(number: last, event: event))
        byteCount += event.approximateBytes
        while entries.count - dropped > limits.maxEvents || byteCount > limits.maxEventBytes {
            guard dropped < entries.count else { break }
            byteCount -= entries[dropped].event.approximateBytes
            dropped += 1
        }
        // Each event is moved at most once.
        if dropped > entries.count / 2 {
            entries.removeFirst(dropped)
            dropped = 0
        }
    }

    /// What is kept, from behind this number on.
    func entries(after number: Int) -> ArraySlice<Entry> {
        let start = dropped + max(0, number - first + 1)
        return start < entries.count ? entries[start...] : []
    }
}
