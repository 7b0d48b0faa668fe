/// Whole frames as the official client 10.46 sent them, and as it understood them.
///
/// Source: loopback experiments with the official client; lengths included.
enum GoldenFrames {
    struct Frame: Sendable {
        let version: Int
        let name: String
        let hex: String
        let fields: [(name: String, text: String)]

        init(_ version: Int, _ name: String, _ hex: String, _ fields: (String, String)...) {
            self.version = version
            self.name = name
            self.hex = hex
            self.fields = fields
        }

        var bytes: [UInt8] { GatewayWireTests.bytes(hex) }
    }

    static let toGateway = [
        Frame(225, "startApi", "00000006 0000010f 0807", ("clientId", "7")),
        Frame(
            225, "startApi", "0000000b 0000010f 0800 1203666f6f", ("clientId", "0"),
            ("optionalCapabilities", "foo")),
        Frame(
            212, "startApi", "00000009 00000047 320037 0000", ("clientId", "7"),
            ("optionalCapabilities", "")),
        Frame(200, "startApi", "00000008 373100 320037 0000", ("clientId", "7")),
        Frame(225, "reqPositions", "00000004 00000105"),
        Frame(203, "reqPositions", "00000006 0000003d 3100"),
        Frame(200, "reqPositions", "00000005 363100 3100"),
        Frame(
            225, "reqAccountSummary",
            "0000002a 00000106 0801 1203416c6c 1a1d4e65744c69717569646174696f6e2c546f74616c4361736856616c7565",
            ("reqId", "1"), ("groupName", "All"), ("tags", "NetLiquidation,TotalCashValue")),
        Frame(
            225, "reqContractDetails",
            "00000021 000000d1 0802 1219 0800 12044141504c 1a0353544b 4205534d415254 5203555344",
            ("reqId", "2"), ("contract.conId", "0"), ("contract.symbol", "AAPL"),
            ("contract.secType", "STK"), ("contract.exchange", "SMART"),
            ("contract.currency", "USD"), ("contract.includeExpired", "0"),
            ("contract.strike", "")),
        Frame(
            225, "reqHistoricalData",
            "00000039 000000dc 0804 1219080012044141504c1a0353544b4205534d4152545203555344 2205 3120646179 2a03 322044 3001 3a06 545241444553 4001",
            ("reqId", "4"), ("barSizeSetting", "1 day"), ("durationStr", "2 D"), ("useRTH", "1"),
            ("whatToShow", "TRADES"), ("formatDate", "1"), ("keepUpToDate", "0"),
            ("endDateTime", "")),
        Frame(
            201, "reqExecutions", "0000000a 000000cf 0806 1202 0800", ("reqId", "6"),
            ("filter.clientId", "0"), ("filter.symbol", "")),
        Frame(
            203, "cancelOrder", "00000008 000000cc 0865 1200", ("orderId", "101"),
            ("manualOrderCancelTime", "")),
        Frame(
            203, "placeOrder",
            "00000091 000000cb 0864 1219080012044141504c1a0353544b4205534d4152545203555344 1a6c0800180020002a0342555932023130380042034c4d54490000000000b867405a03444159f00100f80100d80200f00200900401a80400b00400c004ffffffffffffffffff01e1040000000000000000c00500c9050000000000000000d9050000000000000000900600ca0600 2200",
            ("orderId", "100"), ("contract.symbol", "AAPL"), ("order.action", "BUY"),
            ("order.totalQuantity", "10"), ("order.orderType", "LMT"), ("order.lmtPrice", "189.75"),
            ("order.auxPrice", ""), ("order.tif", "DAY"), ("order.transmit", "1"),
            ("order.exemptCode", "-1"), ("order.outsideRth", "0"), ("order.whatIf", "0")),
    ]

    static let toClient = [
        Frame(
            225, "managedAccounts", "0000000f 000000d7 0a09445531323334353637",
            ("accountsList", "DU1234567")),
        Frame(
            206, "managedAccounts", "00000010 0000000f 3100 44553132333435363700",
            ("accountsList", "DU1234567")),
        Frame(
            200, "managedAccounts", "0000000f 313500 3100 44553132333435363700",
            ("accountsList", "DU1234567")),
        Frame(225, "nextValidId", "00000006 000000d1 0864", ("orderId", "100")),
        Frame(212, "nextValidId", "0000000a 00000009 3100 31303000", ("orderId", "100")),
        Frame(
            201, "error",
            "00000043 000000cc 08ffffffffffffffffff01 10a3d7e5be9f34 18b810 2228 4d61726b65742064617461206661726d20636f6e6e656374696f6e206973204f4b3a75736661726d",
            ("reqId", "-1"), ("errorTime", "1795159583651"), ("errorCode", "2104"),
            ("errorString", "Market data farm connection is OK:usfarm")),
        Frame(
            200, "error",
            "00000042 3400 2d3100 3231303400 4d61726b65742064617461206661726d20636f6e6e656374696f6e206973204f4b3a75736661726d00 00 3137393531353935383436333400",
            ("reqId", "-1"), ("errorCode", "2104")),
        Frame(
            225, "position",
            "0000004e 00000105 0a09445531323334353637 122e08fe9a1012044141504c1a0353544b4205534d4152544a064e415344415152035553445a044141504c62034e4d53 1a04 31322e35 210000000000686740",
            ("account", "DU1234567"), ("contract.conId", "265598"), ("contract.symbol", "AAPL"),
            ("contract.secType", "STK"), ("contract.exchange", "SMART"),
            ("contract.primaryExchange", "NASDAQ"), ("contract.currency", "USD"),
            ("contract.localSymbol", "AAPL"), ("contract.tradingClass", "NMS"),
            ("position", "12.5"), ("avgCost", "187.25")),
        Frame(225, "positionEnd", "00000004 00000106"),
        Frame(
            225, "tickPrice", "00000018 000000c9 0805 1001 196666666666b66740 2203333030 2801",
            ("reqId", "5"), ("tickType", "1"), ("price", "189.7"), ("size", "300"),
            ("attrMask", "1")),
        Frame(
            203, "orderStatus",
            "00000040 000000cb 0864 12095375626d6974746564 1a0130 22023130 290000000000000000 30e48080808020 3800 410000000000000000 4807 5200 590000000000000000",
            ("orderId", "100"), ("status", "Submitted"), ("filled", "0"), ("remaining", "10"),
            ("avgFillPrice", "0"), ("permId", "1099511627876"), ("parentId", "0"),
            ("lastFillPrice", "0"), ("clientId", "7"), ("whyHeld", ""), ("mktCapPrice", "0")),
        Frame(
            203, "openOrder",
            "0000007d 000000cd 0864 122e08fe9a1012044141504c1a0353544b4205534d4152544a064e415344415152035553445a044141504c62034e4d53 1a350807106418e480808080202a034255593202313042034c4d54490000000000b867405a034441596209445531323334353637a80400 220e0a0c5072655375626d6974746564",
            ("order.orderId", "100"), ("contract.conId", "265598"), ("order.clientId", "7"),
            ("order.permId", "1099511627876"), ("order.action", "BUY"),
            ("order.lmtPrice", "189.75"),
            ("order.account", "DU1234567"), ("order.origin", "0"),
            ("orderState.status", "PreSubmitted")),
        Frame(
            201, "execDetails",
            "000000b0 000000d3 08ffffffffffffffffff01 122e08fe9a1012044141504c1a0353544b4205534d4152544a064e415344415152035553445a044141504c62034e4d53 1a6f0864120a30303030653064352e311a1c32303236313132302030373a33303a30302055532f4561737465726e22094455313233343536372a064e41534441513203424f543a023130410000000000b8674048e480808080205007580062023130690000000000b86740900102980100",
            ("reqId", "-1"), ("execution.orderId", "100"), ("execution.execId", "0000e0d5.1"),
            ("execution.side", "BOT"), ("execution.shares", "10"), ("execution.price", "189.75"),
            ("execution.lastLiquidity", "2"), ("execution.liquidation", "0")),
        Frame(
            211, "commissionReport",
            "0000001e 00000103 0a0a30303030653064352e31 11000000000000f03f 1a03555344",
            ("execId", "0000e0d5.1"), ("commission", "1"), ("currency", "USD")),
        Frame(
            225, "historicalData",
            "0000008f 000000d9 0804 12420a083230323631313139110000000000406740190000000000b067402100000000002867402900000000008067403207313233343536373a063138372e343140a946 12430a083230323631313230110000000000806740190000000000c06740210000000000706740290000000000b867403209373635343332312e353a053138382e3940c03e",
            ("reqId", "4")),
    ]
}

func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.filter { $0 != UInt8(ascii: " ") }
    return stride(from: 0, to: digits.count, by: 2).map {
        UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16) ?? 0
    }
}
