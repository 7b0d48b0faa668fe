/// A message in the frames of real gateways.
package struct Recording: Sendable {
    package let encoding: MessageEncoding
    /// The server versions of the recordings that show it.
    package let versions: [Int]
    /// The fields that have content in them; `GROUP.FIELD` for those of a group.
    ///
    /// Empty as well when the frames are known from a description that names no field.
    package let fields: Set<String>
}

extension MessageSchema {
    /// Where recordings of real gateways show the message; empty unless its evidence is `recorded`.
    package var recordings: [Recording] { Recordings.of(name, direction) }

    /// Whether recordings show content in a field of this encoding.
    package func isRecorded(_ field: String, as encoding: MessageEncoding) -> Bool {
        recordings.contains { $0.encoding == encoding && $0.fields.contains(field) }
    }
}

/// What recordings of real gateways show of each message: encodings, server versions, fields.
///
/// ```
/// recorded accountSummary toClient protobuf 225
///   reqId account tag value currency
/// ```
///
/// The recordings are of paper and live gateways from April to August 2026, at server versions 200
/// to 225. A request stands here when a gateway got it and answered as it should.
package enum Recordings {
    static func of(_ name: String, _ direction: Direction) -> [Recording] {
        byMessage["\(direction.rawValue).\(name)"] ?? []
    }

    /// `DIRECTION.NAME` of all messages recorded.
    package static var keys: [String] { byMessage.keys.sorted() }

    private static let byMessage: [String: [Recording]] = {
        var found: [String: [Recording]] = [:]
        var head: [String] = []
        var fields: Set<String> = []
        func finish() {
            guard head.count == 5 else { return }
            found["\(head[2]).\(head[1])", default: []].append(
                Recording(
                    encoding: schemaName(head[3]),
                    versions: head[4].split(separator: "|").map { schemaNumber(String($0)) },
                    fields: fields))
        }
        for line in SchemaLine.lines(of: text) {
            if line.indent > 0 {
                fields.formUnion(line.words)
            } else {
                finish()
                precondition(
                    line.words.count == 5 && line.words[0] == "recorded",
                    "not a recorded message: \(line.words)")
                (head, fields) = (line.words, [])
            }
        }
        finish()
        return found
    }()

    static let text = #"""
        recorded reqMktData toGateway protobuf 225
          reqId contract.conId contract.symbol contract.secType contract.exchange
          contract.currency genericTickList
        recorded cancelMktData toGateway protobuf 225
          reqId
        recorded placeOrder toGateway text 200
          orderId contract.conId contract.symbol contract.secType contract.exchange
          contract.currency order.action order.totalQuantity order.orderType order.tif
          order.account order.origin order.orderRef order.transmit order.parentId
          order.displaySize order.triggerMethod order.outsideRth order.exemptCode order.ocaType
          order.eTradeOnly order.firmQuoteOnly deltaNeutralContractPresent
          order.adjustableTrailingUnit
        recorded placeOrder toGateway protobuf 225
          orderId contract.conId contract.symbol contract.secType contract.exchange
          contract.currency order.action order.totalQuantity order.orderType order.lmtPrice
          order.tif order.account order.origin order.orderRef order.transmit order.parentId
          order.displaySize order.triggerMethod order.exemptCode order.ocaType
          order.algoStrategy order.algoParams.tag order.algoParams.value order.algoParams
          order.adjustableTrailingUnit order.goodTillDate order.whatIf order.includeOvernight
        recorded cancelOrder toGateway protobuf 225
          orderId
        recorded reqAccountUpdates toGateway protobuf 225
          subscribe acctCode
        recorded reqExecutions toGateway protobuf 225
          reqId filter.acctCode filter.symbol
        recorded reqContractDetails toGateway protobuf 211|225
          reqId contract.conId contract.symbol contract.secType contract.exchange
          contract.currency contract.lastTradeDateOrContractMonth contract.strike contract.right
          contract.multiplier contract.tradingClass
        recorded reqNewsBulletins toGateway text 200
          allMsgs
        recorded cancelNewsBulletins toGateway text 200
        recorded reqAllOpenOrders toGateway text 203
        recorded reqManagedAccts toGateway protobuf 207
        recorded reqHistoricalData toGateway text 206
        recorded reqHistoricalData toGateway protobuf 208
          reqId contract.conId contract.symbol contract.secType contract.exchange
          contract.currency barSizeSetting durationStr useRTH whatToShow formatDate
        recorded reqScannerSubscription toGateway text 200
        recorded reqScannerSubscription toGateway protobuf 225
          reqId sub.numberOfRows sub.instrument sub.locationCode sub.scanCode
        recorded cancelScannerSubscription toGateway protobuf 225
          reqId
        recorded reqCurrentTime toGateway protobuf 225
        recorded calculateImpliedVolatility toGateway protobuf 211
          reqId contract.conId contract.symbol contract.secType
          contract.lastTradeDateOrContractMonth contract.strike contract.right
          contract.multiplier contract.exchange contract.currency contract.localSymbol
          contract.tradingClass optionPrice underPrice
        recorded calculateOptionPrice toGateway protobuf 211
          reqId contract.conId contract.symbol contract.secType
          contract.lastTradeDateOrContractMonth contract.strike contract.right
          contract.multiplier contract.exchange contract.currency contract.localSymbol
          contract.tradingClass volatility underPrice
        recorded reqGlobalCancel toGateway protobuf 225
        recorded reqMarketDataType toGateway protobuf 225
          marketDataType
        recorded reqPositions toGateway protobuf 225
        recorded reqAccountSummary toGateway protobuf 225
          reqId groupName tags
        recorded cancelAccountSummary toGateway protobuf 225
          reqId
        recorded cancelPositions toGateway protobuf 225
        recorded reqAccountUpdatesMulti toGateway protobuf 225
        recorded reqSecDefOptParams toGateway protobuf 225
        recorded reqSoftDollarTiers toGateway protobuf 225
        recorded reqMatchingSymbols toGateway protobuf 225
        recorded reqMktDepthExchanges toGateway text 206
        recorded reqNewsArticle toGateway protobuf 225
        recorded reqNewsProviders toGateway text 206
        recorded reqHistoricalNews toGateway protobuf 225
        recorded reqPnL toGateway protobuf 225
        recorded reqHistoricalTicks toGateway text 207
        recorded reqTickByTickData toGateway text 207
          reqId contract.conId contract.symbol contract.secType contract.exchange
          contract.currency tickType numberOfTicks ignoreSize
        recorded reqCompletedOrders toGateway protobuf 204|225
        recorded reqUserInfo toGateway text 208
        recorded reqCurrentTimeInMillis toGateway text 206
        recorded reqConfig toGateway protobuf 219|225
        recorded tickPrice toClient protobuf 225
          reqId tickType price size attrMask
        recorded tickSize toClient protobuf 225
          reqId tickType size
        recorded orderStatus toClient text 200
          orderId status filled remaining avgFillPrice permId parentId lastFillPrice clientId
          mktCapPrice
        recorded orderStatus toClient protobuf 225
          orderId status filled remaining avgFillPrice permId parentId lastFillPrice clientId
          mktCapPrice whyHeld
        recorded error toClient protobuf 207|211|225
          reqId errorCode errorString errorTime
        recorded openOrder toClient text 200
          order.orderId contract.conId contract.symbol contract.secType contract.strike
          contract.right contract.exchange contract.currency contract.localSymbol
          contract.tradingClass order.action order.totalQuantity order.orderType order.lmtPrice
          order.auxPrice order.tif order.account order.origin order.orderRef order.clientId
          order.permId order.outsideRth order.hidden order.discretionaryAmt order.shortSaleSlot
          order.exemptCode order.auctionStrategy order.displaySize order.blockOrder
          order.sweepToFill order.allOrNone order.ocaType order.eTradeOnly order.firmQuoteOnly
          order.parentId order.triggerMethod order.volatilityType order.deltaNeutralOrderType
          order.deltaNeutralConId order.deltaNeutralOpenClose order.deltaNeutralShortSale
          order.deltaNeutralShortSaleSlot order.continuousUpdate order.referencePriceType
          order.scaleInitLevelSize order.scaleSubsLevelSize order.optOutSmartRouting
          order.clearingIntent order.notHeld deltaNeutralContractPresent order.solicited
          order.whatIf orderState.status orderState.initMarginBefore
          orderState.maintMarginBefore orderState.equityWithLoanBefore
          orderState.initMarginChange orderState.maintMarginChange
          orderState.equityWithLoanChange orderState.initMarginAfter orderState.maintMarginAfter
          orderState.equityWithLoanAfter orderState.initMarginBeforeOutsideRTH
          orderState.maintMarginBeforeOutsideRTH orderState.equityWithLoanBeforeOutsideRTH
          orderState.initMarginChangeOutsideRTH orderState.maintMarginChangeOutsideRTH
          orderState.equityWithLoanChangeOutsideRTH orderState.initMarginAfterOutsideRTH
          orderState.maintMarginAfterOutsideRTH orderState.equityWithLoanAfterOutsideRTH
          orderState.suggestedSize order.randomizeSize order.randomizePrice
          order.adjustedOrderType order.triggerPrice order.lmtPriceOffset
          order.adjustedStopPrice order.adjustedStopLimitPrice order.adjustedTrailingAmount
          order.adjustableTrailingUnit order.cashQty order.dontUseAutoPriceForHedge
          order.isOmsContainer order.discretionaryUpToLimitPrice order.usePriceMgmtAlgo
          order.autoCancelParent order.minCompeteSize order.competeAgainstBestOffset
          order.professionalCustomer order.includeOvernight order.manualOrderIndicator
          order.submitter order.imbalanceOnly
        recorded openOrder toClient protobuf 225
          order.orderId contract.conId contract.symbol contract.secType contract.strike
          contract.exchange contract.currency contract.localSymbol contract.tradingClass
          order.action order.totalQuantity order.orderType order.lmtPrice order.auxPrice
          order.tif order.account order.origin order.orderRef order.clientId order.permId
          order.shortSaleSlot order.exemptCode order.ocaType order.parentId order.triggerMethod
          order.volatilityType order.deltaNeutralOrderType order.deltaNeutralShortSaleSlot
          order.referencePriceType order.trailStopPrice order.clearingIntent order.algoStrategy
          order.algoParams.tag order.algoParams.value order.algoParams orderState.status
          order.adjustedOrderType order.adjustableTrailingUnit order.dontUseAutoPriceForHedge
          order.usePriceMgmtAlgo order.submitter order.filledQuantity order.shareholder
          order.routeMarketableToBbo order.seekPriceImprovement order.minCompeteSize
          order.competeAgainstBestOffset order.outsideRth orderState.completedTime
          orderState.completedStatus orderState.commission orderState.commissionCurrency
          order.autoCancelDate order.goodTillDate order.whatIf orderState.initMarginBefore
          orderState.maintMarginBefore orderState.equityWithLoanBefore
          orderState.initMarginChange orderState.maintMarginChange
          orderState.equityWithLoanChange orderState.initMarginAfter orderState.maintMarginAfter
          orderState.equityWithLoanAfter orderState.marginCurrency order.whatIfType
          order.includeOvernight
        recorded updateAccountValue toClient protobuf 225
          key val accountName currency
        recorded updatePortfolio toClient protobuf 225
          contract.conId contract.symbol contract.secType contract.strike contract.currency
          contract.localSymbol contract.tradingClass position marketPrice marketValue
          averageCost unrealizedPNL realizedPNL accountName contract.exchange
        recorded updateAccountTime toClient protobuf 225
          timeStamp
        recorded nextValidId toClient text 200|202|204|206|207|208|211
          orderId
        recorded nextValidId toClient protobuf 225
          orderId
        recorded contractDetails toClient protobuf 211|225
          reqId contract.symbol contract.secType contract.strike contract.exchange
          contract.currency contract.localSymbol details.marketName contract.tradingClass
          contract.conId details.minTick details.orderTypes details.validExchanges
          details.priceMagnifier details.longName details.timeZoneId details.tradingHours
          details.liquidHours details.aggGroup details.marketRuleIds details.minSize
          details.sizeIncrement details.suggestedSizeIncrement details.minAlgoSize
          contract.lastTradeDate contract.right contract.multiplier details.underConId
          details.contractMonth details.underSymbol details.underSecType
          details.realExpirationDate details.settlementMethod details.secIdList
          details.stockType details.lastPricePrecision details.lastSizePrecision
        recorded execDetails toClient text 200
          reqId execution.orderId contract.conId contract.symbol contract.secType
          contract.strike contract.exchange contract.currency contract.localSymbol
          contract.tradingClass execution.execId execution.time execution.acctNumber
          execution.exchange execution.side execution.shares execution.price execution.permId
          execution.clientId execution.liquidation execution.cumQty execution.avgPrice
          execution.orderRef execution.lastLiquidity execution.pendingPriceRevision
        recorded execDetails toClient protobuf 202|225
          reqId execution.orderId contract.conId contract.symbol contract.secType
          contract.strike contract.exchange contract.currency contract.localSymbol
          contract.tradingClass execution.execId execution.time execution.acctNumber
          execution.exchange execution.side execution.shares execution.price execution.permId
          execution.clientId execution.cumQty execution.avgPrice execution.orderRef
          execution.lastLiquidity execution.optExerciseOrLapseType
        recorded updateMktDepth toClient protobuf 206
          position operation side price size
        recorded updateNewsBulletin toClient text 200
          msgId msgType newsMessage originExch
        recorded managedAccounts toClient text 200|202|204|206
          accountsList
        recorded managedAccounts toClient protobuf 207|208|211|225
          accountsList
        recorded historicalData toClient text 206
          reqId bars bars.date bars.open bars.high bars.low bars.close bars.volume bars.wap
          bars.barCount
        recorded historicalData toClient protobuf 208
          reqId bars.date bars.open bars.high bars.low bars.close bars.volume bars.wap
          bars.barCount bars
        recorded bondContractDetails toClient protobuf 225
          reqId contract.conId contract.secType contract.strike contract.exchange
          contract.localSymbol contract.tradingClass details.cusip details.descAppend
          details.minTick details.orderTypes details.validExchanges details.priceMagnifier
          details.contractMonth details.industry details.category details.subcategory
          details.tradingHours details.liquidHours details.timeZoneId details.evRule
          details.secIdList details.aggGroup details.marketRuleIds details.minSize
          details.sizeIncrement details.suggestedSizeIncrement details.minAlgoSize
          details.ineligibilityReasonList
        recorded scannerData toClient text 200
          items items.rank items.contract.strike items.contract.tradingClass
          items.details.marketName
        recorded scannerData toClient protobuf 225
          reqId items.rank items.contract.conId items.contract.symbol items.contract.secType
          items.contract.strike items.contract.exchange items.contract.currency
          items.contract.localSymbol items.details.marketName items.contract.tradingClass
          items.contract.primaryExchange items
        recorded tickOptionComputation toClient protobuf 206|211
          reqId tickType tickAttrib impliedVol delta optPrice pvDividend gamma vega theta
          undPrice
        recorded tickGeneric toClient protobuf 225
          reqId tickType value
        recorded tickString toClient protobuf 225
          reqId tickType value
        recorded currentTime toClient protobuf 225
          time
        recorded contractDetailsEnd toClient protobuf 211|225
          reqId
        recorded openOrderEnd toClient protobuf 203|225
        recorded accountDownloadEnd toClient protobuf 225
          accountName
        recorded execDetailsEnd toClient protobuf 202|225
          reqId
        recorded tickSnapshotEnd toClient protobuf 225
        recorded marketDataType toClient protobuf 225
          reqId marketDataType
        recorded commissionReport toClient text 200
          execId commission currency realizedPNL yield
        recorded commissionReport toClient protobuf 225
          execId commission currency realizedPNL
        recorded position toClient protobuf 225
          account contract.conId contract.symbol contract.secType contract.strike
          contract.exchange contract.currency contract.localSymbol contract.tradingClass
          position avgCost contract.lastTradeDateOrContractMonth contract.multiplier
        recorded positionEnd toClient protobuf 225
        recorded accountSummary toClient protobuf 225
          reqId account tag value currency
        recorded accountSummaryEnd toClient protobuf 225
          reqId
        recorded accountUpdateMulti toClient protobuf 225
          key value currency
        recorded accountUpdateMultiEnd toClient protobuf 225
        recorded securityDefinitionOptionParameter toClient protobuf 225
          exchange tradingClass strikes
        recorded securityDefinitionOptionParameterEnd toClient protobuf 225
        recorded softDollarTiers toClient protobuf 225
          reqId
        recorded symbolSamples toClient protobuf 225
          reqId contractDescriptions contractDescriptions.contract.conId
          contractDescriptions.contract.symbol contractDescriptions.contract.secType
          contractDescriptions.contract.primaryExchange contractDescriptions.contract.currency
          contractDescriptions.derivativeSecTypes contractDescriptions.contract.description
          contractDescriptions.contract.issuerId
        recorded mktDepthExchanges toClient text 206
          depthMktDataDescriptions depthMktDataDescriptions.exchange
          depthMktDataDescriptions.secType depthMktDataDescriptions.listingExch
          depthMktDataDescriptions.serviceDataType depthMktDataDescriptions.aggGroup
        recorded tickReqParams toClient protobuf 225
          tickerId minTick bboExchange snapshotPermissions lastPricePrecision lastSizePrecision
        recorded newsArticle toClient protobuf 225
          articleType articleText
        recorded tickNews toClient protobuf 225
          tickerId timeStamp providerCode articleId headline extraData
        recorded newsProviders toClient text 206
          newsProviders newsProviders.code newsProviders.name
        recorded historicalNews toClient protobuf 225
          time providerCode articleId headline
        recorded historicalNewsEnd toClient protobuf 225
          hasMore
        recorded pnl toClient protobuf 225
          dailyPnL unrealizedPnL realizedPnL
        recorded completedOrder toClient text 200
          contract.conId contract.symbol contract.secType contract.strike contract.right
          contract.exchange contract.currency contract.localSymbol contract.tradingClass
          order.action order.totalQuantity order.orderType order.lmtPrice order.auxPrice
          order.tif order.ocaGroup order.account order.origin order.permId order.outsideRth
          order.hidden order.discretionaryAmt order.rule80A order.shortSaleSlot order.exemptCode
          order.displaySize order.sweepToFill order.allOrNone order.ocaType order.triggerMethod
          order.volatilityType order.deltaNeutralOrderType order.deltaNeutralConId
          order.deltaNeutralShortSale order.deltaNeutralShortSaleSlot order.continuousUpdate
          order.referencePriceType order.scaleInitLevelSize order.scaleSubsLevelSize
          order.clearingIntent order.notHeld deltaNeutralContractPresent order.solicited
          orderState.status order.randomizeSize order.randomizePrice order.lmtPriceOffset
          order.cashQty order.dontUseAutoPriceForHedge order.isOmsContainer order.autoCancelDate
          order.filledQuantity order.refFuturesConId order.autoCancelParent order.shareholder
          order.imbalanceOnly order.routeMarketableToBbo order.parentPermId
          orderState.completedTime orderState.completedStatus order.professionalCustomer
        recorded completedOrder toClient protobuf 204|225
          contract.conId contract.symbol contract.secType contract.strike contract.exchange
          contract.currency contract.localSymbol contract.tradingClass order.action
          order.totalQuantity order.orderType order.lmtPrice order.auxPrice order.tif
          order.account order.origin order.permId order.shortSaleSlot order.exemptCode
          order.ocaType order.triggerMethod order.volatilityType order.deltaNeutralOrderType
          order.deltaNeutralShortSaleSlot order.referencePriceType order.trailStopPrice
          order.clearingIntent orderState.status order.dontUseAutoPriceForHedge
          order.filledQuantity order.shareholder order.routeMarketableToBbo
          orderState.completedTime orderState.completedStatus order.submitter order.clientId
          order.orderId order.parentId order.adjustedOrderType order.adjustableTrailingUnit
          order.usePriceMgmtAlgo order.seekPriceImprovement order.outsideRth
          orderState.commission orderState.commissionCurrency contract.comboLegs
          contract.comboLegsDescrip order.smartComboRoutingParams order.ocaGroup
          order.parentPermId
        recorded completedOrdersEnd toClient text 200
        recorded completedOrdersEnd toClient protobuf 204|225
        recorded userInfo toClient text 208
          reqId whiteBrandingId
        recorded historicalDataEnd toClient text 206
          startDateStr endDateStr
        recorded historicalDataEnd toClient protobuf 208
          reqId startDateStr endDateStr
        recorded currentTimeInMillis toClient text 206
          timeInMillis
        recorded configResponse toClient protobuf 219|225
          lockAndExit.autoLogoffTime lockAndExit.autoLogoffPeriod lockAndExit.autoLogoffType
          messages messages.id messages.title messages.message messages.defaultAction
          messages.enabled api.settings.readOnlyApi api.settings.totalQuantityForMutualFunds
          api.settings.downloadOpenOrdersOnConnection api.settings.includeVirtualFxPositions
          api.settings.prepareDailyPnL api.settings.sendStatusUpdatesForVolatilityOrders
          api.settings.encodeApiMessages api.settings.socketPort
          api.settings.useNegativeAutoRange api.settings.createApiMessageLogFile
          api.settings.includeMarketDataInLogFile api.settings.exposeTradingScheduleToApi
          api.settings.splitInsuredDepositFromCashBalance
          api.settings.sendZeroPositionsForTodayOnly
          api.settings.useAccountGroupsWithAllocationMethods api.settings.loggingLevel
          api.settings.bulkDataTimeout api.settings.componentExchSeparator
          api.settings.showForexDataIn1_10Pips api.settings.allowForexTradingIn1_10Pips
          api.settings.roundAccountValuesToNearestWholeNumber
          api.settings.showAdvancedOrderRejectInUi api.settings.rejectMessagesAboveMaxRate
          api.settings.maintainConnectionOnIncorrectFields
          api.settings.compatibilityModeNasdaqStocks api.settings.sendInstrumentTimezone
          api.settings.sendForexDataInCompatibilityMode
          api.settings.maintainAndResubmitOrdersOnReconnect api.settings.historicalDataMaxSize
          api.settings.autoReportNettingEventContractTrades
          api.settings.optionExerciseRequestType api.settings.allowLocalhostOnly
          api.settings.trustedIPs orders.smartRouting.seekPriceImprovement
          orders.smartRouting.preOpenReroute orders.smartRouting.doNotRouteToDarkPools
        """#
}
