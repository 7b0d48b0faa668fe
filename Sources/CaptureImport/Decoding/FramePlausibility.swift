import GatewayWire

/// Tells by its first bytes whether a frame may begin somewhere.
enum FramePlausibility {
    /// The longest frame believed without having seen where it begins, in bytes.
    static let maxBytes = 1 << 20

    /// Which frames a connection can have.
    enum Form {
        /// Message ids as text, up to server version 200.
        case text
        /// Message ids of four bytes, from 201.
        case binary
        case unknown
    }

    /// Whether a frame begins at an offset; nil when more bytes would tell.
    static func begins(
        in bytes: ArraySlice<UInt8>, at start: Int, _ direction: Direction, _ form: Form
    ) -> Bool? {
        let rest = bytes[(bytes.startIndex + start)...]
        guard rest.count >= 5 else { return nil }
        let head = rest.startIndex
        let length = Self.length(at: head, in: rest)
        guard (2...maxBytes).contains(length) else { return false }
        let isDigit = (48...57).contains(rest[head + 4])
        switch form {
        case .text where !isDigit, .binary where rest[head + 4] != 0: return false
        case .text, .binary, .unknown: break
        }
        return isDigit ? beginsText(rest, length, direction) : beginsBinary(rest, length, direction)
    }

    private static func beginsText(
        _ rest: ArraySlice<UInt8>, _ length: Int, _ direction: Direction
    ) -> Bool? {
        let text = rest.dropFirst(4).prefix(min(4, length))
        let digits = text.prefix { (48...57).contains($0) }
        guard digits.endIndex < text.endIndex else {
            return digits.count <= 3 && digits.count < length ? nil : false
        }
        guard rest[digits.endIndex] == 0, let id = Int(String(decoding: digits, as: UTF8.self)),
            ProtocolSchema.message(id: id, direction) != nil
        else { return false }
        guard rest.count >= 4 + length else { return nil }
        return rest[rest.startIndex + 3 + length] == 0
    }

    private static func beginsBinary(
        _ rest: ArraySlice<UInt8>, _ length: Int, _ direction: Direction
    ) -> Bool? {
        guard length >= 4, rest[rest.startIndex + 4] == 0 else { return false }
        guard rest.count >= 8 else { return nil }
        let number = rest.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let isProtobuf = number > MessageScanner.protobufOffset
        let id = isProtobuf ? number - MessageScanner.protobufOffset : number
        guard ProtocolSchema.message(id: id, direction) != nil else { return false }
        guard rest.count >= 4 + length else { return nil }
        return isProtobuf || rest[rest.startIndex + 3 + length] == 0
    }

    /// Where whole frames begin to follow on one another in the bytes, counted from their start.
    ///
    /// Three do, or two that are all there is.
    static func firstFrame(in bytes: ArraySlice<UInt8>, _ direction: Direction) -> Int? {
        for start in 0..<bytes.count {
            var offset = start
            var count = 0
            while count < 3, begins(in: bytes, at: offset, direction, .unknown) == true {
                offset += 4 + length(at: bytes.startIndex + offset, in: bytes)
                count += 1
            }
            if count == 3 || count == 2 && start == 0 && offset == bytes.count { return start }
        }
        return nil
    }

    /// What the four bytes at an index say.
    static func length(at index: Int, in bytes: ArraySlice<UInt8>) -> Int {
        bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
