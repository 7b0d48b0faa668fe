/// Reads frames of either encoding at one server version, each into a message of its own.
package struct MessageDecoder: Sendable {
    private let scanner: MessageScanner

    package init(serverVersion: Int, direction: Direction) {
        scanner = MessageScanner(serverVersion: serverVersion, direction: direction)
    }

    /// A decoder for one message, which need not be part of the protocol.
    package init(serverVersion: Int, schema: MessageSchema) {
        scanner = MessageScanner(serverVersion: serverVersion, schema: schema)
    }

    package var serverVersion: Int { scanner.serverVersion }
    package var direction: Direction { scanner.direction }

    /// Decodes one frame's body.
    package func decode(_ body: ArraySlice<UInt8>) -> DecodeOutcome {
        var scanner = scanner
        switch scanner.scan(body.span) {
        case .text: return scanner.message(from: body.span)
        case .protobuf: return ProtobufDecoder.decode(body.span, scanner.schema)
        case .unknown(let id): return .unknown(id: id, bytes: Array(body))
        case .malformed(let error): return .malformed(error)
        }
    }
}

/// Writes frames at one server version, each message in the form it has at that version.
package struct MessageEncoder: Sendable {
    package let serverVersion: Int

    package init(serverVersion: Int) {
        self.serverVersion = serverVersion
    }

    /// Whether a message's id is a number of 4 bytes, which protobuf needs.
    package var hasRawIDs: Bool { serverVersion >= SchemaText.rawIDsSince }

    /// The whole frame, length included.
    package func encode(_ message: Message) -> [UInt8] {
        encode(message, as: message.schema.encoding(at: serverVersion))
    }

    /// The whole frame in a form of the caller's choice; a form the message or version lacks
    /// gives way to the other.
    package func encode(_ message: Message, as wanted: MessageEncoding) -> [UInt8] {
        // The length stands first and is known last.
        var frame: [UInt8] = [0, 0, 0, 0]
        frame.reserveCapacity(128)
        append(message, as: wanted, to: &frame)
        let length = UInt32(frame.count - 4)
        for index in 0..<4 {
            frame[index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index))
        }
        return frame
    }

    private func append(_ message: Message, as wanted: MessageEncoding, to frame: inout [UInt8]) {
        let schema = message.schema
        let hasRawID = serverVersion >= SchemaText.rawIDsSince
        if let plan = schema.plan, hasRawID, wanted == .protobuf || !schema.hasTextForm {
            frame.appendBigEndian(UInt32(schema.id + MessageScanner.protobufOffset))
            ProtobufEncoder.append(message, plan, serverVersion: serverVersion, to: &frame)
            return
        }
        if hasRawID {
            frame.appendBigEndian(UInt32(schema.id))
        } else {
            frame.append(contentsOf: String(schema.id).utf8)
            frame.append(0)
        }
        if let layout = layout(of: schema) {
            TextEncoder(layout: layout, of: message).append(message, to: &frame)
        }
    }

    /// The shared layout, or one made for a schema that is not the protocol's own.
    private func layout(of schema: MessageSchema) -> TextLayout? {
        let shared = TextLayouts.at(serverVersion, schema.direction).layout(of: schema.id)
        if let shared, shared.schema === schema { return shared }
        return TextLayouts.of(schema, at: serverVersion).layout(of: schema.id)
    }
}
