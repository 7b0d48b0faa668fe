/// Reads frames of either encoding at one server version.
///
/// ```
/// up to 200   "71" 0 fields …            text
/// from 201    00 00 00 47 fields …       id up to 200: text
///             00 00 01 0f protobuf …     id above 200: protobuf, the message's id is 200 less
/// ```
///
/// Both forms may be mixed on a connection, in both directions.
package struct MessageDecoder: Sendable {
    package let serverVersion: Int
    package let direction: Direction
    /// What every frame is read as, whatever its id; `nil` goes by the id.
    private let schema: MessageSchema?

    package init(serverVersion: Int, direction: Direction) {
        self.serverVersion = serverVersion
        self.direction = direction
        schema = nil
    }

    /// A decoder for one message, which need not be part of the protocol.
    package init(serverVersion: Int, schema: MessageSchema) {
        self.serverVersion = serverVersion
        direction = schema.direction
        self.schema = schema
    }

    private func schema(_ id: Int) -> MessageSchema? {
        schema ?? ProtocolSchema.message(id: id, direction)
    }

    /// Decodes one frame's body.
    package func decode(_ body: ArraySlice<UInt8>) -> DecodeOutcome {
        guard !body.isEmpty else { return malformed(.empty) }
        guard serverVersion >= SchemaText.rawIDsSince else {
            var cursor = FieldCursor(body)
            guard let idText = cursor.next()?.string, let id = Int(idText) else {
                return malformed(.idNotANumber)
            }
            return text(id, body, &cursor)
        }
        guard body.count >= 4 else { return malformed(.idTooShort) }
        let id = body.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard id > protobufOffset else {
            var cursor = FieldCursor(body, offset: 4)
            return text(id, body, &cursor)
        }
        guard let schema = schema(id - protobufOffset),
            let plan = schema.plan
        else { return .unknown(id: id - protobufOffset, bytes: Array(body)) }
        return ProtobufDecoder.decode(body, schema, plan)
    }

    private func text(
        _ id: Int, _ body: ArraySlice<UInt8>, _ cursor: inout FieldCursor
    ) -> DecodeOutcome {
        guard let schema = schema(id), schema.hasTextForm else {
            return .unknown(id: id, bytes: Array(body))
        }
        return TextDecoder(serverVersion: serverVersion).decode(schema, &cursor)
    }

    private func malformed(_ reason: DecodeError.Reason) -> DecodeOutcome {
        .malformed(DecodeError(reason: reason, message: nil, offset: 0))
    }
}

/// Writes frames at one server version, each message in the form it has at that version.
package struct MessageEncoder: Sendable {
    package let serverVersion: Int

    package init(serverVersion: Int) {
        self.serverVersion = serverVersion
    }

    /// The whole frame, length included.
    package func encode(_ message: Message) -> [UInt8] {
        encode(message, as: message.schema.encoding(at: serverVersion))
    }

    /// The whole frame in a form of the caller's choice; a form the message or version lacks
    /// gives way to the other.
    package func encode(_ message: Message, as wanted: MessageEncoding) -> [UInt8] {
        let schema = message.schema
        let hasRawID = serverVersion >= SchemaText.rawIDsSince
        var body: [UInt8] = []
        body.reserveCapacity(128)
        if let plan = schema.plan, hasRawID, wanted == .protobuf || !schema.hasTextForm {
            append(UInt32(schema.id + protobufOffset), to: &body)
            ProtobufEncoder.append(message, plan, serverVersion: serverVersion, to: &body)
            return frame(body)
        }
        if hasRawID {
            append(UInt32(schema.id), to: &body)
        } else {
            body.append(contentsOf: String(schema.id).utf8)
            body.append(0)
        }
        TextEncoder(serverVersion: serverVersion).append(message, to: &body)
        return frame(body)
    }

    private func append(_ id: UInt32, to body: inout [UInt8]) {
        for shift: UInt32 in [24, 16, 8, 0] { body.append(UInt8(truncatingIfNeeded: id >> shift)) }
    }
}

/// A protobuf message's id stands this much higher in the frame.
private let protobufOffset = 200
