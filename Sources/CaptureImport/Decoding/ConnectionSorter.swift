import EventLog
import GatewayWire

/// Finds out whether a connection speaks the gateway's protocol, from how it begins.
///
/// The hello decides; where its place was not captured, the port does.
struct ConnectionSorter {
    enum Verdict: Equatable {
        case undecided
        /// `isFlipped` when what the capture took for the client is the gateway.
        case gateway(ConnectionStart, isFlipped: Bool)
        case other(String)
    }

    /// What came before the verdict; short, because the first bytes bring it.
    private(set) var waiting: [CapturedEvent] = []
    private var isKnownPort = false
    private var start = ConnectionStart.handshake
    private var first: [UInt8] = []

    mutating func take(_ event: CapturedEvent) -> Verdict {
        waiting.append(event)
        switch event.happening {
        case .attempted(_, let gateway):
            isKnownPort = KnownPort.contains(gateway.port)
            return isKnownPort ? .gateway(.handshake, isFlipped: false) : .undecided
        case .opened(_, let gateway, let start):
            isKnownPort = KnownPort.contains(gateway.port)
            self.start = start
            return isKnownPort && start == .handshake
                ? .gateway(.handshake, isFlipped: false) : .undecided
        case .bytes(let direction, let bytes):
            return judge(bytes, direction)
        case .gap:
            return isKnownPort
                ? .gateway(.midStream, isFlipped: false) : .other("its start is missing")
        case .closed:
            return isKnownPort ? .gateway(start, isFlipped: false) : .other("no bytes")
        case .fin, .finAcknowledged, .rst, .stalled, .resumed, .note:
            return waiting.count > 64 ? .other("no bytes") : .undecided
        }
    }

    private mutating func judge(_ bytes: [UInt8], _ direction: Direction) -> Verdict {
        if direction == .toClient && start == .handshake {
            return .other("the side that was called spoke first")
        }
        first += bytes.prefix(16)
        let begin = first.prefix(4)
        if begin.elementsEqual(Hello.magic.prefix(begin.count)) {
            if begin.count < 4 { return .undecided }
            // A hello says who the client is, and that nothing came before it.
            return .gateway(.handshake, isFlipped: direction == .toClient)
        }
        if isKnownPort { return .gateway(.midStream, isFlipped: false) }
        let isLegacy =
            start == .handshake && (48...57).contains(first[0]) && first.count <= 4
            && first.last == 0 && first.dropLast().allSatisfy { (48...57).contains($0) }
        return isLegacy
            ? .gateway(.handshake, isFlipped: false) : .other("does not begin with a hello")
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
        case .portsReused: "a new connection took over its ports before its end was seen"
        case .forgotten: "too many connections were open at once to follow this one further"
        }
    }
}
