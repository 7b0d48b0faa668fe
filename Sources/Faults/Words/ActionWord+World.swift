import GatewayModel

/// What is done to the world: the market, the orders, the accounts and the clock.
///
/// Steps of scenarios have the same words and keys.
extension ActionWord {
    package static let worldWords: [ActionWord] = [
        setPrice,
        ofContract(
            "halt",
            "Trading in a contract stops: tick 49 is 1, and nothing moves, is traded or is filled.",
            WorldCommand.halt, { if case .halt(let name) = $0 { name } else { nil } }),
        ofContract(
            "resume-trading", "Trading in a halted contract goes on: tick 49 is 0 again.",
            WorldCommand.resume, { if case .resume(let name) = $0 { name } else { nil } }),
        fillOrder,
        ofOrder(
            "reject-order", "The order server refuses an order: Inactive, error 201.",
            reason: "what error 201 says (empty)", WorldCommand.reject,
            { if case .reject(let name, let reason) = $0 { (name, reason) } else { nil } }),
        ofOrder(
            "cancel-order", "The exchange cancels an order: Cancelled, error 202.",
            reason: "what error 202 says (empty)", WorldCommand.cancel,
            { if case .cancel(let name, let reason) = $0 { (name, reason) } else { nil } }),
        driftPosition, setCash, setAccountValue, advanceClock,
        clock("stop-clock", "The gateway's time stands still, and nothing comes due.", .stopClock),
        clock("start-clock", "The gateway's time goes on from where it stands.", .startClock),
    ]

    // MARK: The market

    private static let contract = WordArgument(
        "contract", .text, isRequired: true, "a con id, or a symbol that only one contract has")

    private static func price(_ name: String, _ about: String) -> WordArgument {
        WordArgument(name, .number(0...9e9), about)
    }

    private static let setPrice = worldWord(
        "set-price", "The price of a contract jumps, and goes on from there.",
        [
            contract, price("last", "the last price (unchanged, but between bid and ask)"),
            price("bid", "the bid (a tick below the last price)"),
            price("ask", "the ask (a tick above the last price)"),
        ], "{set-price: {contract: AAPL, last: 190.5}}",
        { values in
            let prices = PriceSetting(
                last: values.amount("last"), bid: values.amount("bid"), ask: values.amount("ask"))
            guard let name = values.contract, prices != PriceSetting() else { return nil }
            return .setPrice(name, prices)
        },
        {
            guard case .setPrice(let name, let prices) = $0 else { return nil }
            return [
                "contract": name.value, "last": number(prices.last), "bid": number(prices.bid),
                "ask": number(prices.ask),
            ]
        })

    private static func ofContract(
        _ keyword: String, _ summary: String,
        _ make: @escaping @Sendable (ContractName) -> WorldCommand,
        _ read: @escaping @Sendable (WorldCommand) -> ContractName?
    ) -> ActionWord {
        worldWord(
            keyword, summary, [contract], "{\(keyword): {contract: AAPL}}",
            { $0.contract.map(make) }, { read($0).map { ["contract": $0.value] } })
    }

    // MARK: Orders

    private static let orderNames = [
        WordArgument(
            "order", .count(-2_147_483_648...2_147_483_647), "its id, or one of the next two"),
        WordArgument("perm-id", .count(1...Int.max), "its permanent id"),
        WordArgument("order-ref", .text, "its reference"),
        WordArgument(
            "client-id", .count(-2_147_483_648...2_147_483_647),
            "with an order's id: the client that placed it (any)"),
    ]

    private static let fillOrder = worldWord(
        "fill-order",
        "An open order is filled, whatever the market says and even without its client.",
        orderNames + [
            WordArgument("quantity", .number(0...1e9), "how much (all that is left)"),
            WordArgument("price", .number(-9e9...9e9), "at which (its limit, or the market's)"),
        ], "{fill-order: {order: 1, client-id: 0, quantity: 10}}",
        { values in
            values.order.map {
                .fill($0, quantity: values.amount("quantity"), price: values.amount("price"))
            }
        },
        {
            guard case .fill(let name, let quantity, let price) = $0 else { return nil }
            return name.values.merging(["quantity": number(quantity), "price": number(price)]) {
                $1
            }
        })

    private static func ofOrder(
        _ keyword: String, _ summary: String, reason about: String,
        _ make: @escaping @Sendable (OrderName, String) -> WorldCommand,
        _ read: @escaping @Sendable (WorldCommand) -> (OrderName, String)?
    ) -> ActionWord {
        worldWord(
            keyword, summary, orderNames + [WordArgument("reason", .text, about)],
            "{\(keyword): {order: 1, client-id: 0, reason: no margin}}",
            { values in values.order.map { make($0, values.text("reason") ?? "") } },
            {
                read($0).map { name, reason in
                    name.values.merging(["reason": reason.isEmpty ? nil : .text(reason)]) { $1 }
                }
            })
    }

    // MARK: Accounts

    private static let account = WordArgument("account", .text, "the account (the first)")

    private static let driftPosition = worldWord(
        "drift-position", "A position changes without an execution.",
        [
            contract,
            WordArgument("by", .number(-1e9...1e9), isRequired: true, "how much is added to it"),
            account,
        ], "{drift-position: {contract: AAPL, by: -100}}",
        { values in
            guard let name = values.contract, let amount = values.amount("by") else { return nil }
            return .drift(account: values.text("account") ?? "", name, by: amount)
        },
        {
            guard case .drift(let account, let name, let amount) = $0 else { return nil }
            return ["contract": name.value, "by": number(amount), "account": text(account)]
        })

    private static let setCash = worldWord(
        "set-cash", "The cash of an account is set.",
        [
            WordArgument("amount", .number(-9e11...9e11), isRequired: true, "how much there is"),
            WordArgument("currency", .text, "in which currency (the account's own)"), account,
        ], "{set-cash: {amount: 1000}}",
        { values in
            values.amount("amount").map {
                .setCash(
                    account: values.text("account") ?? "",
                    currency: values.text("currency") ?? "", $0)
            }
        },
        {
            guard case .setCash(let account, let currency, let amount) = $0 else { return nil }
            return ["amount": number(amount), "currency": text(currency), "account": text(account)]
        })

    private static let setAccountValue = worldWord(
        "set-account-value", "An account value shows a text, whatever cash and positions say.",
        [
            WordArgument("key", .text, isRequired: true, "which value, such as ExcessLiquidity"),
            WordArgument("value", .text, "what it shows (what it is, as before)"), account,
        ], "{set-account-value: {key: ExcessLiquidity, value: \"-125.50\"}}",
        { values in
            values.text("key").map {
                .showValue(
                    account: values.text("account") ?? "", key: $0, values.text("value"))
            }
        },
        {
            guard case .showValue(let account, let key, let value) = $0 else { return nil }
            return [
                "key": .text(key), "value": value.map { .text($0) }, "account": text(account),
            ]
        })

    // MARK: The clock

    private static let advanceClock = worldWord(
        "advance-clock",
        """
        The gateway's time jumps ahead: what was due meanwhile happens at once. Delays of faults and \
        steps are not shortened.
        """,
        [WordArgument("by", .duration, isRequired: true, "how far, 366 days at most")],
        "{advance-clock: {by: 10m}}", { $0.duration("by").map { .advanceClock($0) } },
        { if case .advanceClock(let time) = $0 { ["by": .duration(time)] } else { nil } })

    private static func clock(
        _ keyword: String, _ summary: String, _ command: WorldCommand
    ) -> ActionWord {
        plain(keyword, .gateway, summary, at: .anywhere, .gateway(.world(command)))
    }

    // MARK: Shorthands

    private static func worldWord(
        _ keyword: String, _ summary: String, _ arguments: [WordArgument], _ example: String,
        _ make: @escaping @Sendable (WordArguments) -> WorldCommand?,
        _ read: @escaping @Sendable (WorldCommand) -> [String: ArgumentValue?]?
    ) -> ActionWord {
        word(
            keyword, .gateway, summary, .keys(arguments), at: .anywhere, example,
            { make($0).map { .gateway(.world($0)) } },
            {
                guard case .gateway(.world(let command)) = $0 else { return nil }
                return read(command)?.compactMapValues(\.self)
            })
    }

    private static func number(_ amount: Amount?) -> ArgumentValue? {
        amount.map { .number($0.double) }
    }

    private static func text(_ text: String) -> ArgumentValue? { text.isEmpty ? nil : .text(text) }
}

extension ContractName {
    fileprivate var value: ArgumentValue {
        switch self {
        case .conID(let number): .text(String(number))
        case .symbol(let symbol): .text(symbol)
        }
    }
}

extension OrderName {
    fileprivate var values: [String: ArgumentValue?] {
        switch self {
        case .permID(let number): ["perm-id": .count(Int(number))]
        case .id(let id, let clientID):
            ["order": .count(id), "client-id": clientID.map { .count($0) }]
        case .reference(let text): ["order-ref": .text(text)]
        }
    }
}

extension WordArguments {
    fileprivate var contract: ContractName? { text("contract").map { ContractName($0) } }

    fileprivate func amount(_ name: String) -> Amount? {
        number(name).map { Amount(nearest: $0) }
    }

    /// `nil` when it is not named in exactly one way.
    fileprivate var order: OrderName? {
        switch (count("order"), count("perm-id"), text("order-ref"), count("client-id")) {
        case (let id?, nil, nil, let clientID): .id(id, clientID: clientID)
        case (nil, let permID?, nil, nil): .permID(Int64(permID))
        case (nil, nil, let text?, nil): .reference(text)
        default: nil
        }
    }
}
