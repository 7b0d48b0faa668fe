/// Reads one JSON text: strict JSON, UTF-8, bounded in size, depth and count.
package struct JSONReader {
    private let bytes: ArraySlice<UInt8>
    private let limits: JSONLimits
    private var index: Int
    private var valueCount = 0

    /// Reads a text that is one value, white space around it.
    ///
    /// - Parameter ignoresRest: Only the first value counts, whatever follows it.
    package static func read(
        _ bytes: ArraySlice<UInt8>, limits: JSONLimits = JSONLimits(), ignoresRest: Bool = false
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.maxBytes else {
            throw JSONError(offset: 0, reason: "longer than \(limits.maxBytes) bytes")
        }
        var reader = JSONReader(bytes, limits)
        reader.skipSpace()
        let value = try reader.value(depth: 0)
        if ignoresRest { return value }
        reader.skipSpace()
        guard reader.index == bytes.endIndex else {
            throw reader.error("something follows the end of the JSON value")
        }
        return value
    }

    private init(_ bytes: ArraySlice<UInt8>, _ limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
        index = bytes.startIndex
    }

    // Helpers, in the order they are called.

    private var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            index += 1
        }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        valueCount += 1
        guard valueCount <= limits.maxValues else {
            throw error("more than \(limits.maxValues) values")
        }
        let offset = index - bytes.startIndex
        let content = try content(depth: depth, offset: offset)
        return JSONValue(content: content, offset: offset)
    }

    private mutating func content(
        depth: Int, offset: Int
    ) throws(JSONError) -> JSONValue.Content {
        guard let first = next else { throw error("a JSON value is missing") }
        switch first {
        case UInt8(ascii: "{"):
            try checkDepth(depth)
            return .object(JSONMembers(members: try members(depth: depth + 1), offset: offset))
        case UInt8(ascii: "["):
            try checkDepth(depth)
            return .array(try elements(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try number())
        default: throw error("a JSON value is missing")
        }
    }

    private func checkDepth(_ depth: Int) throws(JSONError) {
        guard depth < limits.maxDepth else {
            throw error("more than \(limits.maxDepth) objects and lists inside each other")
        }
    }

    private mutating func members(depth: Int) throws(JSONError) -> [JSONMembers.Member] {
        var members: [JSONMembers.Member] = []
        index += 1
        skipSpace()
        if take("}") { return members }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("a member's name is missing") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw error("':' is missing") }
            skipSpace()
            members.append(JSONMembers.Member(key: key, value: try value(depth: depth)))
            skipSpace()
            if take("}") { return members }
            guard take(",") else { throw error("',' or '}' is missing") }
        }
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        index += 1
        skipSpace()
        if take("]") { return elements }
        while true {
            skipSpace()
            elements.append(try value(depth: depth))
            skipSpace()
            if take("]") { return elements }
            guard take(",") else { throw error("',' or ']' is missing") }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func word(_ word: String) throws(JSONError) {
        for byte in word.utf8 {
            guard next == byte else { throw error("this is not '\(word)'") }
            index += 1
        }
    }

    private mutating func number() throws(JSONError) -> String {
        let rest = bytes[index...]
        let digits = rest.prefix { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        guard isJSONNumber(digits.span) else {
            // A number at the very end may go on.
            throw JSONError(
                offset: index - bytes.startIndex, reason: "this is no number as JSON writes it",
                endsEarly: digits.endIndex == bytes.endIndex)
        }
        index = digits.endIndex
        return String(decoding: digits, as: UTF8.self)
    }

    private mutating func string() throws(JSONError) -> String {
        let start = index
        index += 1
        var text = ""
        while true {
            let plain = bytes[index...].prefix {
                $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 >= 0x20
            }
            guard let piece = String(validating: plain, as: UTF8.self) else {
                throw JSONError(
                    offset: start - bytes.startIndex, reason: "this text is not UTF-8",
                    endsEarly: plain.endIndex == bytes.endIndex)
            }
            text += piece
            index = plain.endIndex
            switch next {
            case UInt8(ascii: "\""):
                index += 1
                return text
            case UInt8(ascii: "\\"):
                index += 1
                text.unicodeScalars.append(try escape())
            case nil: throw error("the text has no closing quote")
            case .some: throw error("a control character stands in a text without its escape")
            }
        }
    }

    /// What stands behind a backslash.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let letter = next else { throw error("the escape is cut off") }
        index += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default:
            index -= 1
            throw error("there is no such escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first) else {
            throw error("the second half of a surrogate pair stands alone")
        }
        guard take("\\"), take("u") else {
            throw error("the first half of a surrogate pair stands alone")
        }
        let second = try fourDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("the first half of a surrogate pair stands alone") }
        return scalar
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw error("\\u takes four hexadecimal digits")
            }
            number = number << 4 | UInt32(digit)
            index += 1
        }
        return number
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(
            offset: index - bytes.startIndex, reason: reason, endsEarly: index == bytes.endIndex)
    }
}
