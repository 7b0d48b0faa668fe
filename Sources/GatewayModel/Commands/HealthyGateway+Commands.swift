package import Simulation

/// Commands about the world.
extension HealthyGateway {
    /// The furthest that one command puts the clock forward.
    package static let longestAdvance = Duration.seconds(366 * 86_400)
    /// How far from its start the gateway's clock may get; gateway time ends after 292 years.
    private static let lastInstant = SimInstant.start + .seconds(100 * 366 * 86_400)

    /// Obeys a command about the world, and does what has become due.
    ///
    /// - Throws: Why nothing was done.
    package mutating func obey(
        _ command: WorldCommand, at driverNow: SimInstant
    ) throws(CommandRefusal) -> [Effect] {
        try apply(command, at: driverNow)
        let now = context.market.now(at: driverNow)
        accounts.startDay(context.market.clock.day(at: now))
        forgetDeparted()
        performDue(at: now)
        announceWake()
        return context.takeEffects()
    }

    private mutating func apply(
        _ command: WorldCommand, at driverNow: SimInstant
    ) throws(CommandRefusal) {
        let now = context.market.now(at: driverNow)
        switch command {
        case .setPrice(let name, let prices):
            try setPrice(of: contract(name), prices, at: now)
        case .halt(let name): try halt(contract(name), at: now)
        case .resume(let name): try resume(contract(name), at: now)
        case .fill(let name, let quantity, let price):
            try orders.fill(
                orders.order(name), quantity, price: price, at: now, &accounts, &context)
        case .reject(let name, let reason):
            try orders.refuse(orders.order(name), reason, at: now, &context)
        case .cancel(let name, let reason):
            orders.end(try orders.order(name), as: .bySystem(reason), at: now, &context)
        case .drift(let account, let name, let amount):
            try accounts.drift(account, contract(name), by: amount, at: now, &context)
        case .setCash(let account, let currency, let amount):
            try accounts.setCash(of: account, currency, amount, at: now, &context)
        case .showValue(let account, let key, let value):
            try accounts.showValue(of: account, key, value, at: now, &context)
        case .advanceClock(let time): try advanceClock(by: time, at: now)
        case .stopClock:
            guard context.market.prices.clock.stoppedAt == nil else {
                throw CommandRefusal(.conflict, "the gateway's clock stands still already")
            }
            context.changeMarket { $0.clock.stop(at: driverNow) }
        case .startClock:
            guard context.market.prices.clock.stoppedAt != nil else {
                throw CommandRefusal(.conflict, "the gateway's clock runs")
            }
            context.changeMarket { $0.clock.goOn(at: driverNow) }
            announcedWake = nil
        }
    }

    private mutating func advanceClock(
        by time: Duration, at now: SimInstant
    ) throws(CommandRefusal) {
        guard time >= .zero, time <= Self.longestAdvance, now <= Self.lastInstant - time else {
            throw CommandRefusal(
                .conflict,
                "the gateway's clock can be put forward by 366 days at most, 100 years in all")
        }
        context.changeMarket { $0.clock.advance(by: time) }
        announcedWake = nil
    }
}

/// The market.
extension HealthyGateway {
    /// The contract that a command names.
    private func contract(_ name: ContractName) throws(CommandRefusal) -> Contract {
        let book = context.market.contracts
        switch name {
        case .conID(let conID):
            guard let contract = book[conID] else {
                throw CommandRefusal(.unknown, "there is no contract with con id \(conID)")
            }
            return contract
        case .symbol(let symbol):
            let named = book.contracts.filter { $0.symbol == symbol || $0.localSymbol == symbol }
            let plain = named.filter { !["OPT", "FUT", "BAG", "NEWS"].contains($0.secType) }
            if named.count == 1 { return named[0] }
            if plain.count == 1 { return plain[0] }
            guard !named.isEmpty else {
                throw CommandRefusal(.unknown, "there is no contract called \(quoted(symbol))")
            }
            let meant = plain.isEmpty ? named : plain
            let some = meant.prefix(4).map { "\($0.conID) (\($0.localSymbol))" }
            throw CommandRefusal(
                .conflict,
                "\(meant.count) contracts are called \(quoted(symbol)): "
                    + some.joined(separator: ", ") + (meant.count > 4 ? " and others" : "")
                    + "; give the con id")
        }
    }

    /// The moment since 1970, in the market's time, from which a change of prices counts.
    private func changeMoment(at now: SimInstant) -> Int64 {
        let prices = context.market.prices
        return prices.epoch &+ prices.clock.moment(context.market.priceMoment(at: now))
    }

    private func checkRoom(for contract: Contract) throws(CommandRefusal) {
        guard
            context.market.prices.changes.count(of: contract.conID) < context.limits.priceChanges
        else {
            throw CommandRefusal(
                .conflict,
                "\(contract.localSymbol) was changed \(context.limits.priceChanges) times already")
        }
    }

    private mutating func setPrice(
        of contract: Contract, _ wanted: PriceSetting, at now: SimInstant
    ) throws(CommandRefusal) {
        guard contract.legs.isEmpty else {
            throw CommandRefusal(
                .conflict, "the price of a combination is the sum of its legs' prices")
        }
        try checkRoom(for: contract)
        let prices = context.market.prices
        let moment = changeMoment(at: now)
        let unit = prices.tick(of: contract)
        func ticks(_ price: Amount) throws(CommandRefusal) -> Int64 {
            let ticks = price.micros / unit
            guard price.micros % unit == 0, (2...1_000_000_000_000).contains(ticks) else {
                throw CommandRefusal(
                    .conflict,
                    "\(price) is no price of \(contract.localSymbol), which moves in steps of "
                        + "\(contract.minTick) and costs two of them at least")
            }
            return ticks
        }
        let bid = try wanted.bid.map(ticks)
        let ask = try wanted.ask.map(ticks)
        var last = prices.ticks(of: contract, at: moment)
        if let given = wanted.last {
            last = try ticks(given)
        } else {
            if let ask { last = min(last, ask) }
            if let bid { last = max(last, bid) }
        }
        let below = last - (bid ?? last - 1)
        let above = (ask ?? last + 1) - last
        guard below >= 0, above >= 0, below + above > 0 else {
            throw CommandRefusal(.conflict, "the last price is between bid and ask, which differ")
        }
        let base = prices.walk(
            of: contract, at: prices.changes.traded(contract.conID, at: moment))
        let jump = PriceChanges.Jump(
            moment: moment, offset: last - base, below: below, above: above)
        context.changeMarket { $0.changes.add(jump, to: contract.conID) }
        marketData.tellNow(of: contract.conID, at: now, &context)
        orders.lookAtAllPrices(at: now, &accounts, &context)
    }

    private mutating func halt(_ contract: Contract, at now: SimInstant) throws(CommandRefusal) {
        guard !context.market.prices.changes.isHalted(contract.conID) else {
            throw CommandRefusal(.conflict, "\(contract.localSymbol) is halted already")
        }
        try checkRoom(for: contract)
        let moment = changeMoment(at: now)
        context.changeMarket { $0.changes.halt(contract.conID, at: moment) }
        marketData.tellNow(of: contract.conID, at: now, &context)
    }

    private mutating func resume(_ contract: Contract, at now: SimInstant) throws(CommandRefusal) {
        guard context.market.prices.changes.isHalted(contract.conID) else {
            throw CommandRefusal(.conflict, "\(contract.localSymbol) is not halted")
        }
        let moment = changeMoment(at: now)
        context.changeMarket { $0.changes.resume(contract.conID, at: moment) }
        marketData.tellNow(of: contract.conID, at: now, &context)
        orders.lookAtAllPrices(at: now, &accounts, &context)
    }
}
