import GatewayWire
import TestSupport
import Testing

/// What the client families must get.
@Suite struct `Bytes of a client family, answered as they have to be` {
    /// C# throws an exception, C++ reads infinity and a Go client panics at a shortened text.
    ///
    /// Anything at or beyond the largest double is unset.
    @Test(arguments: `Bytes of a client family`.unsetSpellings)
    func `come back with one spelling of an unset number`(unset: String) {
        var host = FamilyClient.gateway()
        let orders = `Bytes of a client family`.place(unset: unset, &host)
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
        #expect(`Bytes of a client family`.fundamentals(options: [options], &host) == ["9001"])
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
}
