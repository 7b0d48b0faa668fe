import Glibc

/// Results go to standard output, everything else to standard error.
enum Terminal {
    static let errorIsTerminal = isatty(2) == 1 && getenv("NO_COLOR") == nil
    static let outIsTerminal = isatty(1) == 1 && getenv("NO_COLOR") == nil

    /// Columns of the terminal behind standard error.
    static var errorWidth: Int {
        var size = winsize()
        return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
    }

    static func out(_ text: String) { write(1, text + "\n") }
    /// Writes bytes as they are.
    static func out(_ bytes: [UInt8]) { write(1, bytes) }
    /// Writes text as it is, without adding a newline.
    static func outPart(_ text: String) { write(1, text) }
    static func error(_ text: String) { write(2, text + "\n") }
    /// Without a newline, for a line that is overwritten.
    static func errorPart(_ text: String) { write(2, text) }

    static func fail(_ text: String, hint: String? = nil) {
        error("error: \(text)" + (hint.map { "\n  hint: \($0)" } ?? ""))
    }

    enum Colour: String {
        case red = "31", green = "32", yellow = "33", dim = "2", bold = "1"
    }

    static func coloured(_ text: String, _ colour: Colour, when isTerminal: Bool) -> String {
        isTerminal ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Lines and characters of the terminal that is written to; nil when it is none.
    static let rows = outIsTerminal ? Int(size.ws_row) : nil
    static let columns = outIsTerminal ? Int(size.ws_col) : nil

    private static let size: winsize = {
        var size = winsize()
        if ioctl(1, UInt(TIOCGWINSZ), &size) != 0 || size.ws_row == 0 || size.ws_col == 0 {
            return winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        }
        return size
    }()

    private static func write(_ descriptor: CInt, _ text: String) {
        write(descriptor, Array(text.utf8))
    }

    private static func write(_ descriptor: CInt, _ bytes: [UInt8]) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// Reading and writing whole files, with errors that name the path.
enum Files {
    /// Event logs may be long.
    static let maxLogBytes = 1 << 30

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The first bytes of a file.
    static func front(of path: String, count: Int) throws(CommandFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(text: "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        return Array(bytes[..<max(0, Glibc.read(descriptor, &bytes, count))])
    }

    static func read(_ path: String, maxBytes: Int = 64 << 20) throws(CommandFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(text: "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &scratch, scratch.count)
            if count < 0 {
                throw CommandFailure(
                    text: "cannot read \(path): \(String(cString: strerror(errno)))")
            }
            if count == 0 { return bytes }
            bytes += scratch[..<count]
            guard bytes.count <= maxBytes else {
                throw CommandFailure(text: "\(path) is larger than \(maxBytes) bytes")
            }
        }
    }

    static func readText(_ path: String) throws(CommandFailure) -> String {
        guard let text = String(validating: try read(path), as: UTF8.self) else {
            throw CommandFailure(text: "\(path) is not UTF-8 text")
        }
        return text
    }

    /// Removes files; those that are not there are none.
    static func remove(_ paths: [String]) {
        for path in paths { unlink(path) }
    }

    /// Makes a folder, and those above it.
    static func makeFolder(_ path: String) throws(CommandFailure) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw CommandFailure(text: "\(path) is no folder")
            }
            return
        }
        let above = ScenarioFiles.directory(of: path)
        if above != path { try makeFolder(above) }
        if mkdir(path, 0o755) != 0, errno != EEXIST {
            throw CommandFailure(text: "cannot make \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Makes sure, before anything else is done, that a file can be written in the end.
    ///
    /// It makes the folder for it, and leaves the file as it is.
    static func prepare(_ path: String) throws(CommandFailure) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw CommandFailure(text: "cannot write \(path): it is a folder")
        }
        try makeFolder(ScenarioFiles.directory(of: path))
        let temporary = "\(path).partial-\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(text: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        close(descriptor)
        unlink(temporary)
    }

    /// Adds text to the end of a file.
    ///
    /// - Returns: Why it could not be; `nil` when it was.
    static func append(_ text: String, to path: String) -> String? {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        let isWritten = write(Array(text.utf8), to: descriptor)
        let code = errno
        let isClosed = close(descriptor) == 0
        return isWritten && isClosed ? nil : String(cString: strerror(isWritten ? errno : code))
    }

    /// Writes to an open file.
    ///
    /// - Returns: Whether all was written; otherwise `errno` tells why not.
    static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            written += count
        }
        return true
    }

    /// Writes through a temporary file in the same folder, so that no reader sees half of it.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        let temporary = "\(path).partial-\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(text: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        let isWritten = write(Array(text.utf8), to: descriptor)
        let code = errno
        let isClosed = close(descriptor) == 0
        guard isWritten, isClosed, rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(isWritten ? errno : code))
            unlink(temporary)
            throw CommandFailure(text: "cannot write \(path): \(reason)")
        }
    }
}

/// A file that grows by whole lines, each handed to the kernel as it is written.
final class LineFile {
    private let path: String
    private let descriptor: CInt
    private let maxPendingBytes: Int
    /// Lines to write.
    ///
    /// The front of the first may be written already.
    private var pending: [UInt8] = []
    /// Bytes of an incomplete line that the file ends with.
    private var partialCount = 0
    private var lastFailure: CInt = 0
    private var isClosed = false

    convenience init(path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(text: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        self.init(descriptor: descriptor, path: path, maxPendingBytes: 64 << 20)
    }

    /// - Parameters:
    ///   - descriptor: Becomes this object's own.
    ///   - path: For messages.
    ///   - maxPendingBytes: How many bytes may wait while nothing can be written.
    init(descriptor: CInt, path: String = "a file", maxPendingBytes: Int) {
        self.descriptor = descriptor
        self.path = path
        self.maxPendingBytes = maxPendingBytes
    }

    deinit {
        if let trouble = close() { Terminal.error("error: \(trouble)") }
    }

    /// Adds a line.
    ///
    /// - Returns: False when it was not taken, because nothing could be written for too long.
    func append(_ line: String) -> Bool {
        guard pending.count < maxPendingBytes else { return false }
        pending += line.utf8
        pending.append(UInt8(ascii: "\n"))
        return true
    }

    /// Writes the lines that wait.
    ///
    /// What cannot be written now stays.
    ///
    /// Each step writes once, so that our own end never leaves an incomplete line.
    func flush() {
        while !pending.isEmpty {
            let count = pending.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                lastFailure = errno
                return
            }
            if let newline = pending[..<count].lastIndex(of: UInt8(ascii: "\n")) {
                partialCount = count - newline - 1
            } else {
                partialCount += count
            }
            pending.removeFirst(count)
        }
    }

    /// Writes what waits, and ends the file.
    ///
    /// What cannot be written is left out by whole lines.
    ///
    /// - Parameter refusedCount: Lines that `append` did not take.
    /// - Returns: What is missing and why; `nil` when all is written.
    func close(refusedCount: Int = 0) -> String? {
        guard !isClosed else { return nil }
        isClosed = true
        flush()
        let missing = pending.count { $0 == UInt8(ascii: "\n") } + refusedCount
        var status = stat()
        if !pending.isEmpty, partialCount > 0, fstat(descriptor, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG
        {
            ftruncate(descriptor, status.st_size - off_t(partialCount))
        }
        let isWritten = Glibc.close(descriptor) == 0
        if !isWritten, lastFailure == 0 { lastFailure = errno }
        guard missing > 0 || !isWritten else { return nil }
        let reason = String(cString: strerror(lastFailure))
        return "cannot write \(path): \(reason); its last \(missing) lines are missing"
    }
}
