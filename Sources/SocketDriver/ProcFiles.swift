internal import Glibc

/// Reads files under `/proc`.
///
/// Any of them may disappear while it is read.
package enum ProcFiles {
    /// Names in a directory; empty when it is gone or closed to us.
    package static func entries(of path: String) -> [String] {
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

    /// Every process there is, by number.
    package static func processes() -> [Int32] {
        entries(of: "/proc").compactMap { Int32($0) }.sorted()
    }

    /// The children of this process's threads, by number; where the kernel has no list of them, every
    /// process there is.
    package static func children() -> [Int32] {
        let lists = entries(of: "/proc/self/task").compactMap { thread in
            Int32(thread).flatMap { wholeText(of: "/proc/self/task/\($0)/children") }
        }
        guard !lists.isEmpty else { return processes() }
        return lists.flatMap { $0.split(separator: " ").compactMap { Int32($0) } }.sorted()
    }

    /// The first 4 KiB of a file, or `nil` when it cannot be read.
    package static func text(of path: String) -> String? { text(of: path, upTo: 4096) }

    private static let mostChildrenBytes = 1 << 20

    private static func wholeText(of path: String) -> String? {
        text(of: path, upTo: mostChildrenBytes)
    }

    private static func text(of path: String, upTo limit: Int) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 4096)
        while text.count < limit {
            let count = read(descriptor, &bytes, bytes.count)
            guard count >= 0 else { return nil }
            if count == 0 { break }
            text += bytes[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The open descriptors of a process: how many, and the inodes of its sockets among the first
    /// 4,096.
    ///
    /// It is `nil` when the process has ended or is not ours to look at.
    package static func descriptors(of process: Int32) -> (count: Int, sockets: [UInt32])? {
        let table = "/proc/\(process)/fd"
        let names = entries(of: table).filter { $0 != "." && $0 != ".." }
        guard !names.isEmpty else { return nil }
        let sockets = names.prefix(4096).compactMap { name -> UInt32? in
            guard let target = linkTarget("\(table)/\(name)"), target.hasPrefix("socket:[") else {
                return nil
            }
            return UInt32(target.dropFirst(8).dropLast())
        }
        return (names.count, sockets)
    }

    static func linkTarget(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 128)
        let count = readlink(path, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
