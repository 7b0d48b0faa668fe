/// The protobuf types of this area: streaming ticks, depth, tick-by-tick, real-time bars, option computations.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum MarketDataTypes {
    static let text = #"""
        type MarketDataRequest
          1 reqId int32 role request
          2 contract Contract
          3 genericTickList string
          4 snapshot bool
          5 regulatorySnapshot bool
          6 marketDataOptions map as mktDataOptions

        type CancelMarketData
          1 reqId int32 role request

        type MarketDepthRequest
          1 reqId int32 role request
          2 contract Contract
          3 numRows int32
          4 isSmartDepth bool
          5 marketDepthOptions map as mktDepthOptions

        type CancelMarketDepth
          1 reqId int32 role request
          2 isSmartDepth bool

        type RealTimeBarsRequest
          1 reqId int32 role request
          2 contract Contract
          3 barSize int32
          4 whatToShow string
          5 useRTH bool
          6 realTimeBarsOptions map

        type CancelRealTimeBars
          1 reqId int32 role request

        type CalculateImpliedVolatilityRequest
          1 reqId int32 role request
          2 contract Contract
          3 optionPrice double role money
          4 underPrice double role money
          5 impliedVolatilityOptions map as miscOptions

        type CalculateOptionPriceRequest
          1 reqId int32 role request
          2 contract Contract
          3 volatility double
          4 underPrice double role money
          5 optionPriceOptions map as miscOptions

        type CancelCalculateImpliedVolatility
          1 reqId int32 role request

        type CancelCalculateOptionPrice
          1 reqId int32 role request

        type MarketDataTypeRequest
          1 marketDataType int32

        type TickByTickRequest
          1 reqId int32 role request
          2 contract Contract
          3 tickType string
          4 numberOfTicks int32
          5 ignoreSize bool

        type CancelTickByTick
          1 reqId int32 role request

        type TickPrice
          1 reqId int32 role request
          2 tickType int32
          3 price double role money
          4 size string holds decimal
          5 attrMask int32

        type TickSize
          1 reqId int32 role request
          2 tickType int32
          3 size string holds decimal

        type MarketDepth
          1 reqId int32 role request
          2 marketDepthData MarketDepthData as . always yes

        type MarketDepthL2
          1 reqId int32 role request
          2 marketDepthData MarketDepthData as . always yes

        type TickOptionComputation
          1 reqId int32 role request
          2 tickType int32
          3 tickAttrib int32
          4 impliedVol double
          5 delta double
          6 optPrice double role money
          7 pvDividend double
          8 gamma double
          9 vega double
          10 theta double
          11 undPrice double role money

        type TickGeneric
          1 reqId int32 role request
          2 tickType int32
          3 value double

        type TickString
          1 reqId int32 role request
          2 tickType int32
          3 value string

        type RealTimeBarTick
          1 reqId int32 role request
          2 time int64 role time
          3 open double
          4 high double
          5 low double
          6 close double
          7 volume string holds decimal
          8 WAP string holds decimal as wap
          9 count int32

        type TickSnapshotEnd
          1 reqId int32 role request

        type MarketDataType
          1 reqId int32 role request
          2 marketDataType int32

        type TickReqParams
          1 reqId int32 as tickerId
          2 minTick string holds float
          3 bboExchange string
          4 snapshotPermissions int32
          5 lastPricePrecision string role money
          6 lastSizePrecision string

        type RerouteMarketDataRequest
          1 reqId int32 role request
          2 conId int32 role contract
          3 exchange string

        type RerouteMarketDepthRequest
          1 reqId int32 role request
          2 conId int32 role contract
          3 exchange string

        type TickByTickData
          1 reqId int32 role request
          2 tickType int32
          3 historicalTickLast HistoricalTickLast if tickType in 1|2
          4 historicalTickBidAsk HistoricalTickBidAsk if tickType == 3
          5 historicalTickMidPoint HistoricalTick if tickType == 4

        type MarketDepthData
          1 position int32
          2 operation int32
          3 side int32
          4 price double role money
          5 size string holds decimal
          6 marketMaker string
          7 isSmartDepth bool
        """#
}
