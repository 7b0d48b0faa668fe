import Glibc

/// A virtual environment of Python in a folder, as activating it would make it.
struct VirtualEnvironment {
    let path: String

    /// - Parameter folder: What a relative path starts from.
    init(_ path: String, from folder: String) throws(CommandFailure) {
        let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        guard let resolved = realpath(whole, nil) else {
            throw CommandFailure(
                text: "there is no virtual environment at \(whole): no such folder",
                hint: "python3 -m venv \(whole) makes one", code: .clientNotStarted)
        }
        defer { free(resolved) }
        self.path = String(cString: resolved)
        guard access("\(self.path)/bin/python", X_OK) == 0 else {
            throw CommandFailure(
                text: "there is no virtual environment at \(whole): it has no bin/python",
                hint: "python3 -m venv \(whole) makes one", code: .clientNotStarted)
        }
    }

    /// The program of that name in it; `nil` when it has none, or a path is named.
    func program(_ name: String) -> String? {
        let file = "\(path)/bin/\(name)"
        return name.contains("/") || access(file, X_OK) != 0 ? nil : file
    }

    var variables: [String: String] {
        let own = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return ["VIRTUAL_ENV": path, "PATH": "\(path)/bin:\(own)"]
    }
}
