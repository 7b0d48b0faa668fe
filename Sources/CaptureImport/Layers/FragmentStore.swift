/// Part of an IP packet that carries TCP.
package struct IPFragment: Equatable, Sendable {
    /// Fragments with the same key are parts of one packet.
    package struct Key: Hashable, Sendable {
        package let source: IPAddress
        package let destination: IPAddress
        package let identification: UInt32
    }

    package let key: Key
    /// Where it belongs in the packet's payload, in bytes.
    package let place: Int
    package let isLast: Bool
    /// Where it stands in the captured packet.
    package let payload: Range<Int>
}

/// Puts the fragments of IP packets together.
///
/// Fragments may come in any order and more than once; the first copy of a byte stands. A packet that
/// is not complete in time is given up.
struct FragmentStore {
    /// Packets put together at the same time; beyond that the oldest is given up.
    static let maxPackets = 256
    /// The largest payload of an IP packet.
    static let maxPayload = 65_535
    /// Parts of one packet that lie apart from each other.
    static let maxParts = 256
    /// As long as kernels wait for the rest of a packet.
    static let patience = Duration.seconds(30)

    private struct Partial {
        let key: IPFragment.Key
        let since: CaptureInstant
        let firstPacket: Int
        var bytes: [UInt8] = []
        /// Parts that are there, in order and apart from each other.
        var parts: [Range<Int>] = []
        var size: Int?

        var isWhole: Bool { size.map { parts == [0..<$0] } ?? false }
    }

    private var partials: [Partial] = []
    /// Fragments of packets that never became whole, and the first one's number.
    private(set) var lost = Occurrences()

    var isEmpty: Bool { partials.isEmpty }

    /// Takes a fragment.
    ///
    /// - Returns: The payload of its packet, once that is whole.
    mutating func take(
        _ fragment: IPFragment, in bytes: Span<UInt8>, number: Int, at: CaptureInstant
    ) -> [UInt8]? {
        while let oldest = partials.first, at - oldest.since > Self.patience { giveUp(0) }
        guard fragment.place + fragment.payload.count <= Self.maxPayload else {
            lost.add(number)
            return nil
        }
        var index = partials.firstIndex { $0.key == fragment.key }
        if index == nil {
            if partials.count == Self.maxPackets { giveUp(0) }
            partials.append(Partial(key: fragment.key, since: at, firstPacket: number))
            index = partials.count - 1
        }
        guard let index else { return nil }
        Self.add(fragment, bytes, to: &partials[index])
        if partials[index].parts.count > Self.maxParts {
            giveUp(index)
            return nil
        }
        guard partials[index].isWhole else { return nil }
        return partials.remove(at: index).bytes
    }

    /// Nothing more will come.
    mutating func finish() {
        while !partials.isEmpty { giveUp(0) }
    }

    private mutating func giveUp(_ index: Int) {
        lost.add(partials.remove(at: index).firstPacket)
    }

    private static func add(
        _ fragment: IPFragment, _ bytes: Span<UInt8>, to partial: inout Partial
    ) {
        let range = fragment.place..<fragment.place + fragment.payload.count
        if fragment.isLast, partial.size == nil { partial.size = range.upperBound }
        let missing = max(0, range.upperBound - partial.bytes.count)
        partial.bytes.append(contentsOf: repeatElement(0, count: missing))
        for place in range where !partial.parts.contains(where: { $0.contains(place) }) {
            partial.bytes[place] = bytes[fragment.payload.lowerBound + place - range.lowerBound]
        }
        var joined = range
        partial.parts.removeAll { part in
            guard part.lowerBound <= joined.upperBound, part.upperBound >= joined.lowerBound else {
                return false
            }
            joined =
                min(part.lowerBound, joined.lowerBound)..<max(part.upperBound, joined.upperBound)
            return true
        }
        let place = partial.parts.firstIndex { $0.lowerBound > joined.lowerBound }
        partial.parts.insert(joined, at: place ?? partial.parts.count)
    }
}

/// How often something occurred, and the packet of the first time.
struct Occurrences: Equatable {
    private(set) var count = 0
    private(set) var first = 0

    mutating func add(_ number: Int) {
        if count == 0 { first = number }
        count += 1
    }
}
