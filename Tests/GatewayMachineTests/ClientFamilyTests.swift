import GatewayWire
import Simulation
import TestSupport
import Testing

/// What the client families of `docs/clients.md` send, byte by byte, and what they must get.
@Suite struct `Bytes of a client family` {
    @Test(arguments: [
        ("official Java, C++ and Python", "v100..187", 187),
        ("official Java with pacing", "v100..187 +PACEAPI", 187),
        ("official C#, with a trailing blank", "v100..187 ", 187),
        ("Ruby ib-api, with a trailing NUL", "v100..165\u{0}", 165),
        ("Go ibkr-go 1.4, with one version", "v200..200", 200),
        ("Go scmhub/ibapi", "v100..199", 199),
        ("Go hadrianl/ibapi", "v100..161", 161),
        ("TypeScript stoqey/ib", "v100..193", 193),
        ("R rib", "v213..225", 225),
        ("the official client 10.51", "v100..226", 226),
    ])
    func `are answered by a version, the accounts and an id`(
        family: String, hello: String, version: Int
    ) {
        var host = FamilyClient.gateway()
        var client = FamilyClient(&host)
        client.hello(hello, &host)
        #expect(client.version == version, "\(family)")
        client.start(&host)
        host.advance(by: .seconds(1))
        let names = client.hear(&host).map { $0.message?.name }
        #expect(names.contains("managedAccounts"), "\(family)")
        #expect(names.contains("nextValidId"), "\(family)")
        #expect(!client.isEnded(host), "\(family)")
    }

    /// C# throws an exception, C++ reads infinity and a Go client panics at a shortened text.
    ///
    /// Anything at or beyond the largest double is unset.
    @Test(arguments: `Bytes of a client family`.unsetSpellings)
    func `come back with one spelling of an unset number`(unset: String) {
        var host = FamilyClient.gateway()
        let orders = Self.place(unset: unset, &host)
            .filter { $0.message?.name == "openOrder" }
        #expect(!orders.isEmpty)
        for order in orders {
            for field in order.text.split(separator: "|") where field.contains("+308") {
                Issue.record("an unset number came back as \(field)")
            }
        }
    }

    /// Official Java, C++ and C# send one text with all options.
    @Test(arguments: ["", "a=b;"])
    func `ask for fundamental data with the options as one text`(options: String) {
        var host = FamilyClient.gateway()
        #expect(Self.fundamentals(options: [options], &host) == ["9001"])
    }

    /// Reported for real gateways: a hello that is no hello is answered as one from before version
    /// 100, by the server version and the time, each ended by a NUL, without a length.
    @Test(arguments: ["62\u{0}", "63\u{0}"])
    func `from before version 100 are greeted as they were then`(bytes: String) {
        var host = FamilyClient.gateway()
        let client = FamilyClient(&host)
        host.send(Array(bytes.utf8), on: client.connection)
        let fields = host.take(client.connection)
            .split(separator: 0, omittingEmptySubsequences: false)
        #expect(fields.count == 3)
        #expect(fields.first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } != nil)
        #expect(fields.last?.isEmpty ?? false)
    }

    @Test func `may come one at a time`() {
        var host = FamilyClient.gateway()
        var client = FamilyClient(&host)
        for byte in Hello.magic + frame("v100..187 ".utf8) { client.send([byte], &host) }
        client.takeVersion(&host)
        #expect(client.version == 187)
    }

    @Test(arguments: [("v200..200", 187), ("v213..225", 200), ("v200..200", 199)])
    func `find no version in common with an older gateway`(hello: String, newest: Int) {
        var host = FamilyClient.gateway(newest: newest)
        var client = FamilyClient(&host)
        client.hello(hello, &host)
        #expect(client.version == nil)
        #expect(client.isEnded(host))
    }

    /// The clients from before version 100 send their version without a length; some go on at once.
    @Test(arguments: ["62\u{0}", "63\u{0}", "63\u{0}71\u{0}1\u{0}0\u{0}"])
    func `from before version 100 do no harm to the next client`(bytes: String) {
        var host = FamilyClient.gateway()
        var old = FamilyClient(&host)
        old.send(Array(bytes.utf8), &host)
        host.advance(by: .seconds(5))
        var next = FamilyClient(&host)
        next.hello("v100..187", &host)
        #expect(next.version == 187)
    }

    @Test func `with pacing asked for are never refused for their number`() {
        var host = FamilyClient.gateway()
        var client = FamilyClient(&host)
        client.hello("v100..187 +PACEAPI", &host)
        client.start(&host)
        host.advance(by: .seconds(1))
        _ = client.hear(&host)
        for _ in 0..<120 { client.text(["8", "1", "1"], &host) }
        host.advance(by: .seconds(5))
        let heard = client.hear(&host)
        #expect(heard.count { $0.message?.name == "nextValidId" } == 120)
        #expect(!heard.contains { $0.message?["errorCode"] == "100" })
    }

    /// Official Java and Python write the largest double whole, C# and Go shorten it.
    @Test(arguments: Self.unsetSpellings)
    func `place an order whatever an unset number looks like`(unset: String) {
        var host = FamilyClient.gateway()
        let heard = Self.place(unset: unset, &host)
        #expect(heard.contains { $0.message?.name == "openOrder" })
        #expect(!heard.contains { ["320", "321"].contains($0.message?["errorCode"]) })
    }

    /// Official Python's layout: the number of options, then the options.
    @Test func `ask for fundamental data and are answered by their own request id`() {
        var host = FamilyClient.gateway()
        #expect(Self.fundamentals(options: ["0", ""], &host) == ["9001"])
    }

    /// Official C++ closes its socket while bytes lie unread in it.
    @Test func `that end with a reset free the client id`() {
        var host = FamilyClient.gateway()
        for _ in 0..<2 {
            var client = FamilyClient(&host)
            client.hello("v100..187", &host)
            client.start(&host)
            host.advance(by: .seconds(1))
            #expect(client.hear(&host).contains { $0.message?.name == "nextValidId" })
            host.end(client.connection, .reset)
            host.advance(by: .seconds(1))
        }
    }

    static let unsetSpellings = [
        "1.7976931348623157E308", "1.79769313486232E+308", "1.797693135e+308",
    ]

    /// Sends a limit order as an official client at 187 does, with that text for unset doubles.
    static func place(
        unset: String, _ host: inout VirtualHost
    ) -> [(text: String, message: Message?)] {
        var client = FamilyClient(&host)
        client.hello("v100..187", &host)
        client.start(&host)
        host.advance(by: .seconds(1))
        _ = client.hear(&host)
        client.request(
            "placeOrder",
            [
                "orderId": "1", "contract.conId": "265598", "contract.exchange": "SMART",
                "order.action": "BUY", "order.totalQuantity": "1", "order.orderType": "LMT",
                "order.lmtPrice": "100", "order.tif": "DAY", "order.transmit": "1",
                "order.triggerPrice": unset, "order.lmtPriceOffset": unset,
                "order.adjustedStopPrice": unset, "order.adjustedStopLimitPrice": unset,
                "order.adjustedTrailingAmount": unset, "order.cashQty": unset,
            ], &host)
        host.advance(by: .seconds(1))
        return client.hear(&host)
    }

    /// Asks for fundamental data at 187 and says which request ids the answers are for.
    static func fundamentals(options: [String], _ host: inout VirtualHost) -> [String] {
        var client = FamilyClient(&host)
        client.hello("v100..187", &host)
        client.start(&host)
        host.advance(by: .seconds(1))
        _ = client.hear(&host)
        client.text(
            [
                "52", "2", "9001", "265598", "AAPL", "STK", "SMART", "NASDAQ", "USD", "AAPL",
                "ReportSnapshot",
            ] + options, &host)
        host.advance(by: .seconds(1))
        return client.hear(&host).compactMap { $0.message?["reqId"] }
    }
}
