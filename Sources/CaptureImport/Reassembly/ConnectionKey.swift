/// The two ends of a connection, the same whichever of them sent the packet.
struct ConnectionKey: Hashable {
    let lower: TCPEndpoint
    let upper: TCPEndpoint

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
