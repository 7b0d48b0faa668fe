/// Small helps with text for people.
enum Text {
    static func column(_ text: String, width: Int) -> String {
        text.count < width
            ? text + String(repeating: " ", count: width - text.count) : text + " "
    }

    /// The candidate with the smallest edit distance, when it is near enough to be meant.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let scored = candidates.map { (distance(word, $0), $0) }
        guard let best = scored.min(by: { $0.0 < $1.0 }), best.0 <= max(2, word.count / 3) else {
            return nil
        }
        return best.1
    }

    private static func distance(_ one: String, _ other: String) -> Int {
        let (a, b) = (Array(one.prefix(64)), Array(other.prefix(64)))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let above = row[j + 1]
                row[j + 1] = a[i] == b[j] ? diagonal : 1 + min(diagonal, above, row[j])
                diagonal = above
            }
        }
        return row[b.count]
    }

    static func seconds(_ duration: Duration) -> String {
        let milliseconds =
            duration.components.seconds * 1000
            + duration.components.attoseconds / 1_000_000_000_000_000
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count)
            + fraction + " s"
    }

    /// `10 s`, `2.5 s`: no more digits than were given.
    static func plainSeconds(_ duration: Duration) -> String {
        plain(duration / .milliseconds(1) / 1000) + " s"
    }

    /// Whole numbers without a fraction.
    static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }

    /// `0.4 ms`, `105 ms`.
    static func milliseconds(_ duration: Duration) -> String { bareMilliseconds(duration) + " ms" }

    /// A tenth below ten, whole numbers above.
    static func bareMilliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .microseconds(100)).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\((tenths + 5) / 10)"
    }
}
