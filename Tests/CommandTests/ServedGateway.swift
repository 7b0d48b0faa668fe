import Glibc
import SocketDriver
import Testing

/// `fakegw serve` as a process of its own, ended with the test.
final class ServedGateway {
    /// Of each of its gateways, in order.
    let ports: [UInt16]
    private let pipe: UnsafeMutablePointer<FILE>
    private let processID: Int32
    private var isRunning = true

    /// The process ends by itself when nobody reads its output any more, or by SIGTERM here.
    convenience init(_ arguments: String = "") throws {
        try self.init(serving: "--listen 127.0.0.1:0 \(arguments)", gatewayCount: 1)
    }

    convenience init(serving arguments: String, gatewayCount: Int) throws {
        try self.init(running: "serve \(arguments)", gatewayCount: gatewayCount)
    }

    /// Any command that serves until it is stopped.
    init(running arguments: String, gatewayCount: Int = 1) throws {
        let command =
            "cd '\(Program.folder)'; echo $$; exec '\(Program.path)' \(arguments) --quiet"
        pipe = try #require(popen(command, "r"))
        processID = try #require(Program.line(of: pipe).flatMap { Int32($0) })
        ports = try (0..<gatewayCount).map { [pipe] _ in
            let ready = try #require(Program.line(of: pipe))
            return try #require(UInt16(ready.drop { $0 != ":" }.dropFirst()))
        }
    }

    deinit { end(by: SIGTERM) }

    var port: UInt16 { ports[0] }

    /// Sends a signal and waits until the process is gone.
    func end(by signal: Int32) {
        guard isRunning else { return }
        isRunning = false
        kill(processID, signal)
        pclose(pipe)
    }

    func rows(_ states: Set<TCPState>) throws -> [KernelSockets.Row] {
        try KernelSockets.rows(localPort: port, states: states)
    }
}
