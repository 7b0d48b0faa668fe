/// How far a large file is read: a line on the terminal, with rate and time left.
final class ReadingProgress {
    private let isWanted: Bool
    private let startedAt = RealClock.monotonicSeconds
    private var shownAt = RealClock.monotonicSeconds
    private var isShown = false
    private var doneBefore = 0
    private var lastRead = 0

    /// - Parameter isWanted: False while something else is printed on the terminal.
    init(isWanted: Bool) {
        self.isWanted = isWanted && Terminal.errorIsTerminal
    }

    /// - Parameter progress: Bytes of the file read, its size (0 for a pipe), and files to come.
    func show(_ progress: (read: Int, size: Int, followingFiles: Int)) {
        if progress.read < lastRead { doneBefore += lastRead }
        lastRead = progress.read
        let now = RealClock.monotonicSeconds
        guard isWanted, now - shownAt > 0.2 else { return }
        shownAt = now
        isShown = true
        let rate = Double(doneBefore + progress.read) / max(0.001, now - startedAt)
        var text = "\(Int(rate / 1e6)) MB/s"
        if progress.size > 0 {
            let percent = progress.read * 100 / progress.size
            let left = Int(Double(progress.size - progress.read) / max(1, rate)) + 1
            let done = percent / 4
            text =
                "[\(String(repeating: "#", count: done))"
                + "\(String(repeating: " ", count: max(0, 25 - done)))] \(percent) %, \(text), "
                + "\(left) s left"
        }
        if progress.followingFiles > 0 { text += ", \(progress.followingFiles) files to come" }
        Terminal.errorPart("\r\u{1B}[K\(text)")
    }

    func end() {
        if isShown { Terminal.errorPart("\r\u{1B}[K") }
        isShown = false
    }
}
