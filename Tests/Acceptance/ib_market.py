"""Cases of ib_async and ib_insync: prices, ticks, depth, options."""

from cells import case, require
from checks import check_book, is_number, near, require_near
from ib_session import has, library

# Generic tick and the ticker's field it fills.
GENERIC = {
    100: "callVolume", 101: "putOpenInterest", 104: "histVolatility", 105: "avOptionVolume",
    106: "impliedVolatility", 165: "low52week", 221: "markPrice", 225: "auctionPrice",
    233: "rtVolume", 236: "shortableShares", 258: "fundamentalRatios", 293: "tradeCount",
    294: "tradeRate", 295: "volumeRate", 375: "rtTradeVolume", 411: "rtHistVolatility",
    456: "dividends",
}


@case
def reqMktData(s):
    """a ticker with bid < ask around the last price and sizes, and a field for each generic tick;
    for an unknown contract error 200"""
    ticker = s.ib.reqMktData(s.apple, ",".join(map(str, GENERIC)))
    s.until(lambda: has(ticker.bid, ticker.ask, ticker.last, ticker.close), "prices")
    require(ticker.bid < ticker.ask and ticker.bid <= ticker.last <= ticker.ask, f"{ticker}")
    require(ticker.bidSize > 0 and ticker.askSize > 0 and ticker.volume > 0, f"{ticker}")

    def missing():
        values = {number: getattr(ticker, name) for number, name in GENERIC.items()}
        return [number for number, value in values.items()
                if value is None or isinstance(value, float) and not is_number(value)]
    try:
        s.until(lambda: not missing(), "generic ticks")
    finally:
        require(not missing(), f"no field for generic ticks {missing()}")
    s.ib.cancelMktData(s.apple)
    unknown = library.Contract(secType="STK", symbol="NOSUCH", conId=1, exchange="SMART",
                               currency="USD")
    s.refused(200, lambda: s.ib.reqMktData(unknown))
    s.refused(300, lambda: s.ib.cancelMktData(unknown))


@case
def reqTickers(s):
    """snapshots with prices, of as many contracts as asked for"""
    tickers = s.ib.reqTickers(s.apple, s.bitcoin)
    require([t.contract for t in tickers] == [s.apple, s.bitcoin], f"{tickers}")
    for ticker in tickers:
        require(ticker.bid < ticker.ask and near(ticker.last, ticker.bid), f"{ticker}")


@case
def cancelMktData(s):
    """silence while another line goes on; the library says by itself when there is none"""
    ended = s.ib.reqMktData(s.apple)
    s.ib.reqMktData(s.bitcoin)
    s.until(lambda: has(ended.last), "a price")
    request = str(s.ib.wrapper.ticker2ReqId["mktData"][ended])
    s.silent(lambda: s.ib.cancelMktData(s.apple))
    since = s.mark()
    others = lambda: [f for f in s.arrived(1, since) + s.arrived(2, since)]
    s.until(lambda: len(others()) >= 3, "ticks of another line")
    require(request not in {frame[2] for frame in others()}, "a tick came after the cancel")
    s.ib.cancelMktData(s.apple)
    s.log.claim("cancelMktData: No reqId found")
    s.silent(lambda: s.ib.cancelMktData(s.bitcoin))


@case
def reqMarketDataType(s):
    """the ticker of each line opened from then on says which type it carries"""
    for kind in (3, 1):
        s.ib.reqMarketDataType(kind)
        ticker = s.ib.reqMktData(s.apple)
        s.until(lambda: ticker.marketDataType == kind and has(ticker.bid, ticker.last),
                f"type {kind}")
        s.silent(lambda: s.ib.cancelMktData(s.apple))


@case
def reqTickByTickData(s):
    """Last, AllLast, BidAsk and MidPoint ticks, each near the live price"""
    last = s.live_price(s.bitcoin)[2]
    for kind in ("Last", "AllLast", "BidAsk", "MidPoint"):
        seen = []
        ticker = s.ib.reqTickByTickData(s.bitcoin, kind)
        keep = lambda t: seen.extend(t.tickByTicks)
        ticker.updateEvent += keep
        s.until(lambda: len(seen) >= 3, f"{kind} ticks")
        ticker.updateEvent -= keep
        s.silent(lambda: s.ib.cancelTickByTickData(s.bitcoin, kind))
        for tick in seen:
            if kind == "BidAsk":
                require(tick.bidPrice < tick.askPrice and tick.bidSize > 0, f"{tick}")
                require_near(tick.bidPrice, last, kind)
            elif kind == "MidPoint":
                require_near(tick.midPoint, last, kind)
            else:
                require(tick.tickType == (1 if kind == "Last" else 2) and tick.size > 0
                        and tick.exchange, f"{tick}")
                require_near(tick.price, last, kind)


@case
def cancelTickByTickData(s):
    """silence while another goes on; the library says by itself when there is none"""
    ticker = s.ib.reqTickByTickData(s.apple, "Last")
    s.ib.reqTickByTickData(s.bitcoin, "Last")
    s.until(lambda: s.arrived(99), "ticks")
    request = str(s.ib.wrapper.ticker2ReqId["Last"][ticker])
    s.silent(lambda: s.ib.cancelTickByTickData(s.apple, "Last"))
    since = s.mark()
    s.until(lambda: len(s.arrived(99, since)) >= 3, "ticks of another request")
    require(request not in {frame[1] for frame in s.arrived(99, since)}, "it goes on")
    s.ib.cancelTickByTickData(s.apple, "Last")
    s.log.claim("No reqId found")
    s.silent(lambda: s.ib.cancelTickByTickData(s.bitcoin, "Last"))


def cancel_depth(s, is_smart=False):
    """Cancels Apple's market depth.

    ib_insync empties its book as it cancels; updates under way then find no rows, and it logs
    that (ib_insync issue 665).
    """
    require(not s.log.lines, f"the library logged: {s.log.lines}")
    s.silent(lambda: s.ib.cancelMktDepth(s.apple, is_smart))
    s.log.forgive(r"Error for updateMktDepth.*(\n.*)*IndexError: list assignment index")


@case
def reqMktDepth(s):
    """a ticker's book, plain or SMART: five rows a side, best first"""
    for is_smart in (False, True):
        ticker = s.ib.reqMktDepth(s.apple, 5, is_smart)
        s.until(lambda: len(ticker.domBids) == 5 and len(ticker.domAsks) == 5, "ten rows")
        s.fence()
        check_book([(row.price, row.size) for row in ticker.domBids],
                   [(row.price, row.size) for row in ticker.domAsks], 5)
        require(all(row.marketMaker for row in ticker.domBids) is is_smart, f"{ticker.domBids}")
        cancel_depth(s, is_smart)


@case
def cancelMktDepth(s):
    """silence; the library says by itself when there is nothing to cancel"""
    ticker = s.ib.reqMktDepth(s.apple)
    s.until(lambda: ticker.domBids, "rows")
    request = s.ib.wrapper.ticker2ReqId["mktDepth"][ticker]
    cancel_depth(s)
    s.refused(310, lambda: s.client.cancelMktDepth(request, False))
    s.ib.cancelMktDepth(s.apple)
    s.log.claim("cancelMktDepth: No reqId found")


@case
def reqMktDepthExchanges(s):
    """exchanges of stocks, futures, options, currencies"""
    rows = s.ib.reqMktDepthExchanges()
    require({"STK", "FUT", "OPT", "CASH"} <= {row.secType for row in rows}, f"{rows}")
    kinds = {"Deep", "Deep2", "DeepX", "AggDeep"}
    require(all(row.exchange and row.serviceDataType in kinds for row in rows), "odd")


@case
def reqSmartComponents(s):
    """exchanges behind the code of a ticker; for another, error 322 and an empty list"""
    ticker = s.ib.reqMktData(s.apple)
    code = s.until(lambda: s.arrived(81) and s.arrived(81)[-1][3], "tickReqParams")
    s.ib.cancelMktData(ticker.contract)
    parts = s.ib.reqSmartComponents(code)
    require({"NYSE", "NASDAQ", "ARCA"} <= {part.exchange for part in parts}, f"{parts}")
    none = []
    s.refused(322, lambda: none.append(s.ib.reqSmartComponents("nothing")))
    require(none == [[]], f"{none}")


@case
def reqRealTimeBars(s):
    """a bar of each five seconds, enclosing open and close"""
    bars = s.ib.reqRealTimeBars(s.bitcoin, 5, "TRADES", False)
    s.until(lambda: len(bars) >= 2, "two bars")
    require((bars[1].time - bars[0].time).total_seconds() == 5, f"{bars}")
    for bar in bars:
        require(bar.low <= min(bar.open_, bar.close) <= max(bar.open_, bar.close) <= bar.high
                and bar.volume > 0, f"{bar}")
    require_near(bars[1].open_, bars[0].close, "the next bar's open", 0.01)
    require(bars in s.ib.realtimeBars(), "realtimeBars() lacks it")
    s.silent(lambda: s.ib.cancelRealTimeBars(bars))


@case
def cancelRealTimeBars(s):
    """silence; once more, error 300"""
    bars = s.silent(lambda: s.ib.reqRealTimeBars(s.bitcoin, 5, "TRADES", False))
    s.silent(lambda: s.ib.cancelRealTimeBars(bars))
    s.refused(300, lambda: s.ib.cancelRealTimeBars(bars))


def check_greeks(result):
    require(result is not None and 0 < result.delta < 1 and result.gamma > 0 and result.vega > 0
            and result.theta < 0, f"{result}")


@case
def calculateImpliedVolatility(s):
    """the volatility that gives the price back, without Greeks"""
    result = s.ib.calculateImpliedVolatility(s.option, 38.4, 259.0)
    require(result is not None and result.delta is None and result.optPrice == 38.4, f"{result}")
    back = s.ib.calculateOptionPrice(s.option, result.impliedVol, 259.0)
    require_near(back.optPrice, 38.4, "the price of that volatility", 0.001)


@case
def calculateOptionPrice(s):
    """a price that rises with the volatility, with Greeks"""
    prices = []
    for volatility in (0.2, 0.4):
        result = s.ib.calculateOptionPrice(s.option, volatility, 259.0)
        check_greeks(result)
        require(abs(result.impliedVol - volatility) < 1e-6 and result.undPrice == 259, f"{result}")
        prices.append(result.optPrice)
    require(9 < prices[0] < prices[1], f"prices {prices}")
