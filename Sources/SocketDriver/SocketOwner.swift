/// The process that holds a socket, for reports.
package struct SocketOwner: Hashable, Sendable {
    package let processID: Int32
    /// The first 15 bytes of the program's name, as the kernel keeps it.
    package let command: String

    package init(processID: Int32, command: String) {
        self.processID = processID
        // A process chooses its own name.
        self.command = String(
            command.map {
                $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : $0
            })
    }
}

extension KernelSockets {
    /// The first process found to hold the socket; other users' processes may be invisible.
    ///
    /// Reads every process's descriptor table, so it is for reports, not for a data path.
    package static func owner(ofInode inode: UInt32) -> SocketOwner? {
        guard inode != 0 else { return nil }
        let wanted = "socket:[\(inode)]"
        for process in ProcFiles.processes() {
            let table = "/proc/\(process)/fd"
            let targets = ProcFiles.entries(of: table).lazy.map {
                ProcFiles.linkTarget("\(table)/\($0)")
            }
            guard targets.contains(wanted) else { continue }
            let command = ProcFiles.text(of: "/proc/\(process)/comm") ?? "?"
            return SocketOwner(
                processID: process, command: String(command.prefix { $0 != "\n" }))
        }
        return nil
    }
}
