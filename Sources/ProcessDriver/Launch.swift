/// What to start, and the bounds on its output.
package struct Launch: Sendable {
    /// Looked up in our own `PATH` unless it holds a slash.
    package var program: String
    package var arguments: [String]
    /// Added to our own environment; wins over it.
    package var environment: [String: String] = [:]
    /// Working directory; `nil` for ours.
    package var directory: String?
    /// Without input the program reads from `/dev/null`; with it, from `ClientProcess.feed`.
    package var takesInput = true
    package var limits = OutputLimits()
    /// Gives the processes of its group time to end after it, and tells which did not.
    package var looksForChildren = false

    package init(_ program: String, _ arguments: [String] = []) {
        self.program = program
        self.arguments = arguments
    }
}

/// Bounds on what is kept of a program's output.
package struct OutputLimits: Sendable {
    /// Bytes kept of one line; the rest of the line is dropped.
    package var maxLineBytes = 64 << 10
    /// Bytes kept of all lines; the middle is dropped.
    package var maxKeptBytes = 16 << 20
    /// Bytes fed to the program that may wait to be read by it.
    package var maxInputBytes = 16 << 20
    /// When the program has ended, other processes may hold its output for this long, in real time.
    package var grace = Duration.milliseconds(200)

    package init() {}
}
