internal import CLinux
internal import CMicroHTTPD
internal import Glibc
package import HTTPMessages
internal import Simulation
package import SocketDriver

/// An HTTP server on an event loop.
///
/// libmicrohttpd reads and writes HTTP. It has no thread of its own: the loop runs it when its
/// descriptor is readable, so a request is answered between two steps of the gateways.
package final class HTTPServer {
    /// Where it listens, with the port the kernel chose for port 0.
    package let endpoint: Endpoint
    let handler: any HTTPHandler
    let bounds: HTTPBounds
    /// The streams that are open.
    var streams: [ObjectIdentifier: ResponseStream] = [:]
    let loop: EventLoop
    private var daemon: OpaquePointer?
    private var watch: EventLoop.Watch?
    private var timer: TimerID?
    private var isRunning = false

    /// Opens the port, and answers from the loop's next turn on.
    package init(
        _ handler: any HTTPHandler, listeningOn endpoint: Endpoint,
        bounds: HTTPBounds = HTTPBounds(), loop: EventLoop
    ) throws(OSFailure) {
        self.handler = handler
        self.bounds = bounds
        self.loop = loop
        let listener = try Listener(on: endpoint)
        self.endpoint = listener.endpoint
        let limits = cmicrohttpd_bounds(
            connections: UInt32(bounds.maxConnections), idle_seconds: UInt32(bounds.idleSeconds),
            connection_bytes: bounds.maxHeadBytes)
        let context = Unmanaged.passUnretained(self).toOpaque()
        daemon = cmicrohttpd_start(
            listener.descriptor, limits, handleRequest, forgetRequest, context)
        guard daemon != nil else {
            close(listener.descriptor)
            throw OSFailure("start an HTTP server on \(endpoint)", code: ENOMEM)
        }
        watch = try loop.watch(cmicrohttpd_descriptor(daemon), .readable) { [unowned self] _, _ in
            run()
        }
    }

    deinit { stop() }

    /// Closes the port and every connection.
    package func stop() {
        if let watch { loop.cancel(watch) }
        watch = nil
        if let timer { loop.cancel(timer) }
        timer = nil
        guard let daemon else { return }
        self.daemon = nil
        for stream in streams.values { stream.end() }
        MHD_run(daemon)
        MHD_stop_daemon(daemon)
    }

    private func run() {
        guard let daemon, !isRunning else { return }
        isRunning = true
        MHD_run(daemon)
        isRunning = false
        arm()
    }

    /// Runs in the next turn: a connection that was resumed does not make the descriptor readable.
    func runSoon() {
        guard daemon != nil, !isRunning else { return }
        arm(after: .zero)
    }

    /// Runs again when the library wants to, whatever its descriptor says: it may have more to do than
    /// it did in one turn.
    private func arm() {
        var milliseconds: UInt64 = 0
        guard let daemon, MHD_get_timeout(daemon, &milliseconds) == .YES else { return }
        arm(after: .milliseconds(Int64(min(milliseconds, 60_000))))
    }

    private func arm(after delay: Duration) {
        if let timer { loop.cancel(timer) }
        timer = loop.schedule(afterReal: delay) { [unowned self] in
            timer = nil
            run()
        }
    }
}
