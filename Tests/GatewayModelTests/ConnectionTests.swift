import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A client that sends too fast` {
    private func flood(
        _ gateway: inout Gateway, _ client: ConnectionID, _ count: Int
    ) -> [HealthyGateway.Effect] {
        (0..<count).flatMap { _ in
            gateway.handle(
                gateway.request(client, Message("reqCurrentTime", [:], direction: .toGateway)))
        }
    }

    @Test func `waits for what is too much, and is not read meanwhile`() {
        var gateway = Gateway { $0.messagesPerSecond = 50 }
        let client = gateway.start()
        let effects = flood(&gateway, client, 51)
        #expect(messages(effects, "currentTime").count == 50)
        #expect(gateway.lines(effects).last == "#1 not read")
        let later = gateway.passing(.seconds(1))
        #expect(messages(later, "currentTime").count == 1)
        #expect(gateway.lines(later).last == "#1 read again")
    }

    @Test(arguments: [187, 225])
    func `is warned by an error without a code when it comes near, once a second`(version: Int) {
        var gateway = Gateway { $0.messagesPerSecond = 50 }
        let client = gateway.start(version: version)
        let effects = flood(&gateway, client, 45)
        let warnings = messages(effects, "error")
        #expect(
            warnings.map { $0["errorString"] }
                == ["Warning: Approaching max rate of 50 messages per second (42)"])
        #expect(warnings[0]["reqId"] == "-1")
        #expect(warnings[0]["errorCode"] == (version < 201 ? "0" : nil))
        #expect(messages(effects, "currentTime").count + messages(effects, "error").count == 46)
        gateway.now = gateway.now + .seconds(1)
        #expect(messages(flood(&gateway, client, 45), "error").count == 1)
    }

    @Test func `gets no warning where they are turned off`() {
        var gateway = Gateway { ($0.messagesPerSecond, $0.warnsNearMaxRate) = (50, false) }
        let client = gateway.start()
        #expect(messages(flood(&gateway, client, 50), "error").isEmpty)
    }

    @Test func `gets error 100 where too much is rejected, and is served again a second later`() {
        var gateway = Gateway {
            $0.messagesPerSecond = 50
            $0.rejectMessagesAboveMaxRate = true
        }
        let client = gateway.start()
        let effects = flood(&gateway, client, 52)
        #expect(messages(effects, "currentTime").count == 50)
        #expect(
            gateway.lines(effects).suffix(2)
                == Array(
                    repeating: "#1 4|-1|100|Max rate of messages per second has been exceeded:"
                        + "max=50 rec=51 (1)||1768487400000|", count: 2))
        gateway.now = gateway.now + .seconds(1)
        #expect(messages(flood(&gateway, client, 50), "currentTime").count == 50)
    }

    @Test func `is disconnected when it happens again and again`() {
        var gateway = Gateway {
            $0.messagesPerSecond = 10
            $0.rejectMessagesAboveMaxRate = true
        }
        let client = gateway.start()
        var effects: [HealthyGateway.Effect] = []
        for _ in 0..<3 {
            effects += flood(&gateway, client, 12)
            gateway.now = gateway.now + .seconds(1)
        }
        #expect(gateway.lines(effects).last == "#1 close: too many requests a second, 3 times")
        #expect(gateway.model.clientID(of: client) == nil)
    }

    @Test func `is held back instead when it asked to be paced`() {
        var gateway = Gateway {
            ($0.messagesPerSecond, $0.warnsNearMaxRate) = (10, false)
            $0.rejectMessagesAboveMaxRate = true
        }
        let connection = ConnectionID(1)
        gateway.handle(.connected(connection))
        gateway.handle(
            .hello(connection, Hello(versions: 100...200, connectOptions: "+PACEAPI")))
        gateway.ask(connection, "startApi", ["clientId": "1"])
        #expect(messages(flood(&gateway, connection, 25), "currentTime").count == 10)
        #expect(gateway.hear(.milliseconds(1500)).count == 10)
        #expect(gateway.hear(.seconds(1)).count == 5)
    }

    @Test func `and has more waiting than fits is disconnected`() {
        var gateway = Gateway {
            $0.messagesPerSecond = 1
            $0.limits.pacedRequests = 2
        }
        let connection = ConnectionID(1)
        gateway.handle(.connected(connection))
        gateway.handle(
            .hello(connection, Hello(versions: 100...200, connectOptions: "+PACEAPI")))
        gateway.ask(connection, "startApi", ["clientId": "1"])
        #expect(
            gateway.lines(flood(&gateway, connection, 4)).last
                == "#1 close: more than 2 requests wait to be paced")
    }
}

@Suite struct `A client that asks for the time again and again` {
    @Test func `is answered, or only now and then where the gateway is set up so`() {
        for (interval, count) in [(Duration.zero, 3), (.seconds(4), 1)] {
            var gateway = Gateway { $0.currentTimeInterval = interval }
            let client = gateway.start()
            var answers = gateway.reply(client, "reqCurrentTime").count
            gateway.now = gateway.now + .seconds(1)
            answers += gateway.reply(client, "reqCurrentTimeInMillis").count
            answers += gateway.reply(client, "reqCurrentTime").count
            #expect(answers == count)
            gateway.now = gateway.now + .seconds(3)
            #expect(gateway.reply(client, "reqCurrentTime").count == 1)
        }
    }
}

@Suite struct `Texts beyond ASCII` {
    @Test(arguments: [152, 187, 225])
    func `are escaped from 153 on, as text`(version: Int) {
        var world = World.default
        let index = world.contracts.firstIndex { $0.symbol == "IBM" } ?? 0
        world.contracts[index].longName = "Müller 𝄞"
        var gateway = Gateway(world: world)
        let client = gateway.start(version: version)
        let details = gateway.reply(
            client, "reqContractDetails", ["reqId": "1", "contract.conId": "8314"]
        ).first
        let isEscaped = version == 187
        #expect(
            details?["details.longName"] == (isEscaped ? #"M\u00fcller \ud834\udd1e"# : "Müller 𝄞"))
    }
}

@Suite struct `A gateway's life` {
    @Test func `starts with a closed port, and farms come up one by one`() {
        var gateway = Gateway { $0.life.startsOff = true }
        #expect(gateway.lines(gateway.handle(.deadlineReached)) == ["port closed"])
        #expect(gateway.model.phase == .starting)
        #expect(gateway.pass(.seconds(25)) == ["port open"])
        let (connection, early) = gateway.greet(versions: 100...176)
        #expect(gateway.lines(early).isEmpty)
        #expect(gateway.pass(.seconds(5)) == ["#1 176 20260115 14:30:30 UTC"])
        let notices = gateway.ask(connection, "startApi", ["clientId": "1"]).filter {
            $0.contains("|2119|")
        }
        #expect(notices.count == 6)
        #expect(
            gateway.pass(.seconds(10)) == [
                "#1 4|2|-1|2104|Market data farm connection is OK:usopt||",
                "#1 4|2|-1|2104|Market data farm connection is OK:usfuture||",
                "#1 4|2|-1|2104|Market data farm connection is OK:cashfarm||",
                "#1 4|2|-1|2104|Market data farm connection is OK:usfarm||",
                "#1 4|2|-1|2106|HMDS data farm connection is OK:ushmds||",
                "#1 4|2|-1|2158|Sec-def data farm connection is OK:secdefnj||",
            ])
        #expect(gateway.model.phase == .ready)
    }

    @Test func `ends every connection for the nightly restart, every night`() {
        var gateway = Gateway { $0.life.nightlyRestart = 15 * 3600 }
        let client = gateway.start()
        #expect(
            gateway.pass(.seconds(1830)) == [
                "\(client) close: nightly restart", "port closed", "port open",
            ])
        _ = gateway.pass(.seconds(60))
        #expect(gateway.model.phase == .ready)
        let again = gateway.start()
        #expect(gateway.pass(.seconds(86_400)).contains("\(again) close: nightly restart"))
    }

    @Test func `waits for somebody to log in once a week`() {
        // Sunday 06:00 UTC; the gateway starts on a Thursday.
        var gateway = Gateway { $0.life.weeklyLogin = 6 * 3600 }
        let client = gateway.start()
        let lines = gateway.pass(.seconds(3 * 86_400))
        #expect(
            lines.suffix(2) == ["\(client) close: the weekly login has expired", "port closed"])
        #expect(gateway.model.phase == .awaitingLogin)
        #expect(gateway.lines(gateway.handle(.commanded(.authenticate))) == ["port open"])
        #expect(gateway.pass(.seconds(20)).isEmpty)
        #expect(gateway.model.phase == .ready)
    }

    @Test func `is told to every client, farm by farm`() {
        var gateway = Gateway()
        let client = gateway.start(version: 176)
        func told(_ command: HealthyGateway.LifecycleCommand) -> [String] {
            gateway.lines(gateway.handle(.commanded(command)))
        }
        #expect(
            told(.setFarm("usfarm", .broken)) == [
                "\(client) 4|2|-1|2103|Market data farm connection is broken:usfarm||"
            ])
        #expect(told(.setFarm("nofarm", .broken)).isEmpty)
        #expect(told(.setFarm("ushmds", .idle))[0].contains("|2107|"))
        #expect(told(.setFarm("secdefnj", .broken))[0].contains("|2157|"))
        #expect(told(.announceBrokenServer)[0].contains("|2110|"))
        let other = gateway.start(client: 8)
        #expect(gateway.model.clientID(of: other) == 8)
        let moved = told(.changePort(4010))
        #expect(moved.count == 4)
        #expect(moved[0].contains("|1300|"))
        #expect(moved[3] == "\(other) close: the port changes to 4010")
    }

    @Test func `connects an idle farm when a request needs it`() {
        var gateway = Gateway {
            $0.farms = [
                Farm(name: "usopt", kind: .marketData, firstState: .idle),
                Farm(name: "usfarm", kind: .marketData),
                Farm(name: "ushmds", kind: .history, firstState: .idle),
            ]
        }
        let client = gateway.start()
        func codes(_ effects: [HealthyGateway.Effect]) -> [String] {
            messages(effects, "error").compactMap { $0["errorString"] }
        }
        func ask(_ id: String, _ conID: String) -> [String] {
            let request = Message(
                "reqMktData", ["reqId": id, "contract.conId": conID], direction: .toGateway)
            return codes(gateway.handle(gateway.request(client, request)))
        }
        #expect(ask("1", "265598").isEmpty, "a stock's farm is connected")
        #expect(ask("2", "990000101") == ["Market data farm is connecting:usopt"])
        #expect(ask("3", "990000102").isEmpty, "it is connecting already")
        #expect(
            codes(gateway.passing(.seconds(2))) == ["Market data farm connection is OK:usopt"])
    }

    @Test func `says the next id before the accounts where it is set up so`() {
        var gateway = Gateway { $0.idsComeFirst = true }
        let (connection, _) = gateway.greet()
        let names = gateway.reply(connection, "startApi", ["clientId": "7"]).map(\.name)
        #expect(names.prefix(2) == ["nextValidId", "managedAccounts"])
    }

    @Test func `says the accounts among the farms where it is set up so, and while farms connect`()
    {
        var gateway = Gateway { $0.accountsComeLate = true }
        let (connection, _) = gateway.greet()
        let told = gateway.reply(connection, "startApi", ["clientId": "7"]).map {
            $0["errorCode"] ?? $0.name
        }
        #expect(
            told == [
                "nextValidId", "2104", "2104", "2104", "2104", "managedAccounts", "2106", "2158",
            ])
        var young = Gateway { $0.life.startsOff = true }
        young.handle(.deadlineReached)
        _ = young.passing(.seconds(30))
        let (early, _) = young.greet()
        let names = young.reply(early, "startApi", ["clientId": "7"]).map(\.name)
        #expect(names.firstIndex(of: "managedAccounts") == 5)
    }
}

@Suite struct `Orders of others` {
    private func heard(_ gateway: inout Gateway, by connection: ConnectionID) -> [String] {
        names(
            gateway.passing(.seconds(1)).filter {
                if case .send(connection, _) = $0 { true } else { false }
            })
    }

    @Test func `are heard live by the master and client 0 alone`() {
        var gateway = Gateway { $0.masterClientID = 3 }
        let owner = gateway.start(client: 7)
        let zero = gateway.start(client: 0)
        let master = gateway.start(client: 3)
        let stranger = gateway.start(client: 8)
        for listener in [owner, zero, master, stranger] {
            var copy = gateway
            copy.place(owner, 1, "BUY", "MKT")
            let story = heard(&copy, by: listener)
            #expect(story.isEmpty == (listener == stranger))
            #expect(story.contains("commissionReport") == (listener != stranger))
        }
        #expect(gateway.reply(master, "reqOpenOrders").count == 15)
        #expect(gateway.reply(zero, "reqOpenOrders").count == 7)
    }

    @Test(arguments: [false, true])
    func `made by hand are bound to client 0`(isNegative: Bool) {
        var world = World.default
        world.openOrders.removeSubrange(1...)
        world.openOrders[0].orderID = 0
        world.openOrders[0].permID = 77
        var gateway = Gateway(world: world) { $0.bindsWithNegativeIDs = isNegative }
        let client = gateway.start(client: 0)
        let bound = gateway.reply(client, "reqAutoOpenOrders", ["bAutoBind": "1"])
        #expect(bound.map(\.name) == ["openOrder", "orderStatus", "orderBound"])
        let id = isNegative ? "-1" : "1"
        #expect(
            bound[2] == Message("orderBound", ["permId": "77", "clientId": "0", "orderId": id]))
        _ = gateway.reply(client, "cancelOrder", ["orderId": id])
        #expect(gateway.hear(.seconds(1)) == ["orderStatus Cancelled", "error 202"])
    }
}
