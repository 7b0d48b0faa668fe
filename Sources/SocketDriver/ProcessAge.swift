internal import CLinux
internal import Glibc

extension ProcFiles {
    /// How long ago a process started; `nil` when it is gone.
    ///
    /// Time spent suspended counts, as it does in the kernel's own start time.
    package static func age(of process: Int32) -> Duration? {
        guard let stat = text(of: "/proc/\(process)/stat") else { return nil }
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        let sinceBoot = Duration.seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
        return startAfterBoot(stat: stat, ticksPerSecond: Int64(sysconf(CInt(_SC_CLK_TCK)))).map {
            max(.zero, sinceBoot - $0)
        }
    }

    /// Reads a process's start from its `stat` line, in which the command may hold anything.
    package static func startAfterBoot(stat: String, ticksPerSecond: Int64) -> Duration? {
        guard let end = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        // The state, field 3, is the first after the command; the start is field 22.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = Int64(fields[19]) else { return nil }
        return .nanoseconds(ticks * (1_000_000_000 / ticksPerSecond))
    }
}
