/// The protobuf types of this area: the gateway's own settings, read and changed by clients.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum ConfigTypes {
    static let text = #"""
        type ConfigRequest
          1 reqId int32 role request

        type UpdateConfigRequest
          1 reqId int32 role request
          2 lockAndExit LockAndExitConfig
          3 messages MessageConfig[]
          4 api ApiConfig
          5 orders OrdersConfig
          6 acceptedWarnings UpdateConfigWarning[]
          7 resetAPIOrderSequence bool

        type ConfigResponse
          1 reqId int32 role request
          2 lockAndExit LockAndExitConfig
          3 messages MessageConfig[]
          4 api ApiConfig
          5 orders OrdersConfig

        type UpdateConfigResponse
          1 reqId int32 role request
          2 status string
          3 message string
          4 changedFields string[]
          5 errors string[]
          6 warnings UpdateConfigWarning[]

        type ApiConfig
          1 precautions ApiPrecautionsConfig
          2 settings ApiSettingsConfig

        type ApiPrecautionsConfig
          1 bypassOrderPrecautions bool
          2 bypassBondWarning bool
          3 bypassNegativeYieldConfirmation bool
          4 bypassCalledBondWarning bool
          5 bypassSameActionPairTradeWarning bool
          6 bypassFlaggedAccountsWarning bool
          7 bypassPriceBasedVolatilityWarning bool
          8 bypassRedirectOrderWarning bool
          9 bypassNoOverfillProtection bool
          10 bypassRouteMarketableToBBO bool

        type ApiSettingsConfig
          1 readOnlyApi bool
          2 totalQuantityForMutualFunds bool
          3 downloadOpenOrdersOnConnection bool
          4 includeVirtualFxPositions bool
          5 prepareDailyPnL bool
          6 sendStatusUpdatesForVolatilityOrders bool
          7 encodeApiMessages string
          8 socketPort int32
          9 useNegativeAutoRange bool
          10 createApiMessageLogFile bool
          11 includeMarketDataInLogFile bool
          12 exposeTradingScheduleToApi bool
          13 splitInsuredDepositFromCashBalance bool
          14 sendZeroPositionsForTodayOnly bool
          15 letApiAccountRequestsSwitchSubscription bool
          16 useAccountGroupsWithAllocationMethods bool
          17 loggingLevel string
          18 masterClientId int32
          19 bulkDataTimeout int32
          20 componentExchSeparator string
          21 showForexDataIn1_10Pips bool
          22 allowForexTradingIn1_10Pips bool
          23 roundAccountValuesToNearestWholeNumber bool
          24 sendMarketDataInLotsForUsStocks bool
          25 showAdvancedOrderRejectInUi bool
          26 rejectMessagesAboveMaxRate bool
          27 maintainConnectionOnIncorrectFields bool
          28 compatibilityModeNasdaqStocks bool
          29 sendInstrumentTimezone string
          30 sendForexDataInCompatibilityMode bool
          31 maintainAndResubmitOrdersOnReconnect bool
          32 historicalDataMaxSize int32
          33 autoReportNettingEventContractTrades bool
          34 optionExerciseRequestType string
          35 allowLocalhostOnly bool
          36 trustedIPs string[]

        type LockAndExitConfig
          1 autoLogoffTime string
          2 autoLogoffPeriod string
          3 autoLogoffType string

        type MessageConfig
          1 id int32
          2 title string
          3 message string
          4 defaultAction string
          5 enabled bool

        type OrdersConfig
          1 smartRouting OrdersSmartRoutingConfig

        type OrdersSmartRoutingConfig
          1 seekPriceImprovement bool
          2 preOpenReroute bool
          3 doNotRouteToDarkPools bool
          4 defaultAlgorithm string

        type UpdateConfigWarning
          1 messageId int32
          2 title string
          3 message string
        """#
}
