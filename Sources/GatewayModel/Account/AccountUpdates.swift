import GatewayWire
import Simulation

/// Account values: streamed for one account, streamed by request, summed up by tag.
///
/// Each subscription gets all values at first. After a fill it gets at once what the fill changed,
/// and every three minutes what has changed since.
extension Accounts {
    /// One account at a time: a subscription to another replaces the one before, with notice 2100.
    mutating func reqAccountUpdates(_ request: Request, _ context: inout GatewayContext) {
        guard request.flag("subscribe") else {
            subscribers[request.connection, default: Subscriber()].accountSubscription = nil
            return
        }
        let name = request.text("acctCode")
        guard let account = ledger.account(name) else {
            refuseAccount(request, name, &context)
            return
        }
        let before = subscribers[request.connection]?.accountSubscription?.account
        if let before, before != account.name {
            context.sendError(
                2100,
                "New account data requested from TWS. "
                    + "API client has been unsubscribed from account data.",
                to: request.connection, at: request.now)
        }
        let values = valuesNow(of: account, at: request.now, context.market)
        let all = values.all
        subscribers[request.connection, default: Subscriber()].accountSubscription = .init(
            account: account.name, shown: all)
        for value in all {
            context.send(accountValue(value, of: account.name), to: request.connection)
        }
        for position in values.positions where position.position.quantity != 0 {
            context.send(portfolio(position, account: account.name), to: request.connection)
        }
        sendUpdateTime(to: request.connection, at: request.now, &context)
        context.send(
            Message("accountDownloadEnd", ["accountName": account.name]), to: request.connection)
        planAccountRepeat(at: request.now, &context)
    }

    mutating func reqAccountUpdatesMulti(_ request: Request, _ context: inout GatewayContext) {
        guard var scope = scope(of: request, &context) else { return }
        let connection = request.connection
        for account in ledger.accounts where scope.covers(account.name) {
            let all = valuesNow(of: account, at: request.now, context.market).all
            scope.shown[account.name] = all
            for value in all { send(value, of: account.name, scope, to: connection, &context) }
        }
        guard subscribe(request, \.accountMultis, to: scope, id: \.requestID, &context) else {
            return
        }
        context.send(
            Message("accountUpdateMultiEnd", ["reqId": String(request.id)]), to: connection)
        planAccountRepeat(at: request.now, &context)
    }

    mutating func cancelAccountUpdatesMulti(_ request: Request) {
        subscribers[request.connection]?.accountMultis.removeAll { $0.requestID == request.id }
    }

    mutating func reqAccountSummary(_ request: Request, _ context: inout GatewayContext) {
        var client = subscribers[request.connection] ?? Subscriber()
        client.summaries.removeAll { $0.requestID == request.id }
        guard client.summaries.count < context.limits.accountSummaries else {
            context.refuse(request, "Maximum number of account summary requests exceeded")
            return
        }
        guard let accounts = accounts(called: request.text("groupName")) else {
            refuseAccount(request, request.text("groupName"), &context)
            return
        }
        let tags = request.text("tags").split { $0 == "," || $0 == " " }.map(String.init)
        var summary = Subscriber.Summary(requestID: request.id, tags: tags, accounts: accounts)
        for account in ledger.accounts where accounts.covers(account.name) {
            let lines = valuesNow(of: account, at: request.now, context.market).lines(for: tags)
            summary.shown[account.name] = lines
            for line in lines {
                send(line, of: account.name, summary, to: request.connection, &context)
            }
        }
        client.summaries.append(summary)
        subscribers[request.connection] = client
        context.send(
            Message("accountSummaryEnd", ["reqId": String(request.id)]), to: request.connection)
        planAccountRepeat(at: request.now, &context)
    }

    mutating func cancelAccountSummary(_ request: Request) {
        subscribers[request.connection]?.summaries.removeAll { $0.requestID == request.id }
    }

    /// Asks for the next repetition, on a grid of gateway time all subscribers share.
    mutating func planAccountRepeat(at now: SimInstant, _ context: inout GatewayContext) {
        guard repeatTicket == nil else { return }
        repeatTicket = context.schedule.add(
            .repeatAccounts, at: now.nextMultiple(of: context.settings.accountUpdateInterval))
    }
}
