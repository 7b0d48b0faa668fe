"""Cases of the official package: prices, ticks, depth, options."""

from cells import case, require
from checks import check_book, near, require_near
from official_session import bitcoin, contract, option

BID, ASK, LAST = 1, 2, 4


def prices(s, request, since):
    """Bid, ask and last once they are all there."""
    def found():
        ticks = {call.tickType: call.price for call in s.all("tickPrice", since, request)}
        return {BID, ASK, LAST} <= set(ticks) and ticks
    return s.until(found, "bid, ask and last", request, since)


def open_line(s, what=None, generic="", snapshot=False):
    request, since = s.new_id(), s.mark()
    s.reqMktData(request, what or contract(), generic, snapshot, False, [])
    return request, since


GENERIC = {
    100: ("tickSize", 29), 101: ("tickSize", 27), 104: ("tickGeneric", 23),
    105: ("tickSize", 87), 106: ("tickGeneric", 24), 165: ("tickPrice", 19),
    221: ("tickPrice", 37), 225: ("tickPrice", 35), 233: ("tickString", 48),
    236: ("tickGeneric", 46), 258: ("tickString", 47), 292: ("tickNews", None),
    293: ("tickGeneric", 54), 294: ("tickGeneric", 55), 295: ("tickGeneric", 56),
    318: ("tickPrice", 57), 375: ("tickString", 77), 411: ("tickGeneric", 58),
    456: ("tickString", 59), 595: ("tickSize", 63),
}


@case
def reqMktData(s):
    """ticks with bid < ask around the last price and sizes, generic ticks by number, a snapshot
    with its end; for an unknown contract error 200, at 226 for generic tick 258 error 10358"""
    wanted = GENERIC
    if s.options.version >= 226:
        wanted = {number: what for number, what in GENERIC.items() if number != 258}
        gone = s.new_id()
        s.refused(10358, lambda: s.reqMktData(gone, contract(), "258", False, False, []), gone)
    request, since = open_line(s, generic=",".join(map(str, wanted)))
    ticks = prices(s, request, since)
    require(ticks[BID] < ticks[ASK] and ticks[BID] <= ticks[LAST] <= ticks[ASK], f"{ticks}")
    s.until(lambda: s.all("tickReqParams", since, request), "tickReqParams")
    require(all(call.size > 0 for call in s.all("tickSize", since, request)
                if call.tickType in (0, 3, 5, 8)), "a size of zero")

    def missing():
        return [number for number, (name, kind) in wanted.items()
                if not [call for call in s.all(name, since, request)
                        if kind is None or call.tickType == kind]]
    try:
        s.until(lambda: not missing(), "generic ticks", request, since)
    finally:
        require(not missing(), f"no ticks for {missing()}")
    s.cancelMktData(request)
    request, since = open_line(s, snapshot=True)
    s.until(lambda: s.all("tickSnapshotEnd", since, request), "tickSnapshotEnd", request, since)
    require(near(prices(s, request, since)[LAST], ticks[LAST]), "the snapshot's price is off")
    unknown = s.new_id()
    s.refused(200, lambda: s.reqMktData(unknown, contract("NOSUCH"), "", False, False, []),
              unknown)


@case
def cancelMktData(s):
    """silence; once more, error 300"""
    ended, since = open_line(s)
    prices(s, ended, since)
    other, since = open_line(s)
    prices(s, other, since)
    s.ends("tickSize", ended, lambda: s.cancelMktData(ended), other)
    s.refused(300, lambda: s.cancelMktData(ended), ended)
    s.silent(lambda: s.cancelMktData(other))


@case
def reqMarketDataType(s):
    """marketDataType with each line opened from then on: delayed ticks have types of their own"""
    s.reqMarketDataType(3)
    request, since = open_line(s)
    kind = s.until(lambda: s.all("marketDataType", since, request), "marketDataType", request)
    require(kind[0].marketDataType == 3, f"type {kind[0].marketDataType}")
    s.until(lambda: {66, 67, 68} <= {c.tickType for c in s.all("tickPrice", since, request)},
            "delayed bid, ask and last", request, since)
    s.cancelMktData(request)
    s.reqMarketDataType(1)
    request, since = open_line(s)
    kind = s.until(lambda: s.all("marketDataType", since, request), "marketDataType", request)
    require(kind[0].marketDataType == 1, f"type {kind[0].marketDataType}")
    s.silent(lambda: s.cancelMktData(request))


@case
def reqTickByTickData(s):
    """Last, AllLast, BidAsk and MidPoint, each near the live price, with the past ticks asked
    for"""
    live, since = open_line(s, bitcoin())
    last = prices(s, live, since)[LAST]
    s.cancelMktData(live)
    for kind, name, history in (
            ("Last", "tickByTickAllLast", "historicalTicksLast"),
            ("AllLast", "tickByTickAllLast", "historicalTicksLast"),
            ("BidAsk", "tickByTickBidAsk", "historicalTicksBidAsk"),
            ("MidPoint", "tickByTickMidPoint", "historicalTicks")):
        request, since = s.new_id(), s.mark()
        ticks = s.first(name, lambda: s.reqTickByTickData(request, bitcoin(), kind, 5, False),
                        request, count=3)
        past = s.all(history, since, request)
        require(len(past) == 1 and len(past[0].ticks) == 5, f"{kind}: no past ticks")
        times = [tick.time for tick in past[0].ticks] + [tick.time for tick in ticks]
        require(times == sorted(times), f"{kind}: times {times}")
        for tick in ticks:
            if kind == "BidAsk":
                require(tick.bidPrice < tick.askPrice and tick.bidSize > 0, f"{kind}: {tick}")
                require_near(tick.bidPrice, last, kind)
            elif kind == "MidPoint":
                require_near(tick.midPoint, last, kind)
            else:
                require(tick.size > 0 and tick.exchange, f"{kind}: {tick}")
                require(tick.tickType == (1 if kind == "Last" else 2), f"type {tick.tickType}")
                require_near(tick.price, last, kind)
        s.silent(lambda: s.cancelTickByTickData(request))


@case
def cancelTickByTickData(s):
    """silence; once more, error 300"""
    ended, other = s.new_id(), s.new_id()
    for request in (ended, other):
        s.first("tickByTickMidPoint", lambda: s.reqTickByTickData(
            request, bitcoin(), "MidPoint", 0, False), request)
    s.ends("tickByTickMidPoint", ended, lambda: s.cancelTickByTickData(ended), other)
    s.refused(300, lambda: s.cancelTickByTickData(ended), ended)
    s.silent(lambda: s.cancelTickByTickData(other))


def book(s, name, since, request):
    """The rows that the messages of a depth subscription leave, checking that they apply."""
    sides = ([], [])  # asks, bids
    for call in s.all(name, since, request):
        rows = sides[call.side]
        if call.operation == 0:
            require(call.position <= len(rows), f"inserted at {call.position} of {len(rows)}")
            rows.insert(call.position, (call.price, call.size))
        else:
            require(call.position < len(rows), f"no row {call.position} of {len(rows)}")
            rows[call.position:call.position + 1] = \
                [(call.price, call.size)] if call.operation == 1 else []
    return sides[1], sides[0]


@case
def reqMktDepth(s):
    """updateMktDepth, or updateMktDepthL2 with its notice 2152: five rows a side, best first"""
    for is_smart, name in ((False, "updateMktDepth"), (True, "updateMktDepthL2")):
        request, since = s.new_id(), s.mark()
        s.first(name, lambda: s.reqMktDepth(request, contract(), 5, is_smart, []), request,
                count=12)
        s.fence()
        check_book(*book(s, name, since, request), 5)
        if is_smart:
            require([call for call in s.all("error", since, request) if call.errorCode == 2152],
                    "no notice 2152")
            require(all(call.marketMaker for call in s.all(name, since, request)
                        if call.operation < 2), "a row without an exchange")
        s.silent(lambda: s.cancelMktDepth(request, is_smart))


@case
def cancelMktDepth(s):
    """silence; once more, error 310"""
    ended, other = s.new_id(), s.new_id()
    for request in (ended, other):
        s.first("updateMktDepth", lambda: s.reqMktDepth(request, contract(), 5, False, []),
                request)
    s.ends("updateMktDepth", ended, lambda: s.cancelMktDepth(ended, False), other)
    s.refused(310, lambda: s.cancelMktDepth(ended, False), ended)
    s.silent(lambda: s.cancelMktDepth(other, False))


@case
def reqMktDepthExchanges(s):
    """mktDepthExchanges: exchanges of stocks, futures, options, currencies"""
    rows = s.first("mktDepthExchanges", s.reqMktDepthExchanges).depthMktDataDescriptions
    require({"STK", "FUT", "OPT", "CASH"} <= {row.secType for row in rows}, f"{rows}")
    kinds = {"Deep", "Deep2", "DeepX", "AggDeep"}
    require(all(row.exchange and row.serviceDataType in kinds for row in rows), "an odd row")


@case
def reqSmartComponents(s):
    """smartComponents for the code tickReqParams gave; for another, error 322"""
    request, since = open_line(s)
    code = s.until(lambda: s.all("tickReqParams", since, request), "tickReqParams")[0].bboExchange
    s.cancelMktData(request)
    request = s.new_id()
    parts = s.first("smartComponents", lambda: s.reqSmartComponents(request, code),
                    request).smartComponentMap
    # A list of objects or, since the answer is protobuf, pairs by bit number.
    pairs = list(parts.values()) if isinstance(parts, dict) else [
        (part.exchange, part.exchangeLetter) for part in parts]
    require({"NYSE", "NASDAQ", "ARCA"} <= {exchange for exchange, _ in pairs}, f"{pairs}")
    require(len({letter for _, letter in pairs}) == len(pairs), "letters repeat")
    other = s.new_id()
    s.refused(322, lambda: s.reqSmartComponents(other, "nothing"), other)


@case
def reqRealTimeBars(s):
    """a bar of each five seconds, from the price at their start, enclosing open and close"""
    request = s.new_id()
    bars = s.first("realtimeBar", lambda: s.reqRealTimeBars(
        request, bitcoin(), 5, "TRADES", False, []), request, count=2)
    require(bars[1].time - bars[0].time == 5 and bars[0].time % 5 == 0, f"{bars}")
    for bar in bars:
        require(bar.low <= min(bar.open_, bar.close) <= max(bar.open_, bar.close) <= bar.high
                and bar.volume > 0 and bar.count > 0, f"{bar}")
    require_near(bars[1].open_, bars[0].close, "the next bar's open", 0.01)
    s.silent(lambda: s.cancelRealTimeBars(request))


@case
def cancelRealTimeBars(s):
    """silence; once more, error 300"""
    request = s.new_id()
    s.silent(lambda: s.reqRealTimeBars(request, bitcoin(), 5, "TRADES", False, []))
    s.silent(lambda: s.cancelRealTimeBars(request))
    s.refused(300, lambda: s.cancelRealTimeBars(request), request)


def computation(s, send, request, has_greeks=True):
    tick = s.first("tickOptionComputation", send, request)
    require(tick.tickType == 53, f"tick type {tick.tickType}")
    if not has_greeks:
        require([tick.delta, tick.gamma, tick.vega, tick.theta] == [None] * 4, f"{tick}")
        return tick
    require(0 < tick.delta < 1 and tick.gamma > 0 and tick.vega > 0 and tick.theta < 0, f"{tick}")
    return tick


@case
def calculateImpliedVolatility(s):
    """tickOptionComputation: the volatility that gives the price back, without Greeks"""
    first, back = s.new_id(), s.new_id()
    tick = computation(s, lambda: s.calculateImpliedVolatility(first, option(), 38.4, 259.0, []),
                       first, has_greeks=False)
    price = computation(s, lambda: s.calculateOptionPrice(
        back, option(), tick.impliedVol, 259.0, []), back).optPrice
    require_near(price, 38.4, "the price of that volatility", 0.001)
    s.cancelCalculateImpliedVolatility(first)
    s.silent(lambda: s.cancelCalculateOptionPrice(back))


@case
def calculateOptionPrice(s):
    """tickOptionComputation: a price that rises with the volatility, with Greeks"""
    found = []
    for volatility in (0.2, 0.4):
        request = s.new_id()
        tick = computation(s, lambda: s.calculateOptionPrice(
            request, option(), volatility, 259.0, []), request)
        require(abs(tick.impliedVol - volatility) < 1e-6 and tick.undPrice == 259, f"{tick}")
        found.append(tick.optPrice)
        s.silent(lambda: s.cancelCalculateOptionPrice(request))
    require(9 < found[0] < found[1], f"prices {found}")


@case
def cancelCalculateImpliedVolatility(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    computation(s, lambda: s.calculateImpliedVolatility(request, option(), 38.4, 259.0, []),
                request, has_greeks=False)
    s.silent(lambda: s.cancelCalculateImpliedVolatility(request))
    s.refused(300, lambda: s.cancelCalculateImpliedVolatility(request), request)


@case
def cancelCalculateOptionPrice(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    computation(s, lambda: s.calculateOptionPrice(request, option(), 0.3, 259.0, []), request)
    s.silent(lambda: s.cancelCalculateOptionPrice(request))
    s.refused(300, lambda: s.cancelCalculateOptionPrice(request), request)
