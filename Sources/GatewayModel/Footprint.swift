extension HealthyGateway {
    /// How many entries each container holds that clients or time could make grow.
    package var footprint: [(name: String, count: Int)] {
        let accounts = accounts.footprint
        let data = marketData.footprint
        let subscriptions =
            accounts.subscriptions + data.subscriptions + history.subscriptions.count
            + reference.subscriptions.count + connections.waitingRequestCount
        let orderCounts = orders.footprint
        return [
            ("tasks", context.schedule.storedCount), ("clients", connections.count),
            ("started clients", context.roster.count),
            ("waiting hellos", connections.waitingHelloCount), ("subscriptions", subscriptions),
            ("feeds", data.feeds), ("lines", data.lines),
        ] + orderCounts + [
            ("midnight prices", accounts.midnightPrices), ("held markets", accounts.heldMarkets),
            ("positions", accounts.positions),
        ] + orders.book.footprint
    }
}
