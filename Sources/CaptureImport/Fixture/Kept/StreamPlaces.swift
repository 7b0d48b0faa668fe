import GatewayWire

/// The numbers of streams, by what tells them: from 0, in the order in which they first came.
struct StreamPlaces {
    private static let recentCount = 1024

    private let maxCount: Int
    private var shortPlaces: [UInt128: Int32] = [:]
    /// By a longer key's hash; where another key has it, by the next number.
    private var longPlaces: [Int: Int32] = [:]
    /// By place: the short key, or 0.
    private var numbers: [UInt128] = []
    /// The longer keys, one after the other, and by place where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int32] = []
    /// By a quicker hash: the place of a key that was looked up lately; -1 for none.
    private var recent: [Int32] = []

    init(maxCount: Int) {
        self.maxCount = maxCount
    }

    /// - Returns: `nil` for a new stream when there are too many.
    @inline(__always)
    mutating func place(of key: borrowing StreamKey) -> Int? {
        if recent.isEmpty { recent = [Int32](repeating: -1, count: Self.recentCount) }
        if key.isLong { return place(ofLong: key.bytes.span) }
        let number = key.number
        let index = Self.index(of: number)
        let latest = Int(recent[index])
        if latest >= 0, numbers[latest] == number { return latest }
        return place(of: number, at: index)
    }

    // Helpers, in the order they are called.

    private mutating func place(ofLong key: Span<UInt8>) -> Int? {
        let index = Self.index(of: key)
        let latest = Int(recent[index])
        if latest >= 0, isKey(key, of: latest) { return latest }
        // Seeded, so that no capture can make keys that are slow to find.
        var hasher = Hasher()
        key.withUnsafeBytes { hasher.combine(bytes: $0) }
        var hash = hasher.finalize()
        while let place = longPlaces[hash] {
            if isKey(key, of: Int(place)) {
                recent[index] = place
                return Int(place)
            }
            hash &+= 1
        }
        guard numbers.count < maxCount else { return nil }
        longPlaces[hash] = Int32(truncatingIfNeeded: numbers.count)
        return add(0, key, at: index)
    }

    private mutating func place(of number: UInt128, at index: Int) -> Int? {
        if let place = shortPlaces[number] {
            recent[index] = place
            return Int(place)
        }
        guard numbers.count < maxCount else { return nil }
        shortPlaces[number] = Int32(truncatingIfNeeded: numbers.count)
        return add(number, Span(), at: index)
    }

    private mutating func add(_ number: UInt128, _ key: Span<UInt8>, at index: Int) -> Int {
        let place = numbers.count
        numbers.append(number)
        key.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        ends.append(Int32(truncatingIfNeeded: bytes.count))
        recent[index] = Int32(truncatingIfNeeded: place)
        return place
    }

    private func isKey(_ key: Span<UInt8>, of place: Int) -> Bool {
        let start = place == 0 ? 0 : Int(ends[place - 1])
        return bytes.span.extracting(start..<Int(ends[place])).isEqual(to: key)
    }

    private static func index(of number: UInt128) -> Int {
        mixed(
            UInt64(truncatingIfNeeded: number)
                ^ (UInt64(truncatingIfNeeded: number >> 64) &* 0xBF58_476D_1CE4_E5B9))
    }

    private static func index(of key: Span<UInt8>) -> Int {
        var hash = UInt64(key.count)
        var index = 0
        while key.count - index >= 8 {
            let word = key.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 32
            index += 8
        }
        while index < key.count {
            hash = (hash ^ UInt64(key[index])) &* 0x0000_0100_0000_01B3
            index += 1
        }
        return mixed(hash)
    }

    /// The upper ten bits of a product: each depends on all of the word's.
    private static func mixed(_ word: UInt64) -> Int {
        Int((word &* 0x9E37_79B9_7F4A_7C15) >> 54)
    }
}
