import GatewayWire

/// Option chains by underlying, and what becomes of a request to exercise.
extension HealthyGateway {
    private struct ChainName: Hashable, Comparable {
        let exchange: String
        let tradingClass: String
        let multiplier: String

        static func < (one: ChainName, other: ChainName) -> Bool {
            (one.exchange, one.tradingClass, one.multiplier)
                < (other.exchange, other.tradingClass, other.multiplier)
        }
    }

    /// One answer per exchange, trading class and multiplier; an end alone when there are none.
    ///
    /// Assumed: an underlying that does not exist has no options; a real gateway may answer 200.
    mutating func reqSecDefOptParams(_ request: Request) {
        let underlying = Int64(request.int("underlyingConId") ?? 0)
        let symbol = request.text("underlyingSymbol").uppercased()
        let exchange = request.text("futFopExchange").uppercased()
        let today = WallClock.day(of: clock.seconds(at: request.now))
        let options = contracts.contracts.filter {
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
        for name in chains.keys.sorted() {
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
            send(message, to: request.connection)
        }
        send(
            Message("securityDefinitionOptionParameterEnd", ["reqId": String(request.id)]),
            to: request.connection)
    }

    /// Takes the instruction down as an order that waits for the clearing house (assumed).
    ///
    /// The position does not change; a real one changes over night.
    mutating func exerciseOptions(_ request: Request) {
        guard let contract = soleContract(request) else { return }
        guard contract.secType == "OPT" else {
            refuse(request, "\(contract.symbol) \(contract.secType) is no option")
            return
        }
        guard let action = request.int("exerciseAction"), [1, 2].contains(action) else {
            refuse(request, "exercise action is 1 (exercise) or 2 (lapse)")
            return
        }
        guard let account = ledger.account(request.text("account")) else {
            fail(
                request, 321,
                "Error validating request.-'fakegw' : cause - Invalid account code "
                    + "'\(quoted(request.text("account")))'.")
            return
        }
        let quantity = Amount(whole: Int64(request.int("exerciseQuantity") ?? 0))
        let held = account.positions.first { $0.conID == contract.conID }?.quantity ?? 0
        guard quantity > 0, quantity <= held else {
            fail(
                request, 201,
                "Order rejected - reason:No position of \(quantity) to exercise; held: \(held)")
            return
        }
        send(
            Message(
                "orderStatus",
                [
                    "orderId": String(request.id), "status": "PreSubmitted", "filled": "0",
                    "remaining": quantity.description, "clientId": String(request.clientID),
                ]), to: request.connection)
    }
}
