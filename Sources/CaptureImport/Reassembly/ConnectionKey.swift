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

    /// A number that different connections rarely share, quicker than a hash.
    @inline(__always)
    var digest: Int {
        var mixed = lower.address.low ^ upper.address.low &* 3
        mixed ^= UInt64(lower.port) << 16 ^ UInt64(upper.port)
        mixed &*= 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40)
    }
}
