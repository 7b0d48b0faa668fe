import Simulation
import SocketDriver
import Toxiproxy

/// One proxy of Toxiproxy's API on real sockets.
final class HostedProxy: OpenProxy {
    private let host: Host<ToxicProxy>
    private let target: ProxyTarget
    private let loop: EventLoop
    private var isLookingUp = false
    private var isClosed = false

    init(
        _ toxics: [Toxic], to target: ProxyTarget, listeningOn endpoint: Endpoint,
        seed: SeededRandom, loop: EventLoop
    ) {
        self.target = target
        self.loop = loop
        var options = HostOptions()
        options.awaitsUpstream = true
        let dialsAtOnce =
            switch target {
            case .endpoint, .gateway: true
            case .name, .nothing: false
            }
        host = Host(
            ToxicProxy(toxics, seed: seed, dialsAtOnce: dialsAtOnce), listeningOn: endpoint,
            options: options, loop: loop)
        switch target {
        case .endpoint(let endpoint): host.redirect(to: endpoint)
        case .gateway(let current):
            host.beforeEffects = { [unowned host] _ in
                if let endpoint = current() { host.redirect(to: endpoint) }
            }
        case .name, .nothing:
            host.afterStep = { [unowned self] proxy, _ in
                if !proxy.unresolved.isEmpty { lookUp() }
            }
        }
    }

    func start() throws(OSFailure) { try host.start() }

    var listen: String { host.localEndpoint.description }
    var traffic: ProxyTraffic { host.handler.traffic }

    func take(_ toxics: [Toxic]) {
        host.perform { proxy, now in proxy.take(toxics, at: now) }
    }

    func close() {
        isClosed = true
        host.shutDown()
    }

    /// One lookup at a time: it serves every client that waits.
    private func lookUp() {
        guard !isLookingUp, !isClosed else { return }
        isLookingUp = true
        guard case .name(let name, let port) = target else {
            _ = loop.schedule(afterReal: .zero) { [weak self] in self?.found(nil) }
            return
        }
        NameLookup.start(host: name, port: port, on: loop) { [weak self] result in
            self?.found((try? result.get())?.first)
        }
    }

    private func found(_ endpoint: Endpoint?) {
        isLookingUp = false
        guard !isClosed else { return }
        if let endpoint { host.redirect(to: endpoint) }
        host.perform { proxy, _ in proxy.resolve(endpoint != nil) }
    }
}
