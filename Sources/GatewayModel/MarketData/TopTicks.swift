/// Which price and size ticks a contract has.
struct TopTicks: Sendable {
    let types: TickTypes
    let isIndex: Bool
    let isOption: Bool
    private let hasNoTrades: Bool
    /// The con id when ticks name the exchanges of bid, ask and last; live stocks only (assumed).
    private let routedConID: Int64?

    init(of contract: Contract, isDelayed: Bool) {
        types = TickTypes(isDelayed: isDelayed)
        isIndex = contract.isIndex
        isOption = contract.isDerivedFromUnderlying
        hasNoTrades = contract.hasNoTrades
        let isRouted = contract.secType == "STK" && contract.exchange == "SMART" && !isDelayed
        routedConID = isRouted ? contract.conID : nil
    }

    /// Adds what changed between two states; everything when there is none before.
    ///
    /// - Parameter isSnapshot: Recorded of delayed data: a snapshot has its own order.
    func append(
        from before: Feed.State?, to state: Feed.State, isSnapshot: Bool = false,
        _ ticks: inout TickBatch
    ) {
        if types.isDelayed {
            appendDelayed(from: before, to: state, isSnapshot: isSnapshot, &ticks)
            return
        }
        func side(
            _ type: Int, _ sizeType: Int, _ price: Amount, _ size: Int64, _ was: Amount?,
            _ had: Int64?
        ) {
            if price != was { ticks.append(.price(type, price, size: size)) }
            if size != had || price != was { ticks.append(.size(sizeType, size)) }
        }
        let quote = state.quote
        let old = before?.quote
        if !isIndex {
            side(types.bid, types.bidSize, quote.bid, quote.bidSize, old?.bid, old?.bidSize)
            side(types.ask, types.askSize, quote.ask, quote.askSize, old?.ask, old?.askSize)
        }
        if !hasNoTrades {
            if isIndex {
                if quote.last != old?.last { ticks.append(.price(types.last, quote.last)) }
            } else {
                side(
                    types.last, types.lastSize, quote.last, quote.lastSize, old?.last,
                    old?.lastSize)
                appendVolume(from: before, to: state, &ticks)
            }
            if quote.last != old?.last, state.seconds != before?.seconds {
                ticks.append(.time(types.lastTime, state.seconds))
            }
        }
        if let routedConID, quote.last != old?.last {
            let letters = SmartRouting.letters(at: quote.last, of: routedConID)
            let had = old.map { SmartRouting.letters(at: $0.last, of: routedConID) }
            if letters.bid != had?.bid { ticks.append(.letters(32, letters.bid)) }
            if letters.ask != had?.ask { ticks.append(.letters(33, letters.ask)) }
            if letters.last != had?.last { ticks.append(.letters(84, letters.last)) }
        }
        append(types.high, state.high, before?.high, &ticks)
        append(types.low, state.low, before?.low, &ticks)
        append(types.close, state.close, before?.close, &ticks)
        append(types.open, state.open, before?.open, &ticks)
        if state.isHalted != before?.isHalted {
            ticks.append(.number(types.halted, state.isHalted ? 1 : 0))
        }
    }

    /// Delayed ticks, as recorded at 225.
    ///
    /// A price carries its size, which has a tick of its own only when it alone changes, or after a
    /// trade at the same price. A stream
    /// begins with the day's prices, a snapshot with bid, ask and last. Nothing is said about halts.
    private func appendDelayed(
        from before: Feed.State?, to state: Feed.State, isSnapshot: Bool, _ ticks: inout TickBatch
    ) {
        if before == nil, !isSnapshot {
            appendDay(from: before, to: state, &ticks)
            appendDelayedTrade(from: before, to: state, &ticks)
            append(types.open, state.open, nil, &ticks)
            appendDelayedQuote(from: before, to: state, &ticks)
        } else {
            appendDelayedQuote(from: before, to: state, &ticks)
            appendDelayedTrade(from: before, to: state, &ticks)
            appendDay(from: before, to: state, &ticks)
            append(types.open, state.open, before?.open, &ticks)
        }
    }

    private func appendDelayedQuote(
        from before: Feed.State?, to state: Feed.State, _ ticks: inout TickBatch
    ) {
        if isIndex { return }
        let quote = state.quote
        let old = before?.quote
        if quote.bid != old?.bid {
            ticks.append(.price(types.bid, quote.bid, size: quote.bidSize))
        } else if quote.bidSize != old?.bidSize {
            ticks.append(.size(types.bidSize, quote.bidSize))
        }
        if quote.ask != old?.ask {
            ticks.append(.price(types.ask, quote.ask, size: quote.askSize))
        } else if quote.askSize != old?.askSize {
            ticks.append(.size(types.askSize, quote.askSize))
        }
    }

    private func appendDelayedTrade(
        from before: Feed.State?, to state: Feed.State, _ ticks: inout TickBatch
    ) {
        if hasNoTrades { return }
        let quote = state.quote
        let old = before?.quote
        if quote.last != old?.last {
            ticks.append(.price(types.last, quote.last, size: isIndex ? 0 : quote.lastSize))
        } else if !isIndex, quote.lastSize != old?.lastSize || state.volume != before?.volume {
            ticks.append(.size(types.lastSize, quote.lastSize))
        } else {
            return
        }
        ticks.append(.time(types.lastTime, state.seconds))
    }

    /// High, low, volume and close of the day.
    private func appendDay(
        from before: Feed.State?, to state: Feed.State, _ ticks: inout TickBatch
    ) {
        append(types.high, state.high, before?.high, &ticks)
        append(types.low, state.low, before?.low, &ticks)
        if !hasNoTrades, !isIndex { appendVolume(from: before, to: state, &ticks) }
        append(types.close, state.close, before?.close, &ticks)
    }

    private func appendVolume(
        from before: Feed.State?, to state: Feed.State, _ ticks: inout TickBatch
    ) {
        if state.volume != before?.volume { ticks.append(.size(types.volume, state.volume)) }
    }

    private func append(_ type: Int, _ price: Amount, _ was: Amount?, _ ticks: inout TickBatch) {
        if price != was { ticks.append(.price(type, price)) }
    }
}
