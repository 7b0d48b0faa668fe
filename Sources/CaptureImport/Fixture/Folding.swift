/// How much of repeated market data and account news a fixture keeps.
package struct Folding: Hashable, Sendable {
    /// Messages of one kind and one subscription that are kept from the beginning and from the end.
    package var first: Int
    package var last: Int

    package static let usual = Folding(first: 20, last: 20)
    package static let least = Folding(first: 2, last: 1)

    package init(first: Int, last: Int) {
        self.first = first
        self.last = last
    }
}
