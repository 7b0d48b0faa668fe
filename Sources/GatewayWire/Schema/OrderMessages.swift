/// Placing, changing, listing and filling orders.
///
/// One line a message, one line a field; the words are explained in `SchemaText`.
enum OrderMessages {
    static let text = #"""
        message placeOrder toGateway 3 legacyVersion 45 legacyUntil 144 protobuf PlaceOrderRequest protobufSince 203 evidence recorded
          orderId int role order
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
          contract.secIdType string
          contract.secId string
          order.action string
          order.totalQuantity decimal  -- integer text below 101
          order.orderType string
          order.lmtPrice float unset empty role money
          order.auxPrice float unset empty role money
          order.tif string
          order.ocaGroup string
          order.account string role account
          order.openClose string
          order.origin int
          order.orderRef string
          order.transmit bool
          order.parentId int role order
          order.blockOrder bool
          order.sweepToFill bool
          order.displaySize int unset literal
          order.triggerMethod int
          order.outsideRth bool
          order.hidden bool
          group contract.comboLegs count comboLegsCount if contract.secType == BAG
            conId int role contract
            ratio int
            action string
            exchange string
            openClose int
            shortSaleSlot int
            designatedLocation string
            exemptCode int
          group order.orderComboLegs count orderComboLegsCount if contract.secType == BAG
            price float unset empty role money
          group order.smartComboRoutingParams count smartComboRoutingParamsCount if contract.secType == BAG
            tag string
            value string
          _sharesAllocation string  -- always ""
          order.discretionaryAmt float role money
          order.goodAfterTime string role time
          order.goodTillDate string role time
          order.faGroup string
          order.faMethod string
          order.faPercentage string
          order.faProfile string until 176
          order.modelCode string since 103
          order.shortSaleSlot int
          order.designatedLocation string
          order.exemptCode int
          order.ocaType int
          order.rule80A string
          order.settlingFirm string
          order.allOrNone bool
          order.minQty int unset empty
          order.percentOffset float unset empty
          order.eTradeOnly bool protobuf none  -- ibapi 9.81 defaults to 1 (real servers then reject with 10268); 10.46 always 0
          order.firmQuoteOnly bool protobuf none  -- same (10269)
          order.nbboPriceCap float unset empty role money protobuf none
          order.auctionStrategy int protobuf none
          order.startingPrice float unset empty role money
          order.stockRefPrice float unset empty role money
          order.delta float unset empty
          order.stockRangeLower float unset empty
          order.stockRangeUpper float unset empty
          order.overridePercentageConstraints bool
          order.volatility float unset empty
          order.volatilityType int unset empty
          order.deltaNeutralOrderType string
          order.deltaNeutralAuxPrice float unset empty role money
          order.deltaNeutralConId int role contract if order.deltaNeutralOrderType nonempty
          order.deltaNeutralSettlingFirm string if order.deltaNeutralOrderType nonempty
          order.deltaNeutralClearingAccount string role account if order.deltaNeutralOrderType nonempty
          order.deltaNeutralClearingIntent string if order.deltaNeutralOrderType nonempty
          order.deltaNeutralOpenClose string if order.deltaNeutralOrderType nonempty
          order.deltaNeutralShortSale bool if order.deltaNeutralOrderType nonempty
          order.deltaNeutralShortSaleSlot int if order.deltaNeutralOrderType nonempty
          order.deltaNeutralDesignatedLocation string if order.deltaNeutralOrderType nonempty
          order.continuousUpdate bool
          order.referencePriceType int unset empty
          order.trailStopPrice float unset empty role money
          order.trailingPercent float unset empty
          order.scaleInitLevelSize int unset empty
          order.scaleSubsLevelSize int unset empty
          order.scalePriceIncrement float unset empty role money
          order.scalePriceAdjustValue float unset empty role money if order.scalePriceIncrement positive
          order.scalePriceAdjustInterval int unset empty role money if order.scalePriceIncrement positive
          order.scaleProfitOffset float unset empty if order.scalePriceIncrement positive
          order.scaleAutoReset bool if order.scalePriceIncrement positive
          order.scaleInitPosition int unset empty if order.scalePriceIncrement positive
          order.scaleInitFillQty int unset empty if order.scalePriceIncrement positive
          order.scaleRandomPercent bool if order.scalePriceIncrement positive
          order.scaleTable string
          order.activeStartTime string
          order.activeStopTime string
          order.hedgeType string
          order.hedgeParam string if order.hedgeType nonempty
          order.optOutSmartRouting bool
          order.clearingAccount string role account
          order.clearingIntent string
          order.notHeld bool
          deltaNeutralContractPresent bool protobuf contract.deltaNeutralContract
          contract.deltaNeutralContract.conId int role contract if deltaNeutralContractPresent == 1
          contract.deltaNeutralContract.delta float if deltaNeutralContractPresent == 1
          contract.deltaNeutralContract.price float role money if deltaNeutralContractPresent == 1
          order.algoStrategy string
          group order.algoParams count algoParamsCount if order.algoStrategy nonempty
            tag string
            value string
          order.algoId string
          order.whatIf bool
          order.orderMiscOptions string  -- "tag=value;" repeated
          order.solicited bool
          order.randomizeSize bool
          order.randomizePrice bool
          order.referenceContractId int since 102 role contract if order.orderType in "PEG BENCH|PEGBENCH"
          order.isPeggedChangeAmountDecrease bool since 102 if order.orderType in "PEG BENCH|PEGBENCH"
          order.peggedChangeAmount float since 102 if order.orderType in "PEG BENCH|PEGBENCH"
          order.referenceChangeAmount float since 102 if order.orderType in "PEG BENCH|PEGBENCH"
          order.referenceExchangeId string since 102 if order.orderType in "PEG BENCH|PEGBENCH"
          group order.conditions count conditionsCount since 102
            condType int
            conjunction string
            isMore bool if condType in 1|3|4|6|7
            price float role money if condType == 1
            time string role time if condType == 3
            percent float if condType == 4
            secType string if condType == 5
            exchange string if condType == 5
            symbol string if condType == 5
            volume int if condType == 6
            changePercent float if condType == 7
            conId int role contract if condType in 1|6|7
            exchange string if condType in 1|6|7
            triggerMethod int if condType == 1
          order.conditionsIgnoreRth bool since 102 if conditionsCount > 0
          order.conditionsCancelOrder bool since 102 if conditionsCount > 0
          order.adjustedOrderType string since 102
          order.triggerPrice float since 102 unset literal role money
          order.lmtPriceOffset float since 102 unset literal role money
          order.adjustedStopPrice float since 102 unset literal role money
          order.adjustedStopLimitPrice float since 102 unset literal role money
          order.adjustedTrailingAmount float since 102 unset literal
          order.adjustableTrailingUnit int since 102
          order.extOperator string since 105
          order.softDollarTier.name string since 106
          order.softDollarTier.val string since 106
          order.cashQty float since 111 unset literal role money
          order.mifid2DecisionMaker string since 138
          order.mifid2DecisionAlgo string since 138
          order.mifid2ExecutionTrader string since 139
          order.mifid2ExecutionAlgo string since 139
          order.dontUseAutoPriceForHedge bool since 141
          order.isOmsContainer bool since 145
          order.discretionaryUpToLimitPrice bool since 148
          order.usePriceMgmtAlgo int since 151 unset empty  -- tri-state: "", "0", "1"
          order.duration int since 158 unset literal
          order.postToAts int since 160 unset literal
          order.autoCancelParent bool since 162
          order.advancedErrorOverride string since 166
          order.manualOrderTime string since 169 role time
          order.minTradeQty int since 170 unset empty if contract.exchange == IBKRATS
          order.minCompeteSize int since 170 unset empty if order.orderType in "PEG BEST|PEGBEST"
          order.competeAgainstBestOffset float since 170 unset empty if order.orderType in "PEG BEST|PEGBEST"  -- "Infinity" (official) or "Infinite" (ib_*) = up to mid
          order.midOffsetAtWhole float since 170 unset empty if order.orderType in "PEG BEST|PEGBEST" and order.competeAgainstBestOffset in Infinity|Infinite
          order.midOffsetAtHalf float since 170 unset empty if order.orderType in "PEG BEST|PEGBEST" and order.competeAgainstBestOffset in Infinity|Infinite
          order.midOffsetAtWhole float since 170 unset empty if order.orderType in "PEG MID|PEGMID"
          order.midOffsetAtHalf float since 170 unset empty if order.orderType in "PEG MID|PEGMID"
          order.customerAccount string since 183 role account
          order.professionalCustomer bool since 184
          _rfqString string since 187 until 189  -- obsolete RFQ placeholder ""
          _rfqInt int since 187 until 189 unset literal  -- obsolete RFQ placeholder 2147483647
          order.includeOvernight bool since 189
          order.manualOrderIndicator int since 192 unset literal
          order.imbalanceOnly bool since 199

        message cancelOrder toGateway 4 legacyVersion 1 legacyUntil 191 protobuf CancelOrderRequest protobufSince 203 evidence recorded
          orderId int role order
          manualOrderCancelTime string since 169 role time
          _rfq1 string since 187 until 189
          _rfq2 string since 187 until 189
          _rfqInt int since 187 until 189 unset literal
          extOperator string since 192
          manualOrderIndicator int since 192 unset literal

        message reqOpenOrders toGateway 5 legacyVersion 1 protobuf OpenOrdersRequest protobufSince 204 evidence verified

        message reqExecutions toGateway 7 legacyVersion 3 protobuf ExecutionRequest protobufSince 201 evidence recorded
          reqId int role request
          filter.clientId int role client
          filter.acctCode string role account
          filter.time string role time
          filter.symbol string
          filter.secType string
          filter.exchange string
          filter.side string
          filter.lastNDays int since 200 unset literal
          group filter.specificDates count specificDatesCount since 200
            _date int

        message reqAutoOpenOrders toGateway 15 legacyVersion 1 protobuf AutoOpenOrdersRequest protobufSince 204 evidence verified
          bAutoBind bool

        message reqAllOpenOrders toGateway 16 legacyVersion 1 protobuf AllOpenOrdersRequest protobufSince 204 evidence recorded

        message exerciseOptions toGateway 21 legacyVersion 2 protobuf ExerciseOptionsRequest protobufSince 211 evidence verified
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float unset empty role money
          contract.right string
          contract.multiplier string
          contract.exchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          exerciseAction int  -- 1 exercise, 2 lapse
          exerciseQuantity int
          account string role account
          override int
          manualOrderTime string since 180 role time
          customerAccount string since 183 role account
          professionalCustomer bool since 184

        message reqGlobalCancel toGateway 58 legacyVersion 1 legacyUntil 191 protobuf GlobalCancelRequest protobufSince 203 evidence recorded
          extOperator string since 192
          manualOrderIndicator int since 192 unset literal

        message reqCompletedOrders toGateway 99 since 150 protobuf CompletedOrdersRequest protobufSince 204 evidence recorded
          apiOnly bool

        message orderStatus toClient 3 legacyVersion 6 legacyUntil 130 protobuf OrderStatus protobufSince 203 evidence recorded
          orderId int role order
          status string  -- PendingSubmit PendingCancel PreSubmitted Submitted ApiPending ApiCancelled Cancelled Filled Inactive
          filled decimal integerBelow 101
          remaining decimal integerBelow 101
          avgFillPrice float role money
          permId long role perm  -- int32 range before 191, int64 after
          parentId int role order
          lastFillPrice float role money
          clientId int role client
          whyHeld string  -- e.g. "locate", "child", "trigger"
          mktCapPrice float since 131 role money

        message openOrder toClient 5 legacyVersion 34 legacyUntil 144 protobuf OpenOrder protobufSince 203 evidence recorded
          order.orderId int role order
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float role money
          contract.right string absent ?
          contract.multiplier string
          contract.exchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          order.action string
          order.totalQuantity decimal integerBelow 101
          order.orderType string
          order.lmtPrice float unset empty role money
          order.auxPrice float unset empty role money
          order.tif string
          order.ocaGroup string
          order.account string role account
          order.openClose string
          order.origin int
          order.orderRef string
          order.clientId int role client
          order.permId long role perm
          order.outsideRth bool
          order.hidden bool
          order.discretionaryAmt float role money absent 0
          order.goodAfterTime string role time
          _sharesAllocation string  -- "permId.changes/account/quantity" (recorded at 200)
          order.faGroup string
          order.faMethod string
          order.faPercentage string
          order.faProfile string until 176  -- deprecated; dropped at 177. ib_insync 0.9.86 reads it unconditionally (its max is 176 so consistent)
          order.modelCode string since 103
          order.goodTillDate string role time
          order.rule80A string
          order.percentOffset float unset empty
          order.settlingFirm string
          order.shortSaleSlot int
          order.designatedLocation string
          order.exemptCode int
          order.auctionStrategy int protobuf none
          order.startingPrice float unset empty role money
          order.stockRefPrice float unset empty role money
          order.delta float unset empty
          order.stockRangeLower float unset empty
          order.stockRangeUpper float unset empty
          order.displaySize int unset empty absent 2147483647
          order.blockOrder bool
          order.sweepToFill bool
          order.allOrNone bool
          order.minQty int unset empty
          order.ocaType int
          order.eTradeOnly bool protobuf none  -- deprecated, send 0
          order.firmQuoteOnly bool protobuf none  -- deprecated, send 0
          order.nbboPriceCap float unset empty role money protobuf none  -- deprecated, send ""
          order.parentId int role order
          order.triggerMethod int
          order.volatility float unset empty
          order.volatilityType int
          order.deltaNeutralOrderType string  -- real servers send "None" for ordinary orders, which is non-empty: the delta-neutral block below is then present
          order.deltaNeutralAuxPrice float unset empty role money
          order.deltaNeutralConId int role contract if order.deltaNeutralOrderType nonempty
          order.deltaNeutralSettlingFirm string if order.deltaNeutralOrderType nonempty
          order.deltaNeutralClearingAccount string role account if order.deltaNeutralOrderType nonempty
          order.deltaNeutralClearingIntent string if order.deltaNeutralOrderType nonempty
          order.deltaNeutralOpenClose string absent ? if order.deltaNeutralOrderType nonempty
          order.deltaNeutralShortSale bool if order.deltaNeutralOrderType nonempty
          order.deltaNeutralShortSaleSlot int if order.deltaNeutralOrderType nonempty
          order.deltaNeutralDesignatedLocation string if order.deltaNeutralOrderType nonempty
          order.continuousUpdate bool
          order.referencePriceType int
          order.trailStopPrice float unset empty role money
          order.trailingPercent float unset empty
          order.basisPoints float unset empty protobuf none
          order.basisPointsType int unset empty protobuf none
          contract.comboLegsDescrip string
          group contract.comboLegs count comboLegsCount
            conId int role contract
            ratio int
            action string
            exchange string
            openClose int
            shortSaleSlot int
            designatedLocation string
            exemptCode int
          group order.orderComboLegs count orderComboLegsCount
            price float unset empty role money
          group order.smartComboRoutingParams count smartComboRoutingParamsCount
            tag string
            value string
          order.scaleInitLevelSize int unset empty absent 2147483647
          order.scaleSubsLevelSize int unset empty absent 2147483647
          order.scalePriceIncrement float unset empty role money
          order.scalePriceAdjustValue float unset empty role money if order.scalePriceIncrement positive
          order.scalePriceAdjustInterval int unset empty role money if order.scalePriceIncrement positive
          order.scaleProfitOffset float unset empty if order.scalePriceIncrement positive
          order.scaleAutoReset bool if order.scalePriceIncrement positive
          order.scaleInitPosition int unset empty if order.scalePriceIncrement positive
          order.scaleInitFillQty int unset empty if order.scalePriceIncrement positive
          order.scaleRandomPercent bool if order.scalePriceIncrement positive
          order.hedgeType string
          order.hedgeParam string if order.hedgeType nonempty
          order.optOutSmartRouting bool
          order.clearingAccount string role account
          order.clearingIntent string
          order.notHeld bool
          deltaNeutralContractPresent bool protobuf contract.deltaNeutralContract
          contract.deltaNeutralContract.conId int role contract if deltaNeutralContractPresent == 1
          contract.deltaNeutralContract.delta float if deltaNeutralContractPresent == 1
          contract.deltaNeutralContract.price float role money if deltaNeutralContractPresent == 1
          order.algoStrategy string
          group order.algoParams count algoParamsCount if order.algoStrategy nonempty
            tag string
            value string
          order.solicited bool
          order.whatIf bool
          orderState.status string
          orderState.initMarginBefore string since 142 role money absent 1.7976931348623157E308  -- margins are decimal strings; unset = "1.7976931348623157E308"
          orderState.maintMarginBefore string since 142 role money absent 1.7976931348623157E308
          orderState.equityWithLoanBefore string since 142 absent 1.7976931348623157E308
          orderState.initMarginChange string since 142 role money absent 1.7976931348623157E308
          orderState.maintMarginChange string since 142 role money absent 1.7976931348623157E308
          orderState.equityWithLoanChange string since 142 absent 1.7976931348623157E308
          orderState.initMarginAfter string role money absent 1.7976931348623157E308
          orderState.maintMarginAfter string role money absent 1.7976931348623157E308
          orderState.equityWithLoanAfter string absent 1.7976931348623157E308
          orderState.commission float unset empty role money
          orderState.minCommission float unset empty role money
          orderState.maxCommission float unset empty role money
          orderState.commissionCurrency string
          orderState.marginCurrency string since 195
          orderState.initMarginBeforeOutsideRTH float since 195 unset empty role money absent 1.7976931348623157E308
          orderState.maintMarginBeforeOutsideRTH float since 195 unset empty role money absent 1.7976931348623157E308
          orderState.equityWithLoanBeforeOutsideRTH float since 195 unset empty absent 1.7976931348623157E308
          orderState.initMarginChangeOutsideRTH float since 195 unset empty role money absent 1.7976931348623157E308
          orderState.maintMarginChangeOutsideRTH float since 195 unset empty role money absent 1.7976931348623157E308
          orderState.equityWithLoanChangeOutsideRTH float since 195 unset empty absent 1.7976931348623157E308
          orderState.initMarginAfterOutsideRTH float since 195 unset empty role money absent 1.7976931348623157E308
          orderState.maintMarginAfterOutsideRTH float since 195 unset empty role money absent 1.7976931348623157E308
          orderState.equityWithLoanAfterOutsideRTH float since 195 unset empty absent 1.7976931348623157E308
          orderState.suggestedSize decimal since 195 unset empty absent -9223372036854775808
          orderState.rejectReason string since 195
          group orderState.orderAllocations count orderAllocationsCount since 195
            account string role account
            position decimal unset empty
            positionDesired decimal unset empty
            positionAfter decimal unset empty
            desiredAllocQty decimal unset empty
            allowedAllocQty decimal unset empty
            isMonetary bool
          orderState.warningText string
          order.randomizeSize bool
          order.randomizePrice bool
          order.referenceContractId int since 102 role contract if order.orderType in "PEG BENCH|PEGBENCH"
          order.isPeggedChangeAmountDecrease bool since 102 if order.orderType in "PEG BENCH|PEGBENCH"
          order.peggedChangeAmount float since 102 if order.orderType in "PEG BENCH|PEGBENCH"
          order.referenceChangeAmount float since 102 if order.orderType in "PEG BENCH|PEGBENCH"
          order.referenceExchangeId string since 102 if order.orderType in "PEG BENCH|PEGBENCH"
          group order.conditions count conditionsCount since 102
            condType int  -- 1 price, 3 time, 4 margin, 5 execution, 6 volume, 7 percentChange
            conjunction string  -- "a" and, "o" or
            isMore bool if condType in 1|3|4|6|7
            price float role money if condType == 1
            time string role time if condType == 3
            percent int if condType == 4
            secType string if condType == 5
            exchange string if condType == 5
            symbol string if condType == 5
            volume int if condType == 6
            changePercent float if condType == 7
            conId int role contract if condType in 1|6|7
            exchange string if condType in 1|6|7
            triggerMethod int if condType == 1
          order.conditionsIgnoreRth bool since 102 if conditionsCount > 0
          order.conditionsCancelOrder bool since 102 if conditionsCount > 0
          order.adjustedOrderType string since 102  -- real servers send "None" when unused
          order.triggerPrice float since 102 role money absent 1.7976931348623157E308  -- unset value sent as 1.7976931348623157E308
          _trailStopPrice2 float since 102 role money absent 1.7976931348623157E308  -- second copy of order.trailStopPrice; the last one wins in official decoders. Unset = 1.7976931348623157E308
          order.lmtPriceOffset float since 102 role money absent 1.7976931348623157E308
          order.adjustedStopPrice float since 102 role money absent 1.7976931348623157E308
          order.adjustedStopLimitPrice float since 102 role money absent 1.7976931348623157E308
          order.adjustedTrailingAmount float since 102 absent 1.7976931348623157E308
          order.adjustableTrailingUnit int since 102
          order.softDollarTier.name string since 106
          order.softDollarTier.val string since 106
          order.softDollarTier.displayName string since 106
          order.cashQty float since 111 role money absent 0
          order.dontUseAutoPriceForHedge bool since 141
          order.isOmsContainer bool since 145
          order.discretionaryUpToLimitPrice bool since 148
          order.usePriceMgmtAlgo bool since 151
          order.duration int since 158 unset empty  -- ib_* read it only from 159; harmless because at 158 it is the last field
          order.postToAts int since 160 unset empty
          order.autoCancelParent bool since 162
          order.minTradeQty int since 170 unset empty
          order.minCompeteSize int since 170 unset empty
          order.competeAgainstBestOffset float since 170 unset empty  -- "Infinity" = up to mid
          order.midOffsetAtWhole float since 170 unset empty
          order.midOffsetAtHalf float since 170 unset empty
          order.customerAccount string since 183 role account
          order.professionalCustomer bool since 184
          order.bondAccruedInterest string since 185
          order.includeOvernight bool since 189
          order.extOperator string since 193
          order.manualOrderIndicator int since 193 unset empty absent 0
          order.submitter string since 198
          order.imbalanceOnly bool since 199

        message execDetails toClient 11 legacyVersion 10 legacyUntil 135 protobuf ExecutionDetails protobufSince 201 evidence recorded
          reqId int role request  -- -1 for live (unsolicited) executions
          execution.orderId int role order
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float role money
          contract.right string
          contract.multiplier string
          contract.exchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          execution.execId string role execution
          execution.time string role time  -- "YYYYMMDD  HH:MM:SS" (two spaces), or "YYYYMMDD HH:MM:SS TZ" from 174 on. ib_* parse it and drop the execution if unparsable (zone must exist in the tz database)
          execution.acctNumber string role account
          execution.exchange string
          execution.side string  -- "BOT" / "SLD"
          execution.shares decimal integerBelow 101
          execution.price float role money
          execution.permId long role perm
          execution.clientId int role client
          execution.liquidation int
          execution.cumQty decimal integerBelow 101
          execution.avgPrice float role money
          execution.orderRef string
          execution.evRule string
          execution.evMultiplier float unset empty
          execution.modelCode string since 103
          execution.lastLiquidity int since 136
          execution.pendingPriceRevision bool since 178
          execution.submitter string since 198

        message openOrderEnd toClient 53 legacyVersion 1 protobuf OpenOrdersEnd protobufSince 203 evidence recorded

        message execDetailsEnd toClient 55 legacyVersion 1 protobuf ExecutionDetailsEnd protobufSince 201 evidence recorded
          reqId int role request

        message commissionReport toClient 59 legacyVersion 1 protobuf CommissionAndFeesReport protobufSince 211 evidence recorded
          execId string role execution
          commission float role money
          currency string
          realizedPNL float role money  -- 1.7976931348623157E308 when unset
          yield float  -- 1.7976931348623157E308 when unset
          yieldRedemptionDate int  -- "" or YYYYMMDD

        message orderBound toClient 100 since 144 protobuf OrderBound protobufSince 204 evidence verified
          permId long role perm
          clientId int role client
          orderId int role order

        message completedOrder toClient 101 since 150 protobuf CompletedOrder protobufSince 204 evidence recorded
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float role money
          contract.right string absent ?
          contract.multiplier string
          contract.exchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          order.action string
          order.totalQuantity decimal integerBelow 101
          order.orderType string
          order.lmtPrice float unset empty role money
          order.auxPrice float unset empty role money
          order.tif string
          order.ocaGroup string
          order.account string role account
          order.openClose string
          order.origin int
          order.orderRef string
          order.permId long role perm
          order.outsideRth bool
          order.hidden bool
          order.discretionaryAmt float role money absent 0
          order.goodAfterTime string role time
          order.faGroup string
          order.faMethod string
          order.faPercentage string
          order.faProfile string until 176
          order.modelCode string since 103
          order.goodTillDate string role time
          order.rule80A string absent 0
          order.percentOffset float unset empty
          order.settlingFirm string
          order.shortSaleSlot int
          order.designatedLocation string
          order.exemptCode int
          order.startingPrice float unset empty role money
          order.stockRefPrice float unset empty role money
          order.delta float unset empty
          order.stockRangeLower float unset empty
          order.stockRangeUpper float unset empty
          order.displaySize int unset empty absent 2147483647
          order.sweepToFill bool
          order.allOrNone bool
          order.minQty int unset empty
          order.ocaType int
          order.triggerMethod int
          order.volatility float unset empty
          order.volatilityType int
          order.deltaNeutralOrderType string
          order.deltaNeutralAuxPrice float unset empty role money
          order.deltaNeutralConId int role contract if order.deltaNeutralOrderType nonempty
          order.deltaNeutralShortSale bool if order.deltaNeutralOrderType nonempty
          order.deltaNeutralShortSaleSlot int if order.deltaNeutralOrderType nonempty
          order.deltaNeutralDesignatedLocation string if order.deltaNeutralOrderType nonempty
          order.continuousUpdate bool
          order.referencePriceType int
          order.trailStopPrice float unset empty role money
          order.trailingPercent float unset empty
          contract.comboLegsDescrip string
          group contract.comboLegs count comboLegsCount
            conId int role contract
            ratio int
            action string
            exchange string
            openClose int
            shortSaleSlot int
            designatedLocation string
            exemptCode int
          group order.orderComboLegs count orderComboLegsCount
            price float unset empty role money
          group order.smartComboRoutingParams count smartComboRoutingParamsCount
            tag string
            value string
          order.scaleInitLevelSize int unset empty absent 2147483647
          order.scaleSubsLevelSize int unset empty absent 2147483647
          order.scalePriceIncrement float unset empty role money
          order.scalePriceAdjustValue float unset empty role money if order.scalePriceIncrement positive
          order.scalePriceAdjustInterval int unset empty role money if order.scalePriceIncrement positive
          order.scaleProfitOffset float unset empty if order.scalePriceIncrement positive
          order.scaleAutoReset bool if order.scalePriceIncrement positive
          order.scaleInitPosition int unset empty if order.scalePriceIncrement positive
          order.scaleInitFillQty int unset empty if order.scalePriceIncrement positive
          order.scaleRandomPercent bool if order.scalePriceIncrement positive
          order.hedgeType string
          order.hedgeParam string if order.hedgeType nonempty
          order.clearingAccount string role account
          order.clearingIntent string
          order.notHeld bool
          deltaNeutralContractPresent bool protobuf contract.deltaNeutralContract
          contract.deltaNeutralContract.conId int role contract if deltaNeutralContractPresent == 1
          contract.deltaNeutralContract.delta float if deltaNeutralContractPresent == 1
          contract.deltaNeutralContract.price float role money if deltaNeutralContractPresent == 1
          order.algoStrategy string
          group order.algoParams count algoParamsCount if order.algoStrategy nonempty
            tag string
            value string
          order.solicited bool
          orderState.status string
          order.randomizeSize bool
          order.randomizePrice bool
          order.referenceContractId int role contract if order.orderType in "PEG BENCH|PEGBENCH"
          order.isPeggedChangeAmountDecrease bool if order.orderType in "PEG BENCH|PEGBENCH"
          order.peggedChangeAmount float if order.orderType in "PEG BENCH|PEGBENCH"
          order.referenceChangeAmount float if order.orderType in "PEG BENCH|PEGBENCH"
          order.referenceExchangeId string if order.orderType in "PEG BENCH|PEGBENCH"
          group order.conditions count conditionsCount
            condType int  -- 1 price, 3 time, 4 margin, 5 execution, 6 volume, 7 percentChange
            conjunction string  -- "a" and, "o" or
            isMore bool if condType in 1|3|4|6|7
            price float role money if condType == 1
            time string role time if condType == 3
            percent int if condType == 4
            secType string if condType == 5
            exchange string if condType == 5
            symbol string if condType == 5
            volume int if condType == 6
            changePercent float if condType == 7
            conId int role contract if condType in 1|6|7
            exchange string if condType in 1|6|7
            triggerMethod int if condType == 1
          order.conditionsIgnoreRth bool if conditionsCount > 0
          order.conditionsCancelOrder bool if conditionsCount > 0
          _trailStopPrice2 float role money absent 1.7976931348623157E308
          order.lmtPriceOffset float role money absent 1.7976931348623157E308
          order.cashQty float role money absent 0
          order.dontUseAutoPriceForHedge bool
          order.isOmsContainer bool
          order.autoCancelDate string
          order.filledQuantity decimal integerBelow 101
          order.refFuturesConId int role contract absent 2147483647
          order.autoCancelParent bool
          order.shareholder string
          order.imbalanceOnly bool
          order.routeMarketableToBbo bool
          order.parentPermId long role perm
          orderState.completedTime string role time  -- "YYYYMMDD HH:MM:SS TZ"
          orderState.completedStatus string
          order.minTradeQty int since 170 unset empty
          order.minCompeteSize int since 170 unset empty
          order.competeAgainstBestOffset float since 170 unset empty  -- "Infinity" = up to mid
          order.midOffsetAtWhole float since 170 unset empty
          order.midOffsetAtHalf float since 170 unset empty
          order.customerAccount string since 183 role account
          order.professionalCustomer bool since 184
          order.submitter string since 198

        message completedOrdersEnd toClient 102 since 150 protobuf CompletedOrdersEnd protobufSince 204 evidence recorded
        """#
}
