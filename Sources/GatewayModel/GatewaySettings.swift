internal import GatewayWire

/// How this gateway was set up.
package struct GatewaySettings: Hashable, Sendable {
    /// Newest server version the gateway speaks.
    package var newestVersion = ProtocolSchema.serverVersions.upperBound
    /// Clients that may be started at once; a real gateway takes 32.
    package var maxClients = 32
    /// Nanoseconds from 1970 to `SimInstant.start`; by default the world's usual start.
    package var epoch = GatewayStart.usualNanoseconds
    /// The zone of the gateway's machine, which follows its times: a name that `LocalZone` knows.
    ///
    /// Recorded: `CET`, `Europe/Amsterdam`, `Central European Standard Time`, `US/Eastern`.
    package var timeZoneName = "UTC"
    /// Refuses orders and requests about orders, like the "Read-Only API" option of IB Gateway.
    package var readOnly = false
    /// Answers `reqOpenOrders` of every client with the open orders of all clients.
    ///
    /// A real gateway does so for its master client only. The default lets any client see the
    /// orders that the world starts with. It does not change who is told of an order while it is
    /// worked on: its own client, the master and client 0.
    package var everyClientIsMaster = true
    /// The client id that is told of every client's orders, executions and commissions.
    ///
    /// A real gateway has no master until its settings name one.
    package var masterClientID: Int?
    /// Sends a started client the next valid id before the accounts, rather than after them.
    ///
    /// Real gateways do either. From 10.3x on the id comes first.
    package var idsComeFirst = false
    /// Sends a started client the next valid id, then the farms of market data, then the accounts.
    ///
    /// Recorded at 225 for a gateway that had just come up. It is always so while farms connect.
    package var accountsComeLate = false
    /// Shows a started client its own open orders before anything else, when it has any.
    ///
    /// Recorded since June 2026, at 200 and 225 alike; builds of April 2026 did not. The setting is
    /// IB's.
    package var downloadOpenOrdersOnConnection = true
    /// Answers a hello whose version range ends in a blank or a NUL, rather than never.
    ///
    /// Some clients send such hellos. Real gateways were reported to do either.
    package var answersPaddedHellos = true
    /// The server version with which first bytes that are no hello are greeted, as gateways greeted
    /// clients long ago; `nil` closes the connection instead.
    package var legacyGreeting: Int? = 76
    /// Clock requests of a client that come within this time of one that was answered are ignored;
    /// zero answers them all.
    ///
    /// Reported at 225: later ones were suppressed, and 4.25 seconds between two were enough.
    /// Requests for seconds and for milliseconds count together.
    package var currentTimeInterval = Duration.zero
    /// The most requests of a client that are served in one second of gateway time; `nil` for no
    /// limit.
    package var messagesPerSecond: Int? = 50
    /// Refuses the requests above that limit (error 100), rather than letting them wait.
    ///
    /// Recorded at 225: a gateway's settings have it off.
    package var rejectMessagesAboveMaxRate = false
    /// Where requests are refused: a client that exceeds the limit in this many different seconds is
    /// disconnected.
    package var pacingViolations = 3
    /// Warns a client that comes near the limit, with an error that has no code.
    package var warnsNearMaxRate = true
    package var farms = Farm.standard
    package var life = GatewayLife()
    /// Gives orders that are bound to client 0 negative ids, like an option of IB Gateway.
    package var bindsWithNegativeIDs = false
    /// Fills orders only while their market is open; error 399 warns about orders that wait.
    ///
    /// By default markets never close, so that tests can run at any time of day.
    package var marketsKeepHours = false
    /// Refuses orders whose margin exceeds the account's equity (error 201).
    package var checksMargins = true
    package var partialFills = PartialFills.byQuotedSize
    package var fillReports = FillReports.bySeed
    /// The time between an execution and its commission report.
    ///
    /// By default the seed decides: none, or some hundredths of a second. See `Orders.report`.
    package var commissionDelay: Duration?
    /// How often the state of an order is told.
    package var orderEchoes = OrderEchoes.bySeed
    /// How far through the market a stock's limit price may be, in percent of the last price.
    ///
    /// `nil` is for no bound. Recorded at 200: 2.94.
    package var priceBand: Amount? = Amount(cents: 294)
    /// What an order without a time in force becomes.
    package var emptyTimeInForce = EmptyTimeInForce.byVersion
    /// Answers a global cancel with error 161 for every order of the client that has ended.
    ///
    /// Recorded: clients at 200 to 203 got them, a client at 225 did not.
    package var reportsDoneOrders = ByVersion.byVersion
    /// Shows rejected orders in the answer to `reqOpenOrders`, as reported since API 10.48.
    package var showsDeactivatedOrders = ByVersion.byVersion
    /// Begins the answer to `reqCompletedOrders` with the status of each cancelled order.
    ///
    /// Recorded at 225, and not at 200 and 204.
    package var restatesCancelledOrders = ByVersion.byVersion
    /// The class that errors 321 and 322 name, for every request.
    ///
    /// `nil` is for one by the request. See `ErrorClass`.
    package var errorClass: String?
    /// Starts the market at the first request that depends on prices.
    ///
    /// Until then prices do not move. A client therefore sees the same prices however long after
    /// the gateway it starts. See `MarketClock`.
    package var marketWaits = true
    /// How often the prices change that fills, account values and quotes are computed from.
    ///
    /// When `tickInterval` is shorter, it takes the place of this. Over sockets an order arrives
    /// some milliseconds earlier or later in each run. Within one step its price is the same.
    package var priceStep = Duration.milliseconds(500)
    /// How often prices are compared with resting orders.
    package var orderWatchInterval = Duration.seconds(1)
    /// How often account values are repeated to their subscribers: three minutes, as IB documents.
    package var accountUpdateInterval = Duration.seconds(180)
    /// Sends all rows of an account summary twice, and then its end twice.
    ///
    /// Recorded at 225 in some sessions.
    package var repeatsAccountSummary = false
    /// Whether a cancelled account summary no longer counts for the limit.
    ///
    /// Reports disagree.
    package var freesCancelledSummaries = true
    /// Writes `$LEDGER-` before the tags of currencies in account summaries (reported for new users
    /// since 10.47).
    package var prefixesLedgerKeys = false
    /// How often profit and loss is sent to its subscribers.
    package var profitInterval = Duration.seconds(1)
    /// Time between two ticks of a line: from a millisecond to a minute and beyond.
    package var tickInterval = Duration.milliseconds(500)
    package var marketData = MarketDataPermission.asRequested
    /// Serves Wall Street Horizon's event calendar; a login without it gets error 10276.
    package var hasEventCalendar = true
    package var fundamentalData = FundamentalData.byVersion
    package var bondDetails = BondDetails.identifiers
    package var sendInstrumentTimezone = InstrumentTimezone.instrument
    /// Refuses requests for small bars that come too often, by IB's documented rules (error 162).
    package var pacesHistory = true
    package var limits = ModelLimits()

    package init() {}
}

/// Limits on what a client can make the model store; tests lower them.
package struct ModelLimits: Hashable, Sendable {
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
    /// The number of clients whose highest order id is remembered; see `OrderIDs`.
    package var knownClients = 10_000
    /// The most executions of one order, and the most messages about one execution.
    package var fillsPerOrder = 20
    package var fillReportParts = 16
    /// Requests of one client that wait to be paced; a client with more is disconnected.
    ///
    /// Its socket is not read while one waits, so that more come only from faults that delay
    /// requests.
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
    /// Moments examined for one answer with historical ticks; a quiet market gives fewer ticks.
    package var historicalTickSearch = 5_000
    /// Matches in one contract details answer or symbol search.
    package var contractMatches = 1_000
    /// UTF-8 bytes in any other field, and rows in one group, of a request (error 320 above).
    package var fieldBytes = 4_096
    package var groupRows = 1_000
    /// Jumps and halts of one contract that commands may make.
    package var priceChanges = 1_000
    /// Executions of one order up to which a command may fill a part of it.
    package var commandedFills = 1_000
    /// Largest order quantity (error 201 above).
    package var orderQuantity: Amount = 10_000_000

    package init() {}
}
