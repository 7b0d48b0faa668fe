internal import Glibc

/// The process that holds a socket, for reports.
package struct SocketOwner: Hashable, Sendable {
    package let processID: Int32
    /// The first 15 bytes of the program's name, as the kernel keeps it.
    package let command: String
}

extension KernelSockets {
    /// The first process found to hold the socket; other users' processes may be invisible.
    ///
    /// Reads every process's descriptor table, so it is for reports, not for a data path.
    package static func owner(ofInode inode: UInt32) -> SocketOwner? {
        guard inode != 0 else { return nil }
        let wanted = "socket:[\(inode)]"
        for process in directoryEntries("/proc").compactMap({ Int32($0) }).sorted() {
            let table = "/proc/\(process)/fd"
            let targets = directoryEntries(table).lazy.map { linkTarget("\(table)/\($0)") }
            if targets.contains(wanted) {
                return SocketOwner(processID: process, command: command(of: process))
            }
        }
        return nil
    }

    private static func command(of process: Int32) -> String {
        let descriptor = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "?" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self)
    }

    private static func directoryEntries(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    private static func linkTarget(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 128)
        let count = readlink(path, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
