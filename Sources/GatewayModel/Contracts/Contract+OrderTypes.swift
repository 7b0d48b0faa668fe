extension Contract {
    /// What contract details name as order types at an exchange, in alphabetical order.
    ///
    /// Recorded for options on SMART (211) and currencies (225). For shares on SMART the words that
    /// recordings name are there, and FOK, GTX and MOO are not; the rest of that list, and those of
    /// other kinds, are reported.
    func orderTypes(at exchange: String) -> String {
        let words: String
        switch secType {
        case "STK": words = exchange == "SMART" ? Self.routedShareWords : Self.shareWords
        case "OPT", "BAG": words = Self.optionWords
        case "CASH": words = Self.currencyWords
        case "FUT": words = Self.futureWords
        case "BOND": words = Self.bondWords
        default: words = Self.commonWords
        }
        return words
    }

    /// Whether a word such as `FOK` is among the order types at an exchange.
    func accepts(_ word: String, at exchange: String) -> Bool {
        orderTypes(at: exchange).split(separator: ",").contains { $0 == word }
    }

    private static let routedShareWords =
        "ACTIVETIM,AD,ADDONT,ADJUST,ALERT,ALGO,ALLOC,AON,AVGCOST,BASKET,BENCHPX,CASHQTY,COND,CONDORDER,"
        + "DARKONLY,DARKPOLL,DAY,DEACT,DEACTDIS,DEACTEOD,DIS,DUR,GAT,GTC,GTD,GTT,HID,IBKRATS,ICE,IMB,"
        + "IOC,LIT,LMT,LOC,MIDPX,MIT,MKT,MOC,MTL,NGCOMB,NODARK,NONALGO,OCA,OPG,OPGREROUT,PEGBENCH,"
        + "PEGMID,POSTATS,POSTONLY,PREOPGRTH,PRICECHK,REL,REL2MID,RELPCTOFS,RPI,RTH,SCALE,SCALEODD,"
        + "SCALERST,SIZECHK,SMARTSTG,SNAPMID,SNAPMKT,SNAPREL,STP,STPLMT,SWEEP,TRAIL,TRAILLIT,TRAILLMT,"
        + "TRAILMIT,WHATIF"
    private static let shareWords =
        "ACTIVETIM,AD,ADJUST,ALERT,ALLOC,AVGCOST,BASKET,COND,CONDORDER,DAY,DEACT,DEACTDIS,DEACTEOD,GAT,"
        + "GTC,GTD,GTT,HID,IOC,LIT,LMT,LOC,MIT,MKT,MOC,MTL,NGCOMB,NONALGO,OCA,OPG,PEGMID,POSTONLY,REL,"
        + "RTH,SCALE,SCALERST,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF"
    private static let optionWords =
        "ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AON,AVGCOST,BASKET,COND,CONDORDER,DAY,DEACT,DEACTDIS,"
        + "DEACTEOD,DIS,FOK,GAT,GTC,GTD,GTT,HID,ICE,IOC,LIT,LMT,MIT,MKT,MTL,NGCOMB,NONALGO,OCA,"
        + "OPENCLOSE,PAON,PEGMIDVOL,PEGMKTVOL,PEGPRMVOL,PEGSRFVOL,POSTONLY,PRICECHK,REL,RELPCTOFS,"
        + "RELSTK,SCALE,SCALERST,SIZECHK,SMARTSTG,SNAPMID,SNAPMKT,SNAPREL,STP,STPLMT,TRAIL,TRAILLIT,"
        + "TRAILLMT,TRAILMIT,VOLAT,WHATIF"
    private static let currencyWords =
        "ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AVGCOST,BASKET,BENCHPX,CASHQTY,COND,CONDORDER,DAY,DEACT,"
        + "DEACTDIS,DEACTEOD,GAT,GTC,GTD,GTT,HID,IOC,LIT,LMT,MIT,MKT,NONALGO,OCA,REL,RELPCTOFS,SCALE,"
        + "SCALERST,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF"
    private static let futureWords =
        "ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AVGCOST,BASKET,BENCHPX,COND,CONDORDER,DAY,DEACT,DEACTDIS,"
        + "DEACTEOD,FOK,GAT,GTC,GTD,GTT,HID,ICE,IOC,LIT,LMT,LTH,MIT,MKT,MTL,NGCOMB,NONALGO,OCA,PEGBENCH,"
        + "SCALE,SCALERST,SNAPMID,SNAPMKT,SNAPREL,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF"
    private static let bondWords =
        "ACTIVETIM,AD,ADJUST,ALERT,ALLOC,AVGCOST,BASKET,COND,CONDORDER,DAY,DEACT,DEACTDIS,DEACTEOD,"
        + "EVRULE,GAT,GTC,GTD,GTT,HID,IOC,LIT,LMT,MIT,MKT,NGCOMB,NONALGO,OCA,ODDPOSCLS,RFQ,SCALE,"
        + "SCALERST,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF"
    private static let commonWords =
        "ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AVGCOST,BASKET,COND,CONDORDER,DAY,DEACT,DEACTDIS,"
        + "DEACTEOD,FOK,GAT,GTC,GTD,GTT,HID,IOC,LIT,LMT,MIT,MKT,MOC,NONALGO,OCA,SCALE,SCALERST,STP,"
        + "STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF"
}
