import GatewayWire

/// Hands events on in the order of their times, also of connections that are known late.
///
/// While it is not known whether a connection is a gateway's, later events of others wait.
struct OrderingSink<Sink: DecodedEventSink>: DecodedEventSink {
    /// Events that wait at most; then they go on out of order.
    static var maxWaiting: Int { 65_536 }

    var sink: Sink
    private var waiting = WaitingEvents()
    /// An earlier event may still come.
    private var isHolding = false

    init(_ sink: Sink) {
        self.sink = sink
    }

    mutating func take(_ event: DecodedEvent) {
        if isHolding || waiting.count > 0 { waiting.take(event) } else { sink.take(event) }
    }

    @inline(__always)
    mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        if isHolding || waiting.count > 0 {
            waiting.take(place, body, scanner)
        } else {
            sink.take(place, body, scanner)
        }
    }

    /// Lets go what nothing can come before any more.
    ///
    /// - Parameter undecidedSince: When the oldest connection of which it is not known what it is
    ///   began.
    @inline(__always)
    mutating func release(undecidedSince: CaptureInstant?) {
        isHolding = undecidedSince != nil
        if waiting.count > 0 { releaseWaiting(undecidedSince) }
    }

    private mutating func releaseWaiting(_ undecidedSince: CaptureInstant?) {
        while let first = waiting.first {
            if let undecidedSince, first.at > undecidedSince, waiting.count < Self.maxWaiting {
                return
            }
            sink.take(waiting.takeFirst())
        }
    }
}
