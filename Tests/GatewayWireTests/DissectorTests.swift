import Testing

import GatewayWire

@Suite struct `The Wireshark dissector` {
    private let lines = DissectorText.lua.split(separator: "\n", omittingEmptySubsequences: false)

    @Test func `begins with what it is and how to use it`() {
        let head = [
            "-- TWS API dissector for Wireshark 4.0 and later, made by \"fakegw dissector\" from its schema.",
            "--", "--   tshark -X lua_script:twsapi.lua -r FILE -Y twsapi -V", "--",
        ]
        #expect(lines.prefix(4).map(String.init) == head)
    }

    @Test func `holds every message once`() {
        let heads = lines.filter { $0.hasPrefix("message{") }
        #expect(heads.count == ProtocolSchema.messages.count)
        for (head, message) in zip(heads, ProtocolSchema.messages) {
            let start =
                "message{\"\(message.direction.rawValue)\", \(message.id), \"\(message.name)\""
            #expect(head.hasPrefix(start), "\(head)")
            #expect(head.contains("level=") == (message.protobuf != nil), "\(head)")
            #expect(head.hasSuffix("text=[[") == message.hasTextForm, "\(head)")
        }
    }

    @Test func `lays fields out with their versions and conditions`() throws {
        let start = try #require(lines.firstIndex { $0.hasPrefix("message{\"toClient\", 3,") })
        #expect(
            lines[start].hasPrefix(
                "message{\"toClient\", 3, \"orderStatus\", legacy=6, untilVersion=130,"))
        let fields = lines[(start + 1)...].prefix { $0 != "]]}" }.map(String.init)
        let expected = [
            "orderId", "status", "filled", "remaining", "avgFillPrice", "permId", "parentId",
            "lastFillPrice", "clientId", "whyHeld", "mktCapPrice 131",
        ]
        #expect(fields == expected)
        #expect(lines.contains("contract.comboLegs *comboLegsCount ?contract.secType=BAG"))
        #expect(lines.contains { $0.hasSuffix("?order.orderType~PEG%20BENCH|PEGBENCH") })
    }

    @Test func `tells which requests are answered, and by what`() {
        #expect(
            lines.contains("  reqPositions = {by = \"name\", last = \"positionEnd\", since = 100},")
        )
        #expect(lines.contains("  placeOrder = {by = \"order\"},"))
        #expect(
            lines.contains {
                $0.hasPrefix("  reqHistoricalData = {by = \"id\", last = ")
                    && $0.hasSuffix("since = 196},")
            })
        #expect(lines.contains("  nextValidId = {\"startApi\", \"reqIds\"},"))
        for message in AnswerTable.byID.keys.sorted() + AnswerTable.byName.keys.sorted() {
            #expect(ProtocolSchema.message(named: message, .toGateway) != nil, "\(message)")
        }
    }

    @Test func `closes every long string it opens`() {
        let opened = lines.count { $0.hasSuffix("[[") }
        #expect(opened == lines.count { $0.hasPrefix("]]") })
        #expect(opened > ProtocolSchema.messages.count)
    }

    @Test func `is the same every time`() {
        #expect(DissectorText.lua == DissectorText.lua)
    }
}
