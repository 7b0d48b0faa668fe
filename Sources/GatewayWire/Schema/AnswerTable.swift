/// Which messages answer which request.
package enum AnswerTable {
    package struct Entry: Sendable {
        /// Messages of which any number may come.
        package let rows: Set<String>
        /// The message after which no more comes; `nil` when one row is the whole answer, or no end exists.
        package let end: String?
        /// Rows go on for as long as the client does not cancel.
        package var isSubscription = false
        package var cancel: String?
    }

    /// Requests that carry an id, and answers that carry it too.
    package static let byID: [String: Entry] = [
        "reqMktData": Entry(
            rows: [
                "tickPrice", "tickSize", "tickString", "tickGeneric", "tickOptionComputation",
                "tickEFP",
            ], end: nil, isSubscription: true, cancel: "cancelMktData"),
        "reqMktDepth": Entry(
            rows: ["updateMktDepth", "updateMktDepthL2"], end: nil, isSubscription: true,
            cancel: "cancelMktDepth"),
        "reqRealTimeBars": Entry(
            rows: ["realtimeBar"], end: nil, isSubscription: true, cancel: "cancelRealTimeBars"),
        "reqTickByTickData": Entry(
            rows: ["tickByTick"], end: nil, isSubscription: true, cancel: "cancelTickByTickData"),
        "reqPnL": Entry(rows: ["pnl"], end: nil, isSubscription: true, cancel: "cancelPnL"),
        "reqPnLSingle": Entry(
            rows: ["pnlSingle"], end: nil, isSubscription: true, cancel: "cancelPnLSingle"),
        "reqHistoricalData": Entry(
            rows: ["historicalData", "historicalDataUpdate", "historicalSchedule"],
            end: "historicalDataEnd", cancel: "cancelHistoricalData"),
        "reqContractDetails": Entry(
            rows: ["contractDetails", "bondContractDetails"], end: "contractDetailsEnd",
            cancel: "cancelContractData"),
        "reqExecutions": Entry(rows: ["execDetails"], end: "execDetailsEnd"),
        "reqAccountSummary": Entry(
            rows: ["accountSummary"], end: "accountSummaryEnd", cancel: "cancelAccountSummary"),
        "reqPositionsMulti": Entry(
            rows: ["positionMulti"], end: "positionMultiEnd", cancel: "cancelPositionsMulti"),
        "reqAccountUpdatesMulti": Entry(
            rows: ["accountUpdateMulti"], end: "accountUpdateMultiEnd",
            cancel: "cancelAccountUpdatesMulti"),
        "reqSecDefOptParams": Entry(
            rows: ["securityDefinitionOptionParameter"],
            end: "securityDefinitionOptionParameterEnd"),
        "reqMatchingSymbols": Entry(rows: ["symbolSamples"], end: nil),
        "reqHeadTimeStamp": Entry(
            rows: ["headTimestamp"], end: nil, cancel: "cancelHeadTimeStamp"),
        "reqHistogramData": Entry(
            rows: ["histogramData"], end: nil, cancel: "cancelHistogramData"),
        "reqHistoricalTicks": Entry(
            rows: ["historicalTicks", "historicalTicksBidAsk", "historicalTicksLast"], end: nil,
            cancel: "cancelHistoricalTicks"),
        "reqHistoricalNews": Entry(rows: ["historicalNews"], end: "historicalNewsEnd"),
        "reqNewsArticle": Entry(rows: ["newsArticle"], end: nil),
        "reqFundamentalData": Entry(
            rows: ["fundamentalData"], end: nil, cancel: "cancelFundamentalData"),
        "reqScannerSubscription": Entry(
            rows: ["scannerData"], end: nil, cancel: "cancelScannerSubscription"),
        "reqSmartComponents": Entry(rows: ["smartComponents"], end: nil),
        "reqSoftDollarTiers": Entry(rows: ["softDollarTiers"], end: nil),
        "calculateImpliedVolatility": Entry(rows: ["tickOptionComputation"], end: nil),
        "calculateOptionPrice": Entry(rows: ["tickOptionComputation"], end: nil),
    ]

    /// Requests without an id: the oldest one that is open takes the answer.
    package static let byName: [String: Entry] = [
        "reqPositions": Entry(rows: ["position"], end: "positionEnd", cancel: "cancelPositions"),
        "reqOpenOrders": Entry(rows: ["openOrder"], end: "openOrderEnd"),
        "reqAllOpenOrders": Entry(rows: ["openOrder"], end: "openOrderEnd"),
        "reqCompletedOrders": Entry(rows: ["completedOrder"], end: "completedOrdersEnd"),
        "reqAccountUpdates": Entry(
            rows: ["updateAccountValue", "updatePortfolio", "updateAccountTime"],
            end: "accountDownloadEnd"),
        "reqIds": Entry(rows: ["nextValidId"], end: nil),
        "reqManagedAccts": Entry(rows: ["managedAccounts"], end: nil),
        "reqCurrentTime": Entry(rows: ["currentTime"], end: nil),
        "reqCurrentTimeInMillis": Entry(rows: ["currentTimeInMillis"], end: nil),
        "reqScannerParameters": Entry(rows: ["scannerParameters"], end: nil),
        "reqNewsProviders": Entry(rows: ["newsProviders"], end: nil),
        "reqFamilyCodes": Entry(rows: ["familyCodes"], end: nil),
        "reqMktDepthExchanges": Entry(rows: ["mktDepthExchanges"], end: nil),
        "reqMarketRule": Entry(rows: ["marketRule"], end: nil),
        "reqUserInfo": Entry(rows: ["userInfo"], end: nil),
    ]

    package static let cancels: Set<String> = Set(
        (byID.values.compactMap(\.cancel)) + (byName.values.compactMap(\.cancel)))

    /// Whether a gateway says something at once when a client sends it.
    package static func wantsAnswer(_ name: String) -> Bool {
        byID[name] != nil || byName[name] != nil
            || ["startApi", "placeOrder", "cancelOrder"].contains(name)
    }

    package static func isTick(_ schema: MessageSchema) -> Bool {
        schema.direction == .toClient && schema.id < ticks.count && ticks[schema.id]
    }

    /// Whether a message to the client has a contract.
    package static func mayNameSymbol(_ schema: MessageSchema) -> Bool {
        schema.direction == .toClient && schema.id < contracts.count && contracts[schema.id]
    }

    /// Whether a message to the client tells which client an order is of.
    package static func mayNameOwner(_ schema: MessageSchema) -> Bool {
        schema.direction == .toClient && schema.id < owned.count && owned[schema.id]
    }

    private static let ticks = marked { tickNames.contains($0.name) }
    private static let owned = marked { !$0.indexes(of: "order.clientId").isEmpty }
    private static let contracts = marked { !$0.indexes(of: "contract.symbol").isEmpty }

    private static func marked(_ isMarked: (MessageSchema) -> Bool) -> [Bool] {
        let answers = ProtocolSchema.messages.filter { $0.direction == .toClient }
        var marks = [Bool](repeating: false, count: (answers.map(\.id).max() ?? 0) + 1)
        for schema in answers { marks[schema.id] = isMarked(schema) }
        return marks
    }

    private static let tickNames: Set<String> = [
        "tickPrice", "tickSize", "tickString", "tickGeneric", "tickOptionComputation", "tickEFP",
        "tickByTick",
    ]

    /// The requests that a row or an end may answer when no id tells.
    package static let asking: [String: [String]] = {
        var asking: [String: [String]] = [:]
        for (request, entry) in byName.sorted(by: { $0.key < $1.key }) {
            for answer in entry.rows.union([entry.end].compactMap { $0 }) {
                asking[answer, default: []].append(request)
            }
        }
        return asking
    }()
}
