/// The protobuf types of this area: accounts, positions, portfolio, profit and loss, advisors.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum AccountTypes {
    static let text = #"""
        type AccountDataRequest
          1 subscribe bool
          2 acctCode string role account

        type FARequest
          1 faDataType int32 as faData

        type FAReplace
          1 reqId int32 role request
          2 faDataType int32 as faData
          3 xml string as cxml

        type PositionsRequest

        type AccountSummaryRequest
          1 reqId int32 role request
          2 group string as groupName
          3 tags string

        type CancelAccountSummary
          1 reqId int32 role request

        type CancelPositions

        type PositionsMultiRequest
          1 reqId int32 role request
          2 account string role account
          3 modelCode string

        type CancelPositionsMulti
          1 reqId int32 role request

        type AccountUpdatesMultiRequest
          1 reqId int32 role request
          2 account string role account
          3 modelCode string
          4 ledgerAndNLV bool

        type CancelAccountUpdatesMulti
          1 reqId int32 role request

        type SoftDollarTiersRequest
          1 reqId int32 role request

        type FamilyCodesRequest

        type PnLRequest
          1 reqId int32 role request
          2 account string role account
          3 modelCode string

        type CancelPnL
          1 reqId int32 role request

        type PnLSingleRequest
          1 reqId int32 role request
          2 account string role account
          3 modelCode string
          4 conId int32 as conid

        type CancelPnLSingle
          1 reqId int32 role request

        type AccountValue
          1 key string
          2 value string as val
          3 currency string
          4 accountName string role account

        type PortfolioValue
          1 contract Contract always yes
          2 position string holds decimal
          3 marketPrice double role money
          4 marketValue double role money
          5 averageCost double role money
          6 unrealizedPNL double role money
          7 realizedPNL double role money
          8 accountName string role account

        type AccountUpdateTime
          1 timeStamp string role time

        type ReceiveFA
          1 faDataType int32 as faData
          2 xml string as cxml

        type AccountDataEnd
          1 accountName string role account

        type Position
          1 account string role account
          2 contract Contract always yes
          3 position string holds decimal
          4 avgCost double role money

        type PositionEnd

        type AccountSummary
          1 reqId int32 role request
          2 account string role account
          3 tag string
          4 value string
          5 currency string

        type AccountSummaryEnd
          1 reqId int32 role request

        type PositionMulti
          1 reqId int32 role request
          2 account string role account
          3 contract Contract always yes
          4 position string holds decimal as pos
          5 avgCost double role money
          6 modelCode string

        type PositionMultiEnd
          1 reqId int32 role request

        type AccountUpdateMulti
          1 reqId int32 role request
          2 account string role account
          3 modelCode string
          4 key string
          5 value string
          6 currency string

        type AccountUpdateMultiEnd
          1 reqId int32 role request

        type SoftDollarTiers
          1 reqId int32 role request
          2 softDollarTiers SoftDollarTier[] as tiers

        type FamilyCodes
          1 familyCodes FamilyCode[]

        type PnL
          1 reqId int32 role request
          2 dailyPnL double role money
          3 unrealizedPnL double role money
          4 realizedPnL double role money

        type PnLSingle
          1 reqId int32 role request
          2 position string holds decimal as pos
          3 dailyPnL double role money
          4 unrealizedPnL double role money
          5 realizedPnL double role money
          6 value double

        type ReplaceFAEnd
          1 reqId int32 role request
          2 text string

        type FamilyCode
          1 accountId string as accountID
          2 familyCode string as familyCodeStr
        """#
}
