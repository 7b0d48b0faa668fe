/// What a frame's body is, before any of its fields has been copied.
package enum ScanOutcome {
    /// A text message whose layout has been verified; the scanner knows where every field is.
    case text
    /// A message in protobuf form, not looked into.
    case protobuf
    case unknown(id: Int)
    case malformed(DecodeError)
}

/// Tells what frames hold and where their fields are, without making texts of them.
///
/// ```
/// up to 200   "71" 0 fields …            text
/// from 201    00 00 00 47 fields …       id up to 200: text
///             00 00 01 0f protobuf …     id above 200: protobuf, the message's id is 200 less
/// ```
///
/// Both forms may be mixed on a connection, in both directions. A scanner is used for many frames
/// and reuses its memory. Its answers are about the last frame.
package struct MessageScanner: Sendable {
    /// Fields in a frame, and values in all groups of a message: beyond them a frame is malformed.
    static let maxFields = 2_000_000

    package let serverVersion: Int
    package let direction: Direction
    let layouts: TextLayouts
    /// By id.
    private let schemas: [MessageSchema?]
    /// The same, which live as long as `schemas`: using one counts no references.
    private let handles: [Unmanaged<MessageSchema>?]
    /// By id: whether a message has a protobuf form.
    private let binaryIDs: [Bool]
    private(set) var fields = TextFields()
    private(set) var tape = TextTape()
    /// The last message's.
    private var id = 0

    package init(serverVersion: Int, direction: Direction) {
        self.serverVersion = serverVersion
        self.direction = direction
        layouts = TextLayouts.at(serverVersion, direction)
        schemas = ProtocolSchema.messagesByID(direction)
        handles = ProtocolSchema.handlesByID(direction)
        binaryIDs = Self.binaryIDs[direction] ?? []
    }

    /// A scanner that knows one message, which need not be part of the protocol.
    package init(serverVersion: Int, schema: MessageSchema) {
        self.serverVersion = serverVersion
        direction = schema.direction
        layouts = TextLayouts.of(schema, at: serverVersion)
        var schemas = [MessageSchema?](repeating: nil, count: schema.id + 1)
        schemas[schema.id] = schema
        self.schemas = schemas
        handles = schemas.map { $0.map { Unmanaged.passUnretained($0) } }
        binaryIDs = Self.binaryIDs([schema])
    }

    private static let binaryIDs: [Direction: [Bool]] = Dictionary(
        uniqueKeysWithValues: Direction.allCases.map { direction in
            (direction, binaryIDs(ProtocolSchema.messages.filter { $0.direction == direction }))
        })

    private static func binaryIDs(_ schemas: [MessageSchema]) -> [Bool] {
        var ids = [Bool](repeating: false, count: (schemas.map(\.id).max() ?? 0) + 1)
        for schema in schemas where schema.plan != nil { ids[schema.id] = true }
        return ids
    }

    /// The schema of the last message.
    package var schema: MessageSchema {
        guard let schema = schemas[id] else {
            preconditionFailure("the last frame was no message")
        }
        return schema
    }

    /// Hands the schema of the last message to somebody who does not keep it.
    @inline(__always)
    borrowing func withSchema<Answer>(_ use: (MessageSchema) -> Answer) -> Answer {
        guard let handle = handles[id] else {
            preconditionFailure("the last frame was no message")
        }
        return handle._withUnsafeGuaranteedRef(use)
    }

    /// The layout of the last text message.
    var layout: TextLayout {
        guard let layout = layouts.layout(of: id) else {
            preconditionFailure("the last frame was no text message")
        }
        return layout
    }

    package mutating func scan(_ body: Span<UInt8>) -> ScanOutcome {
        guard !body.isEmpty else { return malformed(.empty) }
        guard serverVersion >= SchemaText.rawIDsSince else {
            guard fields.find(in: body, from: 0) else { return malformed(.tooManyFields) }
            guard let id = Self.id(body, fields) else { return malformed(.idNotANumber) }
            return text(id, body, firstField: 1)
        }
        guard body.count >= 4 else { return malformed(.idTooShort) }
        let id = Int(
            UInt32(bigEndian: body.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)))
        guard id <= Self.protobufOffset else {
            let known = id - Self.protobufOffset
            guard known >= 0, known < binaryIDs.count, binaryIDs[known] else {
                return .unknown(id: known)
            }
            self.id = known
            return .protobuf
        }
        guard fields.find(in: body, from: 4) else { return malformed(.tooManyFields) }
        return text(id, body, firstField: 0)
    }

    /// A protobuf message's id stands this much higher in the frame.
    package static let protobufOffset = 200

    /// A text id is plain digits: written any other way it would not come back as it was.
    private static func id(_ body: Span<UInt8>, _ fields: TextFields) -> Int? {
        guard fields.count > 0 else { return nil }
        let range = fields.range(of: 0)
        guard (1...9).contains(range.count) else { return nil }
        var id = 0
        for index in range {
            let digit = body[index] &- UInt8(ascii: "0")
            guard digit < 10, id > 0 || index == 0 else { return nil }
            id = id &* 10 &+ Int(digit)
        }
        return id
    }

    private mutating func text(
        _ id: Int, _ body: Span<UInt8>, firstField: Int
    ) -> ScanOutcome {
        guard id >= 0, id < layouts.shapes.count else { return .unknown(id: id) }
        let shape = layouts.shapes[id]
        guard shape.isKnown else { return .unknown(id: id) }
        self.id = id
        tape.begin(shape, from: firstField)
        if shape.fieldCount >= 0, tape.end <= fields.count, fields.end == body.count {
            return .text
        }
        return walk(body)
    }

    /// The last message with its fields copied.
    ///
    /// - Parameter body: What was scanned.
    /// - Parameter isProtobuf: Whether `scan` called it protobuf.
    package borrowing func message(in body: Span<UInt8>, isProtobuf: Bool) -> DecodeOutcome {
        isProtobuf ? ProtobufDecoder.decode(body, schema) : message(from: body)
    }

    /// The last message's id in the schema.
    package var messageID: Int { id }

    /// Whether the last text message has fields behind those that its layout knows.
    package var hasSurplus: Bool { tape.end < fields.count }

    private mutating func walk(_ body: Span<UInt8>) -> ScanOutcome {
        let layout = layout
        guard let (reason, offset) = tape.lay(layout, over: fields, of: body) else { return .text }
        return .malformed(
            DecodeError(reason: reason, message: layout.schema.name, offset: offset))
    }

    private func malformed(_ reason: DecodeError.Reason) -> ScanOutcome {
        .malformed(DecodeError(reason: reason, message: nil, offset: 0))
    }
}

/// The last text message, field by field.
extension MessageScanner {
    /// Where the text of an item of the schema is in the body; `nil` for a group and for what is
    /// not on the wire.
    package func range(of item: Int) -> Range<Int>? {
        guard case .field = layout.schema.items[item] else { return nil }
        return tape.entry(item, of: layout.scope, at: 0).map { fields.range(of: $0) }
    }

    /// The whole number that an item says.
    package func integer(of item: Int, in body: Span<UInt8>) -> Int? {
        range(of: item).flatMap { body.extracting($0).integer }
    }
}
