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

/// What `/proc/PROCESS/stat` begins with: "12 (a name) S 7 12 …".
struct ProcessStat {
    let name: String
    let state: String
    let parent: Int32
    let group: Int32

    var isDead: Bool { ["Z", "X"].contains(state) }

    init?(_ text: String?) {
        guard let text, let opening = text.firstIndex(of: "("),
            let closing = text.lastIndex(of: ")"), opening < closing
        else { return nil }
        let fields = text[closing...].split(separator: " ", maxSplits: 4)
        guard fields.count > 3, let parent = Int32(fields[2]), let group = Int32(fields[3]) else {
            return nil
        }
        name = String(text[text.index(after: opening)..<closing])
        state = String(fields[1])
        self.parent = parent
        self.group = group
    }
}
