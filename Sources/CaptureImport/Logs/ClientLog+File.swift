extension ClientLog {
    /// A log as a source of messages.
    package struct File: MessageSource {
        package let path: String
        private var log: ClientLog

        package init(path: String, _ library: Library) {
            self.path = path
            log = ClientLog(library)
        }

        package var notes: [String] { log.notes }
        package var isDamaged: Bool { false }

        package mutating func read<Sink: DecodedEventSink>(
            into sink: inout Sink
        ) throws(CaptureError) {
            let bytes: [UInt8]
            switch FileReading.contents(of: path, maxBytes: GatewayLog.maxBytes) {
            case .bytes(let found): bytes = found
            case .tooLarge:
                throw .cannotOpen(
                    path: path, reason: "it is larger than \(GatewayLog.maxBytes) bytes")
            case .unreadable(let reason): throw .cannotOpen(path: path, reason: reason)
            }
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let end = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
                log.take(line: end.prefix(ClientLog.maxLineBytes), into: &sink)
            }
            log.finish(into: &sink)
        }
    }
}
