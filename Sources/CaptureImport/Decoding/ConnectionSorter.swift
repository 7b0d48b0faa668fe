import EventLog
import GatewayWire

/// Finds out whether a connection speaks the gateway's protocol, from how it begins.
///
/// The hello decides, or the port. Where the beginning was not captured, frames that follow on one
/// another decide.
struct ConnectionSorter {
    enum Verdict: Equatable {
        case undecided
        /// `isFlipped` when what the capture took for the client is the gateway.
        case gateway(ConnectionStart, isFlipped: Bool)
        case other(String)
    }

    /// Bytes of one direction looked through for frames.
    static let maxSearchedBytes = 1 << 14
    /// Events kept before the verdict.
    static let maxEvents = 256

    /// What came before the verdict; short, because the first bytes bring it.
    private(set) var waiting: [CapturedEvent] = []
    /// When the connection was first seen.
    let since: CaptureInstant
    private let ports: GatewayPorts
    private var isKnownPort = false
    private var isFlippedPort = false
    private var start = ConnectionStart.handshake
    /// The first byte may not be there.
    private var isIncomplete = false
    private var toGateway: [UInt8] = []
    private var toClient: [UInt8] = []
    private var toGatewayFit = FrameFit.nothing
    private var toClientFit = FrameFit.nothing

    init(since: CaptureInstant, ports: GatewayPorts) {
        self.since = since
        self.ports = ports
    }

    mutating func take(_ event: CapturedEvent) -> Verdict {
        waiting.append(event)
        switch event.happening {
        case .attempted(_, let gateway):
            isKnownPort = ports.contains(gateway.port)
            if ports.areGiven, !isKnownPort { return .other("not on the ports asked for") }
            return isKnownPort ? .gateway(.handshake, isFlipped: false) : .undecided
        case .opened(let client, let gateway, let start):
            isFlippedPort = ports.contains(client.port) && !ports.contains(gateway.port)
            isKnownPort = isFlippedPort || ports.contains(gateway.port)
            self.start = start
            isIncomplete = start == .midStream
            if ports.areGiven, !isKnownPort { return .other("not on the ports asked for") }
            return isKnownPort && start == .handshake
                ? .gateway(.handshake, isFlipped: false) : .undecided
        case .bytes(let direction, let bytes):
            return judge(bytes, direction)
        case .gap:
            isIncomplete = true
            return isKnownPort ? .gateway(.midStream, isFlipped: isFlippedPort) : .undecided
        case .closed(let ending): return judge(ending)
        case .fin, .finAcknowledged, .unacknowledged, .rst, .stalled, .resumed, .note:
            return waiting.count > Self.maxEvents ? .other("no bytes") : .undecided
        }
    }

    /// What never was a connection is shown whatever its port: it may be the gateway's.
    private func judge(_ ending: ConnectionEnding) -> Verdict {
        switch ending {
        case .refused, .unanswered: return .gateway(.handshake, isFlipped: false)
        case .reset, .bothClosed, .halfClosed, .stillOpen:
            if isKnownPort { return .gateway(start, isFlipped: isFlippedPort) }
            if isIncomplete, let isFlipped = judgeFrames(isLast: true) {
                return .gateway(.midStream, isFlipped: isFlipped)
            }
            return .other(toGateway.isEmpty && toClient.isEmpty ? "no bytes" : "no frames")
        }
    }

    private mutating func judge(_ bytes: [UInt8], _ direction: Direction) -> Verdict {
        let isFirst = direction == .toGateway ? toGateway.isEmpty : toClient.isEmpty
        let room = Self.maxSearchedBytes - (direction == .toGateway ? toGateway : toClient).count
        switch direction {
        case .toGateway: toGateway += bytes.prefix(room)
        case .toClient: toClient += bytes.prefix(room)
        }
        let all = direction == .toGateway ? toGateway : toClient
        let begin = all.prefix(4)
        if begin.elementsEqual(Hello.magic.prefix(begin.count)), isFirst || begin.count < 8 {
            if begin.count < 4 { return .undecided }
            // A hello says who the client is, and that nothing came before it.
            return .gateway(.handshake, isFlipped: direction == .toClient)
        }
        if isKnownPort { return .gateway(.midStream, isFlipped: isFlippedPort) }
        guard isIncomplete else { return judgeStart(direction) }
        switch direction {
        case .toGateway: toGatewayFit = FrameFit(toGateway, .toGateway)
        case .toClient: toClientFit = FrameFit(toClient, .toClient)
        }
        let isLast =
            toGateway.count >= Self.maxSearchedBytes || toClient.count >= Self.maxSearchedBytes
            || waiting.count > Self.maxEvents
        if let isFlipped = judgeFrames(isLast: isLast) {
            return .gateway(.midStream, isFlipped: isFlipped)
        }
        return isLast ? .other("its start is missing, and no frames were found") : .undecided
    }

    /// Whether client and gateway are the other way round than their port numbers suggest.
    ///
    /// Nil while there are no frames, and while they do not say; at last the ports decide.
    private func judgeFrames(isLast: Bool) -> Bool? {
        guard toGatewayFit.holdsFrames || toClientFit.holdsFrames else { return nil }
        let lead = toGatewayFit.lead + toClientFit.lead
        return abs(lead) >= FrameFit.certainLead || isLast ? lead > 0 : nil
    }

    /// The first bytes were captured and are no hello.
    private func judgeStart(_ direction: Direction) -> Verdict {
        if direction == .toClient { return .other("the side that was called spoke first") }
        let isLegacy =
            (48...57).contains(toGateway[0]) && toGateway.count <= 4 && toGateway.last == 0
            && toGateway.dropLast().allSatisfy { (48...57).contains($0) }
        return isLegacy
            ? .gateway(.handshake, isFlipped: false) : .other("does not begin with a hello")
    }
}

/// The ports on which gateways are looked for.
package struct GatewayPorts: Sendable {
    let given: Set<UInt16>

    /// - Parameter given: Only these; empty for the ports of IB's programs, and any other one where
    ///   the protocol is spoken.
    package init(_ given: Set<UInt16> = []) {
        self.given = given
    }

    var areGiven: Bool { !given.isEmpty }

    func contains(_ port: UInt16) -> Bool {
        given.isEmpty ? KnownPort.contains(port) : given.contains(port)
    }
}

extension CapturedEvent {
    /// The same event with client and gateway exchanged.
    var flipped: CapturedEvent {
        CapturedEvent(connection: connection, at: at, packet: packet, happening: happening.flipped)
    }
}

extension Happening {
    var flipped: Happening {
        switch self {
        case .attempted(let client, let gateway): .attempted(client: gateway, gateway: client)
        case .opened(let client, let gateway, let start):
            .opened(client: gateway, gateway: client, start)
        case .bytes(let direction, let bytes): .bytes(direction.opposite, bytes)
        case .gap(let direction, let count): .gap(direction.opposite, count: count)
        case .fin(let direction): .fin(direction.opposite)
        case .finAcknowledged(let direction): .finAcknowledged(direction.opposite)
        case .rst(let direction): .rst(direction.opposite)
        case .stalled(let direction): .stalled(direction.opposite)
        case .resumed(let direction): .resumed(direction.opposite)
        case .unacknowledged(let direction, let count, let resent):
            .unacknowledged(direction.opposite, count: count, resent: resent)
        case .note(let note): .note(note.flipped)
        case .closed(let ending): .closed(ending.flipped)
        }
    }
}

extension ConnectionEnding {
    fileprivate var flipped: ConnectionEnding {
        switch self {
        case .refused, .unanswered, .stillOpen: self
        case .reset(let direction): .reset(direction.opposite)
        case .bothClosed(let first): .bothClosed(first: first.opposite)
        case .halfClosed(let direction, let waited, let isAcknowledged):
            .halfClosed(direction.opposite, waited: waited, isAcknowledged: isAcknowledged)
        }
    }
}

extension ConnectionNote {
    fileprivate var flipped: ConnectionNote {
        switch self {
        case .contradiction(let direction, let byteCount):
            .contradiction(direction.opposite, byteCount: byteCount)
        case .resetOutsideWindow(let direction): .resetOutsideWindow(direction.opposite)
        case .implausibleNumber(let direction): .implausibleNumber(direction.opposite)
        case .bytesAfterFin(let direction): .bytesAfterFin(direction.opposite)
        case .damagedSegment(let direction, let byteCount):
            .damagedSegment(direction.opposite, byteCount: byteCount)
        case .keepAlive(let direction): .keepAlive(direction.opposite)
        case .portsReused, .forgotten: self
        }
    }
}

extension ConnectionNote: CustomStringConvertible {
    package var description: String {
        switch self {
        case .contradiction(let direction, let byteCount):
            "\(byteCount) bytes \(direction.words) differ when sent again; the first ones stand"
        case .resetOutsideWindow(let direction):
            "a RST \(direction.words) with an unacceptable sequence number was ignored"
        case .implausibleNumber(let direction):
            "a packet \(direction.words) with an implausible sequence number was ignored"
        case .bytesAfterFin(let direction):
            "bytes \(direction.words) behind the FIN were ignored"
        case .damagedSegment(let direction, let byteCount):
            "a segment \(direction.words) of \(byteCount) bytes had a wrong checksum: its receiver "
                + "dropped it"
        case .keepAlive(let direction): "keep-alive probe from the \(direction.sender)"
        case .portsReused: "a new connection took over its ports before its end was seen"
        case .forgotten: "too many connections were open at once to follow this one further"
        }
    }
}
