/// Where a captured packet stands in the buffer of its file.
struct PacketRecord {
    /// As recorded; moved on behind a clock that was set back.
    var at: CaptureInstant
    /// The packet's number in the file, counted from 1.
    let number: Int
    /// Nil for a link type that is not supported.
    let linkType: LinkType?
    /// Of the first captured byte, in the buffer.
    var offset: Int
    /// Captured bytes.
    let count: Int
    /// Bytes on the wire.
    let originalLength: Int
}
