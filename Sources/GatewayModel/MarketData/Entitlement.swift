import GatewayWire

/// What a client's account may see, which together with reqMarketDataType decides what it gets.
///
/// Every word but `as-requested` and `live` refuses tick-by-tick data, real-time bars, depth of
/// shares, historical ticks and bars kept up to date as recorded of a login without subscriptions.
/// Currencies need none: their depth was recorded of such a login.
package enum MarketDataPermission: String, Hashable, Sendable, CaseIterable {
    /// Whatever type was asked for (assumed, so that every type can be tried).
    case asRequested = "as-requested"
    /// Live data always, as with a subscription to everything.
    case live
    /// Delayed data if asked for (10167), refused otherwise (10089); historical bars are served.
    case delayedOnly = "delayed-only"
    /// As `delayedOnly`, but a line that asks for live data gets delayed data too (2186).
    case delayedElected = "delayed-elected"
    /// Refused always (10089 for live, 10168 for delayed), and history too (2188).
    case none

    /// Nothing is refused.
    var isSubscribed: Bool { self == .asRequested || self == .live }
    /// Not subscribed, but delayed data is on offer.
    var hasDelayed: Bool { self == .delayedOnly || self == .delayedElected }
}

/// Texts that refusals share.
enum Refusal {
    static let subscription =
        "Requested market data requires additional subscription for API. "
        + "See link in 'Market Data Connections' dialog for more details."
    static let notSupported =
        "Deep market data is not supported for this combination of security type/exchange"

    /// Recorded with `ISLAND STK` for a share of NASDAQ.
    static func permissions(_ contract: Contract) -> String {
        "No market data permissions for \(contract.permissionName). \(subscription)"
    }
}

extension Contract {
    /// The exchange and kind that a refusal names; NASDAQ goes by its old name (recorded).
    var permissionName: String {
        let place = primaryExchange.isEmpty ? exchange : primaryExchange
        return "\(place == "NASDAQ" ? "ISLAND" : place) \(secType)"
    }

    /// The contract as refusals and warnings of level 1 lines name it (recorded for a share).
    var feedName: String {
        let place = primaryExchange.isEmpty ? exchange : primaryExchange
        return "\(symbol) \(place).\(tradingClass)/TOP/ALL"
    }
}

extension GatewayContext {
    func isEntitled(to contract: Contract) -> Bool {
        settings.marketData.isSubscribed || contract.secType == "CASH"
    }

    /// Whether a question about history is answered; refuses it with 2188 when not.
    ///
    /// Recorded: bars were served to a login with delayed data. A login without any ended with 2188
    /// (reported; the text is assumed).
    mutating func mayAskHistory(_ request: Request, _ contract: Contract) -> Bool {
        guard settings.marketData == .none, !isEntitled(to: contract) else { return true }
        fail(
            request, 2188,
            "Requested historical market data requires additional subscription for API. To "
                + "subscribe, see link in 'Market Data Connections' dialog for more details."
                + contract.feedName)
        return false
    }
}
