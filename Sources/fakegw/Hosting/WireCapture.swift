import CaptureImport
import GatewayWire
import Simulation
import SocketDriver

/// Writes a capture file of the connections of hosts.
///
/// No privilege is needed.
///
/// Each gateway has up to two interfaces: `client`, where clients talk to it, and `gateway`, where it
/// talks to the gateway behind it.
final class WireCapture {
    /// Why the file is incomplete.
    ///
    /// Nothing is written after a failure.
    private(set) var failure: CommandFailure?

    private let recorder: CaptureRecorder

    /// - Parameter path: Ends in `.pcapng` or `.pcap`, which decides on the format.
    init(path: String) throws(CommandFailure) {
        guard let format = CaptureFormat(path: path) else {
            throw CommandFailure(
                text: "a capture is written as .pcapng or .pcap, not as '\(path)'",
                hint: "end the file's name in .pcapng, or in .pcap for older programs")
        }
        do {
            recorder = try CaptureRecorder(path: path, format: format)
        } catch {
            throw CommandFailure(text: error.description)
        }
    }

    /// Begins to write what passes at a host, before it starts.
    ///
    /// - Parameters:
    ///   - name: Goes before the interfaces' names; `nil` where there is one gateway only.
    ///   - writesUpstream: The host's own connections to the gateway behind it are written too.
    func attach<Handler>(
        to host: Host<Handler>, name: String? = nil, writesUpstream: Bool = false
    ) throws(CommandFailure) {
        let prefix = name.map { "\($0) " } ?? ""
        let client = try addInterface("\(prefix)client")
        let gateway = writesUpstream ? try addInterface("\(prefix)gateway") : nil
        host.tap = { [self] event in
            guard let interface = event.connection.isUpstream ? gateway : client else { return }
            take(event, on: interface)
        }
    }

    private func addInterface(_ name: String) throws(CommandFailure) -> CaptureRecorder.Interface {
        do {
            return try recorder.addInterface(named: name)
        } catch {
            throw CommandFailure(text: error.description)
        }
    }

    private func take(_ event: WireEvent, on interface: CaptureRecorder.Interface) {
        guard failure == nil else { return }
        let now = CaptureInstant(nanosecondsSinceEpoch: RealClock.nanosecondsSince1970)
        do throws(CaptureError) {
            try recorder.record(
                event.happening.recorded(isUpstream: event.connection.isUpstream),
                of: event.connection, on: interface, at: now)
        } catch {
            failure = CommandFailure(text: error.description, code: .failed)
            Terminal.fail("the capture ends here: \(error.description)")
        }
    }
}

extension WireEvent.Happening {
    /// On the upstream side this host is the client.
    fileprivate func recorded(isUpstream: Bool) -> CaptureRecorder.Happening {
        let arriving: Direction = isUpstream ? .toClient : .toGateway
        return switch self {
        case .accepted(let local, let remote):
            .opened(client: TCPEndpoint(remote), gateway: TCPEndpoint(local))
        case .connected(let local, let remote):
            .opened(client: TCPEndpoint(local), gateway: TCPEndpoint(remote))
        case .received(let bytes): .bytes(arriving, bytes)
        case .sent(let bytes): .bytes(arriving.opposite, bytes)
        case .finReceived: .fin(arriving)
        case .finSent: .fin(arriving.opposite)
        case .resetReceived: .reset(arriving)
        case .resetSent: .reset(arriving.opposite)
        case .closed: .closed
        }
    }
}

extension TCPEndpoint {
    fileprivate init(_ endpoint: Endpoint) {
        let address =
            switch endpoint.address {
            case .v4(let bits): IPAddress(ipv4: bits)
            case .v6(let high, let low): IPAddress(ipv6High: high, low: low)
            }
        self.init(address, port: endpoint.port)
    }
}
