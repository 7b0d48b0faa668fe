internal import GatewayModel

/// Options and futures that are listed anew as months go by.
extension Reading {
    mutating func chains(_ node: YAMLNode?, into draft: inout WorldDraft) {
        let keys = ["symbol", "underlying", "name", "centre", "step", "volatility", "spot"]
        for node in items(node, of: "chains", atMost: draft.limits.series) {
            guard let fields = fields(node, of: "chain", keys: keys, required: ["symbol"]),
                let symbol = worldText(fields["symbol"], most: draft.limits.textBytes),
                isFirst("the chain '\(symbol)'", at: node.span, in: &draft)
            else { continue }
            let old = draft.world.chains.firstIndex { $0.underlyingSymbol == symbol }
            if old == nil {
                for key in ["centre", "step", "spot"] where fields[key] == nil {
                    report("chain needs the key '\(key)'", at: node.span)
                }
            }
            var chain =
                old.map { draft.world.chains[$0] }
                ?? OptionChain(
                    underlyingSymbol: symbol, underlyingConID: 0, name: symbol, centre: 100,
                    step: 5, volatility: 0.3, spot: 100)
            if let name = worldText(fields["name"], most: draft.limits.textBytes) {
                chain.name = name
            }
            if let centre = integer(fields["centre"], in: 1...90_000) {
                chain.centre = Int64(centre)
            }
            if let step = integer(fields["step"], in: 1...9_000) { chain.step = Int64(step) }
            if let volatility = number(fields["volatility"], in: 0.01...5) {
                chain.volatility = volatility
            }
            if let spot = price(fields["spot"]) { chain.spot = spot }
            if chain.centre <= chain.step * OptionChain.strikesEachSide {
                report(
                    "the lowest strike is not above zero", at: node.span,
                    hint: "there are \(OptionChain.strikesEachSide) strikes on each side of the "
                        + "centre")
            }
            if let old {
                draft.world.chains[old] = chain
            } else {
                draft.world.chains.append(chain)
            }
        }
        checkCount(draft.world.chains.count, "chains", node, draft.limits)
    }

    mutating func futures(_ node: YAMLNode?, into draft: inout WorldDraft) {
        let keys = [
            "symbol", "name", "exchange", "multiplier", "tick", "price", "every-months",
            "underlying", "market-rule",
        ]
        for node in items(node, of: "futures", atMost: draft.limits.series) {
            guard let fields = fields(node, of: "future", keys: keys, required: ["symbol"]),
                let symbol = worldText(fields["symbol"], most: draft.limits.textBytes),
                isFirst("the future '\(symbol)'", at: node.span, in: &draft)
            else { continue }
            let old = draft.world.futures.firstIndex { $0.symbol == symbol }
            if old == nil, fields["price"] == nil {
                report("future needs the key 'price'", at: node.span)
            }
            var series =
                old.map { draft.world.futures[$0] }
                ?? FutureSeries(
                    symbol: symbol, name: symbol, exchange: "CME", multiplier: "1",
                    tick: Amount(cents: 1), price: 1, everyMonths: 3, underlyingConID: 0,
                    marketRule: 26)
            if let name = worldText(fields["name"], most: draft.limits.textBytes) {
                series.name = name
            }
            if let exchange = worldText(fields["exchange"], most: draft.limits.textBytes) {
                series.exchange = exchange
            }
            if let multiplier = price(fields["multiplier"]) {
                series.multiplier = multiplier.description
            }
            if let tick = amount(fields["tick"], in: Amount(micros: 1)...1_000_000) {
                series.tick = tick
            }
            if let price = price(fields["price"]) { series.price = price }
            if let months = integer(fields["every-months"], in: 1...12) {
                series.everyMonths = Int64(months)
            }
            if let rule = integer(fields["market-rule"], in: 0...100_000) {
                series.marketRule = rule
            }
            if let old {
                draft.world.futures[old] = series
            } else {
                draft.world.futures.append(series)
            }
        }
        checkCount(draft.world.futures.count, "futures", node, draft.limits)
    }

    /// The underlyings, when every contract is known.
    mutating func connectSeries(_ fields: Fields, in draft: inout WorldDraft) {
        for node in sequence(fields["chains"], of: "chains") {
            guard let (symbol, underlying) = link(node, in: draft),
                let index = draft.world.chains.firstIndex(where: { $0.underlyingSymbol == symbol })
            else { continue }
            let old = draft.world.chains[index].underlyingConID
            let usual = if case .one(let conID) = draft.names.find(symbol) { conID } else { old }
            draft.world.chains[index].underlyingConID = underlying ?? (old == 0 ? usual : old)
        }
        for node in sequence(fields["futures"], of: "futures") {
            guard let (symbol, underlying) = link(node, in: draft), let underlying,
                let index = draft.world.futures.firstIndex(where: { $0.symbol == symbol })
            else { continue }
            draft.world.futures[index].underlyingConID = underlying
        }
    }

    private mutating func link(
        _ node: YAMLNode, in draft: WorldDraft
    ) -> (symbol: String, underlying: Int64?)? {
        guard case .mapping(let entries) = node.content,
            case .scalar(let symbol, _) = entries.first(where: { $0.key == "symbol" })?.value
                .content
        else { return nil }
        let named = entries.first { $0.key == "underlying" }?.value
        return (symbol, underlying(named, in: draft))
    }

    private mutating func checkCount(
        _ count: Int, _ what: String, _ node: YAMLNode?, _ limits: WorldLimits
    ) {
        guard let node, count > limits.series else { return }
        report("\(count) \(what); the most is \(limits.series)", at: node.span)
    }
}
