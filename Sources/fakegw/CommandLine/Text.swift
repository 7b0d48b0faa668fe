/// Small helpers for text for people.
enum Text {
    static func column(_ text: String, width: Int) -> String {
        text.count < width
            ? text + String(repeating: " ", count: width - text.count) : text + " "
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
