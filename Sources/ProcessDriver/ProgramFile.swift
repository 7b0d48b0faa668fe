internal import CLinux
internal import Glibc
internal import SocketDriver

/// The file that the kernel runs for a program, as far as it matters to the gateway's clock.
struct ProgramFile {
    let path: String
    /// Why a library in front of the C library has no effect on it; `nil` when none is known.
    let objection: String?

    private static let mostInterpreters = 4

    /// Follows scripts to their interpreters; `nil` when there is no such program.
    static func find(_ launch: Launch) -> ProgramFile? {
        var name = launch.program
        for _ in 0...mostInterpreters {
            guard let path = path(of: name, launch) else { return nil }
            let head = bytes(of: path, count: 4096)
            guard head.starts(with: [0x23, 0x21]) else { return ProgramFile(path, head) }
            // "#!/usr/bin/env python3" runs the first word after env that is no option.
            let line = head.dropFirst(2).prefix { $0 != 0x0A }
            var words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
            if words.first?.hasSuffix("/env") ?? false {
                words.removeFirst()
                words.removeAll { $0.hasPrefix("-") || $0.contains("=") }
            }
            guard let next = words.first else { return nil }
            name = next
        }
        return nil
    }

    private init(_ path: String, _ head: [UInt8]) {
        self.path = path
        objection = Self.mode(of: path) ?? ELFHeader(head).objection(in: path)
    }

    /// As `execvp` finds it.
    private static func path(of name: String, _ launch: Launch) -> String? {
        func place(_ path: String) -> String {
            guard !path.hasPrefix("/"), let directory = launch.directory else { return path }
            return "\(directory)/\(path)"
        }
        if name.contains("/") { return access(place(name), X_OK) == 0 ? place(name) : nil }
        // Our own PATH counts, not the program's.
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/bin:/usr/bin"
        return folders.split(separator: ":").map { "\($0)/\(name)" }.first {
            access($0, X_OK) == 0
        }
    }

    private static func mode(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let changesUser = status.st_mode & S_ISUID != 0 && status.st_uid != getuid()
        let changesGroup = status.st_mode & S_ISGID != 0 && status.st_gid != getgid()
        let hasCapabilities = getxattr(path, "security.capability", nil, 0) > 0 && getuid() != 0
        guard changesUser || changesGroup || hasCapabilities else { return nil }
        return "runs with other rights than ours (setuid, setgid or capabilities), "
            + "and the loader then ignores LD_PRELOAD"
    }

    static func bytes(of path: String, from offset: Int = 0, count: Int) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(file, &bytes, count, off_t(offset))
        return Array(bytes.prefix(max(0, got)))
    }
}

/// What an executable says of itself: who loads it, and who made it.
private struct ELFHeader {
    private let head: [UInt8]

    init(_ head: [UInt8]) {
        self.head = head
    }

    func objection(in path: String) -> String? {
        guard head.starts(with: [0x7F, 0x45, 0x4C, 0x46]), head.count >= 64 else {
            return "is neither an executable of this system nor a script"
        }
        guard head[4] == 2, head[5] == 1, number(18, 2) == Self.machine else {
            return "is made for another processor than fakegw"
        }
        let segments = segments
        if segments.contains(where: { $0.kind == 4 && isGo($0, path) }) || hasGoSection(path) {
            return "is a Go program, which asks the kernel for the time without the C library"
        }
        guard let loader = segments.first(where: { $0.kind == 3 }) else {
            return "is linked statically, so that no library can be put in front of it"
        }
        let name = ProgramFile.bytes(of: path, from: loader.offset, count: min(loader.size, 256))
        if String(decoding: name, as: UTF8.self).contains("ld-musl") {
            return "uses the C library musl; the clock is for programs that use glibc"
        }
        return nil
    }

    private var segments: [(kind: Int, offset: Int, size: Int)] {
        let start = number(32, 8)
        let size = number(54, 2)
        return (0..<min(number(56, 2), 64)).compactMap { index in
            let at = start + index * size
            guard size >= 56, at >= 0, at + 56 <= head.count else { return nil }
            return (number(at, 4), number(at + 8, 8), number(at + 32, 8))
        }
    }

    /// A note of the name "Go".
    private func isGo(_ note: (kind: Int, offset: Int, size: Int), _ path: String) -> Bool {
        let bytes = ProgramFile.bytes(
            of: path, from: note.offset, count: min(max(0, note.size), 4096))
        return bytes.count > 16 && Array(bytes[12..<15]) == [0x47, 0x6F, 0]
    }

    /// A section ".go.buildinfo", which a Go program that uses the C library has too.
    private func hasGoSection(_ path: String) -> Bool {
        let (start, size, count) = (number(40, 8), number(58, 2), number(60, 2))
        guard size >= 64, number(62, 2) < count else { return false }
        let header = ProgramFile.bytes(
            of: path, from: start + number(62, 2) * size, count: 64)
        guard header.count == 64 else { return false }
        let names = ProgramFile.bytes(
            of: path, from: Self.number(header, 24, 8),
            count: min(max(0, Self.number(header, 32, 8)), 1 << 16))
        return String(decoding: names, as: UTF8.self).contains(".go.buildinfo")
    }

    private func number(_ offset: Int, _ count: Int) -> Int { Self.number(head, offset, count) }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        guard offset >= 0, offset + count <= bytes.count else { return 0 }
        let value = bytes[offset..<offset + count].reversed().reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        return Int(clamping: value)
    }

    private static var machine: Int {
        #if arch(x86_64)
            62
        #elseif arch(arm64)
            183
        #else
            0
        #endif
    }
}
