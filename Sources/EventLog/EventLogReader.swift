import GatewayWire
import Simulation

/// Reads an event log, line by line.
///
/// ```
/// var reader = EventLogReader(bytes)
/// while let event = try reader.next() { … }
/// if reader.isTorn { … its writer was killed while it wrote … }
/// ```
///
/// The first line is the `run` event, which carries the epoch that all times count from. A file
/// without one, such as what `decode --json` prints, is counted from its first event. An incomplete
/// last line is not an error. Its writer was killed, and the lines before it are valid.
package struct EventLogReader {
    /// The `run` event.
    ///
    /// It is `nil` until the first event is read, and in files without one.
    package private(set) var header: RunHeader?
    /// Nanoseconds since 1970 at the start of gateway time; `nil` until the first event is read.
    package private(set) var epoch: Int64?
    /// The last line is incomplete and was skipped.
    package private(set) var isTorn = false
    /// Bytes that the writer left out of events, because they were too many for a line.
    package private(set) var omittedByteCount = 0
    /// The line that was read last, counted from 1.
    package private(set) var line = 0

    private let bytes: [UInt8]
    private let limits: EventLogLimits
    private var index = 0

    package init(_ bytes: [UInt8], limits: EventLogLimits = EventLogLimits()) {
        self.bytes = bytes
        self.limits = limits
    }

    package init(_ text: String, limits: EventLogLimits = EventLogLimits()) {
        self.init(Array(text.utf8), limits: limits)
    }

    /// Every event of a log.
    package static func events(of text: String) throws(EventLogError) -> [LogEvent] {
        var reader = EventLogReader(text)
        var events: [LogEvent] = []
        while let event = try reader.next() { events.append(event) }
        return events
    }

    /// Sentences about the file for its reader.
    ///
    /// They are complete once the last event has been read.
    package var notes: [String] {
        var notes: [String] = []
        if isTorn {
            notes.append("line \(line), the last, breaks off: whoever wrote the log was killed")
        }
        if omittedByteCount > 0 {
            notes.append("\(omittedByteCount) bytes were too many for their lines and are missing")
        }
        return notes
    }

    /// Takes the next event, nil after the last.
    package mutating func next() throws(EventLogError) -> LogEvent? {
        while index < bytes.count {
            let rest = bytes[index...]
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let text = rest[..<(end ?? bytes.endIndex)]
            index = end.map { $0 + 1 } ?? bytes.endIndex
            line += 1
            guard line <= limits.maxLines else {
                throw EventLogError(
                    line: line, column: 1, reason: "more lines than \(limits.maxLines)")
            }
            guard text.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else {
                continue
            }
            do throws(JSONError) {
                return try event(in: text)
            } catch {
                guard end == nil, error.endsEarly else {
                    throw EventLogError(error, line: line, text: text)
                }
                isTorn = true
                return nil
            }
        }
        return nil
    }

    private mutating func event(in text: ArraySlice<UInt8>) throws(JSONError) -> LogEvent {
        let line = try LogLine(try JSONReader.read(text, limits: limits.json))
        let isFirst = self.epoch == nil
        if case .run(let header) = line.kind {
            guard isFirst else {
                throw JSONError(offset: 0, reason: "a second run begins: a file holds one")
            }
            self.header = header
        }
        let epoch = self.epoch ?? line.epoch ?? line.nanosecondsSince1970
        self.epoch = epoch
        omittedByteCount += line.omittedCount
        return line.event(epoch: epoch)
    }
}
