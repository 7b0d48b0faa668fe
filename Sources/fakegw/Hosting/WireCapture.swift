import CaptureImport
import EventLog
import GatewayMachine
import GatewayWire
import Glibc
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

    private var recorder: CaptureRecorder
    private let format: CaptureFormat
    /// The file that is written now.
    var currentPath: String {
        rotation.map { Rotation.path($0.path, fileNumber) } ?? path
    }
    private let path: String
    private let rotation: (path: String, rule: Rotation)?
    private var fileNumber = 1
    private var fileBytes = 0
    private var fileBegan = RealClock.monotonicSeconds
    private var openCount = 0
    /// Faults that fired, for the next packet of their connection.
    private var comments: [CaptureRecorder.Interface: [ConnectionID: [String]]] = [:]
    /// Faults that are kept for one packet.
    private static let mostComments = 32

    /// - Parameter path: Ends in `.pcapng` or `.pcap`, which decides on the format.
    /// - Parameter rotation: When the next file begins; the files are numbered then.
    init(path: String, rotation: Rotation? = nil) throws(CommandFailure) {
        guard let format = CaptureFormat(path: path) else {
            throw CommandFailure(
                text: "a capture is written as .pcapng or .pcap, not as '\(path)'",
                hint: "end the file's name in .pcapng, or in .pcap for older programs")
        }
        self.format = format
        self.path = path
        self.rotation = rotation.map { (path, $0) }
        do {
            recorder = try CaptureRecorder(
                path: rotation == nil ? path : Rotation.path(path, 1), format: format)
        } catch {
            throw CommandFailure(text: error.description)
        }
    }

    /// Begins to write what passes at a host, before it starts.
    ///
    /// A fault's firing is a comment at the next packet of its connection, in a pcapng file.
    ///
    /// - Parameters:
    ///   - name: Goes before the interfaces' names; `nil` where there is one gateway only.
    ///   - writesUpstream: The host's own connections to the gateway behind it are written too.
    func attach(
        to host: Host<FaultedGateway>, name: String? = nil, writesUpstream: Bool = false
    ) throws(CommandFailure) {
        let prefix = name.map { "\($0) " } ?? ""
        let client = try addInterface("\(prefix)client")
        let gateway = writesUpstream ? try addInterface("\(prefix)gateway") : nil
        host.beforeEffects = { [self] gateway in
            for event in gateway.untakenLog { note(event, on: client) }
        }
        host.tap = { [self] event in
            guard let interface = event.connection.isUpstream ? gateway : client else { return }
            take(event, on: interface)
        }
    }

    private func note(_ event: LogEvent, on interface: CaptureRecorder.Interface) {
        guard case .fault(let rule, let action, let change) = event.kind,
            let connection = event.connection,
            comments[interface]?[connection]?.count ?? 0 < Self.mostComments
        else { return }
        let text = "fault \(rule): \(action)" + (change.isEmpty ? "" : " (\(change))")
        comments[interface, default: [:]][connection, default: []].append(text.printable)
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
        let comment = comments[interface]?.removeValue(forKey: event.connection)
        do throws(CaptureError) {
            try recorder.record(
                event.happening.recorded(isUpstream: event.connection.isUpstream),
                of: event.connection, on: interface, at: now,
                comment: comment?.joined(separator: "\n"))
            try rotate(after: event.happening)
        } catch {
            failure = CommandFailure(text: error.description, code: .failed)
            Terminal.fail("the capture ends here: \(error.description)")
        }
    }

    /// Begins the next file when it is time.
    private func rotate(after happening: WireEvent.Happening) throws(CaptureError) {
        switch happening {
        case .accepted, .connected: openCount += 1
        case .closed: openCount -= 1
        case .received(let bytes), .sent(let bytes): fileBytes += bytes.count + Self.packetBytes
        case .finReceived, .finSent, .resetReceived, .resetSent: fileBytes += Self.packetBytes
        }
        guard let rotation,
            rotation.rule.isDue(
                bytes: fileBytes, seconds: RealClock.monotonicSeconds - fileBegan,
                isIdle: openCount == 0)
        else { return }
        fileNumber += 1
        fileBytes = 0
        fileBegan = RealClock.monotonicSeconds
        try recorder.goOn(in: Rotation.path(rotation.path, fileNumber), format: format)
        if let kept = rotation.rule.keptCount, fileNumber > kept {
            unlink(Rotation.path(rotation.path, fileNumber - kept))
        }
    }

    /// Headers of a segment and of its acknowledgement, and what a file adds.
    private static let packetBytes = 200
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
