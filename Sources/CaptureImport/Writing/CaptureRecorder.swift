package import GatewayWire
package import Simulation

/// Writes what happened on connections as the packets that a capture of them would hold.
///
/// It is told what a socket knows: the addresses, the bytes, FIN and RST. It makes up what a socket
/// does not know: sequence numbers, acknowledgements, and the ends of segments. Retransmissions,
/// windows and delays of the network do not show. Only segments that were answered get an answer. A
/// connection that is held, half-closed or still open is therefore the same in the file.
package final class CaptureRecorder {
    package enum Happening: Equatable, Sendable {
        case opened(client: TCPEndpoint, gateway: TCPEndpoint)
        case bytes(Direction, [UInt8])
        case fin(Direction)
        case reset(Direction)
        /// No other happening follows.
        case closed
    }

    /// One side of one gateway: a name in a pcapng file, and its connections.
    package struct Interface: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct Key: Hashable {
        let interface: Int
        let connection: ConnectionID
    }

    private enum Output {
        case pcap(CaptureWriter)
        case pcapng(PcapngWriter)
    }

    package private(set) var path: String
    private var output: Output
    private var interfaceNames: [String] = []
    private var connections: [Key: SyntheticConnection] = [:]
    private var openedCount: UInt32 = 0

    private static let linkType = LinkType.ethernet

    /// Creates the file, or empties an existing one.
    package init(path: String, format: CaptureFormat) throws(CaptureError) {
        self.path = path
        output = try Self.output(path, format)
    }

    private static func output(
        _ path: String, _ format: CaptureFormat
    ) throws(CaptureError) -> Output {
        switch format {
        case .pcap: .pcap(try CaptureWriter(path: path, linkType: linkType))
        case .pcapng: .pcapng(try PcapngWriter(path: path, linkType: linkType))
        }
    }

    /// Ends the file and goes on in another one, with the same interfaces.
    ///
    /// Connections that are open go on there in the middle.
    package func goOn(in path: String, format: CaptureFormat) throws(CaptureError) {
        let next = try Self.output(path, format)
        if case .pcapng(let writer) = next {
            for name in interfaceNames { _ = try writer.addInterface(named: name) }
        }
        output = next
        self.path = path
    }

    /// Declares an interface; only a pcapng file shows its name.
    package func addInterface(named name: String) throws(CaptureError) -> Interface {
        defer { interfaceNames.append(name) }
        switch output {
        case .pcap: return Interface(number: interfaceNames.count)
        case .pcapng(let writer): return Interface(number: try writer.addInterface(named: name))
        }
    }

    /// Writes the packets of one happening.
    ///
    /// The kernel has them when this returns.
    ///
    /// - Parameter comment: Stands at the first of them in a pcapng file.
    ///
    /// Happenings of a connection that was not opened, or is closed, are ignored.
    package func record(
        _ happening: Happening, of connection: ConnectionID, on interface: Interface,
        at instant: CaptureInstant, comment given: String? = nil
    ) throws(CaptureError) {
        let key = Key(interface: interface.number, connection: connection)
        if case .opened(let client, let gateway) = happening {
            connections[key] = open(client: client, gateway: gateway)
        }
        guard var synthetic = connections.removeValue(forKey: key) else { return }
        var comment = given
        var packets: [[UInt8]] = []
        switch happening {
        case .opened:
            comment = "connection \(connection)" + (given.map { "\n\($0)" } ?? "")
            packets = synthetic.open()
        case .bytes(let direction, let bytes):
            packets = synthetic.bytes(direction, bytes)
            packets.append(synthetic.acknowledgement(direction.opposite))
        case .fin(let direction):
            packets = [synthetic.fin(direction), synthetic.acknowledgement(direction.opposite)]
        case .reset(let direction):
            packets = [synthetic.rst(direction)]
        case .closed:
            return
        }
        connections[key] = synthetic
        for packet in packets {
            try write(packet, at: instant, on: interface, comment: comment)
            comment = nil
        }
    }

    /// `nil` for ends of different IP versions, which no connection has.
    private func open(client: TCPEndpoint, gateway: TCPEndpoint) -> SyntheticConnection? {
        guard client.address.isIPv6 == gateway.address.isIPv6 else { return nil }
        // A client's port can come again: a new conversation begins with numbers of its own.
        openedCount &+= 1
        let first = openedCount &* 0x9E37_79B1
        return SyntheticConnection(
            client: client, gateway: gateway, linkType: Self.linkType,
            firstSequences: (first, first ^ 0x5555_5555))
    }

    private func write(
        _ packet: [UInt8], at instant: CaptureInstant, on interface: Interface, comment: String?
    ) throws(CaptureError) {
        switch output {
        case .pcap(let writer): try writer.write(packet, at: instant)
        case .pcapng(let writer):
            try writer.write(packet, at: instant, interface: interface.number, comment: comment)
        }
    }
}
