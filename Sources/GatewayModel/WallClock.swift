package import Simulation

/// Gateway time as a calendar shows it, in UTC.
///
/// A real gateway writes times in its machine's zone. Here every time is UTC and says so, because
/// clients must be able to look the zone up.
package struct WallClock: Sendable {
    /// Nanoseconds from 1970 to `SimInstant.start`.
    package let epoch: Int64
    /// Written behind a time; the arithmetic is UTC whatever it says.
    package let zoneName: String

    static var secondsPerDay: Int64 { UTCTime.secondsPerDay }
    /// First server version at which execution and bar times carry a zone (assumed: third-party logs).
    private static let zonedSince = 174

    package init(epoch: Int64, zoneName: String) {
        self.epoch = epoch
        self.zoneName = zoneName
    }

    package func milliseconds(at instant: SimInstant) -> Int64 {
        let (sum, overflow) = epoch.addingReportingOverflow(instant.nanoseconds)
        return (overflow ? .max : sum) / 1_000_000
    }

    package func seconds(at instant: SimInstant) -> Int64 { milliseconds(at: instant) / 1000 }

    /// When a second since 1970 begins; the ends of simulated time for what lies beyond them.
    package func instant(ofSeconds seconds: Int64) -> SimInstant {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (instant, overrun) = nanoseconds.subtractingReportingOverflow(epoch)
        guard !overflow, !overrun else {
            return SimInstant(nanoseconds: seconds < 0 ? .min : .max)
        }
        return SimInstant(nanoseconds: instant)
    }

    /// Days since 1970.
    package func day(at instant: SimInstant) -> Int64 {
        floorDivide(seconds(at: instant), Self.secondsPerDay)
    }

    /// The form a version reply carries: `20260115 14:30:00 UTC`.
    package func connectionTime(at instant: SimInstant) -> String {
        "\(Self.day(of: seconds(at: instant))) \(Self.timeOfDay(of: seconds(at: instant))) \(zoneName)"
    }

    /// The form executions and bars carry at a server version: two spaces below 174, the zone from
    /// then.
    package func dateTime(_ seconds: Int64, version: Int) -> String {
        version < Self.zonedSince
            ? "\(Self.day(of: seconds))  \(Self.timeOfDay(of: seconds))"
            : "\(Self.day(of: seconds)) \(Self.timeOfDay(of: seconds)) \(zoneName)"
    }

    /// `YYYYMMDD` of a time in seconds since 1970.
    package static func day(of seconds: Int64) -> String {
        UTCTime(secondsSince1970: seconds).compactDate
    }

    /// `HH:MM:SS` of a time in seconds since 1970.
    package static func timeOfDay(of seconds: Int64) -> String {
        UTCTime(secondsSince1970: seconds).clockText
    }

    /// Reads `YYYYMMDD HH:MM:SS [zone]`, `YYYYMMDD-HH:MM:SS` or `YYYYMMDD`, in seconds since 1970.
    ///
    /// A zone that `LocalZone` does not know is taken for UTC (assumed).
    package static func seconds(from text: String) -> Int64? {
        // A zone's name may hold blanks and dashes.
        let parts = text.split(maxSplits: 2) { $0 == " " || $0 == "-" }
        guard let date = parts.first, date.utf8.count == 8, let number = Int64(date), number > 0,
            (1...12).contains(number / 100 % 100), (1...31).contains(number % 100)
        else { return nil }
        var seconds =
            UTCTime.days(year: number / 10_000, month: number / 100 % 100, day: number % 100)
            * secondsPerDay
        if parts.count > 1 {
            let clock = parts[1].split(separator: ":").map { Int64($0) ?? -1 }
            guard (2...3).contains(clock.count), (0...24).contains(clock[0]),
                clock.dropFirst().allSatisfy({ (0...59).contains($0) })
            else { return nil }
            seconds += clock[0] * 3600 + clock[1] * 60 + (clock.count > 2 ? clock[2] : 0)
        }
        if parts.count > 2, let zone = LocalZone(named: String(parts[2].drop { $0 == " " })) {
            seconds = zone.seconds(ofLocal: seconds)
        }
        return seconds
    }
}
