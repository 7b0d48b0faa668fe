import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A connection starting up` {
    @Test func `gets a version and nothing else until startApi`() {
        var gateway = Gateway()
        let (connection, effects) = gateway.greet(versions: 157...178)
        #expect(gateway.lines(effects) == ["#1 178 20260115 14:30:00 UTC"])
        #expect(gateway.ask(connection, "reqPositions").isEmpty)
        #expect(gateway.lines(gateway.handle(.malformed(connection, "junk"))).isEmpty)
        #expect(gateway.lines(gateway.handle(.unknownRequest(connection, id: 999))).isEmpty)
    }

    @Test func `gets accounts, the next id and the farm notices after startApi`() {
        var gateway = Gateway()
        let (connection, _) = gateway.greet(versions: 157...176)
        #expect(
            gateway.ask(connection, "startApi", ["clientId": "7"]) == [
                "#1 15|1|DU0000001|", "#1 9|1|1|",
                "#1 4|2|-1|2104|Market data farm connection is OK:usopt||",
                "#1 4|2|-1|2104|Market data farm connection is OK:usfuture||",
                "#1 4|2|-1|2104|Market data farm connection is OK:cashfarm||",
                "#1 4|2|-1|2104|Market data farm connection is OK:usfarm||",
                "#1 4|2|-1|2106|HMDS data farm connection is OK:ushmds||",
                "#1 4|2|-1|2158|Sec-def data farm connection is OK:secdefnj||",
                "#1 synchronized",
            ])
        #expect(gateway.model.clientID(of: connection) == 7)
        #expect(gateway.model.serverVersion(of: connection) == 176)
    }

    @Test func `chooses 226 for the newest client`() {
        var gateway = Gateway()
        let (connection, _) = gateway.greet(versions: 100...226)
        #expect(gateway.model.serverVersion(of: connection) == 226)
    }

    @Test func `is shown its own open orders before anything else, when it has any`() {
        func told(_ clientID: Int, _ change: (inout GatewaySettings) -> Void) -> [String] {
            var gateway = Gateway(settings: change)
            let (connection, _) = gateway.greet()
            return gateway.reply(connection, "startApi", ["clientId": String(clientID)]).map {
                $0["errorCode"] ?? $0.name
            }
        }
        let plain = [
            "managedAccounts", "nextValidId", "2104", "2104", "2104", "2104", "2106", "2158",
        ]
        let pair = ["openOrder", "orderStatus"]
        #expect(told(0) { _ in } == pair + pair + pair + ["openOrderEnd"] + plain)
        #expect(told(7) { _ in } == plain)
        #expect(told(0) { $0.downloadOpenOrdersOnConnection = false } == plain)
        #expect(told(0) { $0.readOnly = true } == plain)
    }

    @Test func `counts its ids for its own client id, from 1, and up with every answer`() {
        var gateway = Gateway()
        func next(_ connection: ConnectionID) -> String? {
            gateway.reply(connection, "reqIds").first?["orderId"]
        }
        let fresh = gateway.start(client: 7)
        #expect(next(fresh) == "2")
        #expect(next(fresh) == "3")
        gateway.place(fresh, 9, "BUY", "MKT")
        #expect(next(fresh) == "10")
        let old = gateway.start(client: 5)
        #expect(next(old) == "14")
        gateway.handle(.disconnected(fresh))
        let (again, _) = gateway.greet()
        let start = gateway.reply(again, "startApi", ["clientId": "7"])
        #expect(start.first { $0.name == "nextValidId" }?["orderId"] == "10")
    }

    @Test func `with a padded hello hears nothing where the gateway is set up so`() {
        for (isPadded, answers) in [(true, false), (false, true)] {
            var gateway = Gateway { $0.answersPaddedHellos = false }
            let connection = ConnectionID(1)
            gateway.handle(.connected(connection))
            let effects = gateway.handle(
                .hello(connection, Hello(versions: 100...200, isPadded: isPadded)))
            #expect(effects.isEmpty != answers)
        }
    }

    @Test(arguments: [
        ("US/Eastern", "09:30:00"), ("CET", "15:30:00"),
        ("Central European Standard Time", "15:30:00"),
    ])
    func `is told the time of the gateway's machine`(zone: String, time: String) {
        var gateway = Gateway { $0.timeZoneName = zone }
        let (_, effects) = gateway.greet(versions: 157...178)
        #expect(gateway.lines(effects) == ["#1 178 20260115 \(time) \(zone)"])
        let client = gateway.start(client: 8)
        let answer = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
        let minute = answer.first { $0.name == "updateAccountTime" }?["timeStamp"]
        #expect(minute == String(time.prefix(5)))
    }

    @Test func `is closed when no version is common`() {
        var gateway = Gateway { $0.newestVersion = 180 }
        let (_, effects) = gateway.greet(versions: 190...225)
        #expect(
            gateway.lines(effects) == [
                "#1 close: no common version: gateway 100..180, client 190..225"
            ])
    }

    @Test func `is turned away when its client id is in use, and the other stays`() {
        var gateway = Gateway()
        let first = gateway.start(client: 5)
        let (second, _) = gateway.greet(versions: 100...157)
        #expect(
            gateway.ask(second, "startApi", ["clientId": "5"]) == [
                "#2 4|2|-1|326|Unable to connect as the client id is already in use. "
                    + "Retry with a unique client id.|",
                "#2 close: client id 5 is in use",
            ])
        #expect(gateway.model.clientID(of: first) == 5)
        gateway.handle(.disconnected(first))
        let third = gateway.start(client: 5)
        #expect(gateway.model.clientID(of: third) == 5)
    }

    @Test func `is closed when as many clients as allowed are started`() {
        var gateway = Gateway { $0.maxClients = 1 }
        _ = gateway.start(client: 1)
        let (second, _) = gateway.greet()
        #expect(
            gateway.ask(second, "startApi", ["clientId": "2"]) == [
                "#2 close: 1 clients are already started"
            ])
    }

    @Test func `is told when startApi comes again or names no client id`() {
        var gateway = Gateway()
        let connection = gateway.start()
        #expect(
            gateway.ask(connection, "startApi", ["clientId": "7"]) == [
                "#1 4|-1|321|Error validating request. startApi was already sent||1768487400000|"
            ])
        let (other, _) = gateway.greet()
        let refused = gateway.ask(other, "startApi", ["clientId": "-3"])
        #expect(refused.last == "#2 close: client id '-3' is no number from 0")
    }

    @Test func `keeps orders over a restart, and nothing else`() {
        var gateway = Gateway()
        let before = gateway.start(client: 0)
        let orders = gateway.reply(before, "reqAllOpenOrders")
        gateway.handle(.commanded(.restarted))
        #expect(gateway.model.clientID(of: before) == nil)
        #expect(gateway.ask(before, "reqCurrentTime").isEmpty)
        let after = gateway.start(client: 0)
        #expect(gateway.reply(after, "reqAllOpenOrders") == orders)
    }

    @Test func `hears of a lost and a restored server`() {
        var gateway = Gateway()
        let connection = gateway.start()
        let lines = gateway.reply(
            connection, "reqMktData", ["reqId": "1", "contract.conId": "8314"])
        #expect(!lines.isEmpty)
        var codes: [String] = []
        for command: HealthyGateway.LifecycleCommand in [
            .loseServer, .restoreServer(dataLost: false), .loseServer,
            .restoreServer(dataLost: true),
        ] {
            codes += messages(gateway.handle(.commanded(command)), "error")
                .compactMap { $0["errorCode"] }
        }
        #expect(codes == ["1100", "1102", "1100", "1101"])
        #expect(gateway.pass(.seconds(5)).isEmpty, "the market data line is lost")
    }
}
