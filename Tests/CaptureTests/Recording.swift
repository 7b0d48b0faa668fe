import CaptureImport
import EventLog
import GatewayWire
import Simulation

/// Makes up the capture of a client's connection, step by step on a clock of its own.
struct Recording {
    private(set) var packets: [(at: CaptureInstant, bytes: [UInt8])] = []
    var connection: SyntheticConnection
    var version = 176
    private var now = CaptureInstant(nanosecondsSinceEpoch: 1_768_487_467_000_000_000)

    init(port: UInt16 = 50_000, gatewayPort: UInt16 = 4002, linkType: LinkType = .ethernet) {
        connection = SyntheticConnection(
            client: clientEnd(port), gateway: TCPEndpoint(.loopback, port: gatewayPort),
            linkType: linkType)
    }

    mutating func wait(_ duration: Duration) {
        now = CaptureInstant(
            nanosecondsSinceEpoch: now.nanosecondsSinceEpoch + duration.nanoseconds)
    }

    mutating func add(_ more: [[UInt8]]) {
        for packet in more {
            packets.append((now, packet))
            wait(.microseconds(10))
        }
    }

    mutating func open() { add(connection.open()) }

    /// Sends bytes in pieces that end at the given offsets, `gap` apart.
    mutating func send(
        _ direction: Direction, _ bytes: [UInt8], cutAt cuts: [Int] = [],
        gap: Duration = .milliseconds(2)
    ) {
        var start = 0
        for end in cuts + [bytes.count] {
            if start > 0 { wait(gap) }
            add(connection.bytes(direction, Array(bytes[start..<end])))
            start = end
        }
    }

    /// Loses bytes: they were sent, but are not in the capture.
    mutating func lose(_ direction: Direction, _ bytes: [UInt8]) {
        _ = connection.bytes(direction, bytes)
    }

    mutating func hello(_ versions: ClosedRange<Int> = 157...176) {
        send(.toGateway, Hello(versions: versions).bytes)
    }

    mutating func reply(cutAt cuts: [Int] = []) {
        let reply = VersionReply(
            serverVersion: version, connectionTime: "20260115 14:31:07 UTC")
        send(.toClient, reply.bytes, cutAt: cuts)
    }

    func bytes(_ messages: [Message]) -> [UInt8] {
        messages.flatMap { MessageEncoder(serverVersion: version).encode($0) }
    }

    /// Sends messages in one segment.
    mutating func send(_ messages: Message...) {
        send(messages.first?.schema.direction ?? .toClient, bytes(messages))
    }

    mutating func startApi(clientID: Int = 7) {
        send(Message("startApi", ["clientId": "\(clientID)"], direction: .toGateway))
    }

    /// Everything up to a ready connection.
    mutating func begin(account: String = "DU1234567") {
        open()
        wait(.microseconds(400))
        hello()
        wait(.milliseconds(1))
        reply()
        wait(.microseconds(800))
        startApi()
        wait(.milliseconds(3))
        send(
            Message("managedAccounts", ["accountsList": account]),
            Message("nextValidId", ["orderId": "1"]))
    }

    mutating func fin(_ direction: Direction) {
        add([connection.fin(direction), connection.acknowledgement(direction.opposite)])
    }

    mutating func rst(_ direction: Direction) { add([connection.rst(direction)]) }

    /// - Parameter missing: So many packets were sent before the capture began.
    func write(
        to path: String, linkType: LinkType = .ethernet, missing: Int = 0
    ) throws {
        let writer = try CaptureWriter(path: path, linkType: linkType)
        for packet in packets.dropFirst(missing) { try writer.write(packet.bytes, at: packet.at) }
    }

    /// The capture's events, decoded.
    func decoded(in folder: TemporaryFolder, missing: Int = 0) throws -> [DecodedEvent] {
        let path = folder.file("recording.pcap")
        try write(to: path, missing: missing)
        var capture = try DecodedCapture(path: path)
        var events: [DecodedEvent] = []
        while let event = try capture.next() { events.append(event) }
        return events
    }
}

func lines(_ events: [DecodedEvent], isJSON: Bool = false) -> [String] {
    var lines = EventLines(isJSON: isJSON, epoch: 0, origin: .connection)
    return events.map { lines.line(for: $0.logEvent) }
}
