/// The protobuf types of this area: historical bars, ticks, histograms, head time stamps, schedules.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum HistoryTypes {
    static let text = #"""
        type HistoricalDataRequest
          1 reqId int32 role request
          2 contract Contract
          3 endDateTime string role time
          4 barSizeSetting string
          5 duration string as durationStr
          6 useRTH bool
          7 whatToShow string
          8 formatDate int32
          9 keepUpToDate bool
          10 chartOptions map

        type CancelHistoricalData
          1 reqId int32 role request

        type HeadTimestampRequest
          1 reqId int32 role request
          2 contract Contract
          3 useRTH bool
          4 whatToShow string
          5 formatDate int32

        type HistogramDataRequest
          1 reqId int32 as tickerId
          2 contract Contract
          3 useRTH bool
          4 timePeriod string

        type CancelHistogramData
          1 reqId int32 as tickerId

        type CancelHeadTimestamp
          1 reqId int32 role request

        type HistoricalTicksRequest
          1 reqId int32 role request
          2 contract Contract
          3 startDateTime string role time
          4 endDateTime string role time
          5 numberOfTicks int32
          6 whatToShow string
          7 useRTH bool as useRth
          8 ignoreSize bool
          9 miscOptions map

        type CancelHistoricalTicks
          1 reqId int32 role request

        type HistoricalData
          1 reqId int32 role request
          2 historicalDataBars HistoricalDataBar[] as bars

        type HeadTimestamp
          1 reqId int32 role request
          2 headTimestamp string role time

        type HistogramData
          1 reqId int32 role request
          2 histogramDataEntries HistogramDataEntry[] as items

        type HistoricalDataUpdate
          1 reqId int32 role request
          2 historicalDataBar HistoricalDataBar as bar always yes

        type HistoricalTicks
          1 reqId int32 role request
          2 historicalTicks HistoricalTick[] as ticks
          3 isDone bool as done

        type HistoricalTicksBidAsk
          1 reqId int32 role request
          2 historicalTicksBidAsk HistoricalTickBidAsk[] as ticks
          3 isDone bool as done

        type HistoricalTicksLast
          1 reqId int32 role request
          2 historicalTicksLast HistoricalTickLast[] as ticks
          3 isDone bool as done

        type HistoricalSchedule
          1 reqId int32 role request
          2 startDateTime string role time
          3 endDateTime string role time
          4 timeZone string
          5 historicalSessions HistoricalSession[] as sessions

        type HistoricalDataEnd
          1 reqId int32 role request
          2 startDateStr string role time
          3 endDateStr string role time

        type HistogramDataEntry
          1 price double role money
          2 size string holds decimal

        type HistoricalDataBar
          1 date string role time
          2 open double
          3 high double
          4 low double
          5 close double
          6 volume string holds decimal
          7 WAP string holds decimal as wap
          8 barCount int32

        type HistoricalSession
          1 startDateTime string role time
          2 endDateTime string role time
          3 refDate string
        """#
}
