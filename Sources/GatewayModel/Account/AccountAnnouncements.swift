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
            let news = current ?? news(of: account, position: conID, at: now, context.market)
            current = news
            update(connection, of: name, news, at: now, &context)
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
                let news = current ?? news(of: account, position: nil, at: now, context.market)
                current = news
                update(connection, of: account.name, news, at: now, &context)
            }
        }
    }

    /// What subscribers of an account hear, worked out once for all of them.
    ///
    /// - Parameter position: The con id of the one portfolio line to send; `nil` for all.
    private mutating func news(
        of account: World.Account, position: Int64?, at now: SimInstant,
        _ market: Market
    ) -> AccountNews {
        let values = valuesNow(of: account, at: now, market)
        let lines = values.positions.filter {
            if let position { $0.position.conID == position } else { $0.position.quantity != 0 }
        }
        let all = values.all
        return AccountNews(
            values: values, all: all,
            messages: all.map { accountValue($0, of: account.name) },
            portfolio: lines.map { portfolio($0, account: account.name) })
    }

    /// Tells one client what is new in an account.
    private mutating func update(
        _ connection: ConnectionID, of name: String, _ news: AccountNews, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        guard var client = subscribers[connection] else { return }
        if client.accountSubscription?.account == name {
            let shown = client.accountSubscription?.shown ?? []
            let isComparable = shown.count == news.all.count
            for index in news.all.indices
            where !isComparable || shown[index] != news.all[index] {
                context.send(news.messages[index], to: connection)
            }
            client.accountSubscription?.shown = news.all
            for line in news.portfolio { context.send(line, to: connection) }
            sendUpdateTime(to: connection, at: now, &context)
        }
        for index in client.accountMultis.indices
        where client.accountMultis[index].covers(name) {
            let shown = client.accountMultis[index].shown[name] ?? []
            for value in changes(from: shown, to: news.all) {
                send(value, of: name, client.accountMultis[index], to: connection, &context)
            }
            client.accountMultis[index].shown[name] = news.all
        }
        for index in client.summaries.indices
        where client.summaries[index].accounts.covers(name) {
            let lines = news.values.lines(for: client.summaries[index].tags)
            for line in changes(from: client.summaries[index].shown[name] ?? [], to: lines) {
                send(line, of: name, client.summaries[index], to: connection, &context)
            }
            client.summaries[index].shown[name] = lines
        }
        subscribers[connection] = client
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

    func portfolio(_ priced: PricedPosition, account: String) -> Message {
        var message = Message("updatePortfolio", ["accountName": account])
        priced.contract.describe(in: &message)
        message["position"] = priced.position.quantity.description
        message["marketPrice"] = priced.price.description
        message["marketValue"] = priced.value.money
        message["averageCost"] = priced.position.averageCost.description
        message["unrealizedPNL"] = priced.unrealized.money
        message["realizedPNL"] = priced.position.realizedProfit.money
        return message
    }

    func sendUpdateTime(
        to connection: ConnectionID, at now: SimInstant, _ context: inout GatewayContext
    ) {
        let time = String(WallClock.timeOfDay(of: context.market.clock.seconds(at: now)).prefix(5))
        context.send(Message("updateAccountTime", ["timeStamp": time]), to: connection)
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

extension AccountValues {
    /// The lines a summary's tags ask for.
    func lines(for tags: [String]) -> [AccountValue] {
        var lines = summary.filter { tags.contains($0.key) }
        for tag in tags where tag.hasPrefix("$LEDGER") {
            switch tag {
            case "$LEDGER": lines += baseLedger
            case "$LEDGER:ALL": lines += baseLedger + currencies.flatMap(ledger(of:))
            default:
                // Assumed: a currency the account does not hold has no lines.
                let currency = String(tag.dropFirst("$LEDGER:".count))
                if rates[currency] != nil { lines += ledger(of: currency) }
            }
        }
        return lines
    }
}

/// An account at one moment, in the forms its subscribers get.
private struct AccountNews {
    let values: AccountValues
    let all: [AccountValue]
    /// Each of them for the subscribers to this account alone.
    let messages: [Message]
    let portfolio: [Message]
}
