internal import CLinux
internal import Glibc
package import Simulation

/// Hosts one byte-stream handler on real sockets and the real clock.
///
/// It carries out the effects of the handler, and tells it what the kernel reports. It decides
/// nothing except its own bounds. A step is one event, its effects, and the bytes that they queued.
/// Steps never overlap, so a callback of the host must not start another one.
package final class Host<Handler: StreamHandler> {
    package internal(set) var handler: Handler
    /// Where the host listens, with the port the kernel chose for port 0.
    ///
    /// Stays the same while the listener is closed.
    package internal(set) var localEndpoint: Endpoint

    /// Called in a step before its effects are carried out.
    package var beforeEffects: ((Handler) -> Void)?
    /// Called at the end of every step.
    ///
    /// It can take the log of the handler, for example.
    package var afterStep: ((inout Handler, SimInstant) -> Void)?
    /// Called when a peer's FIN or RST has come, before the handler is told.
    package var beforeEnding: ((ConnectionID) -> Void)?
    /// Called in the middle of a step.
    package var onTransport: ((TransportNotice) -> Void)?
    /// Called with what happens on the wire, within a step or between steps.
    ///
    /// It is told of connections that are made while it is set.
    package var tap: ((WireEvent) -> Void)?

    let loop: EventLoop
    var options: HostOptions
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

    var listener: Listener?
    var listenerWatch: EventLoop.Watch?
    /// The ports where it listens or has listened, the latest last.
    var claims: [PortClaim] = []
    static var mostClaims: Int { 16 }
    var isAcceptingStopped = false
    /// The bound on connections that nobody has accepted, when the handler chose one.
    var backlogLimit: Int?
    var connectsAreLost = false
    var acceptPause: TimerID?
    var lastID = ConnectionID(0)

    /// Sockets by descriptor, for events of the kernel.
    var byDescriptor: [StreamSocket?] = []
    /// Sockets by id, for effects of the handler.
    var byID: [ConnectionID: StreamSocket] = [:]
    var dirty: [StreamSocket] = []
    /// Events that a step has caused.
    ///
    /// Each becomes a step of its own.
    var followUps: [StreamEvent] = []
    /// How many connection numbers have at least one open side.
    var openNumberCount = 0
    var departed: [ConnectionID: DepartedConnection] = [:]
    var isShuttingDown = false
    var isStepping = false

    var wanted: SimInstant?
    var alarm: (timer: TimerID, at: SimInstant)?

    /// Nothing is opened before `start`.
    package init(
        _ handler: Handler, listeningOn endpoint: Endpoint, options: HostOptions = HostOptions(),
        loop: EventLoop
    ) {
        self.handler = handler
        self.options = options
        self.loop = loop
        localEndpoint = endpoint
    }

    deinit {
        shutDown()
        scratch.deallocate()
    }

    /// Opens the listener and tells the handler.
    package func start() throws(OSFailure) {
        precondition(listener == nil, "a host starts once")
        try listen()
        step(.started)
    }

    /// Runs a command on the handler as a step of its own.
    ///
    /// The command must not use the host. It returns its effects.
    package func perform(_ command: (inout Handler, SimInstant) -> [StreamEffect]) {
        beginStep()
        let now = loop.now
        finishStep(command(&handler, now), at: now)
    }

    /// Outbound connections go there from now on.
    ///
    /// It may be called in `beforeEffects`.
    package func redirect(to upstream: Endpoint) { options.upstream = upstream }

    package var connectionCount: Int { byID.count }

    /// Whether the other side of every open connection is known to have ended.
    package var isDeserted: Bool { byID.values.allSatisfy { $0.remoteEnding != nil } }

    /// Open connections of both sides, held ones included, in the order they were accepted.
    package var connections: [ConnectionID] { byID.keys.sorted() }

    /// Bytes that wait for the kernel to take them.
    package func queuedByteCount(of id: ConnectionID) -> Int { byID[id]?.outbound.count ?? 0 }

    package func clientEndpoint(of id: ConnectionID) -> Endpoint? { byID[id]?.remote }

    /// The state of our end, or `nil` when it is closed.
    package func kernelState(of id: ConnectionID) -> TCPState? {
        guard let socket = byID[id] else { return nil }
        return TCPState(kernel: UInt8(truncatingIfNeeded: clinux_tcp_state(socket.descriptor)))
    }

    /// Closes every connection that the handler asked to hold.
    package func releaseHeld() {
        for id in connections {
            if let socket = byID[id], socket.isHeld { discard(socket) }
        }
    }

    /// Closes everything, as the end of the process would; the handler is not told.
    ///
    /// The host does not serve again.
    package func shutDown() {
        stopServing()
        for id in connections {
            if let socket = byID[id] { discard(socket) }
        }
        concludeDeparted()
    }

    /// Like `shutDown`, with a RST on every connection.
    package func abortAll() {
        stopServing()
        for id in connections {
            if let socket = byID[id] { abort(socket) }
        }
        concludeDeparted()
    }

    private func stopServing() {
        isShuttingDown = true
        closeListener()
        claims = []
        if let alarm { loop.cancel(alarm.timer) }
        alarm = nil
        wanted = nil
        if let acceptPause { loop.cancel(acceptPause) }
        acceptPause = nil
    }

    func step(_ event: StreamEvent) {
        beginStep()
        let now = loop.now
        finishStep(handler.handle(event, at: now), at: now)
    }

    private func beginStep() {
        precondition(!isStepping, "a step was started inside another")
        isStepping = true
    }

    private func finishStep(_ effects: [StreamEffect], at now: SimInstant) {
        beforeEffects?(handler)
        for effect in effects { carryOut(effect) }
        flushDirty()
        afterStep?(&handler, now)
        isStepping = false
        if let event = nextFollowUp() { step(event) }
    }

    /// An event about a connection's queue may be out of date after the next step.
    private func nextFollowUp() -> StreamEvent? {
        while !followUps.isEmpty {
            let event = followUps.removeFirst()
            if case .congested(let id) = event, byID[id]?.isCongested != true { continue }
            return event
        }
        return nil
    }
}
