internal import GatewayWire

/// How this gateway was set up.
package struct GatewaySettings: Sendable {
    /// Newest server version the gateway speaks.
    package var newestVersion = ProtocolSchema.serverVersions.upperBound
    /// Clients that may be started at once; a real gateway takes 32.
    package var maxClients = 32
    /// Nanoseconds from 1970 to `SimInstant.start`; by default the world's usual start.
    package var epoch = GatewayStart.usualNanoseconds
    /// Zone name written behind times.
    ///
    /// The calendar arithmetic is UTC, so anything but a name of UTC makes times wrong.
    package var timeZoneName = "UTC"
    /// Refuses orders and questions about them, as the gateway's "Read-Only API" box does.
    package var readOnly = false
    /// Shows every client that asks the open orders of all, as a real gateway does for its master.
    ///
    /// A real gateway has one master at most; here anybody finds the world's orders by default.
    /// Live messages about others' orders go to the master and client 0 alone, whatever this says.
    package var everyClientIsMaster = true
    /// The client id that hears of every client's orders, executions and commissions; a real
    /// gateway has none until its settings name one.
    package var masterClientID: Int?
    /// What a started client is told first: the accounts, or the next valid id.
    ///
    /// Both are seen; gateways from 10.3x say the id first.
    package var idsComeFirst = false
    /// Requests a client may send in one second of gateway time; `nil` lets everything pass.
    package var messagesPerSecond: Int? = 50
    /// A client that went over that limit in so many different seconds is disconnected.
    package var pacingViolations = 3
    package var farms = Farm.standard
    package var life = GatewayLife()
    /// Gives orders bound to client 0 negative ids, as a box in a real gateway's settings does.
    package var bindsWithNegativeIDs = false
    /// Lets orders trade only while their market is open (then 399 warns of the wait).
    ///
    /// By default markets never close, for clients that are tried at night.
    package var marketsKeepHours = false
    /// Refuses orders that an account's equity cannot carry (error 201).
    package var checksMargins = true
    package var partialFills = PartialFills.byQuotedSize
    package var fillReports = FillReports.bySeed
    /// How long after its execution a commission is reported.
    package var commissionDelay = Duration.zero
    /// Prices stand still until a client asks for something that depends on them.
    ///
    /// See `MarketClock`: programs then meet the same prices however long after the gateway's start
    /// they come.
    package var marketWaits = true
    /// Fills, values and quotes take the prices at the last multiple of this, or of `tickInterval`
    /// when that is shorter.
    ///
    /// Over sockets the same order comes some milliseconds earlier or later in every run; within
    /// one step it meets the same price.
    package var priceStep = Duration.milliseconds(500)
    /// The grid of instants at which prices are compared with resting orders.
    package var orderWatchInterval = Duration.seconds(1)
    /// How often account values are repeated to their subscribers; three minutes as the real one.
    package var accountUpdateInterval = Duration.seconds(180)
    /// How often profit and loss is sent to its subscribers.
    package var profitInterval = Duration.seconds(1)
    /// Time between two ticks of a line: from a millisecond to a minute and beyond.
    package var tickInterval = Duration.milliseconds(500)
    package var marketData = MarketDataPermission.asRequested
    /// Refuses identical small-bar requests within 15 seconds, as documented (error 162).
    package var pacesHistory = true
    package var limits = ModelLimits()

    package init() {}
}

/// Bounds on what clients can make the model hold; a test lowers them.
package struct ModelLimits: Sendable {
    /// Streaming and snapshot lines of one client (error 101 above).
    package var marketDataLines = 100
    /// Tick-by-tick streams of one client (error 10190 above), and market depths (309).
    package var tickByTickStreams = 5
    package var depthStreams = 3
    /// Rows of one side of a market depth; more are cut off.
    package var depthRows = 60
    /// Other subscriptions of one client and kind: bars, scanners and the like.
    package var streams = 50
    /// Account summaries of one client (error 322 above; two on a real gateway).
    package var accountSummaries = 2
    /// Account and position subscriptions by request id, of one client and kind (error 322 above).
    package var multiSubscriptions = 200
    /// Open orders of all clients together (error 201 above).
    package var openOrders = 10_000
    /// Executions one order is split into, and messages that tell of one of them.
    package var fillsPerOrder = 20
    package var fillReportParts = 16
    /// Requests held back for one client that asked to be paced; above, it is disconnected.
    package var pacedRequests = 10_000
    /// Profit-and-loss subscriptions of one client (error 322 above).
    package var profitSubscriptions = 200
    /// UTF-8 bytes of one advisor's configuration (error 320 above).
    package var advisorBytes = 65_536
    /// Completed orders and executions kept; the oldest are forgotten.
    package var completedOrders = 10_000
    package var executions = 10_000
    /// Bars in one historical answer (error 162 above).
    package var historicalBars = 20_000
    /// Moments looked at for one answer with historical ticks; quiet markets then give fewer.
    package var historicalTickSearch = 5_000
    /// Matches in one contract details answer or symbol search.
    package var contractMatches = 1_000
    /// UTF-8 bytes in any other field, and rows in one group, of a request (error 320 above).
    package var fieldBytes = 4_096
    package var groupRows = 1_000
    /// Largest order quantity (error 201 above).
    package var orderQuantity: Amount = 10_000_000

    package init() {}
}
