internal import SocketDriver

/// The processes of a process group.
enum GroupMembers {
    struct Member {
        let processID: Int32
        /// As the kernel keeps it.
        let name: String
    }

    /// Those that have not ended.
    static func living(in group: Int32) -> [Member] {
        ProcFiles.processes().compactMap { process in
            guard let stat = ProcessStat(ProcFiles.text(of: "/proc/\(process)/stat")),
                stat.group == group, !stat.isDead
            else { return nil }
            return Member(processID: process, name: stat.name)
        }
    }
}

/// What `/proc/PROCESS/stat` begins with: "12 (a name) S 7 12 …", as far as the number of threads.
struct ProcessStat {
    let name: String
    let state: String
    let parent: Int32
    let group: Int32
    /// The kernel is ending the thread: it does nothing of its own any more.
    let isEnding: Bool
    private let threadCount: Int

    /// The first thread has ended.
    var hasEnded: Bool { ["Z", "X"].contains(state) }
    /// The process has ended: nothing is left of it but this.
    var isDead: Bool { hasEnded && threadCount <= 1 }

    /// `PF_EXITING` in the kernel's flags of a thread.
    private static let endingFlag: UInt64 = 4

    init?(_ text: String?) {
        guard let text, let opening = text.firstIndex(of: "("),
            let closing = text.lastIndex(of: ")"), opening < closing
        else { return nil }
        let fields = text[closing...].split(separator: " ", maxSplits: 19)
        guard fields.count > 18, let parent = Int32(fields[2]), let group = Int32(fields[3]),
            let flags = UInt64(fields[7]), let threadCount = Int(fields[18])
        else { return nil }
        name = String(text[text.index(after: opening)..<closing])
        state = String(fields[1])
        self.parent = parent
        self.group = group
        isEnding = flags & Self.endingFlag != 0
        self.threadCount = threadCount
    }
}
