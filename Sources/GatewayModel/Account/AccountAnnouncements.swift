import GatewayWire
import Simulation

/// What subscribers of account values hear after a fill and every three minutes.
extension HealthyGateway {
    /// Tells every subscriber what a fill changed, connection by connection.
    mutating func announceFill(account name: String, conID: Int64, at now: SimInstant) {
        guard let account = ledger.account(name),
            let position = ledger.position(of: name, in: conID)
        else { return }
        var current: AccountNews?
        for connection in connections {
            guard let client = clients[connection] else { continue }
            if client.wantsPositions { sendPosition(position, account: name, to: connection) }
            for scope in client.positionMultis where scope.covers(name) {
                sendPosition(position, account: name, multi: scope, to: connection)
            }
            guard sendsAccountValues(client) else { continue }
            let news = current ?? news(of: account, position: conID, at: now)
            current = news
            update(connection, of: name, news, at: now)
        }
        for connection in connections { sendProfits(to: connection, of: name, at: now) }
    }

    /// Repeats the values that have changed, and every position's price.
    mutating func repeatAccounts(at now: SimInstant) {
        accountTicket = nil
        let listeners = connections.filter { clients[$0].map(sendsAccountValues) ?? false }
        guard !listeners.isEmpty else { return }
        planAccountRepeat(at: now)
        guard serverIsConnected else { return }
        for account in ledger.accounts {
            var current: AccountNews?
            for connection in listeners {
                guard let client = clients[connection], follows(client, account.name) else {
                    continue
                }
                let news = current ?? news(of: account, position: nil, at: now)
                current = news
                update(connection, of: account.name, news, at: now)
            }
        }
    }

    private func follows(_ client: Client, _ account: String) -> Bool {
        client.accountSubscription?.account == account
            || client.accountMultis.contains { $0.covers(account) }
            || client.summaries.contains { $0.accounts.covers(account) }
    }

    /// What subscribers of an account hear, worked out once for all of them.
    ///
    /// - Parameter position: The con id of the one portfolio line to send; `nil` for all.
    private func news(
        of account: World.Account, position: Int64?, at now: SimInstant
    ) -> AccountNews {
        let values = values(of: account, at: now)
        let lines = values.positions.filter {
            if let position { $0.position.conID == position } else { $0.position.quantity != 0 }
        }
        return AccountNews(
            values: values, all: values.all,
            portfolio: lines.map { portfolio($0, account: account.name) })
    }

    /// Tells one client what is new in an account.
    private mutating func update(
        _ connection: ConnectionID, of name: String, _ news: AccountNews, at now: SimInstant
    ) {
        guard var client = clients[connection] else { return }
        if client.accountSubscription?.account == name {
            for value in changes(from: client.accountSubscription?.shown ?? [], to: news.all) {
                sendAccountValue(value, of: name, to: connection)
            }
            client.accountSubscription?.shown = news.all
            for line in news.portfolio { send(line, to: connection) }
            sendUpdateTime(to: connection, at: now)
        }
        for index in client.accountMultis.indices
        where client.accountMultis[index].covers(name) {
            let shown = client.accountMultis[index].shown[name] ?? []
            for value in changes(from: shown, to: news.all) {
                send(value, of: name, client.accountMultis[index], to: connection)
            }
            client.accountMultis[index].shown[name] = news.all
        }
        for index in client.summaries.indices
        where client.summaries[index].accounts.covers(name) {
            let lines = news.values.lines(for: client.summaries[index].tags)
            for line in changes(from: client.summaries[index].shown[name] ?? [], to: lines) {
                send(line, of: name, client.summaries[index], to: connection)
            }
            client.summaries[index].shown[name] = lines
        }
        clients[connection] = client
    }

    /// The values that differ; all of them when there are others than before.
    private func changes(from old: [AccountValue], to new: [AccountValue]) -> [AccountValue] {
        guard old.count == new.count else { return new }
        return zip(old, new).filter { $0 != $1 }.map { $1 }
    }

    mutating func sendAccountValue(
        _ value: AccountValue, of account: String, to connection: ConnectionID
    ) {
        send(
            Message(
                "updateAccountValue",
                [
                    "key": value.key, "val": value.value, "currency": value.currency,
                    "accountName": account,
                ]), to: connection)
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

    mutating func sendUpdateTime(to connection: ConnectionID, at now: SimInstant) {
        let time = String(WallClock.timeOfDay(of: clock.seconds(at: now)).prefix(5))
        send(Message("updateAccountTime", ["timeStamp": time]), to: connection)
    }

    mutating func send(
        _ value: AccountValue, of account: String, _ scope: Client.AccountScope,
        to connection: ConnectionID
    ) {
        send(
            Message(
                "accountUpdateMulti",
                [
                    "reqId": String(scope.requestID), "account": account,
                    "modelCode": scope.modelCode, "key": value.key, "value": value.value,
                    "currency": value.currency,
                ]), to: connection)
    }

    mutating func send(
        _ line: AccountValue, of account: String, _ summary: Client.Summary,
        to connection: ConnectionID
    ) {
        send(
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
    let portfolio: [Message]
}
