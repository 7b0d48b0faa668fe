internal import Glibc
internal import SocketDriver

/// A process that a client program left behind outside its group, and that we adopted.
package struct StrayProcess: Hashable, Sendable {
    package let processID: Int32
    /// The first 15 bytes of the program's name, as the kernel keeps it.
    package let command: String

    package init(processID: Int32, command: String) {
        self.processID = processID
        self.command = command
    }

    /// Living children of this process other than the guardian and those known.
    package static func all(besides known: Set<Int32> = []) -> [StrayProcess] {
        ProcFiles.processes().compactMap { process in
            guard !known.contains(process), process != Guardian.shared.processID,
                let text = ProcFiles.text(of: "/proc/\(process)/stat"),
                let opening = text.firstIndex(of: "("), let closing = text.lastIndex(of: ")")
            else { return nil }
            // "12 (a name) S 7 …": state, then parent.
            let fields = text[closing...].split(separator: " ")
            guard fields.count > 2, Int32(fields[2]) == getpid(), fields[1] != "Z" else {
                return nil
            }
            let command = text[text.index(after: opening)..<closing]
            return StrayProcess(processID: process, command: String(command))
        }
    }

    /// Kills it and waits until it is gone.
    package func end() {
        kill(processID, SIGKILL)
        waitpid(processID, nil, 0)
    }
}
