/// Builds one JSON object a line, keys in the order they are added.
///
/// It is written as bytes into one buffer, behind what stands there already.
package struct JSONLine {
    private var bytes: [UInt8]

    package init() {
        bytes = [UInt8(ascii: "{")]
    }

    /// A line behind the bytes given, which are not copied when nobody else holds them.
    package init(behind bytes: consuming [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        self.bytes = bytes
    }

    package mutating func add(_ key: String, _ value: String) {
        addKey(key)
        append(quoted: value.utf8.span)
    }

    package mutating func add(_ key: String, _ value: Int) {
        addKey(key)
        append(value)
    }

    /// Adds a value that is JSON already.
    package mutating func addRaw(_ key: String, _ json: String) {
        addKey(key)
        append(json.utf8.span)
    }

    /// Adds a text of which nothing has to be escaped.
    package mutating func addPlain(_ key: String, _ write: (inout [UInt8]) -> Void) {
        addKey(key)
        bytes.append(UInt8(ascii: "\""))
        write(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds an object, whose members are added meanwhile.
    mutating func addObject(_ key: String, _ members: (inout JSONLine) -> Void) {
        addKey(key)
        bytes.append(UInt8(ascii: "{"))
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    package var finished: String {
        var whole = bytes
        whole.append(UInt8(ascii: "}"))
        return String(decoding: whole, as: UTF8.self)
    }

    /// The bytes given and the line behind them, without a line break.
    package consuming func finishedBytes() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The bytes given and the line as far as it was written.
    consuming func unfinishedBytes() -> [UInt8] { bytes }

    /// `[1,2]` of elements that are JSON already.
    package static func array(_ elements: [String]) -> String {
        "[\(elements.joined(separator: ","))]"
    }

    package static func quoted(_ text: String) -> String {
        var line = JSONLine(behind: [])
        line.bytes.removeAll(keepingCapacity: true)
        line.append(quoted: text.utf8.span)
        return String(decoding: line.bytes, as: UTF8.self)
    }
}

/// The parts of a line.
extension JSONLine {
    mutating func addKey(_ key: String) {
        addComma()
        append(quoted: key.utf8.span)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Separates what comes next from what stands before it in the same object or list.
    mutating func addComma() {
        let last = bytes[bytes.count - 1]
        if last != UInt8(ascii: "{"), last != UInt8(ascii: "[") {
            bytes.append(UInt8(ascii: ","))
        }
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ json: Span<UInt8>) {
        json.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ number: Int) { bytes.append(decimal: Int64(number)) }

    mutating func append(wireTextOf number: Double) { bytes.append(wireTextOf: number) }

    /// Appends a text that is UTF-8, in quotes.
    mutating func append(quoted text: Span<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends `hex:` and two digits a byte, in quotes.
    mutating func append(hex content: Span<UInt8>) {
        append("\"hex:".utf8.span)
        for index in content.indices { bytes.append(hex: content[index]) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ text: Span<UInt8>) {
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                continue
            }
            append(text.extracting(start..<index - 1))
            start = index
            append(escapeOf: byte)
        }
        append(text.extracting(start..<text.count))
    }

    private mutating func append(escapeOf byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        case 0..<0x20:
            append("u00".utf8.span)
            bytes.append(hex: byte)
        default: bytes.append(byte)
        }
    }
}

extension [UInt8] {
    /// Appends two lowercase digits.
    mutating func append(hex byte: UInt8) {
        append(Self.hexDigit(byte >> 4))
        append(Self.hexDigit(byte & 15))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Appends a number's `wireText`.
    package mutating func append(wireTextOf number: Double) {
        guard let millionths = number.millionths else {
            append(contentsOf: number.wireText.utf8)
            return
        }
        withUnsafeTemporaryAllocation(byteCount: NumberText.maxBytes, alignment: 8) { room in
            guard let base = room.baseAddress else { return }
            let count = NumberText.write(millionths: millionths, to: base)
            append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }

    /// Appends decimal digits, a minus in front of what is negative.
    package mutating func append(decimal number: Int64) {
        withUnsafeTemporaryAllocation(byteCount: NumberText.maxBytes, alignment: 8) { room in
            guard let base = room.baseAddress else { return }
            let count = NumberText.write(number, to: base)
            append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }
}
