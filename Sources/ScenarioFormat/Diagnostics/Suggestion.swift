/// Finds the word that was probably meant.
package enum Suggestion {
    /// The nearest of `words` to `word`, or `nil` when none is near.
    ///
    /// The first of equally near words wins.
    package static func nearest(to word: String, among words: [String]) -> String? {
        let given = Array(word.lowercased().utf8.prefix(longest))
        let bound = max(1, min(given.count / 2, 4))
        var best: (word: String, distance: Int)?
        for candidate in words {
            let letters = Array(candidate.lowercased().utf8.prefix(longest))
            guard abs(letters.count - given.count) <= bound else { continue }
            let distance = distance(given, letters)
            if distance <= bound, best.map({ distance < $0.distance }) ?? true {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// `did you mean 'serve'?`, or `nil` when no word is near.
    package static func question(for word: String, among words: [String]) -> String? {
        nearest(to: word, among: words).map { "did you mean '\($0)'?" }
    }

    /// A hint naming the nearest word, and all of them while they are few.
    static func hint(for word: String, among words: [String], called plural: String) -> String? {
        let near = question(for: word, among: words)
        let all =
            words.isEmpty || words.count > mostListed
            ? nil : "\(plural): \(words.joined(separator: ", "))"
        let parts = [near, all].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private static let longest = 60
    private static let mostListed = 32

    /// Letters to insert, remove, replace or swap with their neighbour to get from one to the other.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var twoBack: [Int] = []
        var last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var current = [row + 1]
            for (column, otherLetter) in other.enumerated() {
                let replaced = last[column] + (letter == otherLetter ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == otherLetter {
                    cost = min(cost, twoBack[column - 1] + 1)
                }
                current.append(cost)
            }
            twoBack = last
            last = current
        }
        return last[other.count]
    }
}
