import GatewayWire

/// What the gateway does with one kind of request.
struct RequestRule: Sendable {
    struct Traits: OptionSet, Sendable {
        let rawValue: Int

        /// Depends on prices: the first such request opens the market (see `MarketClock`).
        static let opensMarket = Traits(rawValue: 1)
        /// Refused by a gateway whose API is read-only (error 321).
        static let refusedWhenReadOnly = Traits(rawValue: 2)
        /// Counts for the limits on requests for small bars (see `HistoryPacing`).
        ///
        /// Every request counts for the limit on requests a second.
        static let pacedAsHistory = Traits(rawValue: 4)
    }

    /// The message's name in the schema.
    let name: String
    let traits: Traits
    let answer: @Sendable (inout HealthyGateway, Request) -> Void

    init(
        _ name: String, _ traits: Traits,
        _ answer: @escaping @Sendable (inout HealthyGateway, Request) -> Void
    ) {
        self.name = name
        self.traits = traits
        self.answer = answer
    }
}

/// The one table of requests: a line names a message, its traits and the method that answers it.
extension RequestRule {
    static let all =
        aboutTheGateway + aboutAccounts + aboutOrders + aboutPrices + aboutHistory
        + aboutContracts + aboutNews + aboutTheScreen

    static let byName = Dictionary(
        all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    private static let aboutTheGateway: [RequestRule] = [
        RequestRule("startApi", []) {
            $0.context.fail($1, 321, "Error validating request. startApi was already sent")
        },
        // A real gateway changes its log detail and says nothing.
        RequestRule("setServerLogLevel", []) { _, _ in },
        RequestRule("reqCurrentTime", .opensMarket) {
            $0.connections.reqCurrentTime($1, &$0.context)
        },
        RequestRule("reqCurrentTimeInMillis", .opensMarket) {
            $0.connections.reqCurrentTimeInMillis($1, &$0.context)
        },
        RequestRule("reqIds", .refusedWhenReadOnly) {
            $0.sendNextValidID(to: $1.connection, clientID: $1.clientID)
        },
        RequestRule("reqConfig", .opensMarket) { $0.reference.reqConfig($1, &$0.context) },
        RequestRule("updateConfig", .opensMarket) { $0.reference.updateConfig($1, &$0.context) },
        RequestRule("verifyRequest", []) { $0.reference.refuseVerification($1, &$0.context) },
        RequestRule("verifyMessage", []) { $0.reference.refuseVerification($1, &$0.context) },
        RequestRule("verifyAndAuthRequest", []) {
            $0.reference.refuseAuthentication($1, &$0.context)
        },
        RequestRule("verifyAndAuthMessage", []) {
            $0.reference.refuseAuthentication($1, &$0.context)
        },
    ]

    private static let aboutAccounts: [RequestRule] = [
        RequestRule("reqManagedAccts", []) {
            $0.accounts.sendManagedAccounts(to: $1.connection, &$0.context)
        },
        RequestRule("reqPositions", []) { $0.accounts.reqPositions($1, &$0.context) },
        RequestRule("cancelPositions", []) { $0.accounts.cancelPositions($1) },
        RequestRule("reqPositionsMulti", []) { $0.accounts.reqPositionsMulti($1, &$0.context) },
        RequestRule("cancelPositionsMulti", []) { $0.accounts.cancelPositionsMulti($1) },
        RequestRule("reqAccountUpdates", []) { $0.accounts.reqAccountUpdates($1, &$0.context) },
        RequestRule("reqAccountUpdatesMulti", []) {
            $0.accounts.reqAccountUpdatesMulti($1, &$0.context)
        },
        RequestRule("cancelAccountUpdatesMulti", []) { $0.accounts.cancelAccountUpdatesMulti($1) },
        RequestRule("reqAccountSummary", []) { $0.accounts.reqAccountSummary($1, &$0.context) },
        RequestRule("cancelAccountSummary", []) { $0.accounts.cancelAccountSummary($1) },
        RequestRule("reqPnL", .opensMarket) { $0.accounts.reqPnL($1, &$0.context) },
        RequestRule("reqPnLSingle", .opensMarket) { $0.accounts.reqPnLSingle($1, &$0.context) },
        RequestRule("cancelPnL", .opensMarket) { $0.accounts.cancelProfit($1, &$0.context) },
        RequestRule("cancelPnLSingle", .opensMarket) { $0.accounts.cancelProfit($1, &$0.context) },
        RequestRule("requestFA", []) { $0.accounts.requestFA($1, &$0.context) },
        RequestRule("replaceFA", .opensMarket) { $0.accounts.replaceFA($1, &$0.context) },
        RequestRule("reqFamilyCodes", []) { $0.accounts.reqFamilyCodes($1, &$0.context) },
        RequestRule("reqSoftDollarTiers", []) { $0.accounts.reqSoftDollarTiers($1, &$0.context) },
        RequestRule("reqUserInfo", []) { $0.accounts.reqUserInfo($1, &$0.context) },
    ]

    private static let aboutOrders: [RequestRule] = [
        RequestRule("reqOpenOrders", .refusedWhenReadOnly) {
            $0.orders.reqOpenOrders($1, &$0.context)
        },
        RequestRule("reqAllOpenOrders", .refusedWhenReadOnly) {
            $0.orders.reqAllOpenOrders($1, &$0.context)
        },
        RequestRule("reqAutoOpenOrders", .refusedWhenReadOnly) {
            $0.orders.reqAutoOpenOrders($1, &$0.context)
        },
        RequestRule("reqCompletedOrders", .refusedWhenReadOnly) {
            $0.orders.reqCompletedOrders($1, &$0.context)
        },
        RequestRule("reqExecutions", []) { $0.orders.reqExecutions($1, &$0.context) },
        RequestRule("placeOrder", [.opensMarket, .refusedWhenReadOnly]) {
            $0.orders.placeOrder($1, &$0.accounts, &$0.context)
        },
        RequestRule("cancelOrder", [.opensMarket, .refusedWhenReadOnly]) {
            $0.orders.cancelOrder($1, &$0.context)
        },
        RequestRule("reqGlobalCancel", [.opensMarket, .refusedWhenReadOnly]) {
            $0.orders.reqGlobalCancel($1, &$0.context)
        },
        RequestRule("exerciseOptions", [.opensMarket, .refusedWhenReadOnly]) {
            $0.orders.exerciseOptions($1, $0.accounts, &$0.context)
        },
    ]

    private static let aboutPrices: [RequestRule] = [
        RequestRule("reqMktData", .opensMarket) { $0.marketData.reqMktData($1, &$0.context) },
        RequestRule("cancelMktData", .opensMarket) {
            $0.marketData.cancelMktData($1, &$0.context)
        },
        RequestRule("reqMarketDataType", []) {
            $0.marketData.reqMarketDataType($1, &$0.context)
        },
        RequestRule("reqTickByTickData", .opensMarket) {
            $0.marketData.reqTickByTickData($1, &$0.context)
        },
        RequestRule("cancelTickByTickData", .opensMarket) {
            $0.marketData.cancelTickByTickData($1, &$0.context)
        },
        RequestRule("reqMktDepth", .opensMarket) { $0.marketData.reqMktDepth($1, &$0.context) },
        RequestRule("cancelMktDepth", .opensMarket) {
            $0.marketData.cancelMktDepth($1, &$0.context)
        },
        RequestRule("reqMktDepthExchanges", .opensMarket) {
            $0.reference.reqMktDepthExchanges($1, &$0.context)
        },
        RequestRule("reqRealTimeBars", .opensMarket) {
            $0.marketData.reqRealTimeBars($1, &$0.context)
        },
        RequestRule("cancelRealTimeBars", .opensMarket) {
            $0.marketData.cancelRealTimeBars($1, &$0.context)
        },
        RequestRule("calculateImpliedVolatility", .opensMarket) {
            $0.marketData.calculateImpliedVolatility($1, &$0.context)
        },
        RequestRule("cancelCalculateImpliedVolatility", .opensMarket) {
            $0.marketData.cancelCalculation($1, .impliedVolatility, &$0.context)
        },
        RequestRule("calculateOptionPrice", .opensMarket) {
            $0.marketData.calculateOptionPrice($1, &$0.context)
        },
        RequestRule("cancelCalculateOptionPrice", .opensMarket) {
            $0.marketData.cancelCalculation($1, .optionPrice, &$0.context)
        },
    ]

    private static let aboutHistory: [RequestRule] = [
        RequestRule("reqHistoricalData", [.opensMarket, .pacedAsHistory]) {
            $0.history.reqHistoricalData($1, &$0.context)
        },
        RequestRule("cancelHistoricalData", .opensMarket) {
            $0.history.cancelHistoricalData($1, &$0.context)
        },
        RequestRule("reqHeadTimeStamp", .opensMarket) {
            $0.history.reqHeadTimeStamp($1, &$0.context)
        },
        RequestRule("cancelHeadTimeStamp", .opensMarket) {
            $0.history.cancelHeadTimeStamp($1, &$0.context)
        },
        RequestRule("reqHistogramData", .opensMarket) {
            $0.history.reqHistogramData($1, &$0.context)
        },
        RequestRule("cancelHistogramData", .opensMarket) {
            $0.history.cancelHistogramData($1, &$0.context)
        },
        RequestRule("reqHistoricalTicks", .opensMarket) {
            $0.history.reqHistoricalTicks($1, &$0.context)
        },
        // Answered at once, so there is nothing left to cancel.
        RequestRule("cancelHistoricalTicks", .opensMarket) { _, _ in },
        RequestRule("reqFundamentalData", .opensMarket) {
            $0.history.reqFundamentalData($1, &$0.context)
        },
        RequestRule("cancelFundamentalData", .opensMarket) {
            $0.history.cancelFundamentalData($1, &$0.context)
        },
    ]

    private static let aboutContracts: [RequestRule] = [
        RequestRule("reqContractDetails", []) {
            $0.reference.reqContractDetails($1, &$0.context)
        },
        // Answered at once, so there is nothing left to cancel.
        RequestRule("cancelContractData", .opensMarket) { _, _ in },
        RequestRule("reqMatchingSymbols", .opensMarket) {
            $0.reference.reqMatchingSymbols($1, &$0.context)
        },
        RequestRule("reqSecDefOptParams", .opensMarket) {
            $0.reference.reqSecDefOptParams($1, &$0.context)
        },
        RequestRule("reqMarketRule", .opensMarket) {
            $0.reference.reqMarketRule($1, &$0.context)
        },
        RequestRule("reqSmartComponents", .opensMarket) {
            $0.reference.reqSmartComponents($1, &$0.context)
        },
        RequestRule("reqScannerParameters", .opensMarket) {
            $0.reference.reqScannerParameters($1, &$0.context)
        },
        RequestRule("reqScannerSubscription", .opensMarket) {
            $0.reference.reqScannerSubscription($1, &$0.context)
        },
        RequestRule("cancelScannerSubscription", .opensMarket) {
            $0.reference.cancelScannerSubscription($1, &$0.context)
        },
    ]

    private static let aboutNews: [RequestRule] = [
        RequestRule("reqNewsProviders", .opensMarket) {
            $0.reference.reqNewsProviders($1, &$0.context)
        },
        RequestRule("reqHistoricalNews", .opensMarket) {
            $0.reference.reqHistoricalNews($1, &$0.context)
        },
        RequestRule("reqNewsArticle", .opensMarket) {
            $0.reference.reqNewsArticle($1, &$0.context)
        },
        RequestRule("reqNewsBulletins", []) { $0.reference.reqNewsBulletins($1, &$0.context) },
        RequestRule("cancelNewsBulletins", []) {
            $0.reference.cancelNewsBulletins($1, &$0.context)
        },
        RequestRule("reqWshMetaData", .opensMarket) {
            $0.reference.reqWshMetaData($1, &$0.context)
        },
        RequestRule("cancelWshMetaData", .opensMarket) {
            $0.reference.cancelWshMetaData($1, &$0.context)
        },
        RequestRule("reqWshEventData", .opensMarket) {
            $0.reference.reqWshEventData($1, held: $0.accounts.heldConIDs, &$0.context)
        },
        RequestRule("cancelWshEventData", .opensMarket) {
            $0.reference.cancelWshEventData($1, &$0.context)
        },
    ]

    private static let aboutTheScreen: [RequestRule] = [
        RequestRule("queryDisplayGroups", .opensMarket) {
            $0.reference.queryDisplayGroups($1, &$0.context)
        },
        RequestRule("subscribeToGroupEvents", .opensMarket) {
            $0.reference.subscribeToGroupEvents($1, &$0.context)
        },
        RequestRule("updateDisplayGroup", .opensMarket) {
            $0.reference.updateDisplayGroup($1, &$0.context)
        },
        RequestRule("unsubscribeFromGroupEvents", .opensMarket) {
            $0.reference.unsubscribeFromGroupEvents($1, &$0.context)
        },
    ]
}

extension HealthyGateway {
    /// Names of the requests that are answered, as the table lists them.
    package static var answeredRequests: [String] { RequestRule.all.map(\.name) }
}
