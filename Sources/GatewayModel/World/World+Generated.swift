import Simulation

/// How large a made-up world is.
package struct WorldSize: Hashable, Sendable {
    package var accounts = 10
    package var symbols = 100
    /// Of all accounts together.
    package var positions = 100
    package var orders = 100

    package init() {}
}

extension World {
    /// A large invented world that hangs together: the same size and seed give the same world.
    ///
    /// Symbols, names and con ids are made up. Every account holds positions in turn; open orders
    /// are limits and stops so far from the market that they rest.
    package static func generated(_ size: WorldSize, seed: UInt64) -> World {
        var random = SeededRandom(seed: seed).stream("world")
        let symbols = max(1, size.symbols)
        let contracts = (0..<symbols).map { inventedStock($0, &random) }
        var accounts = (0..<max(1, size.accounts)).map { index in
            Account(
                name: "DU\(padded(Int64(9_000_001 + index), to: 7))",
                cash: Amount(cents: Int64(random.below(100_000_000)) + 1_000_000))
        }
        let count = min(size.positions, accounts.count * symbols)
        for number in 0..<max(0, count) {
            // One account after the other, each time in another contract.
            let index = number % accounts.count
            let contract = contracts[(number / accounts.count + index * 7) % symbols]
            accounts[index].positions.append(inventedPosition(contract, &random))
        }
        var world = World(accounts: accounts, contracts: contracts)
        world.name = "generated"
        world.openOrders = (0..<max(0, size.orders)).map { number in
            inventedOrder(
                number, accounts[number % accounts.count].name,
                contracts[random.below(symbols)], &random)
        }
        return world
    }

    /// A stock called `ZAAA`, `ZAAB` and so on, which no exchange lists.
    private static func inventedStock(_ index: Int, _ random: inout SeededRandom) -> Contract {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let symbol = String(
            [letters[25]] + [676, 26, 1].map { letters[index / $0 % 26] }
                + (index < 17_576 ? [] : [letters[index / 17_576 % 26]]))
        var contract = Contract.usual(
            conID: 970_000_001 + Int64(index), symbol: symbol, kind: "STK",
            primaryExchange: random.below(2) == 0 ? "NASDAQ" : "NYSE")
        contract.longName = "INVENTED \(symbol) INC"
        contract.conIDIsInvented = true
        contract.industry = "Various"
        contract.referencePrice = Amount(cents: Int64(random.below(49_500)) + 500)
        return contract
    }

    private static func inventedPosition(
        _ contract: Contract, _ random: inout SeededRandom
    ) -> Position {
        let size = Amount(whole: Int64(random.below(50) + 1) * 10)
        // Bought some 30 percent below to 30 percent above today's price.
        let cost = contract.referencePrice * Amount(cents: Int64(70 + random.below(61)))
        return Position(
            conID: contract.conID, quantity: random.below(8) == 0 ? -size : size,
            averageCost: cost.roundedToCents)
    }

    private static func inventedOrder(
        _ number: Int, _ account: String, _ contract: Contract, _ random: inout SeededRandom
    ) -> Order {
        let isBuy = random.below(2) == 0
        let isStop = random.below(4) == 0
        // 30 to 60 percent away, on the side where nobody trades today.
        let distance = Int64(30 + random.below(31))
        let isBelow = isBuy != isStop
        let price =
            (contract.referencePrice * Amount(cents: isBelow ? 100 - distance : 100 + distance))
            .roundedToCents
        return Order(
            clientID: 1 + number % 8, orderID: 1 + number / 8,
            permID: 1_300_000_001 + Int64(number), account: account, conID: contract.conID,
            action: isBuy ? "BUY" : "SELL",
            quantity: Amount(whole: Int64(random.below(20) + 1) * 5),
            type: isStop ? "STP" : "LMT", limitPrice: isStop ? nil : price,
            stopPrice: isStop ? price : nil, timeInForce: "GTC")
    }
}

extension SeededRandom {
    /// A whole number from 0 up to below `bound`.
    fileprivate mutating func below(_ bound: Int) -> Int {
        Int(next() >> 11) % max(bound, 1)
    }
}
