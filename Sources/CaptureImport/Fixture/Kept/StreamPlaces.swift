/// The numbers of streams, by what tells them: from 0, in the order in which they first came.
struct StreamPlaces {
    private static let recentCount = 2048

    private let maxCount: Int
    /// By a key's hash; where another key has it, by the next number.
    private var places: [Int: Int32] = [:]
    /// All keys, one after the other, and where each ends.
    private var keys: [UInt8] = []
    private var ends: [Int32] = []
    /// By a quicker hash: the place of a key that was looked up lately; -1 for none.
    private var recent: [Int32] = []

    init(maxCount: Int) {
        self.maxCount = maxCount
    }

    /// - Returns: `nil` for a new stream when there are too many.
    mutating func place(of key: Span<UInt8>) -> Int? {
        if recent.isEmpty { recent = [Int32](repeating: -1, count: Self.recentCount) }
        let index = Self.quickHash(key)
        if recent[index] >= 0, isKey(key, of: recent[index]) { return Int(recent[index]) }
        // Seeded, so that no capture can make keys that are slow to find.
        var hasher = Hasher()
        key.withUnsafeBytes { hasher.combine(bytes: $0) }
        var hash = hasher.finalize()
        while let place = places[hash] {
            if isKey(key, of: place) {
                recent[index] = place
                return Int(place)
            }
            hash &+= 1
        }
        guard ends.count < maxCount else { return nil }
        let place = Int32(truncatingIfNeeded: ends.count)
        places[hash] = place
        key.withUnsafeBufferPointer { keys.append(contentsOf: $0) }
        ends.append(Int32(truncatingIfNeeded: keys.count))
        recent[index] = place
        return Int(place)
    }

    // Helpers, in the order they are called.

    private static func quickHash(_ key: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in key.indices { hash = (hash ^ UInt64(key[index])) &* 0x0000_0100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash >> 32) ^ hash) & (recentCount - 1)
    }

    private func isKey(_ key: Span<UInt8>, of place: Int32) -> Bool {
        let start = place == 0 ? 0 : Int(ends[Int(place) - 1])
        let end = Int(ends[Int(place)])
        guard end - start == key.count else { return false }
        for index in key.indices where keys[start + index] != key[index] { return false }
        return true
    }
}
