import GatewayMachine
import GatewayModel
import Glibc
import SocketDriver

/// The gateway to be measured, hosted as `fakegw serve --quiet` hosts it.
enum StreamServer {
    static func run() {
        do throws(OSFailure) {
            var settings = GatewaySettings()
            settings.newestVersion = 176
            let model = HealthyGateway(world: StreamWorld.world, settings: settings, seed: 1)
            let gateway = FaultedGateway(
                name: "gateway", origin: ModelOrigin(model), rules: [], seed: 1, logging: .none
            )
            let loop = try EventLoop(speed: 500)
            let host = Host(gateway, listeningOn: .loopback(port: 0), loop: loop)
            host.afterStep = { gateway, _ in _ = gateway.takeLog() }
            try host.start()
            print("listening on \(host.localEndpoint)")
            fflush(nil)
            loop.run(until: { false })
        } catch {
            print(error)
            exit(1)
        }
    }
}
