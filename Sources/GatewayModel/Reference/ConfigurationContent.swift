/// What a gateway's configuration holds besides what this gateway acts on.
///
/// Recorded at 225: the fields, their values, and the ids of the message settings. Titles and texts
/// of message settings are ours.
enum ConfigurationContent {
    static let fields: [(name: String, value: String)] =
        [
            ("lockAndExit.autoLogoffTime", "11:00"), ("lockAndExit.autoLogoffPeriod", "PM"),
            ("lockAndExit.autoLogoffType", "logoff"),
            ("api.settings.totalQuantityForMutualFunds", "0"),
            ("api.settings.includeVirtualFxPositions", "1"), ("api.settings.prepareDailyPnL", "1"),
            ("api.settings.sendStatusUpdatesForVolatilityOrders", "1"),
            ("api.settings.encodeApiMessages", "ascii7"), ("api.settings.socketPort", "4001"),
            ("api.settings.createApiMessageLogFile", "1"),
            ("api.settings.includeMarketDataInLogFile", "1"),
            ("api.settings.exposeTradingScheduleToApi", "1"),
            ("api.settings.splitInsuredDepositFromCashBalance", "0"),
            ("api.settings.sendZeroPositionsForTodayOnly", "0"),
            ("api.settings.useAccountGroupsWithAllocationMethods", "1"),
            ("api.settings.loggingLevel", "error"), ("api.settings.bulkDataTimeout", "30"),
            ("api.settings.componentExchSeparator", ""),
            ("api.settings.showForexDataIn1_10Pips", "1"),
            ("api.settings.allowForexTradingIn1_10Pips", "1"),
            ("api.settings.roundAccountValuesToNearestWholeNumber", "0"),
            ("api.settings.showAdvancedOrderRejectInUi", "0"),
            ("api.settings.maintainConnectionOnIncorrectFields", "1"),
            ("api.settings.compatibilityModeNasdaqStocks", "0"),
            ("api.settings.sendInstrumentTimezone", "instrument"),
            ("api.settings.sendForexDataInCompatibilityMode", "0"),
            ("api.settings.maintainAndResubmitOrdersOnReconnect", "1"),
            ("api.settings.historicalDataMaxSize", "16"),
            ("api.settings.autoReportNettingEventContractTrades", "1"),
            ("api.settings.optionExerciseRequestType", "editable"),
            ("api.settings.allowLocalhostOnly", "1"),
            ("orders.smartRouting.seekPriceImprovement", "0"),
            ("orders.smartRouting.preOpenReroute", "0"),
            ("orders.smartRouting.doNotRouteToDarkPools", "0"),
        ] + precautions.map { ("api.precautions.\($0)", "0") }

    private static let precautions = [
        "bypassOrderPrecautions", "bypassBondWarning", "bypassNegativeYieldConfirmation",
        "bypassCalledBondWarning", "bypassSameActionPairTradeWarning",
        "bypassPriceBasedVolatilityWarning", "bypassRedirectOrderWarning",
        "bypassNoOverfillProtection", "bypassRouteMarketableToBBO",
    ]

    static let messages: [[String: String]] = messageIDs.map { id in
        let isReadOnlyNotice = id == 397
        return [
            "id": String(id),
            "title": isReadOnlyNotice ? "Read-only API" : "Message \(id)",
            "message": isReadOnlyNotice
                ? "The API is read-only." : "The setting of message \(id).",
            "defaultAction": isReadOnlyNotice ? "Hidden" : "Yes",
            "enabled": isReadOnlyNotice ? "0" : "1",
        ]
    }

    private static let messageIDs = [
        131, 397, 432, 444, 445, 449, 458, 530, 537, 580, 586, 589, 605, 606, 616, 621, 645, 675,
        710, 723, 728, 731,
    ]
}
