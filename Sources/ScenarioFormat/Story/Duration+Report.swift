internal import Simulation

extension Duration {
    /// `200ms`, `2s`, `1.250s`: whole milliseconds, as reports say it.
    package var reportText: String {
        let milliseconds = nanoseconds / 1_000_000
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
        return milliseconds < 1000
            ? "\(milliseconds)ms"
            : "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())s"
    }
}
