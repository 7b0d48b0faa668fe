import Glibc

/// Instants as a clock on the wall shows them, in this machine's time zone (`TZ`).
enum WallClock {
    /// `15:04:05.123`.
    static func time(_ nanosecondsSince1970: Int64) -> String {
        let milliseconds = String(nanosecondsSince1970 / 1_000_000 % 1000 + 1000).dropFirst()
        return "\(text(nanosecondsSince1970, "%H:%M:%S")).\(milliseconds)"
    }

    /// `2026-01-15 UTC+01:00`.
    static func day(_ nanosecondsSince1970: Int64) -> String {
        let offset = text(nanosecondsSince1970, "%z")
        return text(nanosecondsSince1970, "%Y-%m-%d")
            + " UTC\(offset.prefix(3)):\(offset.suffix(2))"
    }

    /// `2026-01-15T14:31:07`, in UTC.
    static func utcTime(_ nanosecondsSince1970: Int64) -> String {
        var seconds = time_t(nanosecondsSince1970 / 1_000_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return text(parts, "%Y-%m-%dT%H:%M:%S")
    }

    private static func text(_ nanosecondsSince1970: Int64, _ format: String) -> String {
        var seconds = time_t(nanosecondsSince1970 / 1_000_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return text(parts, format)
    }

    private static func text(_ parts: tm, _ format: String) -> String {
        var parts = parts
        var bytes = [CChar](repeating: 0, count: 64)
        let count = strftime(&bytes, bytes.count, format, &parts)
        return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
