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
    func append(from before: Feed.State?, to state: Feed.State, _ ticks: inout TickBatch) {
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
                if state.volume != before?.volume {
                    ticks.append(.size(types.volume, state.volume))
                }
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
        func day(_ type: Int, _ price: Amount, _ was: Amount?) {
            if price != was { ticks.append(.price(type, price)) }
        }
        day(types.high, state.high, before?.high)
        day(types.low, state.low, before?.low)
        day(types.close, state.close, before?.close)
        day(types.open, state.open, before?.open)
        if before == nil { ticks.append(.number(types.halted, 0)) }
    }
}
