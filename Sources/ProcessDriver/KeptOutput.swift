/// The first and the last of a program's lines, within a bound.
package struct KeptOutput: Sendable {
    /// What a line costs besides its bytes.
    private static let overhead = 48

    private let half: Int
    private var head: [OutputLine] = []
    private var headSize = 0
    private var tail: [OutputLine] = []
    private var tailSize = 0
    /// Where the tail begins in `tail`; what is before it has been dropped.
    private var tailStart = 0
    /// Lines dropped between the first and the last.
    package private(set) var droppedCount = 0

    init(maxBytes: Int) {
        half = maxBytes / 2
    }

    /// The lines kept.
    ///
    /// One line in place of the dropped ones tells how many they were.
    package var lines: [OutputLine] {
        guard droppedCount > 0 else { return head + tail[tailStart...] }
        let gap = OutputLine(
            .standardError, "(\(droppedCount) lines of output were not kept)", isCut: true)
        return head + [gap] + tail[tailStart...]
    }

    mutating func append(_ line: OutputLine) {
        let size = line.text.utf8.count + Self.overhead
        if tail.isEmpty, headSize + size <= half {
            head.append(line)
            headSize += size
            return
        }
        tail.append(line)
        tailSize += size
        while tailSize > half, tailStart < tail.count { dropOldest() }
        if tailStart > tail.count / 2 {
            tail.removeFirst(tailStart)
            tailStart = 0
            // An emptied tail must not let later lines join the head again.
            if tail.isEmpty { headSize = half }
        }
    }

    private mutating func dropOldest() {
        tailSize -= tail[tailStart].text.utf8.count + Self.overhead
        tail[tailStart] = OutputLine(.standardError, "")
        tailStart += 1
        droppedCount += 1
    }
}
