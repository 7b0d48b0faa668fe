internal import CLinux
internal import SocketDriver

/// The threads of a client program, and of what it started, as the kernel shows them.
package struct ProgramThread: Hashable, Sendable {
    package let processID: Int32
    /// The first 15 bytes of its own name.
    package let name: String
    /// The kernel's letter: `R` runs, `S` sleeps, `D` waits for a device, `T` is stopped.
    package let state: String
    /// The system call that it is in.
    ///
    /// `nil` when it is in none, and where the kernel does not let us look: that takes the right to
    /// trace the process.
    package let call: String?
    /// The kernel's function that it waits in, under the same condition.
    package let channel: String?
    /// How often it has waited so far, or had to let others run.
    package let waits: Int
    /// The kernel is ending it: it does nothing of its own any more.
    package let isEnding: Bool

    /// Threads that are told of.
    package static let mostCount = 64

    /// All threads of a process group's living processes.
    ///
    /// Any of them may go on, or end, while it is looked at.
    ///
    /// - Returns: The first 64, and how many more there are.
    package static func all(ofGroup group: Int32) -> (threads: [ProgramThread], omitted: Int) {
        let tasks = GroupMembers.living(in: group).flatMap { member in
            ids(of: member.processID).map { (member.processID, $0) }
        }
        let threads = tasks.prefix(mostCount).compactMap { ProgramThread(of: $0, $1) }
        return (threads, max(0, tasks.count - mostCount))
    }

    /// The first thread of a process that has not ended.
    ///
    /// When the first thread of all ends before the others, it stays until they are gone.
    ///
    /// - Returns: `nil` when the process has ended.
    package static func first(of process: Int32) -> ProgramThread? {
        guard let first = ProgramThread(of: process, process) else { return nil }
        if !first.hasEnded { return first }
        return ids(of: process).lazy.compactMap { ProgramThread(of: process, $0) }
            .first { !$0.hasEnded }
    }

    package init(
        processID: Int32, name: String, state: String, call: String?, channel: String?, waits: Int,
        isEnding: Bool = false
    ) {
        self.processID = processID
        self.name = name
        self.state = state
        self.call = call
        self.channel = channel
        self.waits = waits
        self.isEnding = isEnding
    }

    private static func ids(of process: Int32) -> [Int32] {
        ProcFiles.entries(of: "/proc/\(process)/task").compactMap { Int32($0) }.sorted()
    }

    private var hasEnded: Bool { ["Z", "X"].contains(state) }

    /// `nil` when it has ended meanwhile.
    private init?(of process: Int32, _ thread: Int32) {
        let folder = "/proc/\(process)/task/\(thread)"
        guard let stat = ProcessStat(ProcFiles.text(of: "\(folder)/stat")) else { return nil }
        processID = process
        name = stat.name
        state = stat.state
        isEnding = stat.isEnding
        let channel = ProcFiles.text(of: "\(folder)/wchan") ?? ""
        self.channel = ["", "0"].contains(channel) ? nil : channel
        call = Self.call(ProcFiles.text(of: "\(folder)/syscall"))
        waits = Self.waits(ProcFiles.text(of: "\(folder)/status"))
    }

    /// The sum of "voluntary_ctxt_switches: 12" and its like.
    private static func waits(_ text: String?) -> Int {
        (text ?? "").split(separator: "\n").filter { $0.contains("ctxt_switches") }
            .compactMap { $0.split { !$0.isNumber }.last.flatMap { Int($0) } }.reduce(0, +)
    }

    /// "232 0x3 …": a number and its arguments; "running"; "-1 …" outside of any call.
    private static func call(_ text: String?) -> String? {
        guard let number = text?.split(separator: " ").first.flatMap({ Int($0) }), number >= 0
        else { return nil }
        return clinux_system_call(number).map { String(cString: $0) } ?? "system call \(number)"
    }
}
