import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `The table of requests` {
    private static let requests = ProtocolSchema.messages.filter { $0.direction == .toGateway }

    /// Requests of the schema that the model does not answer yet.
    private static let unanswered: Set<String> = []

    @Test func `has one line for every request of the schema that is answered`() {
        let names = Self.requests.map(\.name).filter { !Self.unanswered.contains($0) }
        #expect(HealthyGateway.answeredRequests.sorted() == names.sorted())
    }

    @Test func `has no line for a request that is refused with 322`() throws {
        let schema = try #require(
            ProtocolSchema.read(
                """
                message reqNothing toGateway 199 legacyVersion 1 evidence verified
                  reqId int role request
                """
            ).first)
        var gateway = Gateway { $0.errorClass = "fakegw" }
        let client = gateway.start()
        var message = Message(schema: schema)
        message["reqId"] = "5"
        let effects = gateway.handle(.received(client, message))
        let error = try #require(messages(effects, "error").first)
        #expect(error["reqId"] == "5")
        #expect(error["errorCode"] == "322")
        #expect(
            error["errorString"]
                == "Error processing request.-'fakegw' : cause - "
                + "fakegw does not answer reqNothing (id 199) yet")
    }

    @Test func `answers every one of them`() {
        for schema in Self.requests {
            var gateway = Gateway()
            let client = gateway.start(version: 225)
            let effects = gateway.handle(.received(client, blank(schema)))
            for error in messages(effects, "error") {
                #expect(error["errorString"]?.contains("does not answer") == false)
            }
        }
    }

    @Test func `says what a read-only gateway refuses`() {
        var gateway = Gateway { $0.readOnly = true }
        let client = gateway.start(version: 225)
        let refused = Self.requests.filter { schema in
            messages(gateway.handle(.received(client, blank(schema))), "error").contains {
                $0["errorString"]?.hasSuffix(
                    "cause - The API interface is currently in Read-Only mode.") ?? false
            }
        }
        #expect(
            refused.map(\.name).sorted() == [
                "cancelOrder", "exerciseOptions", "placeOrder", "reqAllOpenOrders",
                "reqAutoOpenOrders", "reqCompletedOrders", "reqGlobalCancel", "reqIds",
                "reqOpenOrders",
            ])
    }

    @Test func `says which requests leave the market waiting`() {
        let names = HealthyGateway.answeredRequests.filter { name in
            var gateway = Gateway { $0.marketWaits = true }
            let client = gateway.start(version: 225)
            gateway.now = .start + .seconds(10)
            let message = Message(name, direction: .toGateway)
            gateway.handle(.received(client, blank(message.schema)))
            // The clock moves on to the next minute when the market opens.
            let answer = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
            return answer.contains { $0["timeStamp"] == "14:30" }
        }
        #expect(names.contains("reqPositions"))
        #expect(!names.contains("placeOrder"))
        #expect(!names.contains("reqMktData"))
        #expect(names.count == 30)
    }

    private func blank(_ schema: MessageSchema) -> Message {
        var message = Message(schema: schema)
        for name in ["reqId", "orderId", "tickerId"] where !schema.indexes(of: name).isEmpty {
            message[name] = "5"
        }
        return message
    }
}
