import EventLog
import GatewayWire
import Testing

@testable import Comparison

@Suite struct `A recording` {
    @Test func `is read from frames and from named messages`() throws {
        let text = """
            # Grounded by live API capture.
            handshake {"server_version":200,"connection_time":"20260415 18:28:40 CET"}
            raw server AAAADzE1ADEARFUwMDAwMDAxAA==
            server next_valid_id {"order_id":295}
            client place_order {"order_id":"295","contract":{"con_id":"265598"},"action":"BUY","tif":"DAY"}
            server order_status {"order_id":295,"status":"Submitted","why_held":"","filled":"0"}
            sleep 100ms
            disconnect
            """
        let recording = try HandshakeTranscript.read(text, path: "a/b.txt")
        #expect(recording.name == "b")
        #expect(!recording.isMadeUp)
        let leg = try #require(recording.legs.first)
        #expect(leg.serverVersion == 200)
        #expect(
            leg.turns.map(\.message.name)
                == ["managedAccounts", "nextValidId", "placeOrder", "orderStatus"])
        #expect(leg.turns[0].message["accountsList"] == "DU0000001")
        #expect(leg.turns[0].knownFields == nil)
        #expect(leg.turns[2].message["contract.conId"] == "265598")
        #expect(leg.turns[2].message["order.action"] == "BUY")
        #expect(leg.turns[3].message["status"] == "Submitted")
        #expect(leg.turns[3].knownFields?.contains("whyHeld") == true)
        #expect(leg.turns.map(\.line) == [3, 4, 5, 6])
    }

    @Test func `of names without a source is made up`() throws {
        let text = """
            handshake {"server_version":200,"connection_time":"20260415 18:28:40 CET"}
            server next_valid_id {"order_id":295}
            """
        #expect(try HandshakeTranscript.read(text, path: "x.txt").isMadeUp)
    }

    @Test(arguments: [
        ("raw server AA", "x:1: the handshake comes first"),
        ("handshake {", "x:1: byte 1 of the JSON text"),
        (
            "handshake {\"server_version\":99,\"connection_time\":\"\"}",
            "x:1: server version 99 is not from 100"
        ),
        (
            "handshake {\"server_version\":200,\"connection_time\":\"\"}\nraw server %%",
            "x:2: a raw line reads: raw server|client BASE64"
        ),
        (
            "handshake {\"server_version\":200,\"connection_time\":\"\"}\nhello",
            "x:2: no line begins with 'hello'"
        ),
    ])
    func `that cannot be read names the line`(text: String, error: String) {
        let thrown = #expect(throws: TranscriptError.self) {
            try HandshakeTranscript.read(text, path: "x")
        }
        #expect(thrown?.description.hasPrefix(error) == true, "\(String(describing: thrown))")
    }

    @Test(arguments: [
        ("20260824 22:50:10 CET", 1_787_604_610), ("20260115 14:30:00 UTC", 1_768_487_400),
        ("20260711 03:19:10 Central European Standard Time", 1_783_732_750),
        ("20260115 09:30:00 US/Eastern", 1_768_487_400),
        ("20260715 09:30:00 US/Eastern", 1_784_122_200),
    ])
    func `knows the moment of its handshake`(text: String, seconds: Int64) {
        #expect(ConnectionTime(text).nanoseconds == seconds * 1_000_000_000)
    }

    @Test func `in a zone that is not known has no moment`() {
        #expect(ConnectionTime("20260824 22:50:10 Mars/Olympus").nanoseconds == nil)
        #expect(ConnectionTime("99999999 22:50:10 UTC").nanoseconds == nil)
        #expect(ConnectionTime("soon").nanoseconds == nil)
    }
}
