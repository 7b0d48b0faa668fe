/// Messages that were written down by somebody else than a packet recorder.
package protocol MessageSource {
    /// What it is called in a report.
    var path: String { get }

    /// Hands on everything, once.
    mutating func read<Sink: DecodedEventSink>(into sink: inout Sink) throws(CaptureError)

    /// What is not known, and what could not be read, in sentences; complete after `read`.
    var notes: [String] { get }

    /// Something that was written could not be read.
    var isDamaged: Bool { get }
}
