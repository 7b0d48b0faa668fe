import GatewayWire

/// Price increments by rule, and where SMART routes to.
extension Reference {
    /// Lower edge and increment of each step.
    private static let rules: [Int: [(edge: Amount, increment: Amount)]] = [
        26: [(0, Amount(cents: 1))],
        32: [(0, Amount(cents: 1)), (3, Amount(cents: 5))],
        59: [(0, Amount(micros: 5_000))],
        67: [(0, Amount(micros: 250_000))],
        109: [(0, Amount(cents: 1)), (3, Amount(cents: 5))],
        239: [(0, Amount(micros: 50))],
        240: [(0, Amount(cents: 10))],
        Contract.bondRule: [(0, Amount(micros: 100))],
        Contract.currencyRule: [(0, Amount(micros: 50))],
        Contract.shareRule: [(0, Amount(cents: 1))],
    ]

    /// The request has no id, so a refusal has none either.
    func reqMarketRule(_ request: Request, _ context: inout GatewayContext) {
        let number = request.int("marketRuleId") ?? -1
        guard let steps = Self.rules[number] else {
            context.invalidate(request, "Invalid market rule id \(number)")
            return
        }
        var message = Message("marketRule", ["marketRuleId": String(number)])
        message.setItems(
            of: "priceIncrements",
            to: steps.map {
                ["lowEdge": $0.edge.description, "increment": $0.increment.description]
            })
        context.send(message, to: request.connection)
    }

    func reqSmartComponents(_ request: Request, _ context: inout GatewayContext) {
        let code = request.text("bboExchange")
        guard code == SmartRouting.code else {
            context.refuse(request, "unknown best bid and offer exchange '\(quoted(code))'")
            return
        }
        var message = Message("smartComponents", ["reqId": String(request.id)])
        message.setItems(
            of: "components",
            to: SmartRouting.components.enumerated().map { number, component in
                [
                    "bitNumber": String(number), "exchange": component.exchange,
                    "exchangeLetter": component.letter,
                ]
            })
        context.send(message, to: request.connection)
    }
}

/// The exchanges behind SMART for stocks (assumed; a real list is longer).
enum SmartRouting {
    /// The code tickReqParams gives and reqSmartComponents takes.
    static let code = "9c0001"
    static let components: [(exchange: String, letter: String)] = [
        ("AMEX", "A"), ("BYX", "B"), ("NYSENAT", "C"), ("ISE", "I"), ("EDGEA", "J"),
        ("DRCTEDGE", "K"), ("CHX", "M"), ("NYSE", "N"), ("ARCA", "P"), ("NASDAQ", "Q"),
        ("IEX", "V"), ("PSX", "X"), ("BATS", "Z"),
    ]
    /// Who stands at bid and ask, and where the last trade was, by a letter an exchange.
    struct Letters: Hashable {
        /// The first letter in the lowest byte.
        let bid: UInt64
        let ask: UInt64
        let last: UInt64
    }

    /// Drawn by the price, so that they change with it (assumed).
    static func letters(at price: Amount, of conID: Int64) -> Letters {
        let chance = mixed(UInt64(bitPattern: conID), UInt64(bitPattern: price.micros))
        func row(_ shift: UInt64, _ counts: UInt64) -> UInt64 {
            let place = ((chance >> shift & 0xFF) * UInt64(components.count)) >> 8
            let count = ((chance >> (shift + 8) & 0xFF) * counts) >> 8
            return letterRows[Int(place * longestRow + count)]
        }
        return Letters(bid: row(0, longestRow), ask: row(16, longestRow), last: row(32, 1))
    }

    private static let longestRow: UInt64 = 5
    /// One to five letters in their order, from each place on.
    private static let letterRows: [UInt64] = components.indices.flatMap { place in
        (1...Int(longestRow)).map { count in
            (0..<count).reduce(0) { row, index in
                let letter = components[(place + index) % components.count].letter
                return row | UInt64(letter.utf8.first ?? 0) << UInt64(8 * index)
            }
        }
    }
    static let depthExchanges = ["NASDAQ", "ARCA", "BATS", "IEX", "NYSE", "BYX", "DRCTEDGE"]
}
