import GatewayModel
import ScenarioFormat
import Testing

/// The text of all mistakes in a world file called `w.yaml`; empty when there is none.
private func mistakes(_ lines: String, limits: WorldLimits = WorldLimits()) -> String {
    do {
        _ = try loadWorld(text: worldText(lines), file: "w.yaml", limits: limits)
        return ""
    } catch {
        return error.description
    }
}

/// Every mistake's place and message, without lines and hints.
private func places(_ lines: String, limits: WorldLimits = WorldLimits()) -> [String] {
    mistakes(lines, limits: limits).split(separator: "\n").filter { $0.hasPrefix("error: ") }
        .map { String($0.dropFirst("error: w.yaml:".count)) }
}

@Suite struct `A world with a mistake` {
    @Test func `shows the line and the nearest right word`() {
        #expect(
            mistakes("accounts:\n  - {name: A, cash: 1, alais: x}") == """
                error: w.yaml:4:24: account has no key 'alais'
                  4 |   - {name: A, cash: 1, alais: x}
                    |                        ^~~~~
                  hint: did you mean 'alias'? Keys: name, currency, cash, other-cash, alias, family-code, positions
                """)
    }

    @Test func `names the contracts that a symbol may mean`() {
        #expect(
            mistakes(
                """
                extends: default
                accounts:
                  - {name: DU0000001, positions: [{contract: SAP, quantity: 1}]}
                """) == """
                    error: w.yaml:5:46: 'SAP' means 2 contracts
                      5 |   - {name: DU0000001, positions: [{contract: SAP, quantity: 1}]}
                        |                                              ^~~
                      hint: say the con id: 990000307 (STK NYSE USD), 990000308 (STK IBIS EUR)
                    """)
    }

    /// Lines behind the head, and what is said of them.
    private static let cases: [(lines: String, places: [String])] = [
        ("", ["1:1: the world has no account"]),
        ("acounts: []", ["3:1: world has no key 'acounts'"]),
        ("extends: other", ["3:10: 'other' is no world to extend"]),
        (
            "without: [orders]\naccounts: [{name: A, cash: 1}]",
            ["3:1: 'without' leaves out what 'extends' brings"]
        ),
        (
            "extends: default\nwithout: [accounts, ordrs]",
            ["4:21: 'ordrs' is no section of a world"]
        ),
        (
            "extends: default\nwithout: [accounts]\naccounts: [{name: U1, cash: 1}]",
            [
                "3:1: order 1204550001 of the default world is in account 'DU0000001', which is left out"
            ]
        ),
        (
            "extends: default\nwithout: [contracts]",
            [
                "3:1: order 1204550001 of the default world is about contract 265598, which is left out"
            ]
        ),
        ("clock: {starts: yesterday}", ["3:17: 'yesterday' is no moment a gateway can start at"]),
        (
            "clock: {starts: 2026-02-30T00:00:00Z}",
            ["3:17: '2026-02-30T00:00:00Z' is no moment a gateway can start at"]
        ),

        (
            "accounts: [{name: A, cash: lots}]",
            ["3:28: 'lots' is no number with at most six decimals"]
        ),
        (
            "accounts: [{name: A, cash: 1.1234567}]",
            ["3:28: '1.1234567' is no number with at most six decimals"]
        ),
        (
            "accounts: [{name: A, cash: 1e3}]",
            ["3:28: '1e3' is no number with at most six decimals"]
        ),
        (
            "accounts: [{name: A, cash: 2000000000000}]",
            ["3:28: 2000000000000 is outside -1000000000000...1000000000000"]
        ),
        (
            "accounts: [{name: A, cash: 1}, {name: A, cash: 2}]",
            ["3:39: the account 'A' stands twice"]
        ),
        ("accounts: [{name: \"a b\", cash: 1}]", ["3:19: 'a b' cannot name an account"]),
        (
            "accounts: [{name: A, cash: 1, other-cash: {USD: 1}}]",
            ["3:44: 'USD' is no other currency than USD"]
        ),
        ("accounts: [{name: A}]", ["3:13: account 'A' needs the key 'cash'"]),
        (
            "accounts: [{name: A, cash: 1, positions: [{contract: 7, quantity: 1}]}]",
            ["3:54: no contract of the world has the con id 7"]
        ),
        (
            "accounts: [{name: A, cash: 1, alias: \"${x}\"}]",
            ["3:38: no variable 'x' in a world, which has none"]
        ),
        (
            "accounts: [{name: A, cash: 1, alias: \"a\\0\"}]",
            ["3:38: a control character in the text"]
        ),

        (
            contracts("{con-id: 5, symbol: X, price: 1}, {con-id: 5, symbol: Y, price: 1}"),
            ["3:56: the con id 5 stands twice"]
        ),
        (contracts("{con-id: 6, price: 2}"), ["3:14: contract needs the key 'symbol'"]),
        (contracts("{symbol: X}"), ["3:14: STK 'X' needs the key 'price'"]),
        (contracts("{symbol: X, price: 0}"), ["3:32: 0 is outside 0.000001...1000000000"]),
        (contracts("{symbol: X, price: 1, kind: STOCK}"), ["3:41: 'STOCK' is no kind of contract"]),
        (contracts("{symbol: X, price: 1, tick: 0}"), ["3:41: 0 is outside 0.000001...1000000"]),
        (
            contracts("{symbol: X, price: 900000000, tick: 0.000001}"),
            ["3:25: the price of STK 'X' is more than a million million ticks"]
        ),
        (contracts("{symbol: X, price: 1, liveliness: 21}"), ["3:47: 21 is outside 0.0...20.0"]),
        (
            contracts("{symbol: X, price: 1, calendar: c}"),
            ["3:45: 'c' is no calendar of the world"]
        ),
        (
            contracts("{symbol: X, kind: OPT, price: 1}"),
            [
                "3:14: OPT 'X' needs the key 'strike'", "3:14: OPT 'X' needs the key 'right'",
                "3:14: OPT 'X' needs the key 'last-trade-date'",
            ]
        ),
        (
            contracts("{symbol: X, kind: FUT, price: 1, last-trade-date: 20260231}"),
            ["3:63: '20260231' is no date"]
        ),
        (contracts("{symbol: X, kind: BAG}"), ["3:14: BAG 'X' needs the key 'legs'"]),
        (
            contracts("{con-id: 1, symbol: X, price: 1, legs: [{contract: 1, ratio: 1}]}"),
            ["3:46: only a BAG has legs"]
        ),
        (
            contracts("{con-id: 1, symbol: X, kind: BAG, legs: [{contract: 1, ratio: 1}]}"),
            ["3:55: a leg cannot be a combination itself"]
        ),
        (
            contracts(
                "{con-id: 1, symbol: X, kind: OPT, price: 1, strike: 1, right: C,\n"
                    + " last-trade-date: 20260320, underlying: 1}"),
            ["4:29: the underlying of OPT 'X' is itself derived from others"]
        ),
        (
            "extends: default\ncontracts: [{con-id: 265598, kind: OPT}]",
            ["4:30: contract 265598 is STK, which cannot change"]
        ),
        (
            "extends: default\ncontracts: [{symbol: SAP, price: 1}]",
            ["4:22: the default world has 2 contracts STK 'SAP'"]
        ),
        (
            "extends: default\ncontracts: [{con-id: 700000100, symbol: X, price: 1}]",
            ["4:14: the con id 700000100 is kept for the options on AAPL"]
        ),

        (
            "chains: [{symbol: X, centre: 10, step: 1, spot: 10}]",
            ["3:11: the lowest strike is not above zero"]
        ),
        (
            "chains: [{symbol: X}]",
            [
                "3:11: chain needs the key 'centre'", "3:11: chain needs the key 'step'",
                "3:11: chain needs the key 'spot'",
            ]
        ),
        (
            "futures: [{symbol: X, every-months: 13}]",
            ["3:12: future needs the key 'price'", "3:37: 13 is outside 1...12"]
        ),

        (
            "calendars: [{name: a, regular: \"21:00-14:30\"}]",
            ["3:32: '21:00-14:30' are no hours of one day"]
        ),
        (
            "calendars: [{name: a, regular: \"14:30-21:00\", days: [tues]}]",
            ["3:54: 'tues' is no day of the week"]
        ),
        (
            "calendars: [{name: a, regular: \"14:30-21:00\", days: []}]",
            ["3:53: the calendar has no day"]
        ),
        (
            "calendars: [{name: a, regular: \"14:30-21:00\", holidays: [2026-02-30]}]",
            ["3:58: '2026-02-30' is no date"]
        ),
        (
            "calendars: [{name: a, regular: \"14:30-21:00\", exchanges: [X]},\n"
                + "  {name: b, regular: \"14:30-21:00\", exchanges: [X]}]",
            ["4:49: the exchange 'X' stands twice"]
        ),

        (
            orders("account: A, contract: X, quantity: 1, action: HOLD, type: MKT"),
            ["6:64: 'HOLD' is no action"]
        ),
        (
            orders("account: B, contract: X, quantity: 1, action: BUY, type: MKT"),
            ["6:27: no account 'B' in the world"]
        ),
        (
            orders("account: A, contract: Y, quantity: 1, action: BUY, type: MKT"),
            ["6:40: no contract of the world has the symbol 'Y'"]
        ),
        (
            orders("account: A, contract: X, quantity: 0, action: BUY, type: MKT"),
            ["6:53: 0 is outside 0.000001...10000000"]
        ),
        (
            orders("account: A, contract: X, quantity: 1, action: BUY, type: LMT"),
            [
                "6:69: a gateway would not have taken this order: "
                    + "Order rejected - reason:a limit order needs a limit price"
            ]
        ),
        (
            orders("account: A, contract: X, quantity: 1, action: BUY, type: LMT, limit: 1.001"),
            [
                "6:69: a gateway would not have taken this order: The price does not conform to "
                    + "the minimum price variation for this contract."
            ]
        ),
        (
            orders("account: A, contract: X, quantity: 1, action: BUY, type: MKT, tif: EVER"),
            [
                "6:69: a gateway would not have taken this order: "
                    + "Order rejected - reason:Invalid time in force 'EVER'"
            ]
        ),
        (
            orders("account: A, contract: X, quantity: 1, action: BUY, type: LMT, limit: x"),
            ["6:87: 'x' is no number with at most six decimals"]
        ),
        (
            orders("account: A, contract: X, quantity: 1, action: BUY, type: MKT")
                + "\n  - {perm-id: 1, account: A, contract: X, quantity: 1, action: BUY, type: MKT}",
            ["7:15: the perm id 1 stands twice"]
        ),
        (
            orders("client: 1, id: 2, account: A, contract: X, quantity: 1, action: BUY, type: MKT")
                + "\n  - {perm-id: 2, client: 1, id: 2, account: A, contract: X, quantity: 1, "
                + "action: BUY, type: MKT}",
            ["7:33: order 2 of client 1 stands twice"]
        ),

        (
            "accounts: [{name: A, cash: 1}]\nexecutions: [{exec-id: e, perm-id: 1, quantity: 1, "
                + "price: 1, ago: 5}]",
            [
                "4:15: execution needs the key 'account'",
                "4:15: execution needs the key 'contract'",
                "4:15: execution needs the key 'side'", "4:67: '5' is no duration",
            ]
        ),
        (
            "accounts: [{name: A, cash: 1}]\n"
                + "advisor: {groups: [{name: G, method: Equally, members: [B]}]}",
            ["4:38: 'Equally' is no method of sharing"]
        ),
    ]

    private static func contracts(_ list: String) -> String {
        "contracts: [\(list)]\naccounts: [{name: A, cash: 1}]"
    }

    private static func orders(_ fields: String) -> String {
        contracts("{con-id: 1, symbol: X, price: 1}")
            + "\norders:\n  - {perm-id: 1, \(fields)}"
    }

    @Test(arguments: cases.indices)
    func `says where and what it is`(index: Int) {
        let (lines, expected) = Self.cases[index]
        #expect(places(lines) == expected, "\(lines)")
    }

    /// A list one longer than its limit is refused where the surplus begins.
    @Test func `is refused beyond its limits`() {
        func lowered(_ path: WritableKeyPath<WorldLimits, Int>, _ most: Int) -> WorldLimits {
            var limits = WorldLimits()
            limits[keyPath: path] = most
            return limits
        }
        let lines = GoodWorld.everything
        #expect(mistakes(lines) == "")
        let lowerings: [(WritableKeyPath<WorldLimits, Int>, Int, String)] = [
            (\.accounts, 1, "2 accounts; the most is 1"),
            (\.contracts, 4, "5 contracts; the most is 4"), (\.legs, 1, "2 legs; the most is 1"),
            (\.currencies, 1, "2 currencies; the most is 1"),
            (\.positions, 1, "2 positions; the most is 1"),
            (\.orders, 0, "1 orders; the most is 0"),
            (\.completedOrders, 0, "1 completed-orders; the most is 0"),
            (\.executions, 0, "1 executions; the most is 0"),
            (\.series, 0, "1 chains; the most is 0"),
            (\.calendars, 0, "1 calendars; the most is 0"),
            (\.holidays, 0, "1 holidays; the most is 0"), (\.groups, 0, "1 groups; the most is 0"),
            (\.members, 1, "2 members; the most is 1"),
            (\.textBytes, 5, "a text of more than 5 bytes"),
            (\.advisorBytes, 5, "a text of more than 5 bytes, or with a zero byte"),
            (\.yaml.bytes, 100, "the most that is read is 100"),
            (\.yaml.nodes, 100, "more than 100 values, aliases written out"),
        ]
        for (path, most, message) in lowerings {
            let text = mistakes(lines, limits: lowered(path, most))
            #expect(text.contains(message), "\(message): \(text.prefix(200))")
        }
    }

    @Test func `counts positions of all accounts together`() {
        var limits = WorldLimits()
        limits.positions = 1
        let text = """
            contracts: [{con-id: 1, symbol: X, price: 1}]
            accounts:
              - {name: A, cash: 1, positions: [{contract: X, quantity: 1}]}
              - {name: B, cash: 1, positions: [{contract: X, quantity: 1}]}
            """
        #expect(places(text, limits: limits) == ["6:24: more than 1 positions"])
    }
}
