import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `The gateway's settings` {
    @Test func `are told to clients of new versions`() throws {
        var gateway = Gateway { $0.masterClientID = 3 }
        let client = gateway.start(version: 225)
        let answer = try #require(gateway.reply(client, "reqConfig", ["reqId": "4"]).first)
        #expect(answer.name == "configResponse" && answer["reqId"] == "4")
        #expect(answer["api.settings.readOnlyApi"] == "0")
        #expect(answer["api.settings.masterClientId"] == "3")
        #expect(answer["api.settings.rejectMessagesAboveMaxRate"] == "0")
        #expect(answer["api.settings.downloadOpenOrdersOnConnection"] == "1")
        #expect(answer.items(of: "messages").count == 22)
        // False and empty values are on the wire.
        let frame = MessageEncoder(serverVersion: 225).encode(answer)
        guard
            case .message(let heard) = MessageDecoder(serverVersion: 225, direction: .toClient)
                .decode(frame[4...])
        else {
            Issue.record("the answer cannot be read")
            return
        }
        for (item, value) in zip(heard.schema.items, heard.values)
        where item.name.hasPrefix("api.precautions.") && item.name.contains("bypass") {
            #expect(
                value == .text("0") || item.name == "api.precautions.bypassFlaggedAccountsWarning")
        }
        #expect(
            heard.values[heard.schema.indexes(of: "api.settings.componentExchSeparator")[0]]
                == .text(""))
        #expect(heard.items(of: "api.settings.trustedIPs") == [["_value": "127.0.0.1"]])
    }

    @Test func `change what the gateway does from then on`() throws {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        let answer = try #require(
            gateway.reply(
                client, "updateConfig", ["reqId": "4", "api.settings.readOnlyApi": "1"]
            ).first)
        #expect(answer["status"] == "Success")
        #expect(answer.items(of: "changedFields") == [["_value": "api.settings.readOnlyApi"]])
        let refusal = gateway.reply(client, "reqOpenOrders").first
        #expect(refusal?["errorString"]?.contains("Read-Only") == true)
    }

    @Test func `stay as they are when a part of a change is not possible`() throws {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        let answer = try #require(
            gateway.reply(
                client, "updateConfig",
                [
                    "reqId": "4", "api.settings.readOnlyApi": "1", "api.settings.socketPort": "1",
                    "api.settings.masterClientId": "-2",
                ]
            ).first)
        #expect(answer["status"] == "Failure")
        #expect(
            answer.items(of: "errors").compactMap { $0["_value"] } == [
                "api.settings.socketPort cannot be changed",
                "'-2' is no value for api.settings.masterClientId",
            ])
        #expect(gateway.reply(client, "reqOpenOrders").last?.name == "openOrderEnd")
    }
}
