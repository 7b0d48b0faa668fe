/// What is kept of one stream of a program's output: the first and the last lines, and the lines that
/// hold what is sought.
struct OutputTally: Hashable, Sendable {
    private(set) var omittedCount = 0
    private var head: [String] = []
    private var headBytes = 0
    private var tail: [String] = []
    private var tailBytes = 0
    /// Where the tail begins in `tail`; what is before it has been dropped.
    private var tailStart = 0
    private let sought: SoughtOutput
    /// The first line that holds each of the texts.
    private var found: [String: String] = [:]
    /// How much of each order has come.
    private var progress: [[String]: Int] = [:]

    /// What a line costs besides its bytes.
    private static let overhead = 32

    init(sought: SoughtOutput = SoughtOutput()) {
        self.sought = sought
    }

    var lines: [String] { head + tail[tailStart...] }

    func line(holding text: String) -> String? {
        if sought.texts.contains(text) { return found[text] }
        return lines.first { $0.contains(text) }
    }

    /// How many of the texts came in this order, each on a line of its own.
    ///
    /// They must be among the orders that are sought.
    func progress(of texts: [String]) -> Int { progress[texts] ?? 0 }

    mutating func take(_ text: String, maxBytes: Int) {
        if found.count < sought.texts.count {
            for wanted in sought.texts where found[wanted] == nil && text.contains(wanted) {
                found[wanted] = text
            }
        }
        for order in sought.orders {
            let come = progress[order] ?? 0
            if come < order.count, text.contains(order[come]) { progress[order] = come + 1 }
        }
        let bytes = text.utf8.count + Self.overhead
        let most = maxBytes / 2
        if tail.isEmpty, omittedCount == 0, headBytes + bytes <= most {
            head.append(text)
            headBytes += bytes
            return
        }
        tail.append(text)
        tailBytes += bytes
        while tailBytes > most, tailStart < tail.count { dropOldest() }
        if tailStart > tail.count / 2 {
            tail.removeFirst(tailStart)
            tailStart = 0
        }
    }

    private mutating func dropOldest() {
        tailBytes -= tail[tailStart].utf8.count + Self.overhead
        tail[tailStart] = ""
        tailStart += 1
        omittedCount += 1
    }
}
