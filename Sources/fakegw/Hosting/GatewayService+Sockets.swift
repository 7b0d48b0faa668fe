import EventLog
import Simulation
import SocketDriver

/// The kernel's sockets of a running program, for claims about them.
extension GatewayService {
    static let followingSockets = Option(
        "follow-sockets", nil,
        "look at the kernel's sockets all the time, so that claims about their past can be judged")

    func lookAtSockets() { look(wholly: true) }

    private func look(wholly: Bool) {
        sink.take(
            follower.look(at: loop.now, real: RealClock.monotonicSeconds, wholly: wholly))
    }

    func awaitSockets(_ isOn: Bool) {
        socketsAreAwaited = isOn
        beat()
    }

    /// Follows a gateway that is about to open, so that its first connection is seen too.
    func follow(_ gateway: HostedGateway) {
        follower.add(gateway)
        guard followsSockets else { return }
        let name = gateway.name
        gateway.onMoment = { [unowned self] client in
            if let event = follower.look(at: client, of: name, at: loop.now) { sink.take([event]) }
        }
        lookAtSockets()
        beat()
    }

    /// Looks every 5 ms for as long as somebody wants it.
    private func beat() {
        guard followsSockets || socketsAreAwaited, !isBeating else { return }
        isBeating = true
        _ = loop.schedule(afterReal: .milliseconds(5)) { [weak self] in
            guard let self else { return }
            isBeating = false
            look(wholly: false)
            beat()
        }
    }
}
