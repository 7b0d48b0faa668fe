import GatewayWire

/// Who answers which request about contracts, prices, history and news: the table's second half.
extension HealthyGateway {
    /// False when the request is not one of these.
    mutating func answerAboutMarkets(_ request: Request) -> Bool {
        answerAboutPrices(request) || answerAboutHistory(request) || answerAboutReference(request)
    }

    private mutating func answerAboutPrices(_ request: Request) -> Bool {
        switch request.message.name {
        case "reqMktData": reqMktData(request)
        case "cancelMktData": cancelMktData(request)
        case "reqMarketDataType": reqMarketDataType(request)
        case "reqTickByTickData": reqTickByTickData(request)
        case "cancelTickByTickData": cancelTickByTickData(request)
        case "reqMktDepth": reqMktDepth(request)
        case "cancelMktDepth": cancelMktDepth(request)
        case "reqMktDepthExchanges": reqMktDepthExchanges(request)
        case "reqRealTimeBars": reqRealTimeBars(request)
        case "cancelRealTimeBars": cancelRealTimeBars(request)
        case "calculateImpliedVolatility": calculateImpliedVolatility(request)
        case "cancelCalculateImpliedVolatility": cancelCalculation(request, .impliedVolatility)
        case "calculateOptionPrice": calculateOptionPrice(request)
        case "cancelCalculateOptionPrice": cancelCalculation(request, .optionPrice)
        default: return false
        }
        return true
    }

    private mutating func answerAboutHistory(_ request: Request) -> Bool {
        switch request.message.name {
        case "reqHistoricalData": reqHistoricalData(request)
        case "cancelHistoricalData": cancelHistoricalData(request)
        case "reqHeadTimeStamp": reqHeadTimeStamp(request)
        case "cancelHeadTimeStamp": cancelHeadTimeStamp(request)
        case "reqHistogramData": reqHistogramData(request)
        case "cancelHistogramData": cancelHistogramData(request)
        case "reqHistoricalTicks": reqHistoricalTicks(request)
        // Answered at once, so there is nothing left to cancel.
        case "cancelHistoricalTicks": break
        case "reqFundamentalData": reqFundamentalData(request)
        case "cancelFundamentalData": cancelFundamentalData(request)
        default: return false
        }
        return true
    }

    private mutating func answerAboutReference(_ request: Request) -> Bool {
        switch request.message.name {
        case "reqContractDetails": reqContractDetails(request)
        case "cancelContractData": break
        case "reqMatchingSymbols": reqMatchingSymbols(request)
        case "reqSecDefOptParams": reqSecDefOptParams(request)
        case "exerciseOptions": exerciseOptions(request)
        case "reqMarketRule": reqMarketRule(request)
        case "reqSmartComponents": reqSmartComponents(request)
        case "reqScannerParameters": reqScannerParameters(request)
        case "reqScannerSubscription": reqScannerSubscription(request)
        case "cancelScannerSubscription": cancelScannerSubscription(request)
        case "reqNewsProviders": reqNewsProviders(request)
        case "reqHistoricalNews": reqHistoricalNews(request)
        case "reqNewsArticle": reqNewsArticle(request)
        case "reqNewsBulletins": reqNewsBulletins(request)
        case "cancelNewsBulletins": cancelNewsBulletins(request)
        case "reqWshMetaData": reqWshMetaData(request)
        case "cancelWshMetaData": cancelWshMetaData(request)
        case "reqWshEventData": reqWshEventData(request)
        case "cancelWshEventData": cancelWshEventData(request)
        case "queryDisplayGroups": queryDisplayGroups(request)
        case "subscribeToGroupEvents": subscribeToGroupEvents(request)
        case "updateDisplayGroup": updateDisplayGroup(request)
        case "unsubscribeFromGroupEvents": unsubscribeFromGroupEvents(request)
        case "verifyRequest", "verifyMessage": refuseVerification(request)
        case "verifyAndAuthRequest", "verifyAndAuthMessage": refuseAuthentication(request)
        default: return false
        }
        return true
    }
}
