/// One line of a program's output, without its newline.
package struct OutputLine: Hashable, Sendable {
    package enum Source: Hashable, Sendable { case standardOutput, standardError }

    package let source: Source
    /// Bytes that are not UTF-8 are replaced.
    package let text: String
    /// The line was longer than allowed, and this is its front.
    package let isCut: Bool

    package init(_ source: Source, _ text: String, isCut: Bool = false) {
        self.source = source
        self.text = text
        self.isCut = isCut
    }
}

/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter {
    private static let newline: UInt8 = 0x0A

    let source: OutputLine.Source
    let maxBytes: Int
    private var partial: [UInt8] = []
    private var isCut = false

    init(_ source: OutputLine.Source, maxBytes: Int) {
        self.source = source
        self.maxBytes = maxBytes
    }

    /// The lines that these bytes complete.
    mutating func take(_ bytes: [UInt8]) -> [OutputLine] {
        var lines: [OutputLine] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: Self.newline) {
            append(rest[..<end])
            lines.append(takeLine())
            rest = rest[(end + 1)...]
        }
        append(rest)
        return lines
    }

    /// What came after the last newline, if anything did.
    mutating func finish() -> OutputLine? {
        partial.isEmpty ? nil : takeLine()
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        let room = maxBytes - partial.count
        partial += bytes.prefix(room)
        if bytes.count > room { isCut = true }
    }

    private mutating func takeLine() -> OutputLine {
        defer {
            partial.removeAll(keepingCapacity: true)
            isCut = false
        }
        return OutputLine(source, String(decoding: partial, as: UTF8.self), isCut: isCut)
    }
}
