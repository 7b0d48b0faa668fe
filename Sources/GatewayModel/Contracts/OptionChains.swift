import GatewayWire

/// Option chains by underlying.
extension Reference {
    private struct ChainName: Hashable {
        let exchange: String
        let tradingClass: String
        let multiplier: String

        /// Recorded at 225: exchanges come in no order that could be named.
        var rank: UInt64 {
            "\(exchange) \(tradingClass) \(multiplier)".utf8
                .reduce(1) { mixed($0, UInt64($1)) }
        }
    }

    /// One answer per exchange, trading class and multiplier; an end alone when there are none.
    ///
    /// Expirations and strikes ascend. Assumed: an underlying that does not exist has no options; a real gateway may answer 200.
    func reqSecDefOptParams(_ request: Request, _ context: inout GatewayContext) {
        let underlying = Int64(request.int("underlyingConId") ?? 0)
        let symbol = request.text("underlyingSymbol").uppercased()
        let exchange = request.text("futFopExchange").uppercased()
        let today = WallClock.day(of: context.market.clock.seconds(at: request.now))
        let options = context.market.contracts.contracts.filter {
            $0.secType == "OPT" && $0.lastTradeDate >= today && $0.symbol == symbol
                && (underlying == 0 || underlying == $0.underlyingConID)
        }
        var chains: [ChainName: (expirations: Set<String>, strikes: Set<Amount>)] = [:]
        for option in options {
            for place in option.validExchanges.split(separator: ",")
            where exchange.isEmpty || exchange == place {
                let name = ChainName(
                    exchange: String(place), tradingClass: option.tradingClass,
                    multiplier: option.multiplier)
                chains[name, default: ([], [])].expirations.insert(option.lastTradeDate)
                chains[name]?.strikes.insert(option.strike)
            }
        }
        for name in chains.keys.sorted(by: { $0.rank < $1.rank }) {
            guard let chain = chains[name] else { continue }
            var message = Message(
                "securityDefinitionOptionParameter",
                [
                    "reqId": String(request.id), "exchange": name.exchange,
                    "underlyingConId": String(
                        underlying == 0 ? options[0].underlyingConID : underlying),
                    "tradingClass": name.tradingClass, "multiplier": name.multiplier,
                ])
            message.setItems(
                of: "expirations", to: chain.expirations.sorted().map { ["_expiration": $0] })
            message.setItems(
                of: "strikes", to: chain.strikes.sorted().map { ["_strike": $0.description] })
            context.send(message, to: request.connection)
        }
        context.send(
            Message("securityDefinitionOptionParameterEnd", ["reqId": String(request.id)]),
            to: request.connection)
    }
}
