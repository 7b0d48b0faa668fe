/// The two ends of a connection, the same whichever of them sent the packet.
struct ConnectionKey: Hashable {
    let lower: TCPEndpoint
    let upper: TCPEndpoint

    @inline(__always)
    init(_ segment: TCPSegment) {
        if segment.source < segment.destination {
            lower = segment.source
            upper = segment.destination
        } else {
            lower = segment.destination
            upper = segment.source
        }
    }
}

extension TCPSegment {
    /// A number that is the same for both directions of a connection, and that different
    /// connections rarely share; quicker than a key and its hash.
    @inline(__always)
    var digest: Int {
        let one = source.address.low ^ UInt64(source.port) << 32
        let other = destination.address.low ^ UInt64(destination.port) << 32
        return Int(truncatingIfNeeded: ((one &+ other) &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }

    /// Whether it passed between two ends, in either direction.
    @inline(__always)
    func passed(between one: TCPEndpoint, and other: TCPEndpoint) -> Bool {
        if source == one { return destination == other }
        return source == other && destination == one
    }
}
