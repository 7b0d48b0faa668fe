/// How a protobuf field's content is delimited.
package enum WireType: Int, Hashable, Sendable {
    case varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5
}

/// What is wrong with protobuf bytes, and where, in the bytes' own indexes.
struct ProtobufFault: Error {
    let reason: DecodeError.Reason
    let index: Int
}

/// Walks protobuf bytes; every read is bounds-checked and knows its place.
struct ProtobufCursor {
    let bytes: ArraySlice<UInt8>
    /// Where the cursor stands, in `bytes`' own indexes.
    private(set) var index: Int
    /// A varint was longer than it had to be.
    private(set) var sawPadding = false

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    var isAtEnd: Bool { index == bytes.endIndex }

    func fault(_ reason: DecodeError.Reason) -> ProtobufFault {
        ProtobufFault(reason: reason, index: index)
    }

    mutating func varint() throws(ProtobufFault) -> UInt64 {
        guard index < bytes.endIndex else { throw fault(.truncated) }
        let first = bytes[index]
        if first < 0x80 {
            index += 1
            return UInt64(first)
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var next = index
        while next < bytes.endIndex {
            let byte = bytes[next]
            next += 1
            if shift == 63, byte > 1 { throw fault(.varintTooLong) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                if byte == 0 { sawPadding = true }
                index = next
                return value
            }
            shift += 7
        }
        throw fault(.truncated)
    }

    /// Number and wire type of the next field.
    mutating func tag() throws(ProtobufFault) -> (number: Int, type: WireType) {
        let start = index
        let tag = try varint()
        let number = tag >> 3
        guard (1...0x1FFF_FFFF).contains(number) else {
            throw ProtobufFault(reason: .fieldNumberOutOfRange(number), index: start)
        }
        let typeNumber = Int(tag & 7)
        guard let type = WireType(rawValue: typeNumber) else {
            let isGroup = typeNumber == 3 || typeNumber == 4
            throw ProtobufFault(
                reason: isGroup ? .groupWireType(Int(number)) : .noSuchWireType(typeNumber),
                index: start)
        }
        return (Int(number), type)
    }

    mutating func fixed64() throws(ProtobufFault) -> UInt64 {
        guard bytes.endIndex - index >= 8 else { throw fault(.truncated) }
        var value: UInt64 = 0
        for offset in 0..<8 { value |= UInt64(bytes[index + offset]) << UInt64(8 * offset) }
        index += 8
        return value
    }

    /// A length and as many bytes.
    mutating func delimited() throws(ProtobufFault) -> ArraySlice<UInt8> {
        let length = try varint()
        guard length <= UInt64(bytes.endIndex - index) else { throw fault(.lengthBeyondEnd(length)) }
        let end = index + Int(length)
        defer { index = end }
        return bytes[index..<end]
    }

    mutating func skip(_ type: WireType) throws(ProtobufFault) {
        switch type {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .bytes: _ = try delimited()
        case .fixed32:
            guard bytes.endIndex - index >= 4 else { throw fault(.truncated) }
            index += 4
        }
    }
}
