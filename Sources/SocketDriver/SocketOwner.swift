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
    package static func owner(ofInode inode: UInt32) -> SocketOwner? {
        owners(ofInodes: [inode])[inode]
    }

    /// For each socket the first process found to hold it.
    ///
    /// Reads every process's descriptor table once, until every owner is found, so it is for reports,
    /// not for a data path.
    package static func owners(ofInodes inodes: Set<UInt32>) -> [UInt32: SocketOwner] {
        var missing = inodes.subtracting([0])
        var owners: [UInt32: SocketOwner] = [:]
        for process in ProcFiles.processes() where !missing.isEmpty {
            let table = "/proc/\(process)/fd"
            var owner: SocketOwner?
            for entry in ProcFiles.entries(of: table) {
                guard let target = ProcFiles.linkTarget("\(table)/\(entry)"),
                    let inode = inode(in: target), missing.remove(inode) != nil
                else { continue }
                owner = owner ?? Self.owner(process)
                owners[inode] = owner
            }
        }
        return owners
    }

    private static func owner(_ process: Int32) -> SocketOwner {
        let command = ProcFiles.text(of: "/proc/\(process)/comm") ?? "?"
        return SocketOwner(processID: process, command: String(command.prefix { $0 != "\n" }))
    }

    /// The number in `socket:[42]`.
    private static func inode(in target: String) -> UInt32? {
        guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
        return UInt32(target.dropFirst(8).dropLast())
    }
}
