/// How two lists of steps lie beside each other, with as many equal steps as possible.
package struct SequenceAlignment: Sendable {
    package enum Entry: Hashable, Sendable {
        case both(recorded: Int, other: Int)
        case recordedOnly(Int)
        case otherOnly(Int)
    }

    package private(set) var entries: [Entry] = []

    /// Steps of either side that are looked at; longer ones are cut.
    package static let mostSteps = 1_000

    package init(_ recorded: [String], _ other: [String]) {
        let recorded = recorded.prefix(Self.mostSteps)
        let other = other.prefix(Self.mostSteps)
        // lengths[i][j]: the longest common part of what follows i and j.
        let width = other.count + 1
        var lengths = [Int](repeating: 0, count: (recorded.count + 1) * width)
        for i in recorded.indices.reversed() {
            for j in other.indices.reversed() {
                lengths[i * width + j] =
                    recorded[i] == other[j]
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var i = 0
        var j = 0
        while i < recorded.count || j < other.count {
            if i < recorded.count, j < other.count, recorded[i] == other[j] {
                entries.append(.both(recorded: i, other: j))
                i += 1
                j += 1
            } else if j == other.count
                || i < recorded.count && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]
            {
                entries.append(.recordedOnly(i))
                i += 1
            } else {
                entries.append(.otherOnly(j))
                j += 1
            }
        }
    }
}
