internal import Simulation
package import GatewayModel

extension World {
    /// The world as a file.
    ///
    /// Default values are left out.
    ///
    /// Reading it gives an equal world; the same world gives the same text.
    package var text: String {
        (["version: 1", "world: \(YAMLText.scalar(name))"] + textLines)
            .joined(separator: "\n") + "\n"
    }

    /// What a scenario may hold of it, without the file's own head.
    var textLines: [String] {
        var names = ContractNames(contracts)
        if case .at(let nanoseconds) = starts {
            let today = nanoseconds / 1_000_000_000 / UTCTime.secondsPerDay
            for contract in allContracts(today: today) { names.add(contract) }
        }
        var lines = ["clock:", "  starts: \(starts.text)"]
        lines += section("calendars", calendars.map { item($0.entries) })
        lines += section("contracts", contracts.map { item($0.entries(names)) })
        lines += section("chains", chains.map { item($0.entries) })
        lines += section("futures", futures.map { item($0.entries) })
        lines += section("accounts", accounts.map { $0.lines(names) })
        if accounts.isEmpty { lines.append("accounts: []") }
        if let advisor { lines += advisor.lines }
        lines += section("orders", openOrders.map { item($0.entries(names)) })
        lines += section("completed-orders", completedOrders.map { item($0.entries(names)) })
        lines += section("executions", executions.map { item($0.entries(names)) })
        return lines
    }
}

private typealias Entries = [(key: String, value: String)]

private func section(_ name: String, _ items: [[String]]) -> [String] {
    items.isEmpty ? [] : ["\(name):"] + items.flatMap(\.self).map { "  \($0)" }
}

/// One item of a list, on as many lines as it takes.
private func item(_ entries: Entries) -> [String] {
    var lines: [String] = []
    var line = "- {"
    for (index, entry) in entries.enumerated() {
        let isLast = index == entries.count - 1
        let piece = "\(entry.key): \(entry.value)" + (isLast ? "}" : ",")
        if line.utf8.count + 1 + piece.utf8.count > 96, index > 0 {
            lines.append(line)
            line = "   "
        }
        line += (index == 0 ? "" : " ") + piece
    }
    return lines + [line]
}

private func list(_ texts: [String]) -> String { YAMLText.list(texts.map(YAMLText.scalar)) }

private func ago(_ seconds: Int64) -> String { "\(max(0, -seconds))s" }

extension TradingCalendar {
    fileprivate var entries: Entries {
        var entries: Entries = [
            ("name", YAMLText.scalar(name)), ("exchanges", list(exchanges)),
            ("regular", YAMLText.scalar(Reading.hoursText(regular))),
            ("extended", YAMLText.scalar(Reading.hoursText(extended))),
            ("days", YAMLText.list(Reading.weekdayTexts(weekdays))),
        ]
        if !holidays.isEmpty {
            entries.append(("holidays", YAMLText.list(holidays.sorted().map(Reading.dayText))))
        }
        return entries
    }
}

extension Contract {
    fileprivate func entries(_ names: ContractNames) -> Entries {
        var entries: Entries = [("con-id", "\(conID)")]
        let plain = Contract.usual(
            conID: conID, symbol: symbol, kind: secType, currency: currency)
        let usual = Contract.usual(
            conID: conID, symbol: symbol, kind: secType, currency: currency,
            exchange: exchange == plain.exchange ? nil : exchange,
            primaryExchange: primaryExchange == plain.primaryExchange ? nil : primaryExchange)
        func add(_ key: String, _ path: KeyPath<Contract, String>) {
            let text = self[keyPath: path]
            if text != usual[keyPath: path] { entries.append((key, YAMLText.scalar(text))) }
        }
        func add(_ key: String, _ isSaid: Bool, _ value: String) {
            if isSaid { entries.append((key, value)) }
        }
        entries.append(("symbol", YAMLText.scalar(symbol)))
        add("kind", secType != "STK", YAMLText.scalar(secType))
        add("name", \.longName)
        add("price", referencePrice != 0, "\(referencePrice)")
        add("currency", currency != "USD", YAMLText.scalar(currency))
        add("exchange", exchange != plain.exchange, YAMLText.scalar(exchange))
        add(
            "primary-exchange", primaryExchange != plain.primaryExchange,
            YAMLText.scalar(primaryExchange))
        add(
            "valid-exchanges", validExchanges != usual.validExchanges,
            list(validExchanges.split(separator: ",").map(String.init)))
        add("local-symbol", \.localSymbol)
        add("trading-class", \.tradingClass)
        add("last-trade-date", \.lastTradeDate)
        add("strike", strike != 0, "\(strike)")
        add("right", \.right)
        add("multiplier", multiplier != usual.multiplier, multiplier)
        add("tick", minTick != usual.minTick, "\(minTick)")
        add("market-rule", marketRule != usual.marketRule, "\(marketRule)")
        add("stock-type", \.stockType)
        add("industry", \.industry)
        add("coupon", coupon != 0, "\(coupon)")
        add("issue-date", \.issueDate)
        add("issuer", \.issuer)
        let reasons = restrictions.map {
            YAMLText.mapping([
                ("code", YAMLText.scalar($0.code)), ("reason", YAMLText.scalar($0.reason)),
            ])
        }
        add("restrictions", !restrictions.isEmpty, YAMLText.list(reasons))
        add("invented", conIDIsInvented, "true")
        add("volatility", volatility != 0, "\(volatility)")
        add("liveliness", liveliness != nil, "\(liveliness ?? 0)")
        add("calendar", !calendar.isEmpty, YAMLText.scalar(calendar))
        add("underlying", underlyingConID != 0, names.spelling(of: underlyingConID))
        let parts = legs.map {
            YAMLText.mapping([
                ("contract", names.spelling(of: $0.conID)), ("ratio", "\($0.signedRatio)"),
            ])
        }
        add("legs", !legs.isEmpty, YAMLText.list(parts))
        return entries
    }
}

extension OptionChain {
    fileprivate var entries: Entries {
        [
            ("symbol", YAMLText.scalar(underlyingSymbol)), ("underlying", "\(underlyingConID)"),
            ("name", YAMLText.scalar(name)), ("centre", "\(centre)"), ("step", "\(step)"),
            ("volatility", "\(volatility)"), ("spot", "\(spot)"),
        ]
    }
}

extension FutureSeries {
    fileprivate var entries: Entries {
        [
            ("symbol", YAMLText.scalar(symbol)), ("name", YAMLText.scalar(name)),
            ("exchange", YAMLText.scalar(exchange)), ("multiplier", multiplier),
            ("tick", "\(tick)"), ("price", "\(price)"), ("every-months", "\(everyMonths)"),
            ("underlying", "\(underlyingConID)"), ("market-rule", "\(marketRule)"),
        ]
    }
}

extension World.Account {
    fileprivate func lines(_ names: ContractNames) -> [String] {
        var lines = ["- name: \(YAMLText.scalar(name))", "  cash: \(cash)"]
        if baseCurrency != "USD" { lines.append("  currency: \(YAMLText.scalar(baseCurrency))") }
        if !otherCash.isEmpty {
            let cash = otherCash.sorted { $0.key < $1.key }
                .map { (YAMLText.key($0.key), "\($0.value)") }
            lines.append("  other-cash: \(YAMLText.mapping(cash))")
        }
        if !alias.isEmpty { lines.append("  alias: \(YAMLText.scalar(alias))") }
        if !familyCode.isEmpty { lines.append("  family-code: \(YAMLText.scalar(familyCode))") }
        if !positions.isEmpty { lines.append("  positions:") }
        for position in positions {
            var entries: Entries = [
                ("contract", names.spelling(of: position.conID)),
                ("quantity", "\(position.quantity)"),
                ("average-cost", position.averageCost.plainText),
            ]
            if position.realizedProfit != 0 {
                entries.append(("realized-profit", "\(position.realizedProfit)"))
            }
            lines += item(entries).map { "    \($0)" }
        }
        return lines
    }
}

extension Advisor {
    fileprivate var lines: [String] {
        var lines = ["advisor:"]
        lines.append(groups.isEmpty ? "  groups: []" : "  groups:")
        for group in groups {
            let members = group.members.map { member in
                member.amount == 1
                    ? YAMLText.scalar(member.account)
                    : YAMLText.mapping([
                        ("account", YAMLText.scalar(member.account)),
                        ("amount", "\(member.amount)"),
                    ])
            }
            lines += [
                "    - name: \(YAMLText.scalar(group.name))",
                "      method: \(YAMLText.scalar(group.method))",
                members.isEmpty ? "      members: []" : "      members:",
            ]
            lines += members.map { "        - \($0)" }
        }
        guard !replaced.isEmpty else { return lines }
        lines.append("  configuration:")
        for (kind, text) in replaced.sorted(by: { $0.key < $1.key })
        where Reading.configurations.indices.contains(kind - 1) {
            lines.append("    \(Reading.configurations[kind - 1]): \(YAMLText.scalar(text))")
        }
        return lines
    }
}

extension World.Order {
    fileprivate func entries(_ names: ContractNames) -> Entries {
        var entries: Entries = [
            ("perm-id", "\(permID)"), ("client", "\(clientID)"), ("id", "\(orderID)"),
            ("account", YAMLText.scalar(account)), ("contract", names.spelling(of: conID)),
            ("action", YAMLText.scalar(action)), ("quantity", "\(quantity)"),
            ("type", YAMLText.scalar(type)),
        ]
        if let limitPrice { entries.append(("limit", "\(limitPrice)")) }
        if let stopPrice { entries.append(("stop", "\(stopPrice)")) }
        entries.append(("tif", YAMLText.scalar(timeInForce)))
        if tradesOutsideHours { entries.append(("outside-rth", "true")) }
        if parentPermID != 0 { entries.append(("parent", "\(parentPermID)")) }
        return entries
    }
}

extension World.CompletedOrder {
    fileprivate func entries(_ names: ContractNames) -> Entries {
        var entries = order.entries(names) + [("ago", ago(completedSeconds))]
        if let averagePrice { entries.append(("filled-at", "\(averagePrice)")) }
        return entries
    }
}

extension World.Execution {
    fileprivate func entries(_ names: ContractNames) -> Entries {
        var entries: Entries = [
            ("exec-id", YAMLText.scalar(execID)), ("perm-id", "\(permID)"),
            ("client", "\(clientID)"), ("id", "\(orderID)"),
            ("account", YAMLText.scalar(account)), ("contract", names.spelling(of: conID)),
            ("side", isBuy ? "BUY" : "SELL"), ("quantity", "\(quantity)"), ("price", "\(price)"),
            ("cumulative", "\(cumulativeQuantity)"), ("average", "\(averagePrice)"),
            ("ago", ago(seconds)), ("exchange", YAMLText.scalar(exchange)),
            ("commission", "\(commission)"), ("currency", YAMLText.scalar(currency)),
        ]
        if let realizedProfit { entries.append(("realized-profit", "\(realizedProfit)")) }
        if !orderRef.isEmpty { entries.append(("order-ref", YAMLText.scalar(orderRef))) }
        return entries
    }
}
