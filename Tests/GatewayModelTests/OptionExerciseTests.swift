import GatewayModel
import GatewayWire
import Testing

@Suite struct `Exercising an option` {
    @Test func `is an order under the request's id, which ends as the clearing house says`() throws
    {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        func exercise() -> [Message] {
            gateway.reply(
                client, "exerciseOptions",
                [
                    "reqId": "31", "contract.conId": "990000101", "exerciseAction": "1",
                    "exerciseQuantity": "1", "account": "DU0000001", "override": "0",
                ])
        }
        let heard = exercise()
        #expect(
            story(heard) == ["error 10349", "openOrder PreSubmitted", "orderStatus PreSubmitted"])
        #expect(heard[0]["errorString"] == "Order TIF was set to DAY based on order preset.")
        let order = try read(heard[1], at: 225)
        #expect(order["order.orderId"] == "31" && order["contract.conId"] == "990000101")
        #expect(order["order.action"] == "BUY" && order["order.orderType"] == "LMT")
        #expect(order["order.lmtPrice"] == "0" && order["order.tif"] == "DAY")
        #expect(order["order.orderRef"] == nil)
        let status = try read(heard[2], at: 225)
        #expect(status["avgFillPrice"] == "0" && status["lastFillPrice"] == "0")
        #expect(status["clientId"] == "7" && status["mktCapPrice"] == "0")
        #expect(status["permId"] == order["order.permId"])
        #expect(story(exercise()) == ["error 103"])
        #expect(gateway.hear(.seconds(7200)).isEmpty)
        #expect(gateway.shown(client)?["order.orderId"] == "31")
        var ended = gateway.reply(client, "cancelOrder", ["orderId": "31"])
        ended += gateway.sent(gateway.passing(.seconds(1)))
        let errors = ended.filter { $0.name == "error" }
        #expect(errors.map { $0["errorCode"] } == ["322", "202"])
        #expect(
            errors[0]["errorString"]
                == "Error processing request.Exercise/Lapse failed due to server rejection.")
        let first = ended.firstIndex { $0["errorCode"] == "322" } ?? .max
        #expect(first < ended.firstIndex { $0["status"] == "Cancelled" } ?? 0)
        #expect(gateway.shown(client) == nil)
    }
}
