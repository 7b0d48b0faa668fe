import GatewayWire
import Simulation

/// Account values: streamed for one account, streamed by request, summed up by tag.
///
/// Each subscription gets everything at first, what a fill changed at once, and every three minutes
/// what has changed since it was last told.
extension HealthyGateway {
    /// One account at a time: a subscription to another replaces the one before, with notice 2100.
    mutating func reqAccountUpdates(_ request: Request) {
        guard request.flag("subscribe") else {
            clients[request.connection]?.accountSubscription = nil
            return
        }
        let name = request.text("acctCode")
        guard let account = ledger.account(name) else {
            refuseAccount(request, name)
            return
        }
        let before = clients[request.connection]?.accountSubscription?.account
        if let before, before != account.name {
            sendError(
                2100,
                "New account data requested from TWS. "
                    + "API client has been unsubscribed from account data.",
                to: request.connection, at: request.now)
        }
        let values = valuesNow(of: account, at: request.now)
        let all = values.all
        clients[request.connection]?.accountSubscription = .init(account: account.name, shown: all)
        for value in all { send(accountValue(value, of: account.name), to: request.connection) }
        for position in values.positions where position.position.quantity != 0 {
            send(portfolio(position, account: account.name), to: request.connection)
        }
        sendUpdateTime(to: request.connection, at: request.now)
        send(
            Message("accountDownloadEnd", ["accountName": account.name]), to: request.connection)
        planAccountRepeat(at: request.now)
    }

    mutating func reqAccountUpdatesMulti(_ request: Request) {
        guard var scope = scope(of: request) else { return }
        let connection = request.connection
        for account in ledger.accounts where scope.covers(account.name) {
            let all = valuesNow(of: account, at: request.now).all
            scope.shown[account.name] = all
            for value in all { send(value, of: account.name, scope, to: connection) }
        }
        guard subscribe(request, \.accountMultis, to: scope, id: \.requestID) else { return }
        send(Message("accountUpdateMultiEnd", ["reqId": String(request.id)]), to: connection)
        planAccountRepeat(at: request.now)
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
        guard let accounts = accounts(called: request.text("groupName")) else {
            refuseAccount(request, request.text("groupName"))
            return
        }
        let tags = request.text("tags").split { $0 == "," || $0 == " " }.map(String.init)
        var summary = Client.Summary(requestID: request.id, tags: tags, accounts: accounts)
        for account in ledger.accounts where accounts.covers(account.name) {
            let lines = valuesNow(of: account, at: request.now).lines(for: tags)
            summary.shown[account.name] = lines
            for line in lines { send(line, of: account.name, summary, to: request.connection) }
        }
        client.summaries.append(summary)
        clients[request.connection] = client
        send(Message("accountSummaryEnd", ["reqId": String(request.id)]), to: request.connection)
        planAccountRepeat(at: request.now)
    }

    mutating func cancelAccountSummary(_ request: Request) {
        clients[request.connection]?.summaries.removeAll { $0.requestID == request.id }
    }

    func sendsAccountValues(_ client: Client) -> Bool {
        client.accountSubscription != nil || !client.accountMultis.isEmpty
            || !client.summaries.isEmpty
    }

    /// Asks for the next repetition, on a grid of gateway time all subscribers share.
    mutating func planAccountRepeat(at now: SimInstant) {
        guard accountTicket == nil else { return }
        accountTicket = schedule.add(
            .repeatAccounts, at: nextMultiple(of: settings.accountUpdateInterval, after: now))
    }

    func nextMultiple(of interval: Duration, after now: SimInstant) -> SimInstant {
        let step = max(interval.nanoseconds, 1_000_000)
        let index = floorDivide(now.nanoseconds, step)
        let (next, overflow) = (index + 1).multipliedReportingOverflow(by: step)
        return SimInstant(nanoseconds: overflow ? .max : next)
    }
}
