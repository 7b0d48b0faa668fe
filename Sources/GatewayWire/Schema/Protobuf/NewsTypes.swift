/// The protobuf types of this area: news, bulletins, calendars, fundamentals, scanners, display groups.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum NewsTypes {
    static let text = #"""
        type NewsBulletinsRequest
          1 allMessages bool as allMsgs

        type CancelNewsBulletins

        type ScannerSubscriptionRequest
          1 reqId int32 role request
          2 scannerSubscription ScannerSubscription as sub

        type CancelScannerSubscription
          1 reqId int32 role request

        type ScannerParametersRequest

        type FundamentalsDataRequest
          1 reqId int32 role request
          2 contract Contract
          3 reportType string
          4 fundamentalsDataOptions map as fundamentalDataOptions

        type CancelFundamentalsData
          1 reqId int32 role request

        type QueryDisplayGroupsRequest
          1 reqId int32 role request

        type SubscribeToGroupEventsRequest
          1 reqId int32 role request
          2 groupId int32

        type UpdateDisplayGroupRequest
          1 reqId int32 role request
          2 contractInfo string

        type UnsubscribeFromGroupEventsRequest
          1 reqId int32 role request

        type NewsArticleRequest
          1 reqId int32 role request
          2 providerCode string
          3 articleId string
          4 newsArticleOptions map

        type NewsProvidersRequest

        type HistoricalNewsRequest
          1 reqId int32 role request
          2 conId int32 role contract
          3 providerCodes string
          4 startDateTime string role time
          5 endDateTime string role time
          6 totalResults int32
          7 historicalNewsOptions map

        type WshMetaDataRequest
          1 reqId int32 role request

        type CancelWshMetaData
          1 reqId int32 role request

        type WshEventDataRequest
          1 reqId int32 role request
          2 conId int32 role contract
          3 filter string
          4 fillWatchlist bool
          5 fillPortfolio bool
          6 fillCompetitors bool
          7 startDate string
          8 endDate string
          9 totalLimit int32

        type CancelWshEventData
          1 reqId int32 role request

        type NewsBulletin
          1 newsMsgId int32 as msgId
          2 newsMsgType int32 as msgType
          3 newsMessage string
          4 originatingExch string as originExch

        type ScannerParameters
          1 xml string

        type ScannerData
          1 reqId int32 role request
          2 scannerDataElement ScannerDataElement[] as items

        type FundamentalsData
          1 reqId int32 role request
          2 data string

        type DisplayGroupList
          1 reqId int32 role request
          2 groups string

        type DisplayGroupUpdated
          1 reqId int32 role request
          2 contractInfo string

        type NewsArticle
          1 reqId int32 role request
          2 articleType int32
          3 articleText string

        type TickNews
          1 reqId int32 as tickerId
          2 timestamp int64 as timeStamp role time
          3 providerCode string
          4 articleId string
          5 headline string
          6 extraData string always yes

        type NewsProviders
          1 newsProviders NewsProvider[]

        type HistoricalNews
          1 reqId int32 as requestId
          2 time string role time
          3 providerCode string
          4 articleId string
          5 headline string

        type HistoricalNewsEnd
          1 reqId int32 role request
          2 hasMore bool

        type WshMetaData
          1 reqId int32 role request
          2 dataJson string

        type WshEventData
          1 reqId int32 role request
          2 dataJson string

        type NewsProvider
          1 providerCode string as code
          2 providerName string as name

        type ScannerDataElement
          1 rank int32
          2 contract Contract
          3 marketName string as details.marketName
          4 distance string
          5 benchmark string
          6 projection string
          7 comboKey string as legsStr

        type ScannerSubscription
          1 numberOfRows int32
          2 instrument string
          3 locationCode string
          4 scanCode string
          5 abovePrice double role money
          6 belowPrice double role money
          7 aboveVolume int64
          8 marketCapAbove double
          9 marketCapBelow double
          10 moodyRatingAbove string
          11 moodyRatingBelow string
          12 spRatingAbove string
          13 spRatingBelow string
          14 maturityDateAbove string
          15 maturityDateBelow string
          16 couponRateAbove double
          17 couponRateBelow double
          18 excludeConvertible bool
          19 averageOptionVolumeAbove int64
          20 scannerSettingPairs string
          21 stockTypeFilter string
          22 scannerSubscriptionFilterOptions map
          23 scannerSubscriptionOptions map
        """#
}
