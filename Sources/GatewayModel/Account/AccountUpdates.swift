import GatewayWire
import Simulation

/// Account values: streamed for one account, streamed by request, summed up by tag.
///
/// Updates follow fills at once. A real gateway also repeats values every three minutes; this one
/// does not yet.
extension HealthyGateway {
    /// One account at a time: a new subscription replaces the one before (2100 on a real gateway).
    mutating func reqAccountUpdates(_ request: Request) {
        guard request.flag("subscribe") else {
            clients[request.connection]?.accountSubscription = nil
            return
        }
        let name = request.text("acctCode")
        guard let account = ledger.account(name) else {
            fail(
                request, 321,
                "Error validating request.-'fakegw' : cause - Invalid account code '\(quoted(name))'."
            )
            return
        }
        clients[request.connection]?.accountSubscription = account.name
        let values = values(of: account, at: request.now)
        for value in values.all {
            sendAccountValue(value, of: account.name, to: request.connection)
        }
        for position in values.positions where position.position.quantity != 0 {
            sendPortfolio(position, account: account, to: request.connection)
        }
        sendUpdateTime(to: request.connection, at: request.now)
        send(
            Message("accountDownloadEnd", ["accountName": account.name]), to: request.connection)
    }

    mutating func reqAccountUpdatesMulti(_ request: Request) {
        let scope = scope(of: request)
        guard subscribe(request, \.accountMultis, to: scope, id: \.requestID) else { return }
        sendAccountMulti(scope, to: request.connection, at: request.now)
        send(
            Message("accountUpdateMultiEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    mutating func cancelAccountUpdatesMulti(_ request: Request) {
        clients[request.connection]?.accountMultis.removeAll { $0.requestID == request.id }
    }

    mutating func reqAccountSummary(_ request: Request) {
        guard var client = clients[request.connection] else { return }
        client.summaries.removeAll { $0.requestID == request.id }
        guard client.summaries.count < limits.accountSummaries else {
            refuse(request, "Maximum number of account summary requests exceeded")
            return
        }
        let tags = request.text("tags").split { $0 == "," || $0 == " " }.map(String.init)
        let summary = Client.Summary(requestID: request.id, tags: tags)
        client.summaries.append(summary)
        clients[request.connection] = client
        for account in ledger.accounts {
            sendSummary(summary, of: account, to: request.connection, at: request.now)
        }
        send(Message("accountSummaryEnd", ["reqId": String(request.id)]), to: request.connection)
    }

    mutating func cancelAccountSummary(_ request: Request) {
        clients[request.connection]?.summaries.removeAll { $0.requestID == request.id }
    }

    /// Tells every subscriber what a fill changed, connection by connection.
    mutating func announceFill(account name: String, conID: Int64, at now: SimInstant) {
        guard let account = ledger.account(name) else { return }
        let values = values(of: account, at: now)
        guard let position = values.positions.first(where: { $0.position.conID == conID }) else {
            return
        }
        for connection in connections {
            guard let client = clients[connection] else { continue }
            if client.wantsPositions {
                sendPosition(position.position, account: name, to: connection)
            }
            for scope in client.positionMultis where scope.covers(name) {
                sendPosition(position.position, account: name, multi: scope, to: connection)
            }
            if client.accountSubscription == name {
                for value in values.all { sendAccountValue(value, of: name, to: connection) }
                sendPortfolio(position, account: account, to: connection)
                sendUpdateTime(to: connection, at: now)
            }
            for scope in client.accountMultis where scope.covers(name) {
                sendAccountMulti(scope, to: connection, at: now)
            }
            for summary in client.summaries {
                sendSummary(summary, of: account, to: connection, at: now)
            }
        }
    }

    private mutating func sendAccountValue(
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

    private mutating func sendPortfolio(
        _ priced: PricedPosition, account: World.Account, to connection: ConnectionID
    ) {
        var message = Message("updatePortfolio", ["accountName": account.name])
        priced.contract.describe(in: &message)
        message["position"] = priced.position.quantity.description
        message["marketPrice"] = priced.price.description
        message["marketValue"] = priced.value.money
        message["averageCost"] = priced.position.averageCost.description
        message["unrealizedPNL"] = priced.unrealized.money
        message["realizedPNL"] = priced.position.realizedProfit.money
        send(message, to: connection)
    }

    private mutating func sendUpdateTime(to connection: ConnectionID, at now: SimInstant) {
        let time = String(WallClock.timeOfDay(of: clock.seconds(at: now)).prefix(5))
        send(Message("updateAccountTime", ["timeStamp": time]), to: connection)
    }

    private mutating func sendAccountMulti(
        _ scope: Client.AccountScope, to connection: ConnectionID, at now: SimInstant
    ) {
        for account in ledger.accounts where scope.covers(account.name) {
            for value in values(of: account, at: now).all {
                send(
                    Message(
                        "accountUpdateMulti",
                        [
                            "reqId": String(scope.requestID), "account": account.name,
                            "modelCode": scope.modelCode, "key": value.key, "value": value.value,
                            "currency": value.currency,
                        ]), to: connection)
            }
        }
    }

    private mutating func sendSummary(
        _ summary: Client.Summary, of account: World.Account, to connection: ConnectionID,
        at now: SimInstant
    ) {
        let values = values(of: account, at: now)
        var lines = values.summary.filter { summary.tags.contains($0.key) }
        for tag in summary.tags where tag.hasPrefix("$LEDGER") {
            switch tag {
            case "$LEDGER": lines += values.ledgerLines(currency: "BASE")
            case "$LEDGER:ALL":
                lines +=
                    values.ledgerLines(currency: "BASE") + values.ledgerLines(currency: "USD")
            case "$LEDGER:USD": lines += values.ledgerLines(currency: "USD")
            // Assumed: a currency the account does not hold has no lines.
            default: break
            }
        }
        for line in lines {
            send(
                Message(
                    "accountSummary",
                    [
                        "reqId": String(summary.requestID), "account": account.name,
                        "tag": line.key, "value": line.value, "currency": line.currency,
                    ]), to: connection)
        }
    }
}
