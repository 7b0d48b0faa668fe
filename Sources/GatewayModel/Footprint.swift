extension HealthyGateway {
    /// How many entries each container holds that clients or time could make grow.
    package var footprint: [(name: String, count: Int)] {
        [
            ("tasks", schedule.storedCount), ("clients", clients.count),
            ("started clients", started.count), ("waiting hellos", waitingHellos.count),
            ("subscriptions", clients.values.reduce(0) { $0 + $1.subscriptionCount }),
            ("feeds", feeds.feeds.count),
            ("lines", feeds.feeds.reduce(0) { $0 + $1.lines.count }),
            ("watched contracts", watches.count),
            ("watched orders", watches.values.reduce(0) { $0 + $1.orders.count }),
            ("stalled orders", stalledOrders.count + stalledCancels.count),
            ("midnight prices", midnightPrices.count), ("held markets", heldMarkets.count),
            ("positions", ledger.accounts.reduce(0) { $0 + $1.positions.count }),
        ] + orders.footprint
    }
}

extension Client {
    fileprivate var subscriptionCount: Int {
        streams.lines.count + streams.entries.count + summaries.count + accountMultis.count
            + positionMultis.count + profits.count + pace.waitingCount
    }
}
