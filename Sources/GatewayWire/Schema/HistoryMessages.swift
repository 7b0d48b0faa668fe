/// Historical bars, ticks, histograms, head time stamps, schedules.
///
/// One line a message, one line a field; the words are explained in `SchemaText`.
enum HistoryMessages {
    static let text = #"""
        message reqHistoricalData toGateway 20 legacyVersion 6 legacyUntil 123 protobuf HistoricalDataRequest protobufSince 208 evidence recorded
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
          contract.includeExpired bool
          endDateTime string role time  -- "" = now; "YYYYMMDD HH:MM:SS TZ" or "YYYYMMDD-HH:MM:SS" UTC
          barSizeSetting string
          durationStr string
          useRTH bool
          whatToShow string
          formatDate int
          group contract.comboLegs count comboLegsCount if contract.secType == BAG
            conId int role contract
            ratio int
            action string
            exchange string
          keepUpToDate bool since 124
          chartOptions string

        message cancelHistoricalData toGateway 25 legacyVersion 1 protobuf CancelHistoricalData protobufSince 208 evidence verified
          reqId int role request

        message reqHeadTimeStamp toGateway 87 since 118 protobuf HeadTimestampRequest protobufSince 208 evidence verified
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
          contract.includeExpired bool
          useRTH bool
          whatToShow string
          formatDate int

        message reqHistogramData toGateway 88 since 119 protobuf HistogramDataRequest protobufSince 208 evidence verified
          tickerId int
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
          contract.includeExpired bool
          useRTH bool
          timePeriod string

        message cancelHistogramData toGateway 89 since 119 protobuf CancelHistogramData protobufSince 208 evidence verified
          tickerId int

        message cancelHeadTimeStamp toGateway 90 since 123 protobuf CancelHeadTimestamp protobufSince 208 evidence verified
          reqId int role request

        message reqHistoricalTicks toGateway 96 since 130 protobuf HistoricalTicksRequest protobufSince 208 evidence recorded
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
          contract.includeExpired bool
          startDateTime string role time
          endDateTime string role time
          numberOfTicks int
          whatToShow string
          useRth bool
          ignoreSize bool
          miscOptions string

        message cancelHistoricalTicks toGateway 107 since 215 protobuf CancelHistoricalTicks protobufSince 215 textForm no evidence verified

        message historicalData toClient 17 legacyVersion 3 legacyUntil 123 protobuf HistoricalData protobufSince 208 evidence recorded
          reqId int role request
          startDateStr string until 195 role time
          endDateStr string until 195 role time
          group bars count itemCount
            date string role time  -- formatDate=1: "YYYYMMDD" daily, "YYYYMMDD  HH:MM:SS" (older) or "YYYYMMDD HH:MM:SS TZ" (>=174); formatDate=2: epoch seconds
            open float
            high float
            low float
            close float
            volume decimal integerBelow 163  -- -1 when not available
            wap decimal
            _hasGaps string until 123  -- "true"/"false", ignored
            barCount int

        message headTimestamp toClient 88 since 118 protobuf HeadTimestamp protobufSince 208 evidence verified
          reqId int role request
          headTimestamp string role time

        message histogramData toClient 89 since 119 protobuf HistogramData protobufSince 208 evidence verified
          reqId int role request
          group items count numPoints
            price float role money
            size decimal integerBelow 179  -- 9.81 and ib_* parse an int: integer literal required up to 178 (the ib_async maximum)

        message historicalDataUpdate toClient 90 since 124 protobuf HistoricalDataUpdate protobufSince 208 evidence verified
          reqId int role request
          bar.barCount int
          bar.date string role time
          bar.open float
          bar.close float
          bar.high float
          bar.low float
          bar.wap decimal
          bar.volume decimal integerBelow 163

        message historicalTicks toClient 96 since 130 protobuf HistoricalTicks protobufSince 208 evidence verified
          reqId int role request
          group ticks count tickCount
            time long role time  -- epoch seconds
            _unused int  -- ignored, send 0
            price float role money
            size decimal integerBelow 163
          done bool

        message historicalTicksBidAsk toClient 97 since 130 protobuf HistoricalTicksBidAsk protobufSince 208 evidence verified
          reqId int role request
          group ticks count tickCount
            time long role time
            mask int bits tickAttribBidAsk.askPastHigh|tickAttribBidAsk.bidPastLow  -- bit0 askPastHigh, bit1 bidPastLow
            priceBid float role money
            priceAsk float role money
            sizeBid decimal integerBelow 163
            sizeAsk decimal integerBelow 163
          done bool

        message historicalTicksLast toClient 98 since 130 protobuf HistoricalTicksLast protobufSince 208 evidence verified
          reqId int role request
          group ticks count tickCount
            time long role time
            mask int bits tickAttribLast.pastLimit|tickAttribLast.unreported  -- bit0 pastLimit, bit1 unreported
            price float role money
            size decimal integerBelow 163
            exchange string
            specialConditions string
          done bool

        message historicalSchedule toClient 106 since 165 protobuf HistoricalSchedule protobufSince 211 evidence verified
          reqId int role request
          startDateTime string role time
          endDateTime string role time
          timeZone string
          group sessions count sessionsCount
            startDateTime string role time
            endDateTime string role time
            refDate string

        message historicalDataEnd toClient 108 since 196 protobuf HistoricalDataEnd protobufSince 208 evidence recorded
          reqId int role request
          startDateStr string role time
          endDateStr string role time
        """#
}
