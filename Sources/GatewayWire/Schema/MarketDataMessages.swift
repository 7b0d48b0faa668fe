/// Streaming ticks, depth, tick-by-tick, real-time bars, option computations.
///
/// One line a message, one line a field; the words are explained in `SchemaText`.
enum MarketDataMessages {
    static let text = #"""
        message reqMktData toGateway 1 legacyVersion 11 protobuf MarketDataRequest protobufSince 206 evidence recorded
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float unset empty role money
          contract.right string
          contract.multiplier string
          contract.exchange string
          contract.primaryExchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          group contract.comboLegs count comboLegsCount if contract.secType == BAG
            conId int role contract
            ratio int
            action string
            exchange string
          deltaNeutralContractPresent bool protobuf contract.deltaNeutralContract
          contract.deltaNeutralContract.conId int role contract if deltaNeutralContractPresent == 1
          contract.deltaNeutralContract.delta float if deltaNeutralContractPresent == 1
          contract.deltaNeutralContract.price float role money if deltaNeutralContractPresent == 1
          genericTickList string  -- comma separated ids; may contain "mdoff" and ":" source suffixes
          snapshot bool
          regulatorySnapshot bool since 114
          mktDataOptions string  -- "tag=value;" repeated; usually empty

        message cancelMktData toGateway 2 legacyVersion 2 protobuf CancelMarketData protobufSince 206 evidence recorded
          reqId int role request

        message reqMktDepth toGateway 10 legacyVersion 5 protobuf MarketDepthRequest protobufSince 206 evidence verified
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float unset empty role money
          contract.right string
          contract.multiplier string
          contract.exchange string
          contract.primaryExchange string since 149
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          numRows int
          isSmartDepth bool since 146
          mktDepthOptions string

        message cancelMktDepth toGateway 11 legacyVersion 1 protobuf CancelMarketDepth protobufSince 206 evidence verified
          reqId int role request
          isSmartDepth bool since 146

        message reqRealTimeBars toGateway 50 legacyVersion 3 protobuf RealTimeBarsRequest protobufSince 208 evidence verified
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float unset empty role money
          contract.right string
          contract.multiplier string
          contract.exchange string
          contract.primaryExchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          barSize int  -- only 5
          whatToShow string
          useRTH bool
          realTimeBarsOptions string

        message cancelRealTimeBars toGateway 51 legacyVersion 1 protobuf CancelRealTimeBars protobufSince 208 evidence verified
          reqId int role request

        message calculateImpliedVolatility toGateway 54 legacyVersion 3 protobuf CalculateImpliedVolatilityRequest protobufSince 211 evidence recorded
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float unset empty role money
          contract.right string
          contract.multiplier string
          contract.exchange string
          contract.primaryExchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          optionPrice float role money
          underPrice float role money
          miscOptionsCount int whenRemaining 2 protobuf none  -- absent from 10.46: decide by the number of remaining fields (2 vs 1)
          miscOptions string

        message calculateOptionPrice toGateway 55 legacyVersion 3 protobuf CalculateOptionPriceRequest protobufSince 211 evidence recorded
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float unset empty role money
          contract.right string
          contract.multiplier string
          contract.exchange string
          contract.primaryExchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          volatility float
          underPrice float role money
          miscOptionsCount int whenRemaining 2 protobuf none  -- absent from 10.46: decide by the number of remaining fields (2 vs 1)
          miscOptions string

        message cancelCalculateImpliedVolatility toGateway 56 legacyVersion 1 protobuf CancelCalculateImpliedVolatility protobufSince 211 evidence verified
          reqId int role request

        message cancelCalculateOptionPrice toGateway 57 legacyVersion 1 protobuf CancelCalculateOptionPrice protobufSince 211 evidence verified
          reqId int role request

        message reqMarketDataType toGateway 59 legacyVersion 1 protobuf MarketDataTypeRequest protobufSince 206 evidence recorded
          marketDataType int  -- 1 live 2 frozen 3 delayed 4 delayed-frozen

        message reqTickByTickData toGateway 97 since 137 protobuf TickByTickRequest protobufSince 208 evidence recorded
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float unset empty role money
          contract.right string
          contract.multiplier string
          contract.exchange string
          contract.primaryExchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          tickType string  -- "Last","AllLast","BidAsk","MidPoint"
          numberOfTicks int since 140
          ignoreSize bool since 140

        message cancelTickByTickData toGateway 98 since 137 protobuf CancelTickByTick protobufSince 208 evidence verified
          reqId int role request

        message tickPrice toClient 1 legacyVersion 6 protobuf TickPrice protobufSince 206 evidence recorded
          reqId int role request
          tickType int
          price float role money
          size decimal integerBelow 163  -- used only when tickType is 1,2,4,66,67,68 (clients derive a size tick 0,3,5,69,70,71)
          attrMask int  -- bit0 canAutoExecute; since 109 bit1 pastLimit; since 132 bit2 preOpen. Before 109 compared ==1

        message tickSize toClient 2 legacyVersion 6 protobuf TickSize protobufSince 206 evidence recorded
          reqId int role request
          tickType int
          size decimal integerBelow 163

        message updateMktDepth toClient 12 legacyVersion 1 protobuf MarketDepth protobufSince 206 evidence recorded
          reqId int role request
          position int
          operation int  -- 0 insert, 1 update, 2 delete
          side int  -- 0 ask, 1 bid
          price float role money
          size decimal integerBelow 163

        message updateMktDepthL2 toClient 13 legacyVersion 1 protobuf MarketDepthL2 protobufSince 206 evidence verified
          reqId int role request
          position int
          marketMaker string
          operation int
          side int
          price float role money
          size decimal integerBelow 163
          isSmartDepth bool since 146

        message tickOptionComputation toClient 21 legacyVersion 6 legacyUntil 155 protobuf TickOptionComputation protobufSince 206 evidence recorded
          reqId int role request
          tickType int
          tickAttrib int since 156  -- 0 return-based, 1 price-based
          impliedVol float  -- -1 = not computed (any negative)
          delta float  -- -2 = not computed
          optPrice float role money  -- -1 = not computed. At version<6 present only for tickType 13 or 83
          pvDividend float  -- -1 = not computed
          gamma float  -- -2 = not computed
          vega float  -- -2 = not computed
          theta float  -- -2 = not computed
          undPrice float role money  -- -1 = not computed

        message tickGeneric toClient 45 legacyVersion 6 protobuf TickGeneric protobufSince 206 evidence recorded
          reqId int role request
          tickType int
          value float

        message tickString toClient 46 legacyVersion 6 protobuf TickString protobufSince 206 evidence recorded
          reqId int role request
          tickType int
          value string

        message tickEFP toClient 47 legacyVersion 6 evidence verified
          reqId int role request
          tickType int
          basisPoints float
          formattedBasisPoints string
          totalDividends float
          holdDays int
          futureLastTradeDate string
          dividendImpact float
          dividendsToLastTradeDate float

        message realtimeBar toClient 50 legacyVersion 3 protobuf RealTimeBarTick protobufSince 208 evidence verified
          reqId int role request
          time long role time  -- epoch seconds, bar start
          open float
          high float
          low float
          close float
          volume decimal integerBelow 163
          wap decimal
          count int

        message tickSnapshotEnd toClient 57 legacyVersion 1 protobuf TickSnapshotEnd protobufSince 206 evidence recorded
          reqId int role request

        message marketDataType toClient 58 legacyVersion 1 protobuf MarketDataType protobufSince 206 evidence recorded
          reqId int role request
          marketDataType int  -- 1 live, 2 frozen, 3 delayed, 4 delayed-frozen

        message tickReqParams toClient 81 since 114 protobuf TickReqParams protobufSince 206 evidence recorded
          tickerId int
          minTick float
          bboExchange string
          snapshotPermissions int

        message rerouteMktDataReq toClient 91 since 125 protobuf RerouteMarketDataRequest protobufSince 211 evidence verified
          reqId int role request
          conId int role contract
          exchange string

        message rerouteMktDepthReq toClient 92 since 125 protobuf RerouteMarketDepthRequest protobufSince 211 evidence verified
          reqId int role request
          conId int role contract
          exchange string

        message tickByTick toClient 99 since 137 protobuf TickByTickData protobufSince 208 evidence verified
          reqId int role request
          tickType int  -- 1 Last, 2 AllLast, 3 BidAsk, 4 MidPoint
          time long role time protobuf historicalTickLast.time|historicalTickBidAsk.time|historicalTickMidPoint.time
          price float role money protobuf historicalTickLast.price if tickType in 1|2
          size decimal integerBelow 163 protobuf historicalTickLast.size if tickType in 1|2
          mask int bits historicalTickLast.tickAttribLast.pastLimit|historicalTickLast.tickAttribLast.unreported if tickType in 1|2  -- bit0 pastLimit, bit1 unreported
          exchange string protobuf historicalTickLast.exchange if tickType in 1|2
          specialConditions string protobuf historicalTickLast.specialConditions if tickType in 1|2
          bidPrice float role money protobuf historicalTickBidAsk.priceBid if tickType == 3
          askPrice float role money protobuf historicalTickBidAsk.priceAsk if tickType == 3
          bidSize decimal integerBelow 163 protobuf historicalTickBidAsk.sizeBid if tickType == 3
          askSize decimal integerBelow 163 protobuf historicalTickBidAsk.sizeAsk if tickType == 3
          mask int bits historicalTickBidAsk.tickAttribBidAsk.bidPastLow|historicalTickBidAsk.tickAttribBidAsk.askPastHigh if tickType == 3  -- bit0 bidPastLow, bit1 askPastHigh (the opposite bit order from message 97)
          midPoint float protobuf historicalTickMidPoint.price if tickType == 4
        """#
}
