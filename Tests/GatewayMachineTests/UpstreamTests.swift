import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

/// The same client, before the model itself or before a gateway in front of the model.
private protocol Stage {
    mutating func connect() -> ConnectionID
    mutating func send(_ bytes: [UInt8], on connection: ConnectionID)
    mutating func end(_ connection: ConnectionID, _ ending: PeerEnding)
    mutating func advance(by duration: Duration)
    mutating func command(_ command: GatewayCommand)
    var received: [ConnectionID: [UInt8]] { get }
    var events: [LogEvent] { get }
}

extension VirtualHost: Stage {}
extension ProxyHost: Stage {}

private func gateway(
    _ rules: [FaultRule], upstream: Bool, logging: MessageLogging = .all
) -> FaultedGateway {
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    return FaultedGateway(
        name: "gateway", origin: upstream ? UpstreamOrigin(model: model) : ModelOrigin(model),
        rules: rules, seed: 1, logging: logging)
}

private func proxy(_ rules: [FaultRule] = []) -> ProxyHost {
    ProxyHost(front: gateway(rules, upstream: true), back: gateway([], upstream: false))
}

private func encoded(_ name: String, _ fields: KeyValuePairs<String, String>) -> [UInt8] {
    MessageEncoder(serverVersion: 176).encode(Message(name, fields, direction: .toGateway))
}

/// Three clients one after the other: one that ends with a FIN, one with a RST, one that stays.
///
/// - Returns: What each has received by its end. What is still on the way then reaches nobody.
@discardableResult
private func story(_ stage: inout some Stage) -> [[UInt8]] {
    var received: [[UInt8]] = []
    for ending in [PeerEnding.fin, .reset, nil] {
        let connection = stage.connect()
        stage.send(Hello(versions: 157...176).bytes, on: connection)
        stage.advance(by: .seconds(1))
        stage.send(
            encoded("startApi", ["clientId": "7", "optionalCapabilities": ""]), on: connection)
        stage.advance(by: .seconds(8))
        stage.send(encoded("reqPositions", [:]), on: connection)
        stage.advance(by: .seconds(1))
        stage.send(encoded("reqIds", ["numIds": "1"]), on: connection)
        stage.advance(by: .seconds(1))
        received.append(stage.received[connection] ?? [])
        if let ending { stage.end(connection, ending) }
        stage.advance(by: .seconds(1))
    }
    return received
}

@Suite struct `A gateway in front of another` {
    @Test func `passes on what the one behind says, byte for byte`() {
        var front = proxy()
        var alone = VirtualHost(gateway([], upstream: false))
        story(&front)
        story(&alone)
        #expect(front.received == alone.received)
        #expect(front.received.values.allSatisfy { $0.count > 1000 })
    }

    @Test func `passes on the same bytes when nobody logs them`() {
        var quiet = ProxyHost(
            front: gateway([], upstream: true, logging: .none),
            back: gateway([], upstream: false))
        var logged = proxy()
        story(&quiet)
        story(&logged)
        #expect(quiet.received == logged.received)
    }

    @Test(arguments: PathologyCatalogue.shipped.names)
    func `is as ill as the model with the same pathology`(name: String) throws {
        let rules = try PathologyCatalogue.shipped.use(argument: name).rules
        var front = proxy(rules)
        var alone = VirtualHost(gateway(rules, upstream: false))
        let throughFront = story(&front)
        let fromModel = story(&alone)
        // What clients are told of broker and farms comes from the gateway behind too, and rules that
        // wait for such a message fire again.
        let isAboutBroker = rules.flatMap(\.actions).contains { action in
            switch action {
            case .gateway(.loseServer), .gateway(.restoreServer), .gateway(.setFarm): true
            default: false
            }
        }
        if isAboutBroker { return }
        #expect(throughFront == fromModel)
        func faults(_ events: [LogEvent]) -> [LogEvent.Kind] {
            events.map(\.kind).filter { if case .fault = $0 { true } else { false } }
        }
        #expect(faults(front.events) == faults(alone.events))
        // Not every pathology is met by one client at a time that does nothing odd; these are.
        let met = [
            "client-id-in-use", "established-but-not-listening", "frame-coalesce", "frame-split",
            "leaked-close-wait", "red-on-disconnect", "rst-mid-frame", "silent-handshake",
            "slow-synchronization", "startapi-mute",
        ]
        if met.contains(name) { #expect(!faults(front.events).isEmpty) }
    }

    @Test func `passes a client's FIN on and answers it with the one from behind`() {
        var host = proxy()
        let connection = host.connect()
        host.send(Hello(versions: 157...176).bytes, on: connection)
        host.end(connection, .fin)
        #expect(host.endings(of: connection) == [.close(connection)])
        #expect(host.events.contains { $0.kind == .ended(.fin) })
    }

    @Test func `keeps a half that the gateway behind closed open for its client`() {
        let rule = FaultRule(
            name: "half-close",
            when: .message(
                MessagePattern(direction: .toClient, types: ["positionEnd"])), do: [.halfClose])
        var host = ProxyHost(
            front: gateway([], upstream: true), back: gateway([rule], upstream: false))
        let connection = host.connect()
        host.send(Hello(versions: 157...176).bytes, on: connection)
        host.send(
            encoded("startApi", ["clientId": "7", "optionalCapabilities": ""]), on: connection)
        host.advance(by: .seconds(1))
        host.send(encoded("reqPositions", [:]), on: connection)
        #expect(host.endings(of: connection) == [.shutdownWrite(connection)])
        host.end(connection, .fin)
        #expect(host.endings(of: connection) == [.shutdownWrite(connection), .close(connection)])
    }

    @Test func `passes a RST from behind on`() {
        let rule = FaultRule(
            name: "reset",
            when: .message(
                MessagePattern(direction: .toGateway, types: ["reqPositions"])), do: [.rst])
        var host = ProxyHost(
            front: gateway([], upstream: true), back: gateway([rule], upstream: false))
        let connection = host.connect()
        host.send(Hello(versions: 157...176).bytes, on: connection)
        host.send(
            encoded("startApi", ["clientId": "7", "optionalCapabilities": ""]), on: connection)
        host.advance(by: .seconds(1))
        host.send(encoded("reqPositions", [:]), on: connection)
        #expect(host.endings(of: connection) == [.reset(connection)])
    }

    @Test func `speaks of a lost broker itself, and keeps back what comes meanwhile`() {
        for dataLost in [false, true] {
            var host = proxy()
            let connection = host.connect()
            host.send(Hello(versions: 157...176).bytes, on: connection)
            host.send(
                encoded("startApi", ["clientId": "7", "optionalCapabilities": ""]),
                on: connection)
            host.advance(by: .seconds(3))
            host.command(.loseServer)
            host.advance(by: .seconds(1))
            #expect(host.said("errorCode", on: connection).contains("1100"))
            host.send(encoded("reqPositions", [:]), on: connection)
            host.advance(by: .seconds(1))
            #expect(!host.names(on: connection).contains("positionEnd"))
            host.command(.restoreServer(dataLost: dataLost))
            host.advance(by: .seconds(1))
            #expect(host.said("errorCode", on: connection).contains(dataLost ? "1101" : "1102"))
            #expect(host.names(on: connection).contains("positionEnd") != dataLost)
        }
    }

    @Test func `cuts towards the gateway too, and loses nothing`() {
        let rule = FaultRule(
            name: "slice", when: .connect,
            do: [.slice(size: 3, gap: .milliseconds(1), .toGateway)])
        var sliced = proxy([rule])
        var whole = proxy()
        story(&sliced)
        story(&whole)
        #expect(sliced.received.mapValues(\.count) == whole.received.mapValues(\.count))
    }

    @Test func `passes bytes that are no frames as they are`() {
        var host = proxy()
        let connection = host.connect()
        host.send(Array("GET / HTTP/1.1\r\n".utf8), on: connection)
        // The gateway behind greets it as clients were greeted long ago, and so does this one.
        #expect(host.received[connection]?.starts(with: Array("76\0".utf8)) == true)
    }
}

extension ProxyHost {
    fileprivate func messages(on connection: ConnectionID) -> [Message] {
        events.compactMap { event in
            if case .message(let message) = event.kind, event.connection == connection,
                message.schema.direction == .toClient
            {
                message
            } else {
                nil
            }
        }
    }

    fileprivate func names(on connection: ConnectionID) -> [String] {
        messages(on: connection).map(\.name)
    }

    fileprivate func said(_ field: String, on connection: ConnectionID) -> [String] {
        messages(on: connection).filter { $0.name == "error" }.compactMap { $0[field] }
    }
}
