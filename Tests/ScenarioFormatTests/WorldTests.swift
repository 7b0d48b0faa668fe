import GatewayModel
import ScenarioFormat
import Testing

/// A world file with these lines behind its head.
func worldText(_ lines: String) -> String { "version: 1\nworld: w\n\(lines)\n" }

func loadedWorld(_ lines: String) throws -> World {
    try loadWorld(text: worldText(lines), file: "w.yaml")
}

/// A world that says every field of every part once.
enum GoodWorld {
    static let everything = #"""
        clock: {starts: 2026-03-20T09:00:00Z}
        calendars:
          - name: frankfurt
            exchanges: [IBIS, FWB]
            regular: "09:00-16:30"
            extended: "08:00-24:00"
            days: [mon, wed]
            holidays: [2026-03-23]
        contracts:
          - {con-id: 7, symbol: "700", name: "Seven & \"Co\" ${x", price: 51.205, currency: EUR,
             primary-exchange: IBIS, valid-exchanges: [SMART, IBIS], local-symbol: SEV,
             trading-class: XETRA, tick: 0.005, market-rule: 59, stock-type: PREFERRED,
             industry: Iron, invented: true, liveliness: 0, calendar: frankfurt}
          - {con-id: 8, symbol: SEV, kind: OPT, name: Put, price: 5, last-trade-date: "20260618",
             strike: 55, right: P, multiplier: 10, local-symbol: "P SEV 55", underlying: 7,
             volatility: 0.25}
          - {con-id: 9, symbol: DAX, kind: IND, exchange: EUREX, price: 24000, liveliness: 2.5}
          - {con-id: 10, symbol: BUND, kind: BOND, price: 99.5, coupon: 4,
             issue-date: 20241115, last-trade-date: 20341115}
          - {con-id: 11, symbol: SEV, kind: BAG, legs: [{contract: "700", ratio: 2},
             {contract: "P SEV 55", ratio: -1}]}
        chains:
          - {symbol: "700", name: Options, centre: 50, step: 1, volatility: 0.3, spot: 51.2}
        futures:
          - {symbol: FDAX, name: DAX, exchange: EUREX, multiplier: 25, tick: 0.5, price: 24100,
             every-months: 3, underlying: DAX, market-rule: 67}
        accounts:
          - {name: DF0000001, cash: 0}
          - name: DU0000002
            currency: EUR
            cash: -1000.255555
            other-cash: {USD: 25.5, CHF: -3}
            alias: Second
            family-code: F2
            positions:
              - {contract: 7, quantity: -3.5, average-cost: 48.1, realized-profit: -5.5}
              - {contract: "P SEV 55", quantity: 2, average-cost: 40}
        advisor:
          groups:
            - name: All
              method: Ratio
              members: [{account: DF0000001, amount: 3}, DU0000002]
          configuration: {profiles: <ListOfAllocationProfiles/>}
        orders:
          - {perm-id: 70, client: 3, id: 4, account: DU0000002, contract: "700", action: BUY,
             quantity: 2, type: STP LMT, limit: 60.005, stop: 60, tif: GTC}
        completed-orders:
          - {perm-id: 71, client: 3, id: 5, account: DU0000002, contract: 7, action: SELL,
             quantity: 1, type: MKT, outside-rth: true, parent: 70, ago: 90s, filled-at: 51.3}
        executions:
          - {exec-id: a.1, perm-id: 71, quantity: 1, price: 51.3, ago: 90s, exchange: IBIS,
             commission: 1.25, realized-profit: 12, order-ref: mine}
        """#.replacing("${x", with: "$${x")
}

@Suite struct `A world file` {
    @Test func `gives the default world back that it was written from`() throws {
        let text = World.default.text
        let world = try loadWorld(text: text, file: "w.yaml")
        #expect(world == .default)
        #expect(world.text == text)
    }

    @Test func `may extend the default world by nothing`() throws {
        var world = try loadedWorld("extends: default")
        world.name = "default"
        #expect(world == .default)
    }

    @Test func `says everything a world holds`() throws {
        let text = worldText(GoodWorld.everything)
        let world = try loadWorld(text: text, file: "w.yaml")
        let again = try loadWorld(text: world.text, file: "w.yaml")
        #expect(again == world)

        #expect(world.starts == .at(1_773_997_200_000_000_000))
        let calendar = try #require(world.calendars.first)
        #expect(calendar.regular == 32_400..<59_400 && calendar.extended == 28_800..<86_400)
        #expect(calendar.weekdays == [1, 3] && calendar.holidays == [20_535])

        let bond = try #require(world.contracts.first { $0.secType == "BOND" })
        #expect(bond.coupon == 4 && bond.issueDate == "20241115")
        let option = try #require(world.contracts.first { $0.secType == "OPT" })
        #expect(option.underlyingConID == 7 && option.strike == 55 && option.right == "P")
        let bag = try #require(world.contracts.first { $0.secType == "BAG" })
        #expect(
            bag.legs == [.init(conID: 7, signedRatio: 2), .init(conID: 8, signedRatio: -1)])
        let stock = try #require(world.contracts.first { $0.conID == 7 })
        #expect(stock.liveliness == 0 && stock.calendar == "frankfurt")
        #expect(stock.validExchanges == "SMART,IBIS" && stock.minTick == Amount(micros: 5_000))

        #expect(world.chains.map(\.underlyingConID) == [7])
        #expect(world.futures.map(\.underlyingConID) == [9])
        #expect(world.accounts.map(\.name) == ["DF0000001", "DU0000002"])
        #expect(world.accounts[1].positions.map(\.conID) == [7, 8])
        #expect(world.accounts[1].positions[0].realizedProfit == Amount(cents: -550))
        #expect(world.accounts[1].baseCurrency == "EUR")
        #expect(world.accounts[1].otherCash == ["USD": Amount(cents: 2_550), "CHF": -3])
        let advisor = try #require(world.advisor)
        #expect(advisor.groups.map(\.method) == ["Ratio"])
        #expect(advisor.groups[0].members.map(\.amount) == [3, 1])
        #expect(advisor.replaced == [2: "<ListOfAllocationProfiles/>"])
        #expect(world.openOrders.map(\.conID) == [7])
        #expect(world.completedOrders.map(\.completedSeconds) == [-90])
        #expect(world.completedOrders.map(\.order.tradesOutsideHours) == [true])
        #expect(world.completedOrders.map(\.order.parentPermID) == [70])
        let execution = try #require(world.executions.first)
        #expect(execution.account == "DU0000002" && !execution.isBuy && execution.orderID == 5)
        #expect(execution.seconds == -90 && execution.realizedProfit == 12)
    }

    @Test func `overrides and adds to the default world`() throws {
        let world = try loadedWorld(
            """
            extends: default
            contracts:
              - {symbol: AAPL, price: 100, liveliness: 0}
              - {con-id: 990000101, price: 7}
              - {symbol: NEWCO, price: 12.5}
            chains: [{symbol: AAPL, centre: 100}]
            futures: [{symbol: ES, price: 7000}]
            accounts:
              - {name: DU0000001, cash: 5, positions: [{contract: AAPL, quantity: 1}, {contract: NEWCO, quantity: 2}]}
              - {name: DU0000002, cash: 6}
            orders:
              - {perm-id: 1204550001, account: DU0000002, contract: NEWCO, action: BUY, quantity: 1, type: LMT, limit: 9}
            """)
        let usual = World.default
        #expect(world.contracts.count == usual.contracts.count + 1)
        let apple = try #require(world.contracts.first { $0.conID == 265_598 })
        #expect(apple.referencePrice == 100 && apple.liveliness == 0)
        #expect(apple.longName == "APPLE INC")
        #expect(world.contracts.first { $0.conID == 990_000_101 }?.referencePrice == 7)
        let new = try #require(world.contracts.last)
        #expect(new.symbol == "NEWCO" && new.conIDIsInvented && new.conID > 0)
        #expect(world.chains.map(\.centre) == [100, 690])
        #expect(world.futures.map(\.price).first == 7000)
        #expect(world.accounts.map(\.cash) == [5, 6])
        let positions = world.accounts[0].positions
        #expect(positions.count == 25 && positions[0].quantity == 1)
        #expect(positions[0].averageCost == 187.45, "what is not said stays")
        #expect(positions[24].averageCost == 12.5, "by default today's price")
        #expect(world.openOrders.count == 7 && world.openOrders[0].account == "DU0000002")
    }

    @Test func `may leave sections of the default world out`() throws {
        let world = try loadedWorld(
            """
            extends: default
            without: [accounts, orders, completed-orders, executions, chains, futures]
            accounts: [{name: U1, cash: 1}]
            """)
        #expect(world.accounts.map(\.name) == ["U1"])
        #expect(world.openOrders.isEmpty && world.chains.isEmpty && world.futures.isEmpty)
        #expect(world.contracts == World.default.contracts)
    }

    @Test func `knows contracts that chains list on the day it starts`() throws {
        let world = try loadedWorld(
            """
            extends: default
            accounts: [{name: DU0000001, positions: [{contract: ESH6, quantity: 1}]}]
            """)
        let held = try #require(world.accounts[0].positions.last)
        #expect(FutureSeries.conIDs(number: 0).contains(held.conID))
        let again = try loadWorld(text: world.text, file: "w.yaml")
        #expect(again.accounts == world.accounts)
    }

    @Test func `reads its amounts exactly`() throws {
        let texts = ["9223372036.854775", "-0.000001", "0.1", "1000000000000", "123456.789012"]
        for text in texts {
            let world = try loadedWorld("accounts: [{name: A, cash: \(text)}]")
            #expect(world.accounts[0].cash.description == text)
        }
    }
}
