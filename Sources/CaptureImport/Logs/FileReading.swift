import CPcap

/// The names in a folder, and whole files.
enum FileReading {
    enum Contents {
        case bytes([UInt8])
        case tooLarge
        /// The text is the system's.
        case unreadable(String)
    }

    /// Names that are taken from a folder.
    static let maxNames = 2_000_000

    /// The names in a folder, in no order.
    ///
    /// - Parameter omitted: Grows by the names that were too many.
    static func names(
        in path: String, _ omitted: inout Int
    ) throws(CaptureError) -> [String] {
        guard let folder = opendir(path) else {
            throw .cannotOpen(path: path, reason: reason)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            if names.count < maxNames { names.append(name) } else { omitted += 1 }
        }
        return names
    }

    static func isFolder(_ path: String) -> Bool { kind(of: path) == mode_t(S_IFDIR) }

    /// A file that ends: no pipe, which might be waited for.
    static func isRegular(_ path: String) -> Bool { kind(of: path) == mode_t(S_IFREG) }

    static func isThere(_ path: String) -> Bool { kind(of: path) != 0 }

    private static func kind(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & mode_t(S_IFMT) : 0
    }

    /// A file that is read whole or not at all.
    static func whole(_ path: String, maxBytes: Int) throws(CaptureError) -> [UInt8] {
        switch contents(of: path, maxBytes: maxBytes) {
        case .bytes(let bytes): return bytes
        case .tooLarge:
            throw .cannotOpen(path: path, reason: "it is larger than \(maxBytes) bytes")
        case .unreadable(let reason): throw .cannotOpen(path: path, reason: reason)
        }
    }

    static func contents(of path: String, maxBytes: Int) -> Contents {
        guard let file = fopen(path, "re") else { return .unreadable(reason) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&scratch, 1, scratch.count, file)
            bytes += scratch[..<count]
            if bytes.count > maxBytes { return .tooLarge }
            if count < scratch.count {
                return ferror(file) == 0 ? .bytes(bytes) : .unreadable(reason)
            }
        }
    }

    private static var reason: String { String(cString: last_system_error()) }
}
