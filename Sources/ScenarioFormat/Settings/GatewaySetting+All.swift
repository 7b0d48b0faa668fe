internal import GatewayModel

extension GatewaySetting {
    /// Every setting, one line each.
    ///
    /// There is no other list of settings.
    ///
    /// The server version, the clock and the world are not here, because they have keys of their
    /// own.
    package static let all: [GatewaySetting] = connection + orders + data + life

    private static let connection: [GatewaySetting] = [
        .flag("read-only", \.readOnly, "refuse orders and questions about them (321)"),
        .count("max-clients", \.maxClients, in: 1...1_000, "clients started at once"),
        .count(
            "master-client-id", \.masterClientID, in: 0...Int(Int32.max), or: "none",
            "the client that is told of every client's orders"),
        .flag(
            "every-client-is-master", \.everyClientIsMaster,
            "show the open orders of all clients to every client that asks"),
        .flag("ids-come-first", \.idsComeFirst, "send the next valid id before the accounts"),
        .flag(
            "accounts-come-late", \.accountsComeLate,
            "send the next valid id and market data farms before the accounts"),
        .flag(
            "download-open-orders-on-connection", \.downloadOpenOrdersOnConnection,
            "show a started client its own open orders first"),
        .flag(
            "answers-padded-hellos", \.answersPaddedHellos,
            "answer hellos that end in a blank or a NUL"),
        .count(
            "legacy-greeting", \.legacyGreeting, in: 1...99, or: "none",
            "the version told to clients whose first bytes are no hello"),
        .duration(
            "current-time-interval", \.currentTimeInterval,
            "clock requests this soon after another get no answer"),
        .count(
            "messages-per-second", \.messagesPerSecond, in: 1...100_000, or: "unlimited",
            "requests of a client that are served in a second; further ones wait"),
        .flag(
            "reject-messages-above-max-rate", \.rejectMessagesAboveMaxRate,
            "refuse requests above that limit (100) instead of letting them wait"),
        .count(
            "pacing-violations", \.pacingViolations, in: 1...1_000,
            "where they are refused: seconds above the limit until disconnection"),
        .flag(
            "warns-near-max-rate", \.warnsNearMaxRate,
            "warn a client near the limit, by an error without a code"),
        .value(
            "farms", \.farms, "farms such as market-data:usfarm+history:ushmds:broken",
            Farms.read, Farms.text,
            "the data farms: kind, name, and the first state when it is not ok"),
        .value(
            "time-zone", \.timeZoneName,
            "a zone such as UTC, US/Eastern, CET or Eastern Standard Time",
            { LocalZone(named: $0).map(\.name) }, { $0 },
            "the zone of the gateway's machine, in which it writes times"),
    ]

    private static let orders: [GatewaySetting] = [
        .flag(
            "binds-with-negative-ids", \.bindsWithNegativeIDs,
            "bind orders to client 0 with negative ids"),
        .flag(
            "markets-keep-hours", \.marketsKeepHours,
            "let orders trade only while their market is open (399)"),
        .flag(
            "checks-margins", \.checksMargins,
            "refuse orders that an account's equity cannot carry (201)"),
        .value(
            "partial-fills", \.partialFills, "by-quoted-size, never, or a number of parts",
            Fills.readParts, Fills.text, "how much of an order is filled at once"),
        .value(
            "fill-reports", \.fillReports,
            "by-seed, or execution, open-order, status and commission joined by '+'",
            Fills.readReports, Fills.text, "the order of the messages that tell of a fill"),
        .duration(
            "commission-delay", \.commissionDelay, or: "by-seed",
            "from an execution to its commission"),
        .word("order-echoes", \.orderEchoes, "how often the state of an order is told"),
        .optional(
            "price-band", \.priceBand, "percent from 0.01 to 100", "none", Fills.readPercent,
            { $0.description }, "how far through the market a stock's limit may be (202 beyond)"),
        .word("empty-tif", \.emptyTimeInForce, "what becomes of an order without a time in force"),
        .word(
            "warns-of-done-orders", \.reportsDoneOrders,
            "answer a global cancel with 161 for orders that have ended"),
        .word(
            "shows-deactivated", \.showsDeactivatedOrders,
            "show rejected orders (Inactive) to a client that asks for its open orders"),
        .word(
            "restates-cancelled", \.restatesCancelledOrders,
            "send the status of each cancelled order before the completed ones"),
        .optional(
            "error-class", \.errorClass, "one to 16 letters or digits", "by-request",
            Fills.readName, { $0 }, "the class that errors 321 and 322 name"),
        .duration(
            "order-watch-interval", \.orderWatchInterval, from: .milliseconds(1),
            "how often prices are compared with resting orders"),
        .count("open-orders", \.limits.openOrders, in: 1...10_000, "of all clients (201 above)"),
    ]

    private static let data: [GatewaySetting] = [
        .flag(
            "market-waits", \.marketWaits,
            "keep prices fixed until the first request that depends on them"),
        .duration(
            "price-step", \.priceStep,
            "prices of fills, values and quotes change at multiples of this"),
        .duration(
            "account-update-interval", \.accountUpdateInterval, from: .milliseconds(100),
            "how often account values are repeated"),
        .flag(
            "repeats-account-summary", \.repeatsAccountSummary,
            "send account summaries and their ends twice"),
        .flag(
            "frees-cancelled-summaries", \.freesCancelledSummaries,
            "cancelled account summaries do not count for the limit"),
        .flag(
            "prefixes-ledger-keys", \.prefixesLedgerKeys,
            "write $LEDGER- before the tags of currencies in account summaries"),
        .duration(
            "profit-interval", \.profitInterval, from: .milliseconds(100),
            "how often profit and loss is sent"),
        .duration(
            "tick-interval", \.tickInterval, from: .milliseconds(1), "between two ticks of a line"),
        .word("market-data", \.marketData, "what market data the login is allowed"),
        .flag(
            "event-calendar", \.hasEventCalendar,
            "serve the event calendar of Wall Street Horizon (10276 without)"),
        .word(
            "fundamental-data", \.fundamentalData,
            "whether fundamental data is served (10358 where it is gone)"),
        .word("bond-details", \.bondDetails, "what the login is told of bonds"),
        .word(
            "send-instrument-timezone", \.sendInstrumentTimezone, "whose clocks bars are dated by"),
        .count(
            "market-data-lines", \.limits.marketDataLines, in: 0...10_000,
            "lines of one client (101 above)"),
        .count(
            "tick-by-tick-lines", \.limits.tickByTickStreams, in: 0...1_000,
            "tick-by-tick streams of one client (10190 above)"),
        .count(
            "depth-lines", \.limits.depthStreams, in: 0...1_000,
            "market depths of one client (309 above)"),
        .count(
            "account-summaries", \.limits.accountSummaries, in: 0...100,
            "account summaries of one client (322 above)"),
        .flag(
            "paces-history", \.pacesHistory,
            "refuse identical small-bar requests within 15 seconds (162)"),
    ]

    private static let life: [GatewaySetting] = [
        .flag(
            "starts-off", \.life.startsOff,
            "go through the start-up phases first: starting, login, initializing, farms"),
        .duration(
            "starting-time", \.life.starting, "how long the start takes, with the port closed"),
        .duration("login-time", \.life.login, "how long the login takes, with the port closed"),
        .duration(
            "initializing-time", \.life.initializing,
            "how long hellos are not answered, with the port open"),
        .duration("farm-delay", \.life.farmDelay, "from one farm's connection to the next"),
        .optional(
            "nightly-restart", \.life.nightlyRestart, "a time of day such as 23:45 in UTC", "never",
            Times.readDaily, Times.daily, "when the process restarts every day"),
        .optional(
            "weekly-login", \.life.weeklyLogin, "a day and time such as sun-01:00 in UTC", "never",
            Times.readWeekly, Times.weekly, "when the login expires every week"),
        .duration(
            "login-wait", \.life.loginWait, or: "forever",
            "how long the weekly login waits for a user; 'authenticate' ends it"),
    ]
}
