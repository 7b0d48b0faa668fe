/// What a frame's body turned out to be.
package enum DecodeOutcome: Hashable, Sendable {
    case message(Message)
    /// Well framed, but no message the schema knows; the bytes are kept.
    case unknown(id: Int, bytes: [UInt8])
    case malformed(DecodeError)
}

/// What is wrong with a frame's body, and at which byte of it.
package struct DecodeError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case empty
        case idNotANumber
        case unterminatedField
        case missingField(String)
        case countOutOfRange(field: String, found: String)
        case tooManyFields

        // Protobuf
        case idTooShort
        case truncated
        case varintTooLong
        case lengthBeyondEnd(UInt64)
        case fieldNumberOutOfRange(UInt64)
        case groupWireType(Int)
        case noSuchWireType(Int)
        case wireType(field: String, found: WireType)
        case duplicateField(String)
        case notUTF8(String)
        case tooManyRows
    }

    package let reason: Reason
    package let message: String?
    package let offset: Int

    package var description: String {
        let what =
            switch reason {
            case .empty: "an empty frame"
            case .idNotANumber: "the message id is not a number"
            case .unterminatedField: "the last field lacks its NUL"
            case .missingField(let name): "field '\(name)' is missing"
            case .countOutOfRange(let name, let found): "count '\(name)' is \"\(found)\""
            case .tooManyFields: "more fields than are kept"
            case .idTooShort: "the four-byte message id is cut off"
            case .truncated: "the bytes end within a field"
            case .varintTooLong: "a varint has more than 64 bits"
            case .lengthBeyondEnd(let length): "a length of \(length) reaches beyond the end"
            case .fieldNumberOutOfRange(let number): "field number \(number) is out of range"
            case .groupWireType(let number): "field \(number) is a group, which proto3 lacks"
            case .noSuchWireType(let type): "wire type \(type) does not exist"
            case .wireType(let name, let found):
                "field '\(name)' has the wrong wire type \(found.rawValue)"
            case .duplicateField(let name): "field '\(name)' comes twice"
            case .notUTF8(let name): "field '\(name)' is not UTF-8"
            case .tooManyRows: "more repeated items than are kept"
            }
        return (message.map { "\($0): " } ?? "") + "\(what) (byte \(offset))"
    }
}
