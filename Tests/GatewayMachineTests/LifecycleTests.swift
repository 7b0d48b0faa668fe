import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

/// The timelines of the catalogue's layer "lifecycle", by their own clock and defaults.
///
/// Their demonstrations move them on by signals.
@Suite struct `A gateway's life as a pathology` {
    private func host(_ pathology: String) throws -> VirtualHost {
        let use = try PathologyCatalogue.shipped.use(argument: pathology)
        let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
        return VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: use.rules, seed: 1))
    }

    /// A client that has its ids and positions, or has got as far as it got.
    private func client(_ host: inout VirtualHost, id: Int = 1) -> ScriptedClient {
        var client = ScriptedClient(&host, clientID: id)
        client.greet(&host)
        if client.serverVersion != nil { client.start(&host) }
        return client
    }

    private func isOver(_ client: ScriptedClient, _ host: VirtualHost) -> Bool {
        host.effects.contains(.close(client.connection))
            || host.effects.contains(.hangUp(client.connection))
            || host.effects.contains(.reset(client.connection))
    }

    @Test func `nightly-restart ends sessions, closes the port, resets, and is well again`() throws
    {
        var host = try host("nightly-restart")
        let early = client(&host)
        host.advance(by: .milliseconds(1999))
        #expect(!isOver(early, host))
        host.advance(by: .milliseconds(2))
        #expect(isOver(early, host))
        #expect(!host.isListening)
        host.advance(by: .seconds(19))
        #expect(!host.isListening)
        host.advance(by: .seconds(1))
        #expect(host.isListening)
        let hasty = client(&host, id: 2)
        #expect(hasty.serverVersion == nil)
        #expect(isOver(hasty, host))
        host.advance(by: .seconds(3))
        #expect(client(&host, id: 3).serverVersion == 176)
        // It was one night.
        host.advance(by: .seconds(100))
        #expect(host.isListening)
    }

    @Test func `nightly-server-reset tells 1100 every five seconds for two minutes, then 1102`()
        throws
    {
        var host = try host("nightly-server-reset")
        var client = client(&host)
        host.advance(by: .seconds(121))
        var codes = client.messages(&host).compactMap { $0["errorCode"] }
        #expect(codes.count { $0 == "1100" } == 24)
        #expect(codes.contains("2103") && codes.contains("2105"))
        #expect(!codes.contains("1102"))
        host.advance(by: .seconds(1))
        let restored = client.messages(&host).first { $0["errorCode"] == "1102" }
        #expect(restored?["errorString"]?.contains("not connected: usfarm; ushmds.") == true)
        host.advance(by: .seconds(60))
        codes = client.messages(&host).compactMap { $0["errorCode"] }
        #expect(codes == ["2104", "2106"])
        #expect(!isOver(client, host))
    }

    @Test func `nightly-server-reset comes a second time, if it is asked to`() throws {
        var host = try host("nightly-server-reset:second=true,down=10s")
        var client = client(&host)
        host.advance(by: .seconds(60))
        let codes = client.messages(&host).compactMap { $0["errorCode"] }
        let news = codes.filter { $0.hasPrefix("11") }
        #expect(news == ["1100", "1100", "1102", "1100", "1102"])
    }

    @Test func `weekly-2fa waits for a day, or for somebody`() throws {
        var host = try host("weekly-2fa")
        host.advance(by: .seconds(3))
        #expect(!host.isListening)
        host.advance(by: .seconds(86_000))
        #expect(!host.isListening)
        host.advance(by: .seconds(400))
        #expect(host.isListening)
        #expect(client(&host).serverVersion == 176)
    }

    @Test func `auto-logoff is for good`() throws {
        var host = try host("auto-logoff:by=rst")
        let client = client(&host)
        host.advance(by: .seconds(3))
        #expect(host.effects.contains(.reset(client.connection)))
        host.advance(by: .seconds(1_000_000))
        #expect(!host.isListening)
    }

    @Test(arguments: [("stall-after-hours", true), ("established-ok-new-dead", false)])
    func `a stall is about new clients, or about all`(name: String, isDeaf: Bool) throws {
        var host = try host("\(name):at=4h")
        var old = client(&host)
        host.advance(by: .seconds(4 * 3600 - 1))
        #expect(client(&host, id: 2).serverVersion == 176)
        host.advance(by: .seconds(2))
        _ = old.messages(&host)
        old.request("reqCurrentTime", &host)
        host.advance(by: .seconds(60))
        #expect(old.messages(&host).contains { $0.name == "currentTime" } == !isDeaf)
        #expect(client(&host, id: 3).serverVersion == nil)
        host.command(.restart(down: .zero))
        host.advance(by: .seconds(1))
        #expect(client(&host, id: 4).serverVersion == 176)
    }

    @Test func `connect-disconnect-churn forgives sessions that last`() throws {
        var host = try host("connect-disconnect-churn:cycles=2,short=10s")
        for length in [1, 20, 20, 1] {
            let client = client(&host)
            #expect(client.serverVersion == 176)
            host.advance(by: .seconds(length))
            host.end(client.connection, .fin)
            host.advance(by: .seconds(1))
        }
        #expect(client(&host).serverVersion == nil)
    }

    @Test func `reconnect-storm holds an id for as long as it lingers`() throws {
        var host = try host("reconnect-storm:client-id=7")
        let hasty = client(&host, id: 7)
        host.advance(by: .seconds(1))
        host.end(hasty.connection, .fin)
        host.advance(by: .seconds(1))
        var again = client(&host, id: 7)
        #expect(again.messages(&host).first?["errorCode"] == "326")
        #expect(isOver(again, host))
        var other = client(&host, id: 8)
        host.advance(by: .seconds(6))
        #expect(other.messages(&host).contains { $0.name == "nextValidId" })
        host.advance(by: .seconds(4))
        var patient = client(&host, id: 7)
        host.advance(by: .seconds(6))
        #expect(patient.messages(&host).contains { $0.name == "nextValidId" })
    }
}
