import EventLog
import GatewayWire
import Simulation

/// Reads the connections of one client of a raw capture, one after the other.
struct RawCaptureClient {
    /// When the client began, as its files' names say.
    let beganAt: CaptureInstant
    /// Of its first connection.
    let firstNumber: Int
    /// When what comes next came.
    private(set) var at: CaptureInstant
    private let folder: String
    /// The last comes first.
    private var waiting: [(number: Int, name: RawCaptureName)]
    private var current: RawCaptureConnection?
    private var name: RawCaptureName?
    private var conversation = GatewayConversation(number: 0, isAfterHello: true)
    private var hasBegun = false

    /// - Parameters:
    ///   - folder: With the slash behind it, or empty.
    ///   - names: Of its connections in their order, and how these are numbered.
    init(folder: String, names: [(number: Int, name: RawCaptureName)]) {
        self.folder = folder
        waiting = names.reversed()
        firstNumber = names.first?.number ?? 0
        beganAt = names.first?.name.beganAt ?? CaptureInstant(nanosecondsSinceEpoch: 0)
        at = beganAt
    }

    /// Opens the next connection, or hands on what comes next of the open one.
    ///
    /// - Returns: False when nothing is left.
    mutating func step<Sink: DecodedEventSink>(
        _ tally: inout RawCaptureTally, into sink: inout GatewaySideSink<Sink>
    ) -> Bool {
        guard let current else { return openNext(&tally) }
        if !hasBegun { begin(&sink) }
        switch current.upcoming {
        case .bytes(let bytes): hand(.bytes(.toClient, bytes), &sink)
        case .gap(let count): hand(.gap(.toClient, count: count), &sink)
        case nil:
            hand(.closed(.stillOpen), &sink)
            if let name { tally.add(current.findings, name) }
            self.current = nil
            return true
        }
        self.current?.advance()
        at = self.current?.at ?? at
        return true
    }

    // Helpers, in the order they are called.

    private mutating func openNext(_ tally: inout RawCaptureTally) -> Bool {
        guard let (number, name) = waiting.popLast() else { return false }
        do throws(CaptureError) {
            // It began when the one before it was over, if it has no times of its own.
            let connection = try RawCaptureConnection(path: folder + name.text, since: at)
            at = connection.at
            current = connection
        } catch {
            tally.addUnreadable(name, error)
        }
        self.name = name
        conversation = GatewayConversation(number: number, isAfterHello: true)
        hasBegun = false
        return true
    }

    private mutating func begin<Sink: DecodedEventSink>(_ sink: inout GatewaySideSink<Sink>) {
        hasBegun = true
        sink.open(conversation.number, at: at)
    }

    private mutating func hand<Sink: DecodedEventSink>(
        _ happening: Happening, _ sink: inout GatewaySideSink<Sink>
    ) {
        conversation.take(
            CapturedEvent(
                connection: ConnectionID(conversation.number), at: at,
                packet: max(1, current?.frame ?? 1), happening: happening), into: &sink)
    }
}
