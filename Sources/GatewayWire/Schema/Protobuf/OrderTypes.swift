/// The protobuf types of this area: placing, changing, listing and filling orders.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum OrderTypes {
    static let text = #"""
        type PlaceOrderRequest
          1 orderId int32 role order
          2 contract Contract
          3 order Order
          4 attachedOrders AttachedOrders

        type CancelOrderRequest
          1 orderId int32 role order
          2 orderCancel OrderCancel as .

        type OpenOrdersRequest

        type ExecutionRequest
          1 reqId int32 role request
          2 executionFilter ExecutionFilter as filter

        type AutoOpenOrdersRequest
          1 autoBind bool as bAutoBind

        type AllOpenOrdersRequest

        type ExerciseOptionsRequest
          1 orderId int32 as reqId role request
          2 contract Contract
          3 exerciseAction int32
          4 exerciseQuantity int32
          5 account string role account
          6 override bool
          7 manualOrderTime string role time
          8 customerAccount string role account
          9 professionalCustomer bool

        type GlobalCancelRequest
          1 orderCancel OrderCancel as .

        type CompletedOrdersRequest
          1 apiOnly bool

        type OrderStatus
          1 orderId int32 role order
          2 status string
          3 filled string holds decimal
          4 remaining string holds decimal
          5 avgFillPrice double role money
          6 permId int64 role perm
          7 parentId int32 role order
          8 lastFillPrice double role money
          9 clientId int32 role client
          10 whyHeld string
          11 mktCapPrice double role money

        type OpenOrder
          1 orderId int32 as order.orderId role order
          2 contract Contract always yes
          3 order Order always yes
          4 orderState OrderState always yes

        type ExecutionDetails
          1 reqId int32 role request
          2 contract Contract always yes
          3 execution Execution always yes

        type OpenOrdersEnd

        type ExecutionDetailsEnd
          1 reqId int32 role request

        type CommissionAndFeesReport
          1 execId string role execution
          2 commissionAndFees double as commission role money
          3 currency string
          4 realizedPNL double role money
          5 bondYield double as yield
          6 yieldRedemptionDate string holds integer

        type OrderBound
          1 permId int64 role perm
          2 clientId int32 role client
          3 orderId int32 role order

        type CompletedOrder
          1 contract Contract always yes
          2 order Order always yes
          3 orderState OrderState always yes

        type CompletedOrdersEnd

        type AttachedOrders
          1 slOrderId int32 since 218
          2 slOrderType string since 218
          3 ptOrderId int32 since 218
          4 ptOrderType string since 218

        type Execution
          1 orderId int32 role order
          2 execId string role execution
          3 time string role time
          4 acctNumber string role account
          5 exchange string
          6 side string
          7 shares string holds decimal
          8 price double role money
          9 permId int64 role perm
          10 clientId int32 role client
          11 isLiquidation bool as liquidation
          12 cumQty string holds decimal
          13 avgPrice double role money
          14 orderRef string
          15 evRule string
          16 evMultiplier double
          17 modelCode string
          18 lastLiquidity int32
          19 isPriceRevisionPending bool as pendingPriceRevision
          20 submitter string
          21 optExerciseOrLapseType int32

        type ExecutionFilter
          1 clientId int32 role client
          2 acctCode string role account
          3 time string role time
          4 symbol string
          5 secType string
          6 exchange string
          7 side string
          8 lastNDays int32
          9 specificDates int32[]

        type Order
          1 clientId int32 role client
          2 orderId int32 role order
          3 permId int64 role perm
          4 parentId int32 role order
          5 action string
          6 totalQuantity string holds decimal
          7 displaySize int32
          8 orderType string
          9 lmtPrice double role money
          10 auxPrice double role money
          11 tif string
          12 account string role account
          13 settlingFirm string
          14 clearingAccount string role account
          15 clearingIntent string
          16 allOrNone bool
          17 blockOrder bool
          18 hidden bool
          19 outsideRth bool
          20 sweepToFill bool
          21 percentOffset double
          22 trailingPercent double
          23 trailStopPrice double role money
          24 minQty int32
          25 goodAfterTime string role time
          26 goodTillDate string role time
          27 ocaGroup string
          28 orderRef string
          29 rule80A string
          30 ocaType int32
          31 triggerMethod int32
          32 activeStartTime string
          33 activeStopTime string
          34 faGroup string
          35 faMethod string
          36 faPercentage string
          37 volatility double
          38 volatilityType int32
          39 continuousUpdate bool
          40 referencePriceType int32
          41 deltaNeutralOrderType string
          42 deltaNeutralAuxPrice double role money
          43 deltaNeutralConId int32 role contract
          44 deltaNeutralOpenClose string
          45 deltaNeutralShortSale bool
          46 deltaNeutralShortSaleSlot int32
          47 deltaNeutralDesignatedLocation string
          48 scaleInitLevelSize int32
          49 scaleSubsLevelSize int32
          50 scalePriceIncrement double role money
          51 scalePriceAdjustValue double role money
          52 scalePriceAdjustInterval int32 role money
          53 scaleProfitOffset double
          54 scaleAutoReset bool
          55 scaleInitPosition int32
          56 scaleInitFillQty int32
          57 scaleRandomPercent bool
          58 scaleTable string
          59 hedgeType string
          60 hedgeParam string
          61 algoStrategy string
          62 algoParams map
          63 algoId string
          64 smartComboRoutingParams map
          65 whatIf bool
          66 transmit bool
          67 overridePercentageConstraints bool
          68 openClose string
          69 origin int32
          70 shortSaleSlot int32
          71 designatedLocation string
          72 exemptCode int32
          73 deltaNeutralSettlingFirm string
          74 deltaNeutralClearingAccount string role account
          75 deltaNeutralClearingIntent string
          76 discretionaryAmt double role money
          77 optOutSmartRouting bool
          78 startingPrice double role money
          79 stockRefPrice double role money
          80 delta double
          81 stockRangeLower double
          82 stockRangeUpper double
          83 notHeld bool
          84 orderMiscOptions map
          85 solicited bool
          86 randomizeSize bool
          87 randomizePrice bool
          88 referenceContractId int32 role contract
          89 peggedChangeAmount double
          90 isPeggedChangeAmountDecrease bool
          91 referenceChangeAmount double
          92 referenceExchangeId string
          93 adjustedOrderType string
          94 triggerPrice double role money
          95 adjustedStopPrice double role money
          96 adjustedStopLimitPrice double role money
          97 adjustedTrailingAmount double
          98 adjustableTrailingUnit int32
          99 lmtPriceOffset double role money
          100 conditions OrderCondition[]
          101 conditionsCancelOrder bool
          102 conditionsIgnoreRth bool
          103 modelCode string
          104 extOperator string
          105 softDollarTier SoftDollarTier
          106 cashQty double role money
          107 mifid2DecisionMaker string
          108 mifid2DecisionAlgo string
          109 mifid2ExecutionTrader string
          110 mifid2ExecutionAlgo string
          111 dontUseAutoPriceForHedge bool
          112 isOmsContainer bool
          113 discretionaryUpToLimitPrice bool
          114 autoCancelDate string
          115 filledQuantity string holds decimal
          116 refFuturesConId int32 role contract
          117 autoCancelParent bool
          118 shareholder string
          119 imbalanceOnly bool
          120 routeMarketableToBbo int32
          121 parentPermId int64 role perm
          122 usePriceMgmtAlgo int32
          123 duration int32
          124 postToAts int32
          125 advancedErrorOverride string
          126 manualOrderTime string role time
          127 minTradeQty int32
          128 minCompeteSize int32
          129 competeAgainstBestOffset double
          130 midOffsetAtWhole double
          131 midOffsetAtHalf double
          132 customerAccount string role account
          133 professionalCustomer bool
          134 bondAccruedInterest string
          135 includeOvernight bool
          136 manualOrderIndicator int32
          137 submitter string
          138 deactivate bool since 216
          139 postOnly bool since 216
          140 allowPreOpen bool since 216
          141 ignoreOpenAuction bool since 216
          142 seekPriceImprovement int32 since 217 role money
          143 whatIfType int32 since 217
          144 hedgeMaxSize int32 since 223
          145 conditionsIncludeOvernight bool since 226

        type OrderAllocation
          1 account string role account
          2 position string holds decimal
          3 positionDesired string holds decimal
          4 positionAfter string holds decimal
          5 desiredAllocQty string holds decimal
          6 allowedAllocQty string holds decimal
          7 isMonetary bool

        type OrderCancel
          1 manualOrderCancelTime string role time
          2 extOperator string
          3 manualOrderIndicator int32

        type OrderCondition
          1 type int32 as condType
          2 isConjunctionConnection bool as conjunction words o|a
          3 isMore bool words 0|1
          4 conId int32 role contract
          5 exchange string
          6 symbol string
          7 secType string
          8 percent int32
          9 changePercent double
          10 price double role money
          11 triggerMethod int32
          12 time string role time
          13 volume int32

        type OrderState
          1 status string
          2 initMarginBefore double role money
          3 maintMarginBefore double role money
          4 equityWithLoanBefore double
          5 initMarginChange double role money
          6 maintMarginChange double role money
          7 equityWithLoanChange double
          8 initMarginAfter double role money
          9 maintMarginAfter double role money
          10 equityWithLoanAfter double
          11 commissionAndFees double as commission role money
          12 minCommissionAndFees double as minCommission role money
          13 maxCommissionAndFees double as maxCommission role money
          14 commissionAndFeesCurrency string as commissionCurrency
          15 marginCurrency string
          16 initMarginBeforeOutsideRTH double role money
          17 maintMarginBeforeOutsideRTH double role money
          18 equityWithLoanBeforeOutsideRTH double
          19 initMarginChangeOutsideRTH double role money
          20 maintMarginChangeOutsideRTH double role money
          21 equityWithLoanChangeOutsideRTH double
          22 initMarginAfterOutsideRTH double role money
          23 maintMarginAfterOutsideRTH double role money
          24 equityWithLoanAfterOutsideRTH double
          25 suggestedSize string holds decimal
          26 rejectReason string
          27 orderAllocations OrderAllocation[]
          28 warningText string
          29 completedTime string role time
          30 completedStatus string
        """#
}
