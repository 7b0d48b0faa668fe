import CPcap

/// A file that is read piece by piece, so that its size does not matter.
final class PlainFile {
    private static let chunkSize = 1 << 16

    /// Bytes taken so far: where in the file the next one stands.
    private(set) var offset = 0
    /// Why reading stopped before the end, once it has.
    private(set) var failure: String?
    private let file: UnsafeMutablePointer<FILE>
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// - Throws: `cannotOpen` with the system's text.
    init(path: String) throws(CaptureError) {
        // A pipe might be waited for.
        guard FileReading.isRegular(path) || !FileReading.isThere(path) else {
            throw .cannotOpen(path: path, reason: "it is no file")
        }
        guard let file = fopen(path, "re") else {
            throw .cannotOpen(path: path, reason: String(cString: last_system_error()))
        }
        self.file = file
        setvbuf(file, nil, _IONBF, 0)
    }

    deinit { fclose(file) }

    /// The next four bytes as a big-endian number, left there; `nil` when fewer are left.
    var nextWord: Int? {
        fill(to: 4)
        guard buffer.count - start >= 4 else { return nil }
        return buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Takes the next bytes.
    ///
    /// - Returns: At most `count`, perhaps fewer; none at the end.
    func take(upTo count: Int) -> [UInt8] {
        fill(to: 1)
        let taken = min(count, buffer.count - start)
        defer {
            start += taken
            offset += taken
        }
        return Array(buffer[start..<start + taken])
    }

    /// Takes the next line, without its end.
    ///
    /// - Returns: What stands in it up to `maxBytes`; `nil` at the end of the file.
    func takeLine(maxBytes: Int) -> [UInt8]? {
        var line: [UInt8] = []
        var isLine = false
        while true {
            fill(to: 1)
            guard start < buffer.count else { return isLine ? line : nil }
            isLine = true
            let rest = buffer[start...]
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            line += rest[..<end].prefix(maxBytes - line.count)
            let isWhole = end < rest.endIndex
            offset += end - start + (isWhole ? 1 : 0)
            start = isWhole ? end + 1 : end
            if isWhole { return line }
        }
    }

    // Helpers, in the order they are called.

    /// Reads until so many bytes lie ready, or the file is over.
    private func fill(to count: Int) {
        while buffer.count - start < count, !isAtEnd {
            buffer.removeFirst(start)
            start = 0
            let kept = buffer.count
            buffer += [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { chunk, count in
                count = fread(chunk.baseAddress, 1, Self.chunkSize, file)
            }
            guard buffer.count == kept else { continue }
            isAtEnd = true
            if ferror(file) != 0 { failure = String(cString: last_system_error()) }
        }
    }
}
