import GatewayWire
import Testing

@Suite struct `A protobuf field that real frames always carry` {
    private func bytes(_ message: Message) -> String {
        MessageEncoder(serverVersion: 225).encode(message)[8...]
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test func `is there when a tick's attributes are all false`() {
        let trade = Message(
            "tickByTick",
            [
                "reqId": "5", "tickType": "1", "time": "9", "mask": "0", "price": "1",
                "size": "7", "exchange": "IEX", "specialConditions": "",
            ])
        // 12 04 is the attributes with two fields, both false.
        #expect(
            bytes(trade) == "080510011a190809120408001000" + "19000000000000f03f" + "220137"
                + "2a03494558")
        let quote = Message(
            "tickByTick",
            [
                "reqId": "5", "tickType": "3", "time": "9", "mask": "0", "bidPrice": "1",
                "askPrice": "1", "bidSize": "7", "askSize": "7",
            ])
        #expect(bytes(quote).hasPrefix("0805100322200809120408001000"))
    }

    @Test func `is there for the size of a midpoint`() {
        let middle = Message(
            "tickByTick",
            [
                "reqId": "5", "tickType": "4", "time": "9", "midPoint": "1",
                "historicalTickMidPoint.size": "0",
            ])
        #expect(bytes(middle) == "080510042a0e0809" + "11000000000000f03f" + "1a0130")
    }

    @Test func `is there for what a headline comes with`() {
        let news = Message(
            "tickNews",
            [
                "tickerId": "5", "timeStamp": "9", "providerCode": "B", "articleId": "B$1",
                "headline": "h", "extraData": "",
            ])
        #expect(bytes(news) == "080510091a0142" + "2203422431" + "2a0168" + "3200")
    }
}
