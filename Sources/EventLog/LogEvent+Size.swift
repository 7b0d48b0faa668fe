import GatewayWire

extension LogEvent {
    /// About the memory that it takes.
    package var approximateBytes: Int {
        let content =
            switch kind {
            case .message(let message): message.approximateBytes
            case .unknown(_, _, let bytes), .malformed(_, _, let bytes), .raw(_, let bytes):
                bytes.count
            case .clientLine(_, _, let text), .note(let text), .commanded(let text): text.utf8.count
            case .sockets(let rows): rows.count * 200
            default: 64
            }
        return 160 + content
    }
}

extension Message {
    /// About the memory that its fields take.
    package var approximateBytes: Int {
        Self.bytes(of: values) + Self.bytes(of: surplus) + (originalBytes?.count ?? 0)
    }

    private static func bytes(of values: [FieldValue]) -> Int {
        values.reduce(0) { sum, value in
            switch value {
            case .text(let text): sum + 24 + text.utf8.count
            case .bytes(let bytes): sum + 24 + bytes.count
            case .group(let rows): sum + rows.reduce(24) { $0 + 24 + bytes(of: $1) }
            case .absent: sum + 24
            }
        }
    }
}
