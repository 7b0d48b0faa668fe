import GatewayWire
import Simulation

/// Account values: streamed for one account, streamed by request, summed up by tag.
///
/// Each subscription gets all values at first. After a fill it gets at once what the fill changed,
/// and every three minutes what has changed since.
extension Accounts {
    /// One account at a time: a subscription to another replaces the one before, with notice 2100.
    ///
    /// Recorded at 225: values sorted by key and within a key by currency, then positions, the time
    /// and the end.
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
        let lines = values.positions.sorted {
            Self.precedes($0.position.conID, $1.position.conID)
        }
        for line in lines {
            sendPortfolio(
                portfolio(line, account: account.name), to: request.connection, &context)
        }
        sendUpdateTime(to: request.connection, at: request.now, &context)
        context.send(
            Message("accountDownloadEnd", ["accountName": account.name]), to: request.connection)
        planAccountRepeat(at: request.now, &context)
    }

    /// Recorded at 225: first the account's own values sorted by key, then a block for each currency.
    ///
    /// With `ledgerAndNLV` only the blocks come (documented).
    mutating func reqAccountUpdatesMulti(_ request: Request, _ context: inout GatewayContext) {
        guard var scope = scope(of: request, &context) else { return }
        scope.isLedgerOnly = request.flag("ledgerAndNLV")
        let connection = request.connection
        for account in ledger.accounts where scope.covers(account.name) {
            let lines = scope.lines(of: valuesNow(of: account, at: request.now, context.market))
            scope.shown[account.name] = lines
            for value in lines { send(value, of: account.name, scope, to: connection, &context) }
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

    /// Sends one row a tag, in alphabetical order whatever the request's order, then the end.
    ///
    /// Recorded at 225. In some sessions all rows come twice, and then the end twice.
    mutating func reqAccountSummary(_ request: Request, _ context: inout GatewayContext) {
        var client = subscribers[request.connection] ?? Subscriber()
        client.summaries.removeAll { $0.requestID == request.id }
        let others =
            context.settings.freesCancelledSummaries
            ? Set(client.summaries.map(\.requestID)) : client.summaryIDs
        guard others.subtracting([request.id]).count < context.limits.accountSummaries else {
            context.refuse(request, "Maximum number of account summary requests exceeded")
            return
        }
        guard let accounts = accounts(called: request.text("groupName")) else {
            refuseAccount(request, request.text("groupName"), &context)
            return
        }
        let tags = request.text("tags").split { $0 == "," || $0 == " " }.map(String.init)
        var summary = Subscriber.Summary(requestID: request.id, tags: tags, accounts: accounts)
        var lines: [(account: String, line: AccountValue)] = []
        for account in ledger.accounts where accounts.covers(account.name) {
            let values = valuesNow(of: account, at: request.now, context.market)
            let own = values.lines(
                for: tags, prefixesLedger: context.settings.prefixesLedgerKeys)
            summary.shown[account.name] = own
            lines += own.map { (account.name, $0) }
        }
        let times = context.settings.repeatsAccountSummary ? 2 : 1
        for _ in 0..<times {
            for (account, line) in lines {
                send(line, of: account, summary, to: request.connection, &context)
            }
        }
        client.summaries.append(summary)
        client.summaryIDs.insert(request.id)
        if context.settings.freesCancelledSummaries { client.summaryIDs = [] }
        subscribers[request.connection] = client
        for _ in 0..<times {
            context.send(
                Message("accountSummaryEnd", ["reqId": String(request.id)]),
                to: request.connection)
        }
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
