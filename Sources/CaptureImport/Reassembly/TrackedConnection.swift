import EventLog
import GatewayWire
import Simulation

/// One TCP connection between its first captured packet and its end.
///
/// It decides when the connection is opened and ended, and which RST counts. `HalfStream` puts the
/// bytes in order.
struct TrackedConnection {
    private enum Phase { case attempting, open, ended }

    // What every segment needs comes first, so that it lies together in memory.
    let id: ConnectionID
    private(set) var client: TCPEndpoint
    private(set) var gateway: TCPEndpoint
    /// Set when this connection's events are not wanted.
    var isIgnored = false
    /// Its place is free for another connection.
    private(set) var isGone = false
    private var phase: Phase
    private(set) var lastAt: CaptureInstant
    private(set) var toGateway = HalfStream(.toGateway)
    private(set) var toClient = HalfStream(.toClient)
    let key: ConnectionKey

    private var attempts = 0
    private var firstFin: Direction?
    /// What the SYNs said about window scaling; the outer nil is a SYN not captured.
    private var clientShift: UInt8??
    private var gatewayShift: UInt8??

    var hasEnded: Bool { phase == .ended }

    /// Begins with the first captured packet, whatever it is.
    init<Sink: CapturedEventSink>(
        id: ConnectionID, key: ConnectionKey, first segment: TCPSegment, _ moment: Moment,
        into events: inout Sink
    ) {
        self.id = id
        self.key = key
        lastAt = moment.at
        let isFromClient: Bool
        if segment.flags.contains(.syn) {
            isFromClient = !segment.flags.contains(.ack)
        } else {
            isFromClient = Self.looksLikeGateway(segment.destination, facing: segment.source)
        }
        client = isFromClient ? segment.source : segment.destination
        gateway = isFromClient ? segment.destination : segment.source
        if segment.flags.contains(.syn) {
            phase = .attempting
            if isFromClient {
                events.take(moment.event(.attempted(client: client, gateway: gateway)))
                toGateway.begin(at: segment.sequence &+ 1)
                clientShift = .some(segment.windowShift)
            } else {
                toGateway.begin(at: segment.acknowledgement)
            }
        } else {
            phase = .open
            open(.midStream, moment, into: &events)
            if isFromClient {
                toGateway.begin(at: segment.sequence, isTentative: segment.payload.isEmpty)
            } else {
                toClient.begin(at: segment.sequence, isTentative: segment.payload.isEmpty)
            }
        }
    }

    /// True for a segment between the ends of this connection, which has not ended.
    @inline(__always)
    func isPart(_ segment: TCPSegment) -> Bool {
        !isGone && segment.passed(between: client, and: gateway)
    }

    /// True for a SYN that is not one of this connection's own, sent again.
    func isReplaced(by segment: TCPSegment) -> Bool {
        guard segment.flags.contains(.syn), !segment.flags.contains(.rst) else { return false }
        // While attempting, a SYN-ACK is an answer to it or to nothing we know of.
        if phase == .attempting, segment.source != client { return false }
        return !(segment.source == client ? toGateway : toClient).isBeginning(segment.sequence)
    }

    mutating func take<Sink: CapturedEventSink>(
        _ segment: TCPSegment, _ packet: Span<UInt8>, _ moment: Moment,
        _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        lastAt = moment.at
        let direction: Direction = segment.source == client ? .toGateway : .toClient
        if segment.checksum != .unknown, segment.checksum != .offloaded,
            isDamaged(segment, direction, moment, into: &events)
        {
            return
        }
        if phase == .attempting { advanceHandshake(segment, direction, moment, into: &events) }
        if segment.flags.contains(.rst) {
            reset(segment, direction, moment, limits, into: &events)
            return
        }
        guard phase == .open, !segment.flags.contains(.syn) else { return }
        switch direction {
        case .toGateway:
            Self.exchange(
                segment, packet, &toGateway, &toClient, shift: shift(clientShift), moment, limits,
                into: &events)
        case .toClient:
            Self.exchange(
                segment, packet, &toClient, &toGateway, shift: shift(gatewayShift), moment, limits,
                into: &events)
        }
        noteFins(moment, into: &events)
    }

    /// Ends the connection because the capture, or our knowledge of it, does.
    mutating func finish<Sink: CapturedEventSink>(
        _ moment: Moment, _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        if phase == .attempting {
            end(.unanswered(attempts: attempts), moment, into: &events)
            return
        }
        toGateway.finish(moment, limits, into: &events)
        toClient.finish(moment, limits, into: &events)
        noteFins(moment, into: &events)
        if phase == .ended { return }
        end(ending(at: moment.at), moment, into: &events)
    }

    /// Gives back what it holds.
    mutating func release() {
        isGone = true
        toGateway = HalfStream(.toGateway)
        toClient = HalfStream(.toClient)
    }

    // Helpers, in the order they are called.

    /// Guesses by the ports of Gateway and TWS, else the lower port.
    private static func looksLikeGateway(_ one: TCPEndpoint, facing other: TCPEndpoint) -> Bool {
        switch (KnownPort.contains(one.port), KnownPort.contains(other.port)) {
        case (true, false): return true
        case (false, true): return false
        case (true, true), (false, false): return one.port <= other.port
        }
    }

    private mutating func isDamaged<Sink: CapturedEventSink>(
        _ segment: TCPSegment, _ direction: Direction, _ moment: Moment, into events: inout Sink
    ) -> Bool {
        let isDamaged =
            switch direction {
            case .toGateway: toGateway.isDamaged(segment.checksum)
            case .toClient: toClient.isDamaged(segment.checksum)
            }
        if isDamaged {
            let count = segment.payload.count + segment.missingBytes
            events.take(moment.event(.note(.damagedSegment(direction, byteCount: count))))
        }
        return isDamaged
    }

    private func open<Sink: CapturedEventSink>(
        _ start: ConnectionStart, _ moment: Moment, into events: inout Sink
    ) {
        events.take(moment.event(.opened(client: client, gateway: gateway, start)))
    }

    private mutating func advanceHandshake<Sink: CapturedEventSink>(
        _ segment: TCPSegment, _ direction: Direction, _ moment: Moment,
        into events: inout Sink
    ) {
        if segment.flags.contains(.rst) { return }
        let hasSyn = segment.flags.contains(.syn)
        let hasAck = segment.flags.contains(.ack)
        switch direction {
        case .toGateway:
            if hasSyn {
                attempts += 1
            } else if hasAck {
                // The client acknowledges, so a SYN-ACK must have passed uncaptured.
                toClient.begin(at: segment.acknowledgement)
                toClient.isUnheard = true
                phase = .open
                open(.handshake, moment, into: &events)
            }
        case .toClient:
            if hasSyn {
                // Answers another attempt when it acknowledges something else; up to 64 KiB may
                // have come with the SYN (TCP Fast Open).
                let ahead = toGateway.offset(of: segment.acknowledgement)
                guard !hasAck || (0...65_535).contains(ahead) else { return }
                toClient.begin(at: segment.sequence &+ 1)
                gatewayShift = .some(segment.windowShift)
            } else if segment.payload.isEmpty {
                // An answer to an earlier connection on the same ports.
                return
            } else {
                toClient.begin(at: segment.sequence)
            }
            phase = .open
            open(.handshake, moment, into: &events)
        }
    }

    private mutating func reset<Sink: CapturedEventSink>(
        _ segment: TCPSegment, _ direction: Direction, _ moment: Moment,
        _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        if phase == .attempting {
            let isOurs =
                switch direction {
                case .toGateway: toGateway.offset(of: segment.sequence) == 0
                case .toClient: toGateway.offset(of: segment.acknowledgement) == 0
                }
            guard isOurs else {
                events.take(moment.event(.note(.resetOutsideWindow(direction))))
                return
            }
            events.take(moment.event(.rst(direction)))
            end(direction == .toClient ? .refused : .reset(direction), moment, into: &events)
            return
        }
        let stream = direction == .toGateway ? toGateway : toClient
        if stream.isKnown {
            let offset = stream.offset(of: segment.sequence)
            let reach = max(stream.window ?? limits.plausibleBytes, 1)
            let start = min(stream.acknowledged, stream.next)
            guard (start...max(stream.acknowledged, stream.next) + reach).contains(offset) else {
                events.take(moment.event(.note(.resetOutsideWindow(direction))))
                return
            }
        }
        toGateway.finish(moment, limits, into: &events)
        toClient.finish(moment, limits, into: &events)
        events.take(moment.event(.rst(direction)))
        end(.reset(direction), moment, into: &events)
    }

    private mutating func end<Sink: CapturedEventSink>(
        _ ending: ConnectionEnding, _ moment: Moment, into events: inout Sink
    ) {
        phase = .ended
        events.take(moment.event(.closed(ending)))
    }

    /// The scale of a side's window, nil unless both SYNs were seen; both must want scaling.
    private func shift(_ own: UInt8??) -> UInt8? {
        guard let clientShift, let gatewayShift, let own else { return nil }
        return clientShift == nil || gatewayShift == nil ? 0 : own
    }

    /// What an ordinary segment means for the stream it is part of and for the one it answers.
    @inline(__always)
    private static func exchange<Sink: CapturedEventSink>(
        _ segment: TCPSegment, _ packet: Span<UInt8>, _ own: inout HalfStream,
        _ answered: inout HalfStream, shift: UInt8?, _ moment: Moment,
        _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        if !own.isKnown {
            own.begin(at: segment.sequence, isTentative: segment.payload.isEmpty)
        }
        own.settle(moment, limits, into: &events)
        if segment.flags.contains(.ack) {
            answered.settle(moment, limits, into: &events)
            answered.acknowledge(segment.acknowledgement, moment, limits, into: &events)
            answered.window = shift.map { Int64(segment.window) << Int64($0) }
            let isStalled = segment.window == 0
            if isStalled != answered.isStalled {
                answered.isStalled = isStalled
                let direction = answered.direction
                events.take(moment.event(isStalled ? .stalled(direction) : .resumed(direction)))
            }
        }
        own.take(segment, packet, moment, limits, into: &events)
    }

    @inline(__always)
    private mutating func noteFins<Sink: CapturedEventSink>(
        _ moment: Moment, into events: inout Sink
    ) {
        if toGateway.finAt == nil, toClient.finAt == nil { return }
        if firstFin == nil {
            firstFin =
                toGateway.finAt != nil ? .toGateway : toClient.finAt != nil ? .toClient : nil
        }
        if let firstFin, toGateway.isFinAcknowledged, toClient.isFinAcknowledged {
            end(.bothClosed(first: firstFin), moment, into: &events)
        }
    }

    private func ending(at instant: CaptureInstant) -> ConnectionEnding {
        switch (toGateway.finAt, toClient.finAt) {
        case (nil, nil):
            return .stillOpen
        case (.some, .some):
            return .bothClosed(first: firstFin ?? .toGateway)
        case (.some(let since), nil):
            return .halfClosed(
                .toGateway, waited: max(.zero, instant - since),
                isAcknowledged: toGateway.isFinAcknowledged)
        case (nil, .some(let since)):
            return .halfClosed(
                .toClient, waited: max(.zero, instant - since),
                isAcknowledged: toClient.isFinAcknowledged)
        }
    }
}
