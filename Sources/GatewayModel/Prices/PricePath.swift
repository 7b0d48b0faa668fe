import Simulation

/// One price at every moment of every day, in ticks, as a function of a key.
///
/// ```
/// day      open .. high, low .. close      drawn from the day's number
/// hours    each range split in two, so that the halves' open, high, low and close
/// minutes    add up to exactly the whole's; down to leaves of 200 milliseconds
/// leaf     four trades, 50 milliseconds apart: open, the two extremes, close
/// ```
///
/// A moment or a range costs one walk down the tree. A bar always equals the sum of its finer bars.
struct PricePath: Sendable {
    static let leafMilliseconds: Int64 = 200
    static let tradeMilliseconds: Int64 = 50
    static let millisecondsPerDay: Int64 = 86_400_000
    private static let leavesPerDay = 432_000
    /// More than the nodes from a day down to a leaf: halving makes 5, 4, 3, 4, 3 and 3 of the
    /// units.
    static let maxDepth = 32
    /// Period in days and amplitude as a part of the price.
    private static let octaves: [(period: Int64, amplitude: Double)] = [
        (1, 0.006), (5, 0.015), (20, 0.03), (90, 0.06), (365, 0.12),
    ]

    let key: UInt64
    /// Ticks around which the price moves.
    let base: Double
    /// Scales every movement; 1 suits a stock.
    let liveliness: Double
    /// Added to every price, so that the path passes through a given point.
    var offset: Int64 = 0
    /// No price is lower.
    var floor: Int64 = 2

    init(key: UInt64, base: Double, liveliness: Double) {
        self.key = key
        self.base = min(max(base, 1), 1e12)
        self.liveliness = liveliness
    }

    /// - Parameter milliseconds: Since 1970.
    func price(at milliseconds: Int64) -> Int64 {
        let (day, leaf, rest) = Self.position(milliseconds)
        return placed(trades(of: descend(to: leaf, day), day)[Int(rest / Self.tradeMilliseconds)])
    }

    /// Every trade from one moment to before another, in milliseconds since 1970, summed up.
    ///
    /// An empty stretch has the price at its start.
    func range(from start: Int64, to end: Int64) -> PriceRange {
        var result: PriceRange?
        var moment = start
        while moment < end {
            let (day, leaf, rest) = Self.position(moment)
            let midnight = day &* Self.millisecondsPerDay
            if rest == 0, end - moment >= Self.leafMilliseconds {
                let last = min(
                    Int64(Self.leavesPerDay), (end - midnight) / Self.leafMilliseconds)
                collect(leaf..<Int(last), in: root(day), day, into: &result)
                moment = midnight + last * Self.leafMilliseconds
            } else {
                result.append(PriceRange(price(at: moment)))
                moment += Self.tradeMilliseconds - rest % Self.tradeMilliseconds
            }
        }
        return result ?? PriceRange(price(at: start))
    }

    static func position(_ milliseconds: Int64) -> (day: Int64, leaf: Int, rest: Int64) {
        let day = floorDivide(milliseconds, millisecondsPerDay)
        let into = milliseconds &- day &* millisecondsPerDay
        return (day, Int(into / leafMilliseconds), into % leafMilliseconds)
    }

    struct Node: Sendable {
        let start: Int
        let count: Int
        let range: PriceRange

        func contains(_ leaf: Int) -> Bool { leaf >= start && leaf < start + count }

        /// All prices below are the same, so that there is no need to go further down.
        var isStill: Bool { range.high == range.low }
    }

    func placed(_ price: Int64) -> Int64 { max(floor, price + offset) }

    func root(_ day: Int64) -> Node {
        let open = boundary(day)
        let close = boundary(day &+ 1)
        let chance = mixed(key &+ 7, UInt64(bitPattern: day))
        let reach = base * liveliness * 0.012
        let up = Int64(reach * (0.2 + 0.8 * Self.unit(chance)))
        let down = Int64(reach * (0.2 + 0.8 * Self.unit(chance << 32)))
        return Node(
            start: 0, count: Self.leavesPerDay,
            range: PriceRange(
                open: open, high: max(open, close) + up, low: min(open, close) - down,
                close: close))
    }

    /// The price at a midnight: smooth noises from a day to a year long.
    private func boundary(_ day: Int64) -> Int64 {
        var sum = 0.0
        for (number, octave) in Self.octaves.enumerated() {
            let cell = floorDivide(day, octave.period)
            let part = Double(day &- cell &* octave.period) / Double(octave.period)
            let blend = part * part * (3 - 2 * part)
            let from = noise(number, cell)
            sum += octave.amplitude * (from + (noise(number, cell &+ 1) - from) * blend)
        }
        return Int64(base * (1 + liveliness * sum))
    }

    private func noise(_ octave: Int, _ cell: Int64) -> Double {
        2 * Self.unit(mixed(key &+ UInt64(100 + octave), UInt64(bitPattern: cell))) - 1
    }

    private func descend(to leaf: Int, _ day: Int64) -> Node {
        var node = root(day)
        while node.count > 1, !node.isStill { node = half(of: node, with: leaf, day) }
        return node
    }

    func half(of node: Node, with leaf: Int, _ day: Int64) -> Node {
        let split = split(node, day)
        return leaf < node.start + split.count ? split.front(of: node) : split.back(of: node)
    }

    private func collect(
        _ wanted: Range<Int>, in node: Node, _ day: Int64, into result: inout PriceRange?
    ) {
        let end = node.start + node.count
        guard wanted.lowerBound < end, node.start < wanted.upperBound else { return }
        if node.isStill || wanted.lowerBound <= node.start && end <= wanted.upperBound {
            result.append(node.range.mapped(placed))
        } else {
            let split = split(node, day)
            collect(wanted, in: split.front(of: node), day, into: &result)
            collect(wanted, in: split.back(of: node), day, into: &result)
        }
    }

    /// How a node is split into two halves, each of whose extremes is in one of them.
    private struct Split {
        /// Leaves in the front half.
        let count: Int
        let middle: Int64
        let chance: UInt64

        private var highInFront: Bool { chance & 1 == 0 }
        /// The low is mostly in the other half than the high, as in real prices.
        private var lowInFront: Bool { chance & 14 == 0 ? highInFront : !highInFront }

        func front(of node: Node) -> Node {
            let range = node.range
            let high = max(range.open, middle)
            let low = min(range.open, middle)
            return Node(
                start: node.start, count: count,
                range: PriceRange(
                    open: range.open,
                    high: highInFront ? range.high : between(high, range.high, chance << 24),
                    low: lowInFront ? range.low : between(low, range.low, chance << 32),
                    close: middle))
        }

        func back(of node: Node) -> Node {
            let range = node.range
            let high = max(middle, range.close)
            let low = min(middle, range.close)
            return Node(
                start: node.start + count, count: node.count - count,
                range: PriceRange(
                    open: middle,
                    high: highInFront ? between(high, range.high, chance << 24) : range.high,
                    low: lowInFront ? between(low, range.low, chance << 32) : range.low,
                    close: range.close))
        }

        /// The extreme of the half that does not contain the node's own.
        ///
        /// Rounding is drawn, so that a range of a tick or two still moves.
        private func between(_ near: Int64, _ far: Int64, _ bits: UInt64) -> Int64 {
            let reach = Double((far - near).magnitude) * PricePath.unit(bits) * 0.8
            let ticks = Int64(reach + PricePath.unit(bits << 13))
            return far < near ? near - ticks : near + ticks
        }
    }

    /// Half of so many leaves, rounded to hours, five minutes, minutes, five seconds, seconds or
    /// leaves.
    private static func frontCount(of count: Int) -> Int {
        // One call for each unit: the compiler turns division by a constant into multiplication.
        func half(_ unit: Int) -> Int { (count + unit - 1) / unit / 2 * unit }
        return if count > 18_000 {
            half(18_000)
        } else if count > 1_500 {
            half(1_500)
        } else if count > 300 {
            half(300)
        } else if count > 25 {
            half(25)
        } else if count > 5 {
            half(5)
        } else {
            count / 2
        }
    }

    private func split(_ node: Node, _ day: Int64) -> Split {
        let count = Self.frontCount(of: node.count)
        let range = node.range
        let place = UInt64(truncatingIfNeeded: node.start) << 20 | UInt64(node.count)
        let chance = mixed(key &+ UInt64(bitPattern: day) &* 0x9E37_79B9, place)
        // Between the ends' mean and anywhere in the range: always inside it, seldom at its edge.
        // With these weights prices vary about as the root of time, from days down to seconds.
        let mean = Double(range.open) * 0.5 + Double(range.close) * 0.5
        let anywhere =
            Double(range.low)
            + Double(range.high - range.low) * (Self.unit(chance) + Self.unit(chance << 16)) / 2
        let wanted = mean * 0.55 + anywhere * 0.45 + Self.unit(chance << 9)
        let middle = min(max(Int64(wanted), range.low), range.high)
        return Split(count: count, middle: middle, chance: chance)
    }

    func trades(of leaf: Node, _ day: Int64) -> InlineTrades {
        let range = leaf.range
        if leaf.isStill { return InlineTrades(range.open, range.open, range.open, range.open) }
        let chance = mixed(key &+ 3, UInt64(bitPattern: day) &* 0x5851 &+ UInt64(leaf.start))
        return chance & 1 == 0
            ? InlineTrades(range.open, range.high, range.low, range.close)
            : InlineTrades(range.open, range.low, range.high, range.close)
    }

    /// Between 0 and 1, from the upper 32 bits.
    private static func unit(_ bits: UInt64) -> Double { Double(bits >> 32) * 0x1p-32 }
}

/// Four prices without an array's allocation.
struct InlineTrades: Sendable {
    private let prices: (Int64, Int64, Int64, Int64)

    init(_ first: Int64, _ second: Int64, _ third: Int64, _ fourth: Int64) {
        prices = (first, second, third, fourth)
    }

    subscript(index: Int) -> Int64 {
        switch index {
        case 0: prices.0
        case 1: prices.1
        case 2: prices.2
        default: prices.3
        }
    }
}

/// Two numbers mixed into one that looks random (the finalizer of SplitMix64, twice).
func mixed(_ one: UInt64, _ other: UInt64) -> UInt64 {
    finalized(one ^ finalized(other))
}

private func finalized(_ number: UInt64) -> UInt64 {
    var mixed = number &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
}
