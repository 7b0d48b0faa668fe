internal import Glibc
package import SocketDriver

/// Holds the gateway's clock back while a client program computes.
///
/// What a program computes takes real time, whatever the speed. At speed 60 the half second that an
/// interpreter needs to start would count as half a minute, and time limits of the program and the
/// scenario would be missed. So the clock runs at full speed only while every program waits. A program
/// that never waits holds the clock back for a bounded time.
///
/// Every look lets the clock run at its speed for a few milliseconds only. When this process does not get
/// a processor in time for the next look, the programs may not have got one either, and the clock slows
/// down by itself.
package final class ClientPace {
    private struct Program {
        let process: ClientProcess
        /// Looks in a row that found it waiting, until it has started.
        var quietLooks = 0
        var hasStarted = false
        var looks = 0
        /// Looks in a row that found it computing.
        var busyLooks = 0
    }

    /// Between two looks, in real time.
    private static let interval = Duration.milliseconds(2)
    /// How long a look that found every program waiting is good for.
    private static let lease = Duration.milliseconds(10)
    /// A program has started when this many looks in a row found it waiting.
    private static let quietLooks = 3
    /// After this many looks, a start holds nothing back any longer.
    private static let mostStartLooks = 5000
    /// After this many looks in a row, neither does a computation.
    private static let mostBusyLooks = 500

    /// Holds the clock back in any case: while a program is being started, or the log settles.
    package var isHolding = false { didSet { hold() } }

    private let loop: EventLoop
    private var programs: [Program] = []
    private var timer: TimerID?

    package init(_ loop: EventLoop) {
        self.loop = loop
    }

    deinit { if let timer { loop.cancel(timer) } }

    /// Call it when the program has just been started.
    package func watch(_ process: ClientProcess) {
        guard loop.speed > 1 else { return }
        programs.append(Program(process: process))
        if timer == nil { look() }
    }

    private func look() {
        timer = nil
        programs.removeAll { $0.process.ending != nil }
        for index in programs.indices { look(at: &programs[index]) }
        hold()
        guard !programs.isEmpty else { return }
        timer = loop.schedule(afterReal: Self.interval) { [unowned self] in look() }
    }

    private func hold() {
        let isHeldBack =
            isHolding
            || programs.contains { program in
                program.hasStarted
                    ? (1...Self.mostBusyLooks).contains(program.busyLooks)
                    : program.looks < Self.mostStartLooks
            }
        if isHeldBack || programs.isEmpty {
            loop.isHeldBack = isHeldBack
        } else {
            loop.runAtSpeed(for: Self.lease)
        }
    }

    private func look(at program: inout Program) {
        program.looks += 1
        if Self.computes(program.process.processID, depth: 0) {
            program.busyLooks += 1
            program.quietLooks = 0
            return
        }
        program.quietLooks += 1
        if program.hasStarted || program.quietLooks >= Self.quietLooks {
            program.hasStarted = true
            program.busyLooks = 0
        }
    }

    /// Whether a thread of the process, or of one that it started, runs, wants a processor or waits
    /// for a disk.
    private static func computes(_ process: Int32, depth: Int) -> Bool {
        let tasks = "/proc/\(process)/task"
        for task in ProcFiles.entries(of: tasks) where task.first != "." {
            if let stat = ProcFiles.text(of: "\(tasks)/\(task)/stat"),
                let end = stat.lastIndex(of: ")"),
                let state = stat[end...].dropFirst(2).first, state == "R" || state == "D"
            {
                return true
            }
            guard depth < 4, let children = ProcFiles.text(of: "\(tasks)/\(task)/children")
            else { continue }
            for child in children.split(separator: " ").prefix(16).compactMap({ Int32($0) })
            where computes(child, depth: depth + 1) {
                return true
            }
        }
        return false
    }
}
