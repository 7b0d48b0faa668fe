internal import SocketDriver

/// The processes of a process group.
enum GroupMembers {
    /// The names of those that have not ended, as the kernel keeps them.
    static func living(in group: Int32) -> [String] {
        ProcFiles.processes().compactMap { process in
            guard let text = ProcFiles.text(of: "/proc/\(process)/stat"),
                let opening = text.firstIndex(of: "("), let closing = text.lastIndex(of: ")")
            else { return nil }
            // "12 (a name) S 7 12 …": state, parent, group.
            let fields = text[closing...].split(separator: " ")
            guard fields.count > 3, Int32(fields[3]) == group, !["Z", "X"].contains(fields[1])
            else { return nil }
            return String(text[text.index(after: opening)..<closing])
        }
    }
}
