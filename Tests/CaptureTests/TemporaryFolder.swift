import Glibc

/// A folder of its own for one test, gone with the value.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/fakegw-capture-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    private var names: Set<String> = []

    /// The path of a file in the folder, removed with it.
    func file(_ name: String) -> String {
        names.insert(name)
        return "\(path)/\(name)"
    }

    func file(_ name: String, holding bytes: [UInt8]) -> String {
        let path = file(name)
        guard let stream = fopen(path, "we") else { return path }
        fwrite(bytes, 1, bytes.count, stream)
        fclose(stream)
        return path
    }

    func contents(of path: String) -> [UInt8] {
        guard let stream = fopen(path, "re") else { return [] }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, stream)
        return Array(bytes[..<count])
    }
}
