import EventLog
import GatewayWire
import Testing

import ScenarioFormat

@Suite struct `A transcript` {
    private let text = """
        # fakegw transcript 1
        # from somewhere
        server-version 176
        +0us client opens
        +400us -> hello v157..176 +PACEAPI
        +1.2ms <- version {cut 4+2ms 9+300us} 176|20260115 14:31:07 UTC|
        +800us -> startApi 71|2|7||
        +3ms <- managedAccounts 15|1|DU0000001|
        & <- nextValidId 9|1|1|
        +1.5s <- error 4|2|-1|2104|a \\| b \\\\ \\x01||
        +0us <- bytes 0000001a3137
        +2s client fin
        +0us gateway holds

        """

    @Test func `is read and written back to the letter`() throws {
        let transcript = try Transcript.parse(text, file: "t")
        #expect(transcript.serverVersion == 176)
        #expect(transcript.lines.count == 10)
        #expect(transcript.lines[5].after == nil)
        #expect(transcript.text == text)
        guard case .message(let error, _) = transcript.lines[6].event else {
            Issue.record("no message")
            return
        }
        #expect(error["errorString"] == "a | b \\ \u{1}")
    }

    @Test(arguments: [
        (
            "+1ms <- nextValidId 15|1|x|",
            "these are the fields of managedAccounts, not of nextValidId"
        ),
        ("+1ms <- nextValidId 9|1|1", "fields end with |; \\| \\\\ and \\xNN are the only escapes"),
        ("1ms client fin", "a line begins with a time such as +12ms, or with &"),
        ("+1 client fin", "a line begins with a time such as +12ms, or with &"),
        ("+1ms client dies", "'client dies' is no event"),
        ("+1ms <- bytes 0", "bytes are written in hexadecimal digits"),
        ("+1ms <- version 176|", "a version line has two fields: server version, connection time"),
        ("+1ms <- version {cut 0+1ms} 176|x|", "a cut reads OFFSET+TIME, such as 4+2ms"),
    ])
    func `names the line it cannot read`(line: String, reason: String) {
        #expect(throws: TranscriptError(file: "t", line: 3, reason: reason)) {
            try Transcript.parse("# fakegw transcript 1\nserver-version 176\n\(line)\n", file: "t")
        }
    }

    @Test func `without its heading is refused`() {
        #expect(
            throws: TranscriptError(
                file: "t", line: 1, reason: "does not begin with '# fakegw transcript 1'")
        ) { try Transcript.parse("hello\n", file: "t") }
    }

    private let protobuf = """
        # fakegw transcript 1
        server-version 204
        +0us -> hello v100..225
        +1ms <- version 204|20260115 14:31:07 UTC|
        +1ms -> startApi 71|2|7||
        +3ms <- nextValidId 9|1|1|
        +1ms -> cancelOrder {orderId=101|+2:1200}
        +0us <- error {reqId=-1|errorCode=2104|errorString=a \\| b \\\\ {x\\x7d|errorTime=7}
        +0us -> placeOrder {orderId=7|contract.symbol=IBM|order.hidden=0|contract.comboLegs=[{conId=1|ratio=2}{conId=3}]|order.orderComboLegs=[{price=1.5}{}]|+3.105:ca0600|+500:a01f01}
        +0us <- openOrder {order.orderId=1|order.orderId=2}
        +0us -> reqAllOpenOrders {}
        +0us -> cancelOrder pb 12000865

        """

    @Test func `keeps protobuf readable and exact`() throws {
        let transcript = try Transcript.parse(protobuf, file: "t")
        #expect(transcript.text == protobuf)
        guard case .message(let order, _) = transcript.lines[6].event else {
            Issue.record("no message")
            return
        }
        #expect(order["order.hidden"] == "0")
        #expect(order.items(of: "contract.comboLegs").count == 2)
        #expect(order.items(of: "order.orderComboLegs").first?["price"] == "1.5")
    }

    @Test(arguments: [
        ("-> cancelOrder {orderId=1", "protobuf fields read"),
        ("-> cancelOrder {orderID=1}", "protobuf fields read"),
        ("-> cancelOrder {orderId=1}x", "protobuf fields read"),
        ("-> cancelOrder pb 0", "protobuf fields read"),
        ("-> cancelOrder pb ff", "protobuf fields read"),
        ("-> verifyAndAuthRequest {}", "no protobuf message is called 'verifyAndAuthRequest'"),
    ])
    func `names protobuf it cannot read`(line: String, reason: String) {
        let text = "# fakegw transcript 1\nserver-version 225\n+1ms \(line)\n"
        do throws(TranscriptError) {
            _ = try Transcript.parse(text, file: "t")
            Issue.record("read")
        } catch {
            #expect(error.reason.hasPrefix(reason))
        }
    }
}
