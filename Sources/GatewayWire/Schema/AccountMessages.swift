/// Accounts, positions, portfolio, profit and loss, advisors.
///
/// One line a message, one line a field; the words are explained in `SchemaText`.
enum AccountMessages {
    static let text = #"""
        message reqAccountUpdates toGateway 6 legacyVersion 2 protobuf AccountDataRequest protobufSince 207 evidence recorded
          subscribe bool
          acctCode string role account

        message requestFA toGateway 18 legacyVersion 1 protobuf FARequest protobufSince 211 evidence verified
          faData int

        message replaceFA toGateway 19 legacyVersion 1 protobuf FAReplace protobufSince 211 evidence verified
          faData int
          cxml string
          reqId int since 157 role request

        message reqPositions toGateway 61 legacyVersion 1 protobuf PositionsRequest protobufSince 207 evidence recorded

        message reqAccountSummary toGateway 62 legacyVersion 1 protobuf AccountSummaryRequest protobufSince 207 evidence recorded
          reqId int role request
          groupName string  -- "All" or group name
          tags string  -- comma separated; "$LEDGER", "$LEDGER:CUR", "$LEDGER:ALL" allowed

        message cancelAccountSummary toGateway 63 legacyVersion 1 protobuf CancelAccountSummary protobufSince 207 evidence recorded
          reqId int role request

        message cancelPositions toGateway 64 legacyVersion 1 protobuf CancelPositions protobufSince 207 evidence recorded

        message reqPositionsMulti toGateway 74 legacyVersion 1 since 103 protobuf PositionsMultiRequest protobufSince 207 evidence verified
          reqId int role request
          account string role account
          modelCode string

        message cancelPositionsMulti toGateway 75 legacyVersion 1 since 103 protobuf CancelPositionsMulti protobufSince 207 evidence verified
          reqId int role request

        message reqAccountUpdatesMulti toGateway 76 legacyVersion 1 since 103 protobuf AccountUpdatesMultiRequest protobufSince 207 evidence recorded
          reqId int role request
          account string role account
          modelCode string
          ledgerAndNLV bool

        message cancelAccountUpdatesMulti toGateway 77 legacyVersion 1 since 103 protobuf CancelAccountUpdatesMulti protobufSince 207 evidence verified
          reqId int role request

        message reqSoftDollarTiers toGateway 79 since 106 protobuf SoftDollarTiersRequest protobufSince 212 evidence recorded
          reqId int role request

        message reqFamilyCodes toGateway 80 since 107 protobuf FamilyCodesRequest protobufSince 212 evidence verified

        message reqPnL toGateway 92 since 127 protobuf PnLRequest protobufSince 210 evidence recorded
          reqId int role request
          account string role account
          modelCode string

        message cancelPnL toGateway 93 since 127 protobuf CancelPnL protobufSince 210 evidence verified
          reqId int role request

        message reqPnLSingle toGateway 94 since 127 protobuf PnLSingleRequest protobufSince 210 evidence verified
          reqId int role request
          account string role account
          modelCode string
          conid int

        message cancelPnLSingle toGateway 95 since 127 protobuf CancelPnLSingle protobufSince 210 evidence verified
          reqId int role request

        message updateAccountValue toClient 6 legacyVersion 2 protobuf AccountValue protobufSince 207 evidence recorded
          key string
          val string
          currency string  -- "" , "BASE" or ISO code
          accountName string role account

        message updatePortfolio toClient 7 legacyVersion 8 protobuf PortfolioValue protobufSince 207 evidence recorded
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float role money
          contract.right string
          contract.multiplier string
          contract.primaryExchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          position decimal integerBelow 101
          marketPrice float role money
          marketValue float role money
          averageCost float role money
          unrealizedPNL float role money
          realizedPNL float role money
          accountName string role account

        message updateAccountTime toClient 8 legacyVersion 1 protobuf AccountUpdateTime protobufSince 207 evidence recorded
          timeStamp string role time  -- "HH:MM"

        message receiveFA toClient 16 legacyVersion 1 protobuf ReceiveFA protobufSince 211 evidence verified
          faData int  -- 1 groups, 2 profiles (removed at 177), 3 aliases
          cxml string

        message accountDownloadEnd toClient 54 legacyVersion 1 protobuf AccountDataEnd protobufSince 207 evidence recorded
          accountName string role account

        message position toClient 61 legacyVersion 3 protobuf Position protobufSince 207 evidence recorded
          account string role account
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
          position decimal integerBelow 101
          avgCost float role money

        message positionEnd toClient 62 legacyVersion 1 protobuf PositionEnd protobufSince 207 evidence recorded

        message accountSummary toClient 63 legacyVersion 1 protobuf AccountSummary protobufSince 207 evidence recorded
          reqId int role request
          account string role account
          tag string
          value string
          currency string

        message accountSummaryEnd toClient 64 legacyVersion 1 protobuf AccountSummaryEnd protobufSince 207 evidence recorded
          reqId int role request

        message positionMulti toClient 71 legacyVersion 1 since 103 protobuf PositionMulti protobufSince 207 evidence verified
          reqId int role request
          account string role account
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
          pos decimal integerBelow 101
          avgCost float role money
          modelCode string

        message positionMultiEnd toClient 72 legacyVersion 1 since 103 protobuf PositionMultiEnd protobufSince 207 evidence verified
          reqId int role request

        message accountUpdateMulti toClient 73 legacyVersion 1 since 103 protobuf AccountUpdateMulti protobufSince 207 evidence recorded
          reqId int role request
          account string role account
          modelCode string
          key string
          value string
          currency string

        message accountUpdateMultiEnd toClient 74 legacyVersion 1 since 103 protobuf AccountUpdateMultiEnd protobufSince 207 evidence recorded
          reqId int role request

        message softDollarTiers toClient 77 since 106 protobuf SoftDollarTiers protobufSince 212 evidence recorded
          reqId int role request
          group tiers count nTiers
            name string
            val string
            displayName string

        message familyCodes toClient 78 since 107 protobuf FamilyCodes protobufSince 212 evidence verified
          group familyCodes count nFamilyCodes
            accountID string
            familyCodeStr string

        message pnl toClient 94 since 127 protobuf PnL protobufSince 210 evidence recorded
          reqId int role request
          dailyPnL float role money
          unrealizedPnL float since 129 role money
          realizedPnL float since 135 role money

        message pnlSingle toClient 95 since 127 protobuf PnLSingle protobufSince 210 evidence verified
          reqId int role request
          pos decimal integerBelow 163
          dailyPnL float role money
          unrealizedPnL float since 129 role money
          realizedPnL float since 135 role money
          value float

        message replaceFAEnd toClient 103 since 157 protobuf ReplaceFAEnd protobufSince 211 evidence verified
          reqId int role request
          text string
        """#
}
