/// The protobuf types of this area: contract details, symbol search, option chains, market rules, reference data.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum ContractTypes {
    static let text = #"""
        type ContractDataRequest
          1 reqId int32 role request
          2 contract Contract

        type SecDefOptParamsRequest
          1 reqId int32 role request
          2 underlyingSymbol string
          3 futFopExchange string
          4 underlyingSecType string
          5 underlyingConId int32

        type MatchingSymbolsRequest
          1 reqId int32 role request
          2 pattern string

        type MarketDepthExchangesRequest

        type SmartComponentsRequest
          1 reqId int32 role request
          2 bboExchange string

        type MarketRuleRequest
          1 marketRuleId int32

        type CancelContractData
          1 reqId int32 role request

        type ContractData
          1 reqId int32 role request
          2 contract Contract always yes
          3 contractDetails ContractDetails as details always yes

        type ContractDataEnd
          1 reqId int32 role request

        type SecDefOptParameter
          1 reqId int32 role request
          2 exchange string
          3 underlyingConId int32
          4 tradingClass string
          5 multiplier string
          6 expirations string[]
          7 strikes double[] role money

        type SecDefOptParameterEnd
          1 reqId int32 role request

        type SymbolSamples
          1 reqId int32 role request
          2 contractDescriptions ContractDescription[]

        type MarketDepthExchanges
          1 depthMarketDataDescriptions DepthMarketDataDescription[] as depthMktDataDescriptions

        type SmartComponents
          1 reqId int32 role request
          2 smartComponents SmartComponent[] as components

        type MarketRule
          1 marketRuleId int32
          2 priceIncrements PriceIncrement[]

        type ContractDescription
          1 contract Contract
          2 derivativeSecTypes string[]

        type ContractDetails
          1 marketName string
          2 minTick string holds float
          3 orderTypes string
          4 validExchanges string
          5 priceMagnifier int32
          6 underConId int32 role contract
          7 longName string
          8 contractMonth string
          9 industry string
          10 category string
          11 subcategory string
          12 timeZoneId string
          13 tradingHours string
          14 liquidHours string
          15 evRule string
          16 evMultiplier double
          17 secIdList map
          18 aggGroup int32
          19 underSymbol string
          20 underSecType string
          21 marketRuleIds string
          22 realExpirationDate string
          23 stockType string
          24 minSize string holds decimal
          25 sizeIncrement string holds decimal
          26 suggestedSizeIncrement string holds decimal
          27 fundName string
          28 fundFamily string
          29 fundType string
          30 fundFrontLoad string
          31 fundBackLoad string
          32 fundBackLoadTimeInterval string
          33 fundManagementFee string
          34 fundClosed bool
          35 fundClosedForNewInvestors bool
          36 fundClosedForNewMoney bool
          37 fundNotifyAmount string
          38 fundMinimumInitialPurchase string
          39 fundMinimumSubsequentPurchase string as fundSubsequentMinimumPurchase
          40 fundBlueSkyStates string
          41 fundBlueSkyTerritories string
          42 fundDistributionPolicyIndicator string
          43 fundAssetType string
          44 cusip string
          45 issueDate string
          46 ratings string
          47 bondType string
          48 coupon double
          49 couponType string
          50 convertible bool
          51 callable bool
          52 puttable bool as putable
          53 descAppend string
          54 nextOptionDate string
          55 nextOptionType string
          56 nextOptionPartial bool
          57 bondNotes string as notes
          58 ineligibilityReasonList IneligibilityReason[]
          59 eventContract1 string
          60 eventContractDescription1 string
          61 eventContractDescription2 string
          62 minAlgoSize string holds decimal
          63 lastPricePrecision string holds decimal role money
          64 lastSizePrecision string holds decimal
          65 settlementMethod string since 225

        type DepthMarketDataDescription
          1 exchange string
          2 secType string
          3 listingExch string
          4 serviceDataType string
          5 aggGroup int32

        type IneligibilityReason
          1 id string
          2 description string

        type PriceIncrement
          1 lowEdge double
          2 increment double

        type SmartComponent
          1 bitNumber int32
          2 exchange string
          3 exchangeLetter string
        """#
}
