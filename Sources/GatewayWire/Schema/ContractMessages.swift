/// Contract details, symbol search, option chains, market rules, reference data.
///
/// One line a message, one line a field; the words are explained in `SchemaText`.
enum ContractMessages {
    static let text = #"""
        message reqContractDetails toGateway 9 legacyVersion 8 protobuf ContractDataRequest protobufSince 205 evidence recorded
          reqId int role request
          contract.conId int role contract
          contract.symbol string
          contract.secType string
          contract.lastTradeDateOrContractMonth string
          contract.strike float unset empty role money
          contract.right string
          contract.multiplier string
          contract.exchange string  -- 70..74: "EXCH:PRIMARY" combined form when exchange is BEST/SMART and a primary is given
          contract.primaryExchange string
          contract.currency string
          contract.localSymbol string
          contract.tradingClass string
          contract.includeExpired bool
          contract.secIdType string
          contract.secId string
          contract.issuerId string since 176

        message reqSecDefOptParams toGateway 78 since 104 protobuf SecDefOptParamsRequest protobufSince 212 evidence recorded
          reqId int role request
          underlyingSymbol string
          futFopExchange string
          underlyingSecType string
          underlyingConId int

        message reqMatchingSymbols toGateway 81 since 108 protobuf MatchingSymbolsRequest protobufSince 212 evidence recorded
          reqId int role request
          pattern string

        message reqMktDepthExchanges toGateway 82 since 112 protobuf MarketDepthExchangesRequest protobufSince 213 evidence recorded

        message reqSmartComponents toGateway 83 since 114 protobuf SmartComponentsRequest protobufSince 212 evidence verified
          reqId int role request
          bboExchange string

        message reqMarketRule toGateway 91 since 126 protobuf MarketRuleRequest protobufSince 212 evidence verified
          marketRuleId int

        message cancelContractData toGateway 106 since 215 protobuf CancelContractData protobufSince 215 textForm no evidence verified

        message contractDetails toClient 10 legacyVersion 8 legacyUntil 163 protobuf ContractData protobufSince 205 evidence recorded
          reqId int role request
          contract.symbol string
          contract.secType string
          _lastTradeDate string protobuf contract.lastTradeDateOrContractMonth  -- "YYYYMMDD" or "YYYYMMDD HH:MM:SS" or "YYYYMMDD-HH:MM:SS-TZ"; split on '-' when present else whitespace -> lastTradeDateOrContractMonth, lastTradeTime (ib_async also [2] -> timeZoneId). ibapi 9.81 splits on whitespace only
          contract.lastTradeDate string since 182
          contract.strike float role money
          contract.right string
          contract.exchange string
          contract.currency string
          contract.localSymbol string
          details.marketName string
          contract.tradingClass string
          contract.conId int role contract
          details.minTick float
          _mdSizeMultiplier int since 110 until 163  -- obsolete; send 1 or 100
          contract.multiplier string
          details.orderTypes string
          details.validExchanges string
          details.priceMagnifier int
          details.underConId int role contract
          details.longName string escapedSince 153
          contract.primaryExchange string
          details.contractMonth string
          details.industry string
          details.category string
          details.subcategory string
          details.timeZoneId string
          details.tradingHours string
          details.liquidHours string
          details.evRule string
          details.evMultiplier int  -- official decoders parse an integer here (empty = 0): never send "1.0"
          group details.secIdList count secIdListCount
            tag string
            value string
          details.aggGroup int since 121
          details.underSymbol string since 122
          details.underSecType string since 122
          details.marketRuleIds string since 126
          details.realExpirationDate string since 134
          details.stockType string since 152
          _sizeMinTick decimal since 163 until 163  -- obsolete; one version only
          details.minSize decimal since 164 unset empty
          details.sizeIncrement decimal since 164 unset empty
          details.suggestedSizeIncrement decimal since 164 unset empty
          details.fundName string since 179 if contract.secType == FUND
          details.fundFamily string since 179 if contract.secType == FUND
          details.fundType string since 179 if contract.secType == FUND
          details.fundFrontLoad string since 179 if contract.secType == FUND
          details.fundBackLoad string since 179 if contract.secType == FUND
          details.fundBackLoadTimeInterval string since 179 if contract.secType == FUND
          details.fundManagementFee string since 179 if contract.secType == FUND
          details.fundClosed bool since 179 if contract.secType == FUND
          details.fundClosedForNewInvestors bool since 179 if contract.secType == FUND
          details.fundClosedForNewMoney bool since 179 if contract.secType == FUND
          details.fundNotifyAmount string since 179 if contract.secType == FUND
          details.fundMinimumInitialPurchase string since 179 if contract.secType == FUND
          details.fundSubsequentMinimumPurchase string since 179 if contract.secType == FUND
          details.fundBlueSkyStates string since 179 if contract.secType == FUND
          details.fundBlueSkyTerritories string since 179 if contract.secType == FUND
          details.fundDistributionPolicyIndicator string since 179 if contract.secType == FUND  -- "N" accumulation, "Y" income, "" none
          details.fundAssetType string since 179 if contract.secType == FUND  -- "000" others, "001" money market, "002" fixed income, "003" multi-asset, "004" equity, "005" sector, "006" guaranteed, "007" alternative
          group details.ineligibilityReasonList count ineligibilityReasonCount since 186
            id string
            description string

        message bondContractDetails toClient 18 legacyVersion 6 legacyUntil 163 protobuf ContractData protobufSince 205 evidence recorded
          reqId int role request
          contract.symbol string
          contract.secType string
          details.cusip string
          details.coupon float  -- ibapi 9.81 and ib_insync/ib_async parse an int here and fail on "5.25"; official 10.46 parses a float. Integer literal is the only value all accept
          _maturity string protobuf contract.lastTradeDateOrContractMonth  -- "YYYYMMDD", optionally + time + time zone (split like contractDetails): maturity, lastTradeTime, timeZoneId
          details.issueDate string
          details.ratings string
          details.bondType string
          details.couponType string
          details.convertible bool
          details.callable bool
          details.putable bool
          details.descAppend string
          contract.exchange string
          contract.currency string
          details.marketName string
          contract.tradingClass string
          contract.conId int role contract
          details.minTick float
          _mdSizeMultiplier int since 110 until 163
          details.orderTypes string
          details.validExchanges string
          details.nextOptionDate string
          details.nextOptionType string
          details.nextOptionPartial bool
          details.notes string
          details.longName string  -- not backslash-unescaped by the official decoder (unlike message 10)
          details.timeZoneId string since 188
          details.tradingHours string since 188
          details.liquidHours string since 188
          details.evRule string
          details.evMultiplier int
          group details.secIdList count secIdListCount
            tag string
            value string
          details.aggGroup int since 121
          details.marketRuleIds string since 126
          details.minSize decimal since 164 unset empty
          details.sizeIncrement decimal since 164 unset empty
          details.suggestedSizeIncrement decimal since 164 unset empty

        message contractDetailsEnd toClient 52 legacyVersion 1 protobuf ContractDataEnd protobufSince 205 evidence recorded
          reqId int role request

        message deltaNeutralValidation toClient 56 legacyVersion 1 evidence verified
          reqId int role request
          deltaNeutralContract.conId int role contract
          deltaNeutralContract.delta float
          deltaNeutralContract.price float role money

        message securityDefinitionOptionParameter toClient 75 since 104 protobuf SecDefOptParameter protobufSince 212 evidence recorded
          reqId int role request
          exchange string
          underlyingConId int
          tradingClass string
          multiplier string
          group expirations count expirationsCount
            _expiration string
          group strikes count strikesCount
            _strike float role money

        message securityDefinitionOptionParameterEnd toClient 76 since 104 protobuf SecDefOptParameterEnd protobufSince 212 evidence recorded
          reqId int role request

        message symbolSamples toClient 79 since 108 protobuf SymbolSamples protobufSince 212 evidence recorded
          reqId int role request
          group contractDescriptions count nContractDescriptions
            contract.conId int role contract
            contract.symbol string
            contract.secType string
            contract.primaryExchange string
            contract.currency string
            group derivativeSecTypes count nDerivativeSecTypes
              _secType string
            contract.description string since 176
            contract.issuerId string since 176

        message mktDepthExchanges toClient 80 since 112 protobuf MarketDepthExchanges protobufSince 213 evidence recorded
          group depthMktDataDescriptions count nDepthMktDataDescriptions
            exchange string
            secType string
            listingExch string since 120
            serviceDataType string since 120
            aggGroup int since 120  -- official treats 2147483647 as unset; ib_* need a non-empty int
            _isL2 int until 119

        message smartComponents toClient 82 since 114 protobuf SmartComponents protobufSince 212 evidence verified
          reqId int role request
          group components count nComponents
            bitNumber int
            exchange string
            exchangeLetter string

        message marketRule toClient 93 since 126 protobuf MarketRule protobufSince 212 evidence verified
          marketRuleId int
          group priceIncrements count nPriceIncrements
            lowEdge float
            increment float
        """#
}
