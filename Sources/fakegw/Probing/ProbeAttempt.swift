import GatewayWire
import SocketDriver

/// One connection to a gateway, from SYN to RST; never a second one.
final class ProbeAttempt {
    private(set) var outcome: ProbeOutcome?
    private(set) var view = GatewayView()
    private(set) var elapsed = Duration.zero

    private let gateway: Endpoint
    private let loop: EventLoop
    private var handshake: ClientHandshake
    private var report: ProbeReport
    private var connection: OutgoingConnection?
    private let began: ContinuousClock.Instant
    private let acceptsRefusal: Bool

    /// - Parameter acceptsRefusal: False when another attempt follows a refused one, which then is
    ///   no result.
    init(
        report: ProbeReport, on loop: EventLoop, acceptsRefusal: Bool
    ) throws(OSFailure) {
        self.acceptsRefusal = acceptsRefusal
        self.report = report
        self.loop = loop
        gateway = report.gateway
        handshake = ClientHandshake(clientID: report.clientID)
        began = .now
        connection = try OutgoingConnection(to: gateway, on: loop) { [unowned self] in hear($0) }
        _ = loop.schedule(afterReal: report.timeout) { [weak self] in
            self?.carryOut(.deadlineReached)
        }
    }

    private func hear(_ event: OutgoingConnection.Event) {
        guard outcome == nil else { return }
        switch event {
        case .connected:
            if let line = report.connected(after: now) { Terminal.out(line) }
            carryOut(.connected)
        case .received(let bytes): carryOut(.received(bytes))
        case .ended: carryOut(.gatewayEnded(.fin))
        case .reset: carryOut(.gatewayEnded(.rst))
        case .refused(let failure): finish(.notConnected(failure.description))
        }
    }

    private func carryOut(_ event: ClientHandshake.Event) {
        for effect in handshake.handle(event) {
            switch effect {
            case .send(let bytes): connection?.send(bytes)
            case .report(let progress):
                if let line = report.progress(progress, after: now) { Terminal.out(line) }
            case .finish(let outcome): finish(.handshake(outcome))
            }
        }
    }

    /// Looks at the gateway's side of our own connection while it is open, and at the rest after it
    /// is closed.
    private func finish(_ outcome: ProbeOutcome) {
        elapsed = now
        if case .notConnected = outcome, !acceptsRefusal {
            connection?.close()
            self.outcome = outcome
            return
        }
        let own = connection?.localEndpoint
        let ownRow = GatewayView.look(at: gateway, own: own).ownRow
        connection?.close()
        view = GatewayView.look(at: gateway, own: own)
        view.ownRow = ownRow
        self.outcome = outcome
        for line in report.result(outcome, view: view, after: elapsed) { Terminal.out(line) }
    }

    private var now: Duration { ContinuousClock.now - began }
}
