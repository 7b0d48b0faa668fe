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
            let bytes = try FileReading.whole(path, maxBytes: GatewayLog.maxBytes)
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let end = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
                log.take(line: end.prefix(ClientLog.maxLineBytes), into: &sink)
            }
            log.finish(into: &sink)
        }
    }
}
