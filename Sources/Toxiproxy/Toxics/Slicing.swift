internal import Simulation

/// Cuts a chunk into pieces of random sizes.
enum Slicing {
    /// Halves the chunk, and its halves again, until no piece is longer than `average` + `variation`.
    ///
    /// Each cut is up to `variation` bytes beside the middle. No piece is empty.
    static func pieces(
        of count: Int, average: Int, variation: Int, _ random: inout SeededRandom
    ) -> [Int] {
        var pieces: [Int] = []
        // What is still to be looked at, the front of the chunk last.
        var rest = [count]
        while let size = rest.popLast() {
            guard size > max(1, average + variation) else {
                pieces.append(size)
                continue
            }
            let shift = variation == 0 ? 0 : Int.random(in: -variation..<variation, using: &random)
            let front = min(max(size / 2 + shift, 1), size - 1)
            rest.append(size - front)
            rest.append(front)
        }
        return pieces
    }
}
