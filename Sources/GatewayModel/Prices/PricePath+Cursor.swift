extension PricePath {
    /// A path read from moment to moment: it remembers the way down the tree to where it was.
    ///
    /// Moments close to each other share most of the way, so that the next one costs a few steps.
    /// The prices are the path's own, whatever was asked before.
    struct Cursor: Sendable {
        let path: PricePath
        private var day = Int64.min
        /// From the day down to the leaf.
        private var nodes: [Node] = []
        private var trades = InlineTrades(0, 0, 0, 0)
        private var leaf = -1

        init(_ path: PricePath) {
            self.path = path
        }

        /// - Parameter milliseconds: Since 1970.
        mutating func price(at milliseconds: Int64) -> Int64 {
            let (day, leaf, rest) = PricePath.position(milliseconds)
            if day != self.day || leaf != self.leaf { move(to: leaf, day) }
            return path.placed(trades[Int(rest / PricePath.tradeMilliseconds)])
        }

        private mutating func move(to leaf: Int, _ day: Int64) {
            if day != self.day {
                self.day = day
                nodes.removeAll(keepingCapacity: true)
                nodes.append(path.root(day))
            }
            var depth = nodes.count - 1
            while !nodes[depth].contains(leaf) { depth -= 1 }
            nodes.removeLast(nodes.count - 1 - depth)
            var node = nodes[depth]
            while node.count > 1 {
                node = path.half(of: node, with: leaf, day)
                nodes.append(node)
            }
            self.leaf = leaf
            trades = path.trades(of: node, day)
        }
    }
}
