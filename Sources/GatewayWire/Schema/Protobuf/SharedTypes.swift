/// The protobuf types of this area: types that messages of several areas hold.
///
/// One line a type, one line a field; the words are explained in `ProtobufTypeText`.
enum SharedTypes {
    static let text = #"""
        type ComboLeg
          1 conId int32 role contract
          2 ratio int32
          3 action string
          4 exchange string
          5 openClose int32
          6 shortSalesSlot int32 as shortSaleSlot
          7 designatedLocation string
          8 exemptCode int32
          9 perLegPrice double role money beside order.orderComboLegs.price

        type Contract
          1 conId int32 role contract
          2 symbol string
          3 secType string
          4 lastTradeDateOrContractMonth string
          5 strike double role money
          6 right string
          7 multiplier double
          8 exchange string
          9 primaryExch string as primaryExchange
          10 currency string
          11 localSymbol string
          12 tradingClass string
          13 secIdType string
          14 secId string
          15 description string
          16 issuerId string
          17 deltaNeutralContract DeltaNeutralContract
          18 includeExpired bool
          19 comboLegsDescrip string
          20 comboLegs ComboLeg[]
          21 lastTradeDate string

        type DeltaNeutralContract
          1 conId int32 role contract
          2 delta double
          3 price double role money

        type HistoricalTick
          1 time int64 role time
          2 price double role money
          3 size string holds decimal

        type HistoricalTickBidAsk
          1 time int64 role time
          2 tickAttribBidAsk TickAttribBidAsk always yes
          3 priceBid double role money
          4 priceAsk double role money
          5 sizeBid string holds decimal
          6 sizeAsk string holds decimal

        type HistoricalTickLast
          1 time int64 role time
          2 tickAttribLast TickAttribLast always yes
          3 price double role money
          4 size string holds decimal
          5 exchange string
          6 specialConditions string

        type SoftDollarTier
          1 name string
          2 value string as val
          3 displayName string

        type TickAttribBidAsk
          1 bidPastLow bool always yes
          2 askPastHigh bool always yes

        type TickAttribLast
          1 pastLimit bool always yes
          2 unreported bool always yes
        """#
}
