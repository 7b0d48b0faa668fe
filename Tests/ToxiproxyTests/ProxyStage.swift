import Simulation

@testable import Toxiproxy

/// A proxy in memory, and what its two peers see.
struct ProxyStage {
    private var host: MemoryHost<ToxicProxy>
    private var lastSerial = 0
    private(set) var toxics: [Toxic] = []

    /// `nil` of toxics makes none.
    init(
        _ kind: ToxicKind? = nil, _ attributes: [String: Int] = [:],
        on stream: ToxicStream = .upstream
    ) {
        host = MemoryHost(
            ToxicProxy([], seed: SeededRandom(seed: 7), dialsAtOnce: true))
        if let kind { add(kind, attributes, on: stream) }
    }

    var now: SimInstant { host.now }
    var effects: [StreamEffect] { host.effects }
    var traffic: ProxyTraffic { host.handler.traffic }

    mutating func add(
        _ kind: ToxicKind, _ attributes: [String: Int] = [:], on stream: ToxicStream = .upstream,
        toxicity: Float = 1
    ) {
        lastSerial += 1
        toxics.append(
            Toxic(
                serial: lastSerial, name: "toxic \(lastSerial)", kind: kind, stream: stream,
                toxicity: toxicity, attributes: ToxicAttributes(kind, attributes)))
        apply()
    }

    mutating func change(_ index: Int, _ body: (inout Toxic) -> Void) {
        body(&toxics[index])
        apply()
    }

    mutating func remove(_ index: Int) {
        toxics.remove(at: index)
        apply()
    }

    /// A client whose server has been reached.
    mutating func connect() -> ConnectionID {
        let client = host.connect()
        host.answerConnect(client.upstream)
        return client
    }

    mutating func fail(_ side: ConnectionID) { host.answerConnect(side, failure: "refused") }
    mutating func connectOnly() -> ConnectionID { host.connect() }
    mutating func send(_ bytes: [UInt8], on side: ConnectionID) { host.send(bytes, on: side) }
    mutating func end(_ side: ConnectionID, _ ending: PeerEnding = .fin) { host.end(side, ending) }
    mutating func take(_ side: ConnectionID) -> [UInt8] { host.take(side) }

    /// The driver says that a peer takes no more bytes, or takes them again.
    mutating func tell(_ event: StreamEvent) {
        host.perform { proxy, now in proxy.handle(event, at: now) }
    }

    mutating func advance(by duration: Duration) { host.advance(to: host.now + duration) }

    /// The bytes that come at one side, with the milliseconds at which they come.
    mutating func arrivals(at side: ConnectionID, for duration: Duration) -> [Arriving] {
        let end = host.now + duration
        var arrivals: [Arriving] = []
        func note(_ bytes: [UInt8]) {
            guard !bytes.isEmpty else { return }
            let microseconds = (host.now - .start).nanoseconds / 1000
            arrivals.append(Arriving(milliseconds: Double(microseconds) / 1000, bytes: bytes))
        }
        note(host.take(side))
        while host.runNextDeadline(by: end) { note(host.take(side)) }
        host.advance(to: end)
        return arrivals
    }

    /// How a side was ended, in order.
    func endings(of side: ConnectionID) -> [StreamEffect] {
        effects.filter {
            [.shutdownWrite(side), .close(side), .hangUp(side), .reset(side)].contains($0)
        }
    }

    private mutating func apply() {
        let toxics = toxics
        host.perform { proxy, now in proxy.take(toxics, at: now) }
    }
}

/// Bytes, and when they came.
struct Arriving: Equatable {
    let milliseconds: Double
    let bytes: [UInt8]
}

/// Different bytes, so that order shows.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) }
}
