"""Asks ib_async or ib_insync for data, one thing after the other, one printed line for each answer.

With --limit every answer has its time limit. Without it the library's own is kept, and it has
none for most requests. "watch" tells dead prices from live ones, "renew" asks for all anew.
"""

import math
import sys
import time

from _common import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, connect, library, log_to_stderr, parser_for, say)

DOING = {}


def doing(function):
    DOING[function.__name__.replace("_", "-")] = function
    return function


class Session:
    def __init__(self, ib, options):
        self.ib, self.options = ib, options
        self.failed = False
        self.errors, self.texts = [], []
        ib.RequestTimeout = options.limit
        ib.errorEvent += self.note_error
        names = options.symbols.split(",")
        self.contracts = [contract_of(name, options.exchange) for name in names]
        self.tickers = []

    def note_error(self, request, code, text, contract):
        self.errors.append(code)
        self.texts.append(text)

    @property
    def contract(self):
        return self.contracts[0]

    def until(self, condition, limit=None):
        """Waits for a condition within the limit and says whether it came true."""
        end = time.monotonic() + (limit or self.options.limit or 20)
        while not condition():
            if time.monotonic() > end or not self.ib.isConnected():
                return False
            self.ib.sleep(0.02)
        return True

    def answer(self, name, found):
        self.failed = self.failed or not found
        say(f"{name}: {found or 'nothing'}")


def contract_of(name, exchange):
    """A stock by its symbol, or SYMBOL:TYPE:EXCHANGE."""
    symbol, kind, *rest = name.split(":") if ":" in name else (name, "STK")
    return library.Contract(
        symbol=symbol, secType=kind, exchange=rest[0] if rest else exchange, currency="USD")


@doing
def history(session):
    session.bars = kept_in_time(session, session.options.end_time, "5 D", session.options.bar_size)
    session.answer("history", session.bars and f"{len(session.bars)} bars")


def kept_in_time(session, end_time, duration, bar_size, is_live=False):
    """Bars, with the limit that the library has for them alone: it cancels the request then."""
    session.ib.RequestTimeout = 0
    try:
        return session.ib.reqHistoricalData(
            session.contract, end_time, duration, bar_size, session.options.show, True,
            keepUpToDate=is_live, timeout=session.options.limit or 60)
    finally:
        session.ib.RequestTimeout = session.options.limit


@doing
def late(session):
    """Whether bars come after the request was given up."""
    session.ib.sleep(session.options.quiet)
    say(f"late: {len(session.bars)} bars")


@doing
def live_history(session):
    """Bars that the gateway keeps up to date."""
    bars = kept_in_time(session, "", "600 S", "5 secs", is_live=True)
    session.bars, session.news = bars, []
    bars.updateEvent += lambda bars, is_new: session.news.append(time.monotonic())
    session.answer("live history", bars and "bars")
    session.until(lambda: session.news)
    session.answer("live history", session.news and "updated")


@doing
def history_news(session):
    """Whether bars that are kept up to date still are."""
    say(f"live history: {'lives' if silence_ends(session, session.news) else 'silent'}")


@doing
def history_gaps(session):
    """Whether bars that are kept up to date lack some in between."""
    times = [bar.date for bar in session.bars]
    gaps = sum(5 < (later - earlier).total_seconds() < 3600
               for earlier, later in zip(times, times[1:]))
    say(f"live history: {'gaps' if gaps else 'no gap'}")


@doing
def bars(session):
    """Real-time bars of five seconds."""
    before = len(session.errors)
    live = session.ib.reqRealTimeBars(session.contract, 5, "TRADES", True)
    session.news = []
    live.updateEvent += lambda bars, is_new: session.news.append(time.monotonic())
    session.until(lambda: session.news or refused(session, before))
    session.answer("bars", session.news and "live")


@doing
def bar_news(session):
    say(f"bars: {'live' if silence_ends(session, session.news) else 'silent'}")


def silence_ends(session, news):
    """Whether something more comes within the quiet time."""
    before = len(news)
    return session.until(lambda: len(news) > before, session.options.quiet)


@doing
def contract(session):
    found = session.ib.reqContractDetails(session.contract)
    session.answer("contract", found and f"{len(found)} found, {found[0].longName}")


@doing
def time_of_day(session):
    session.answer("time", session.ib.reqCurrentTime() and "answered")


@doing
def open_orders(session):
    say(f"open orders: {len(session.ib.reqAllOpenOrders())}")


def refused(session, before=0):
    """Whether an error that ends a request has come since. Notices about farms are none."""
    return any(code not in (2104, 2106, 2107, 2158) for code in session.errors[before:])


def prices_of(ticker):
    return {name: getattr(ticker, name) for name in ("bid", "ask", "last", "close")}


def shown(prices):
    return " ".join(f"{name} {value:g}" for name, value in prices.items())


@doing
def ticks(session):
    """Subscribes to prices and waits for bid, ask and last of each symbol."""
    if session.options.type != 1:
        session.ib.reqMarketDataType(session.options.type)
    session.ib.qualifyContracts(*session.contracts)
    session.counts = {}
    for contract in session.contracts:
        ticker = session.ib.reqMktData(contract, session.options.generic)
        session.counts[contract.symbol] = 0
        ticker.updateEvent += lambda ticker: session.counts.update(
            {ticker.contract.symbol: session.counts[ticker.contract.symbol] + 1})
        session.tickers.append(ticker)
    done = lambda: all(
        not math.isnan(value) for ticker in session.tickers
        for value in (ticker.bid, ticker.ask, ticker.last))
    session.until(done)
    for ticker in session.tickers:
        have = [name for name, value in prices_of(ticker).items() if not math.isnan(value)]
        session.answer(f"ticks {ticker.contract.symbol}", " ".join(have))


@doing
def prices(session):
    for ticker in session.tickers:
        say(f"prices {ticker.contract.symbol}: {shown(prices_of(ticker))}")


@doing
def sizes(session):
    for ticker in session.tickers:
        say(f"sizes {ticker.contract.symbol}: bid {ticker.bidSize:g} ask {ticker.askSize:g}")


@doing
def watch(session):
    """Tells for each symbol whether ticks still come, and whether the gateway still answers."""
    before = dict(session.counts)
    session.until(lambda: all(session.counts[name] > before[name] for name in before),
                  session.options.quiet)
    for name in before:
        say(f"watch {name}: {'alive' if session.counts[name] > before[name] else 'silent'}")


@doing
def renew(session):
    """Cancels every line and asks for it anew."""
    for ticker in session.tickers:
        session.ib.cancelMktData(ticker.contract)
    session.tickers = []
    ticks(session)


@doing
def cancel_ticks(session):
    before = len(session.errors)
    for ticker in session.tickers:
        session.ib.cancelMktData(ticker.contract)
    session.ib.sleep(session.options.quiet)
    say(f"cancelled, {len(session.errors) - before} errors since")


@doing
def snapshot(session):
    session.ib.qualifyContracts(session.contract)
    tickers = session.ib.reqTickers(session.contract)
    session.answer("snapshot", tickers and shown(prices_of(tickers[0])))


@doing
def depth(session):
    """Subscribes to five rows of market depth on each side."""
    session.ib.qualifyContracts(session.contract)
    session.book = session.ib.reqMktDepth(session.contract, 5)
    session.until(lambda: (len(session.book.domBids) >= 5 and len(session.book.domAsks) >= 5)
                  or refused(session))
    book(session)


@doing
def book(session):
    bids = [row.price for row in session.book.domBids]
    asks = [row.price for row in session.book.domAsks]
    is_crossed = bids and asks and max(bids) >= min(asks)
    is_sorted = bids == sorted(bids, reverse=True) and asks == sorted(asks)
    say(f"depth: {len(bids)} bids, {len(asks)} asks"
        + (", crossed" if is_crossed else "") + ("" if is_sorted else ", out of order"))


@doing
def cancel_depth(session):
    before = len(session.errors)
    session.ib.cancelMktDepth(session.contract)
    session.ib.sleep(session.options.quiet)
    say(f"cancelled, {len(session.errors) - before} errors since")


@doing
def order(session):
    trade = session.ib.placeOrder(session.contract, library.LimitOrder("BUY", 1, 1.0, tif="DAY"))
    session.until(lambda: trade.orderStatus.status == "Submitted" or trade.isDone())
    say(f"order: {trade.orderStatus.status}")


@doing
def cancel_order(session):
    """Places an order and cancels it. Tells whether the gateway's text confirms the cancel."""
    trade = session.ib.placeOrder(session.contract, library.LimitOrder("BUY", 1, 1.0, tif="DAY"))
    session.until(lambda: trade.orderStatus.status == "Submitted" or trade.isDone())
    session.ib.cancelOrder(trade.order)
    session.until(lambda: 202 in session.errors)
    confirmed = any("Order Canceled" in text for text in session.texts)
    status = trade.orderStatus.status
    say(f"order: {status}, {'confirmed' if confirmed else 'not confirmed'} by text")


@doing
def open_interest(session):
    """Subscribes with generic tick 101 and tells the open interest of calls."""
    session.ib.qualifyContracts(session.contract)
    ticker = session.ib.reqMktData(session.contract, "101")
    session.until(lambda: not math.isnan(ticker.callOpenInterest))
    session.ib.sleep(0.2)
    size = ticker.callOpenInterest
    say(f"open interest: {'known' if size > 0 else f'{size:g}'}")


@doing
def wait(session):
    session.ib.sleep(session.options.quiet)


@doing
def reconnect(session):
    options = session.options
    session.ib.disconnect()
    session.ib.connect(
        options.host, options.port, clientId=options.client_id, timeout=options.timeout)
    session.tickers = []
    say("connected again")


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--do", required=True, help="comma separated, of: " + ", ".join(DOING))
    parser.add_argument("--limit", type=float, default=0, help="seconds for each answer")
    parser.add_argument(
        "--quiet", type=float, default=0.5, help="seconds without news that mean silence")
    parser.add_argument("--symbols", default="AAPL", help="comma separated")
    parser.add_argument("--exchange", default="SMART")
    parser.add_argument("--bar-size", default="1 hour")
    parser.add_argument("--show", default="TRADES", help="what history shows")
    parser.add_argument("--end-time", default="", help="where history ends")
    parser.add_argument("--type", type=int, default=1, help="of market data: 1 live, 3 delayed")
    parser.add_argument("--generic", default="", help="generic ticks")
    options = parser.parse_args()
    log_to_stderr()

    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    session = Session(ib, options)
    for name in options.do.split(","):
        try:
            DOING[name](session)
        except Exception as error:
            session.failed = True
            say(f"{name}: {error!r}")
        if not ib.isConnected():
            say("connection lost")
            return EXIT_NOT_CONNECTED
    ib.disconnect()
    say("disconnected")
    return EXIT_FAILED if session.failed else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
