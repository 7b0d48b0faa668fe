import GatewayWire
import Simulation

/// What subscribers of account values hear after a fill and every three minutes.
extension Accounts {
    /// Tells every subscriber what a fill changed, connection by connection.
    mutating func announceFill(
        account name: String, conID: Int64, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard let account = ledger.account(name),
            let position = ledger.position(of: name, in: conID)
        else { return }
        var current: AccountNews?
        for connection in listeners {
            guard let client = subscribers[connection] else { continue }
            if client.wantsPositions {
                sendPosition(position, account: name, to: connection, &context)
            }
            for scope in client.positionMultis where scope.covers(name) {
                sendPosition(position, account: name, multi: scope, to: connection, &context)
            }
            guard client.followsValues else { continue }
            var news = current ?? news(of: account, position: conID, at: now, context.market)
            update(connection, of: name, &news, at: now, &context)
            current = news
        }
        sendProfits(of: account, at: now, &context)
    }

    /// Repeats the values that have changed, and every position's price.
    mutating func repeatAccounts(at now: SimInstant, _ context: inout GatewayContext) {
        repeatTicket = nil
        let following = listeners.filter { subscribers[$0]?.followsValues ?? false }
        guard !following.isEmpty else { return }
        planAccountRepeat(at: now, &context)
        guard context.serverIsConnected else { return }
        for account in ledger.accounts {
            var current: AccountNews?
            for connection in following {
                guard let client = subscribers[connection], client.follows(account.name) else {
                    continue
                }
                var news = current ?? news(of: account, position: nil, at: now, context.market)
                update(connection, of: account.name, &news, at: now, &context)
                current = news
            }
        }
    }

    /// Tells every subscriber which values a command has changed.
    mutating func announceValues(
        of name: String, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard context.serverIsConnected, let account = ledger.account(name) else { return }
        var current: AccountNews?
        for connection in listeners where subscribers[connection]?.follows(name) ?? false {
            var news: AccountNews
            if let current {
                news = current
            } else {
                news = self.news(of: account, position: nil, at: now, context.market)
                news.portfolio = []
            }
            update(connection, of: name, &news, at: now, &context)
            current = news
        }
    }

    /// What subscribers of an account hear, worked out once for all of them.
    ///
    /// - Parameter position: The con id of the one portfolio line to send after a trade; `nil` for
    ///   all.
    private mutating func news(
        of account: World.Account, position: Int64?, at now: SimInstant,
        _ market: Market
    ) -> AccountNews {
        let values = valuesNow(of: account, at: now, market)
        let lines = values.positions.filter {
            if let position { $0.position.conID == position } else { true }
        }
        let wantsBlocks = subscribers.values.contains { client in
            client.accountMultis.contains { $0.covers(account.name) && !$0.isLedgerOnly }
        }
        return AccountNews(
            values: values, all: values.all, inBlocks: wantsBlocks ? values.inBlocks : [],
            isTrade: position != nil,
            portfolio: lines.map { portfolio($0, account: account.name) })
    }

    /// Tells one client what is new in an account.
    private mutating func update(
        _ connection: ConnectionID, of name: String, _ news: inout AccountNews, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        guard var client = subscribers[connection] else { return }
        if let subscription = client.accountSubscription, subscription.account == name {
            if news.isTrade {
                let story = tradeStory(
                    of: &news, from: subscription.shown, account: name, at: now, context)
                for message in story.messages { context.send(message, to: connection) }
                client.accountSubscription?.shown = story.seen
            } else {
                for value in changes(from: subscription.shown, to: news.all) {
                    context.send(accountValue(value, of: name), to: connection)
                }
                client.accountSubscription?.shown = news.all
            }
            for line in news.portfolio { sendPortfolio(line, to: connection, &context) }
            sendUpdateTime(to: connection, at: now, &context)
        }
        for index in client.accountMultis.indices
        where client.accountMultis[index].covers(name) {
            let lines =
                client.accountMultis[index].isLedgerOnly ? news.values.blocks : news.inBlocks
            let shown = client.accountMultis[index].shown[name] ?? []
            for value in changes(from: shown, to: lines) {
                send(value, of: name, client.accountMultis[index], to: connection, &context)
            }
            client.accountMultis[index].shown[name] = lines
        }
        for index in client.summaries.indices
        where client.summaries[index].accounts.covers(name) {
            let lines = news.values.lines(
                for: client.summaries[index].tags,
                prefixesLedger: context.settings.prefixesLedgerKeys)
            for line in changes(from: client.summaries[index].shown[name] ?? [], to: lines) {
                send(line, of: name, client.summaries[index], to: connection, &context)
            }
            client.summaries[index].shown[name] = lines
        }
        subscribers[connection] = client
    }

    /// What a client is told of a trade; the last one serves all clients that saw the same before.
    private func tradeStory(
        of news: inout AccountNews, from shown: [AccountValue], account name: String,
        at now: SimInstant, _ context: GatewayContext
    ) -> TradeStory {
        if let story = news.trade, story.shown == shown { return story }
        let story = tradeStory(from: shown, to: news.all, account: name, at: now, context)
        news.trade = story
        return story
    }

    /// What `TradeKeys` lists of the changed values, in its order.
    private func tradeStory(
        from shown: [AccountValue], to new: [AccountValue], account name: String,
        at now: SimInstant, _ context: GatewayContext
    ) -> TradeStory {
        let isSameShape = shown.count == new.count
        var groups = TradeGroups()
        for (index, value) in new.enumerated() where !isSameShape || shown[index] != value {
            groups.add(value, at: index)
        }
        var story = TradeStory(shown: shown, seen: isSameShape ? shown : new)
        let time = updateTime(at: now, context)
        func tell(_ lines: [TradeGroups.Line]) {
            for line in lines {
                story.seen[line.index] = line.value
                story.messages.append(accountValue(line.value, of: name))
            }
        }
        func repeatTime(_ count: Int) {
            for _ in 0..<count { story.messages.append(time) }
        }
        if !groups.settlement.isEmpty {
            tell(groups.settlement.sorted())
            repeatTime(4)
        }
        if !groups.margins.isEmpty {
            let base = ledger.account(name)?.baseCurrency ?? ""
            let uncertainty = AccountValue(
                key: "NetLiquidationUncertainty", value: "0.00", currency: base)
            story.messages.append(accountValue(uncertainty, of: name))
            tell(groups.margins.sorted())
            repeatTime(4)
        }
        var isFirst = true
        // Everything together comes last.
        for currency in groups.ledger.keys.filter({ $0 != "BASE" }).sorted() + ["BASE"] {
            guard let lines = groups.ledger[currency] else { continue }
            if !isFirst { repeatTime(1) }
            isFirst = false
            tell(lines.sorted())
        }
        return story
    }

    /// The changed values of a trade, by the group in which they are told.
    private struct TradeGroups {
        struct Line: Comparable {
            let rank: Int
            /// Where it stands among all values.
            let index: Int
            let value: AccountValue

            /// By key, and everything together after the single currencies.
            static func < (one: Line, other: Line) -> Bool {
                if one.rank != other.rank { return one.rank < other.rank }
                let (mine, its) = (one.value.currency, other.value.currency)
                return mine != "BASE" && (its == "BASE" || mine < its)
            }
        }

        var settlement: [Line] = []
        var margins: [Line] = []
        var ledger: [String: [Line]] = [:]

        mutating func add(_ value: AccountValue, at index: Int) {
            if let rank = TradeKeys.settlementRanks[value.key] {
                settlement.append(Line(rank: rank, index: index, value: value))
            }
            if let rank = TradeKeys.marginRanks[value.key] {
                margins.append(Line(rank: rank, index: index, value: value))
            }
            if !value.currency.isEmpty, let rank = TradeKeys.ledgerRanks[value.key] {
                ledger[value.currency, default: []].append(
                    Line(rank: rank, index: index, value: value))
            }
        }
    }

    /// The values that differ; all of them when their number has changed.
    private func changes(from old: [AccountValue], to new: [AccountValue]) -> [AccountValue] {
        guard old.count == new.count else { return new }
        return zip(old, new).filter { $0 != $1 }.map { $1 }
    }

    func accountValue(_ value: AccountValue, of account: String) -> Message {
        Message(
            "updateAccountValue",
            [
                "key": value.key, "val": value.value, "currency": value.currency,
                "accountName": account,
            ])
    }

    /// A position with its price.
    ///
    /// Recorded at 225: the exchange is the listing exchange, and no listing exchange is named
    /// beside it.
    func portfolio(_ priced: PricedPosition, account: String) -> Message {
        var message = Message("updatePortfolio", ["accountName": account])
        priced.contract.describe(in: &message, exchange: priced.contract.listingExchange)
        message["position"] = priced.position.quantity.description
        message["marketPrice"] = priced.price.description
        message["marketValue"] = priced.value.money
        message["averageCost"] = priced.position.averageCost.plainText
        message["unrealizedPNL"] = priced.unrealized.money
        message["realizedPNL"] = priced.position.realizedProfit.money
        return message
    }

    /// The text form has a field for the listing exchange alone, the protobuf form for both.
    func sendPortfolio(
        _ line: Message, to connection: ConnectionID, _ context: inout GatewayContext
    ) {
        guard let version = context.roster.version(of: connection),
            line.schema.encoding(at: version) == .protobuf
        else {
            context.send(line, to: connection)
            return
        }
        var line = line
        line["contract.primaryExchange"] = nil
        context.send(line, to: connection)
    }

    func sendUpdateTime(
        to connection: ConnectionID, at now: SimInstant, _ context: inout GatewayContext
    ) {
        context.send(updateTime(at: now, context), to: connection)
    }

    private func updateTime(at now: SimInstant, _ context: GatewayContext) -> Message {
        Message(
            "updateAccountTime", ["timeStamp": context.market.clock.localMinute(at: now)])
    }

    func send(
        _ value: AccountValue, of account: String, _ scope: Subscriber.Scope,
        to connection: ConnectionID, _ context: inout GatewayContext
    ) {
        context.send(
            Message(
                "accountUpdateMulti",
                [
                    "reqId": String(scope.requestID), "account": account,
                    "modelCode": scope.modelCode, "key": value.key, "value": value.value,
                    "currency": value.currency,
                ]), to: connection)
    }

    func send(
        _ line: AccountValue, of account: String, _ summary: Subscriber.Summary,
        to connection: ConnectionID, _ context: inout GatewayContext
    ) {
        context.send(
            Message(
                "accountSummary",
                [
                    "reqId": String(summary.requestID), "account": account, "tag": line.key,
                    "value": line.value, "currency": line.currency,
                ]), to: connection)
    }
}

/// An account at one moment, in the forms its subscribers get.
private struct AccountNews {
    let values: AccountValues
    let all: [AccountValue]
    /// Empty when nobody follows the account in this form.
    let inBlocks: [AccountValue]
    /// Whether a trade brought it about, rather than time.
    let isTrade: Bool
    var portfolio: [Message]
    /// What clients were told of it as a trade, once worked out.
    var trade: TradeStory?
}

/// What a client is told of a trade.
private struct TradeStory {
    /// What the client had been shown before.
    let shown: [AccountValue]
    /// What it has been shown then.
    var seen: [AccountValue]
    var messages: [Message] = []
}
