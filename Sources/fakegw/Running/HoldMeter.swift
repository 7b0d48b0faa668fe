import EventLog
import ProcessDriver

/// Measures for how long the kernel keeps a program waiting that can do nothing about it.
///
/// It is asked at intervals. A hold is one wait that no signal ends, seen at each question, or an end
/// that the kernel does not bring about. A program that starts another one waits like this too, until
/// that one runs: this is its own affair, and no hold. Nor is what the kernel does not let us look at.
struct HoldMeter {
    private var since = 0.0
    private var waits: Int?
    private var told = 0

    /// Milliseconds between two reports, and before the first one.
    private static let step = 500
    private static let starting = ["vfork", "clone", "clone3", "fork"]

    /// Milliseconds of a hold that goes on; `nil` when there is none, or when little has been added.
    ///
    /// - Parameters:
    ///   - thread: The first thread of the program that has not ended; `nil` when there is none.
    ///   - real: Seconds of a clock that never goes back.
    mutating func look(_ thread: ProgramThread?, real: Double) -> Int? {
        guard let thread, thread.state == "D", thread.isKnown, !thread.isIn(Self.starting) else {
            waits = nil
            return nil
        }
        guard let waits, waits == thread.waits || thread.isEnding else {
            waits = thread.waits
            since = real
            told = 0
            return nil
        }
        let milliseconds = Int(((real - since) * 1000).rounded())
        guard milliseconds >= told + Self.step else { return nil }
        told = milliseconds
        return milliseconds
    }
}

extension ProgramThread {
    fileprivate var isKnown: Bool { call != nil || channel != nil }

    fileprivate func isIn(_ calls: [String]) -> Bool { call.map(calls.contains) ?? false }
}
