/// A log that numbers its entries and forgets the oldest.
struct BoundedLog<Entry: Sendable>: Sendable {
    /// Forgotten entries stay in front until they are as many as the rest.
    private var stored: [Entry] = []
    private var skipped = 0
    private var forgotten = 0

    var count: Int { stored.count - skipped }
    /// Forgotten ones that still take room included.
    var storedCount: Int { stored.count }
    /// What is still known, oldest first.
    var entries: ArraySlice<Entry> { stored[skipped...] }

    /// The number of the next entry.
    var nextNumber: Int { forgotten + count }

    /// The entries from a number on, as far as they are still known.
    func entries(since number: Int) -> ArraySlice<Entry> {
        entries.suffix(max(0, nextNumber - max(number, 0)))
    }

    subscript(number: Int) -> Entry? {
        let index = number - forgotten + skipped
        return number >= forgotten && index < stored.count ? stored[index] : nil
    }

    /// - Returns: The entry's number.
    mutating func append(_ entry: Entry) -> Int {
        stored.append(entry)
        return nextNumber - 1
    }

    /// Forgets what is too old.
    ///
    /// - Returns: The forgotten entries with their numbers.
    mutating func trim(to limit: Int) -> [(Int, Entry)] {
        let surplus = max(0, count - max(limit, 0))
        guard surplus > 0 else { return [] }
        let leaving = (0..<surplus).map { (forgotten + $0, stored[skipped + $0]) }
        skipped += surplus
        forgotten += surplus
        if skipped > stored.count / 2 {
            stored.removeFirst(skipped)
            skipped = 0
        }
        return leaving
    }
}
