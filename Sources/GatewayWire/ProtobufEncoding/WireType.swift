/// How a protobuf field's content is delimited.
package enum WireType: Int, Hashable, Sendable {
    case varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5
}

/// What is wrong with protobuf bytes, and where, in the bytes' own indexes.
struct ProtobufFault: Error {
    let reason: DecodeError.Reason
    let index: Int
}

/// A place in protobuf bytes and how far to go; every read is bounds-checked and knows its place.
///
/// The bytes are not its own: each read is told which they are, always the same.
struct ProtobufCursor {
    private(set) var index: Int
    let end: Int
    /// A varint was longer than it had to be.
    private(set) var sawPadding = false

    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { index == end }

    func fault(_ reason: DecodeError.Reason) -> ProtobufFault {
        ProtobufFault(reason: reason, index: index)
    }

    mutating func varint(_ bytes: Span<UInt8>) throws(ProtobufFault) -> UInt64 {
        guard index < end else { throw fault(.truncated) }
        let first = bytes[index]
        if first < 0x80 {
            index += 1
            return UInt64(first)
        }
        return try longVarint(bytes)
    }

    private mutating func longVarint(_ bytes: Span<UInt8>) throws(ProtobufFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var next = index
        while next < end {
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
    mutating func tag(_ bytes: Span<UInt8>) throws(ProtobufFault) -> (number: Int, type: WireType) {
        let start = index
        let tag = try varint(bytes)
        let number = tag >> 3
        guard number >= 1, number <= 0x1FFF_FFFF else {
            throw ProtobufFault(reason: .fieldNumberOutOfRange(number), index: start)
        }
        switch tag & 7 {
        case 0: return (Int(number), .varint)
        case 1: return (Int(number), .fixed64)
        case 2: return (Int(number), .bytes)
        case 3, 4: throw ProtobufFault(reason: .groupWireType(Int(number)), index: start)
        case 5: return (Int(number), .fixed32)
        default: throw ProtobufFault(reason: .noSuchWireType(Int(tag & 7)), index: start)
        }
    }

    mutating func fixed64(_ bytes: Span<UInt8>) throws(ProtobufFault) -> UInt64 {
        guard end - index >= 8 else { throw fault(.truncated) }
        let value = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        index += 8
        return UInt64(littleEndian: value)
    }

    /// A length and as many bytes: where they are.
    mutating func delimited(_ bytes: Span<UInt8>) throws(ProtobufFault) -> Range<Int> {
        let length = try varint(bytes)
        guard length <= UInt64(end - index) else { throw fault(.lengthBeyondEnd(length)) }
        let start = index
        index += Int(length)
        return start..<index
    }

    mutating func skip(_ type: WireType, _ bytes: Span<UInt8>) throws(ProtobufFault) {
        switch type {
        case .varint: _ = try varint(bytes)
        case .fixed64: _ = try fixed64(bytes)
        case .bytes: _ = try delimited(bytes)
        case .fixed32:
            guard end - index >= 4 else { throw fault(.truncated) }
            index += 4
        }
    }
}
