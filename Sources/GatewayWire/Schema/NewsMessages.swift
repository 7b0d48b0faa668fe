/// News, bulletins, calendars, fundamentals, scanners, display groups.
///
/// One line a message, one line a field; the words are explained in `SchemaText`.
enum NewsMessages {
    static let text = #"""
        message reqNewsBulletins toGateway 12 legacyVersion 1 protobuf NewsBulletinsRequest protobufSince 209 evidence recorded
          allMsgs bool

        message cancelNewsBulletins toGateway 13 legacyVersion 1 protobuf CancelNewsBulletins protobufSince 209 evidence recorded

        message reqScannerSubscription toGateway 22 legacyVersion 4 legacyUntil 142 protobuf ScannerSubscriptionRequest protobufSince 210 evidence recorded
          reqId int role request
          sub.numberOfRows int  -- -1 = unspecified
          sub.instrument string
          sub.locationCode string
          sub.scanCode string
          sub.abovePrice float unset empty role money
          sub.belowPrice float unset empty role money
          sub.aboveVolume int unset empty
          sub.marketCapAbove float unset empty
          sub.marketCapBelow float unset empty
          sub.moodyRatingAbove string
          sub.moodyRatingBelow string
          sub.spRatingAbove string
          sub.spRatingBelow string
          sub.maturityDateAbove string
          sub.maturityDateBelow string
          sub.couponRateAbove float unset empty
          sub.couponRateBelow float unset empty
          sub.excludeConvertible bool
          sub.averageOptionVolumeAbove int unset empty
          sub.scannerSettingPairs string
          sub.stockTypeFilter string
          scannerSubscriptionFilterOptions string since 143 protobuf scannerSubscription.scannerSubscriptionFilterOptions
          scannerSubscriptionOptions string protobuf scannerSubscription.scannerSubscriptionOptions

        message cancelScannerSubscription toGateway 23 legacyVersion 1 protobuf CancelScannerSubscription protobufSince 210 evidence recorded
          reqId int role request

        message reqScannerParameters toGateway 24 legacyVersion 1 protobuf ScannerParametersRequest protobufSince 210 evidence verified

        message reqFundamentalData toGateway 52 legacyVersion 2 protobuf FundamentalsDataRequest protobufSince 210 evidence verified
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.exchange string
          contract.primaryExchange string
          contract.currency string
          contract.localSymbol string
          reportType string
          fundamentalDataOptionsCount int whenRemaining 2 protobuf none  -- official Python alone sends it: decide by the number of remaining fields (2 vs 1)
          fundamentalDataOptions string

        message cancelFundamentalData toGateway 53 legacyVersion 1 protobuf CancelFundamentalsData protobufSince 210 evidence verified
          reqId int role request

        message queryDisplayGroups toGateway 67 legacyVersion 1 protobuf QueryDisplayGroupsRequest protobufSince 213 evidence verified
          reqId int role request

        message subscribeToGroupEvents toGateway 68 legacyVersion 1 protobuf SubscribeToGroupEventsRequest protobufSince 213 evidence verified
          reqId int role request
          groupId int

        message updateDisplayGroup toGateway 69 legacyVersion 1 protobuf UpdateDisplayGroupRequest protobufSince 213 evidence verified
          reqId int role request
          contractInfo string

        message unsubscribeFromGroupEvents toGateway 70 legacyVersion 1 protobuf UnsubscribeFromGroupEventsRequest protobufSince 213 evidence verified
          reqId int role request

        message reqNewsArticle toGateway 84 since 116 protobuf NewsArticleRequest protobufSince 209 evidence recorded
          reqId int role request
          providerCode string
          articleId string
          newsArticleOptions string since 128

        message reqNewsProviders toGateway 85 since 115 protobuf NewsProvidersRequest protobufSince 209 evidence recorded

        message reqHistoricalNews toGateway 86 since 117 protobuf HistoricalNewsRequest protobufSince 209 evidence recorded
          reqId int role request
          conId int role contract
          providerCodes string
          startDateTime string role time
          endDateTime string role time
          totalResults int
          historicalNewsOptions string since 128

        message reqWshMetaData toGateway 100 since 161 protobuf WshMetaDataRequest protobufSince 209 evidence verified
          reqId int role request

        message cancelWshMetaData toGateway 101 since 161 protobuf CancelWshMetaData protobufSince 209 evidence verified
          reqId int role request

        message reqWshEventData toGateway 102 since 161 protobuf WshEventDataRequest protobufSince 209 evidence verified
          reqId int role request
          conId int unset literal role contract
          filter string since 171
          fillWatchlist bool since 171
          fillPortfolio bool since 171
          fillCompetitors bool since 171
          startDate string since 173
          endDate string since 173
          totalLimit int since 173 unset literal

        message cancelWshEventData toGateway 103 since 161 protobuf CancelWshEventData protobufSince 209 evidence verified
          reqId int role request

        message updateNewsBulletin toClient 14 legacyVersion 1 protobuf NewsBulletin protobufSince 209 evidence recorded
          msgId int
          msgType int  -- 1 regular, 2 exchange no longer available, 3 exchange available
          newsMessage string
          originExch string

        message scannerParameters toClient 19 legacyVersion 1 protobuf ScannerParameters protobufSince 210 evidence verified
          xml string

        message scannerData toClient 20 legacyVersion 3 protobuf ScannerData protobufSince 210 evidence recorded
          reqId int role request
          group items count numberOfElements
            rank int
            contract.conId int role contract
            contract.symbol string
            contract.secType string
            contract.lastTradeDateOrContractMonth string
            contract.strike float role money
            contract.right string
            contract.exchange string
            contract.currency string
            contract.localSymbol string
            details.marketName string
            contract.tradingClass string
            distance string
            benchmark string
            projection string
            legsStr string

        message fundamentalData toClient 51 legacyVersion 1 protobuf FundamentalsData protobufSince 210 evidence verified
          reqId int role request
          data string

        message displayGroupList toClient 67 legacyVersion 1 protobuf DisplayGroupList protobufSince 213 evidence verified
          reqId int role request
          groups string  -- "|"-separated group ids

        message displayGroupUpdated toClient 68 legacyVersion 1 protobuf DisplayGroupUpdated protobufSince 213 evidence verified
          reqId int role request
          contractInfo string  -- "none", "combo" or "conId@exchange"

        message newsArticle toClient 83 since 116 protobuf NewsArticle protobufSince 209 evidence recorded
          reqId int role request
          articleType int  -- 0 plain text/HTML, 1 base64 PDF
          articleText string

        message tickNews toClient 84 since 113 protobuf TickNews protobufSince 209 evidence recorded
          tickerId int
          timeStamp long role time  -- epoch milliseconds
          providerCode string
          articleId string
          headline string
          extraData string

        message newsProviders toClient 85 since 115 protobuf NewsProviders protobufSince 209 evidence recorded
          group newsProviders count nNewsProviders
            code string
            name string

        message historicalNews toClient 86 since 117 protobuf HistoricalNews protobufSince 209 evidence recorded
          requestId int
          time string role time  -- "YYYY-MM-DD HH:MM:SS.0"
          providerCode string
          articleId string
          headline string

        message historicalNewsEnd toClient 87 since 117 protobuf HistoricalNewsEnd protobufSince 209 evidence recorded
          reqId int role request
          hasMore bool

        message wshMetaData toClient 104 since 161 protobuf WshMetaData protobufSince 209 evidence verified
          reqId int role request
          dataJson string

        message wshEventData toClient 105 since 161 protobuf WshEventData protobufSince 209 evidence verified
          reqId int role request
          dataJson string
        """#
}
