extension PricePath {
    /// Reads a path at moments that follow one another; it remembers the tree's nodes on the way.
    ///
    /// Moments close to each other share most nodes, so that the next one costs a few steps. Prices
    /// do not depend on what was read before.
    struct Cursor: Sendable {
        let path: PricePath
        private var day = Int64.min
        /// From the day down to the leaf at `depth`.
        private var nodes: [Node] = []
        private var depth = 0
        private var trades = InlineTrades(0, 0, 0, 0)
        /// Leaves at which the trades are these.
        private var leaves = 0..<0

        init(_ path: PricePath) {
            self.path = path
        }

        /// - Parameter milliseconds: Since 1970.
        mutating func price(at milliseconds: Int64) -> Int64 {
            let (day, leaf, rest) = PricePath.position(milliseconds)
            if day != self.day || !leaves.contains(leaf) { move(to: leaf, day) }
            return path.placed(trades[Int(rest / PricePath.tradeMilliseconds)])
        }

        private mutating func move(to leaf: Int, _ day: Int64) {
            if day != self.day {
                let root = path.root(day)
                if nodes.isEmpty { nodes = Array(repeating: root, count: PricePath.maxDepth) }
                self.day = day
                depth = 0
                nodes[0] = root
            }
            let path = path
            var depth = depth
            var way = nodes.mutableSpan
            while !way[depth].contains(leaf) { depth -= 1 }
            var node = way[depth]
            while node.count > 1, !node.isStill {
                node = path.half(of: node, with: leaf, day)
                depth += 1
                way[depth] = node
            }
            self.depth = depth
            leaves = node.start..<node.start + node.count
            trades = path.trades(of: node, day)
        }
    }
}
