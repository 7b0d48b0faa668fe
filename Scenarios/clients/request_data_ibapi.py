"""The same as request_data.py on the official package. Every answer has a limit here.

A request ends with its answer, with an error about it, or with the limit.
"""

import sys
import time

from ibapi.contract import Contract

from _official import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Application, Failure, leave, log_to_stderr, order,
    parser_for, say)

# Advice about a request that goes on, besides 2100 to 2199.
ADVICE = {317, 10018, 10019, 10090, 10091, 10167}
LIVE = {1: "bid", 2: "ask", 4: "last", 9: "close"}
DELAYED = {66: "bid", 67: "ask", 68: "last", 75: "close"}
MORE = """historicalDataUpdate realtimeBar tickSize tickString tickSnapshotEnd
    updateMktDepth""".split()
DOING = {}


def doing(function):
    DOING[function.__name__.replace("_", "-")] = function
    return function


class Session(Application):
    def __init__(self, options):
        super().__init__()
        self.options = options
        self.failed = False
        self.next_id = options.first_id
        self.lines = {}  # symbol to request id
        names = options.symbols.split(",")
        self.contracts = [contract_of(name, options.exchange) for name in names]

    @property
    def contract(self):
        return self.contracts[0]

    def new_id(self):
        self.next_id += 1
        return self.next_id

    def until(self, condition, limit=None):
        """Waits for a condition within the limit and says whether it came true."""
        try:
            self.wait_for(condition, limit or self.options.limit, "it")
            return True
        except Failure:
            return False

    def ask(self, send, ends=None):
        """Sends a request and waits for its end, or for an error about it, which it returns."""
        request = self.new_id()
        start = self.mark()
        send(request)
        if ends is None:
            return request, start

        def over():
            return self.refusal(request, start) or mine(self, ends, request, start)
        self.wait_for(over, self.options.limit, ends)
        if error := self.refusal(request, start):
            raise Failure(f"error {error[1]}")
        return request, start

    def refusal(self, request, start):
        """The error that ends a request: any with --strict, else one that is more than advice."""
        def ends(code):
            return self.options.strict or not (code in ADVICE or 2100 <= code < 2200)
        return next((error for error in self.all("error", start)
                     if error[0] == request and ends(error[1])), None)

    def answer(self, name, found):
        self.failed = self.failed or not found
        say(f"{name}: {found or 'nothing'}")


for callback in MORE:
    setattr(Session, callback, lambda self, *arguments, name=callback: self.note(name, *arguments))


def contract_of(name, exchange):
    symbol, kind, *rest = name.split(":") if ":" in name else (name, "STK")
    contract = Contract()
    contract.symbol, contract.secType = symbol, kind
    contract.exchange, contract.currency = rest[0] if rest else exchange, "USD"
    return contract


def mine(session, name, request, start):
    return [each for each in session.all(name, start) if each[0] == request]


def ask_history(session, ends="historicalDataEnd"):
    options = session.options
    return session.ask(lambda request: session.reqHistoricalData(
        request, session.contract, options.end_time, "5 D", options.bar_size, options.show,
        1, 1, False, []), ends)


@doing
def history(session):
    """Bars; when they do not come in time, cancels the request."""
    start = session.mark()
    try:
        request, start = ask_history(session)
    except Failure:
        if not session.refusal(session.next_id, start):
            session.cancelHistoricalData(session.next_id)
        raise
    found = mine(session, "historicalData", request, start)
    session.answer("history", found and f"{len(found)} bars")


@doing
def late(session):
    """Whether bars come after the request was given up."""
    start = session.mark()
    time.sleep(session.options.quiet)
    say(f"late: {len(session.all('historicalData', start))} bars")


@doing
def live_history(session):
    session.request, session.start = session.ask(lambda request: session.reqHistoricalData(
        request, session.contract, "", "600 S", "5 secs", "TRADES", 1, 1, True, []),
        "historicalDataEnd")
    found = mine(session, "historicalData", session.request, session.start)
    session.answer("live history", found and "bars")
    arrived = lambda: mine(session, "historicalDataUpdate", session.request, session.start)
    session.until(arrived)
    session.answer("live history", arrived() and "updated")
    session.arrived = arrived


@doing
def history_news(session):
    say(f"live history: {'lives' if silence_ends(session) else 'silent'}")


@doing
def history_gaps(session):
    """Whether bars that are kept up to date lack some in between."""
    dates = [each[1].date for name in ("historicalData", "historicalDataUpdate")
             for each in mine(session, name, session.request, session.start)]
    clocks = [date.split()[1].split(":") for date in dates]
    seconds = [int(hour) * 3600 + int(minute) * 60 + int(second) for hour, minute, second in clocks]
    gaps = any(5 < later - earlier < 3600 for earlier, later in zip(seconds, seconds[1:]))
    say(f"live history: {'gaps' if gaps else 'no gap'}")


@doing
def bars(session):
    session.request, session.start = session.ask(lambda request: session.reqRealTimeBars(
        request, session.contract, 5, "TRADES", 1, []))
    arrived = lambda: mine(session, "realtimeBar", session.request, session.start)
    session.until(lambda: arrived() or session.refusal(session.request, session.start))
    session.answer("bars", arrived() and "live")
    session.arrived = arrived


@doing
def bar_news(session):
    say(f"bars: {'live' if silence_ends(session) else 'silent'}")


def silence_ends(session):
    before = len(session.arrived())
    return session.until(lambda: len(session.arrived()) > before, session.options.quiet)


@doing
def contract(session):
    request, start = session.ask(
        lambda request: session.reqContractDetails(request, session.contract), "contractDetailsEnd")
    found = mine(session, "contractDetails", request, start)
    session.answer("contract", found and f"{len(found)} found, {found[0][1].longName}")


@doing
def time_of_day(session):
    start = session.mark()
    session.reqCurrentTime()
    limit = session.options.limit
    session.wait_for(lambda: session.all("currentTime", start), limit, "currentTime")
    say("time: answered")


@doing
def open_orders(session):
    start = session.mark()
    session.reqAllOpenOrders()
    limit = session.options.limit
    session.wait_for(lambda: session.all("openOrderEnd", start), limit, "openOrderEnd")
    say(f"open orders: {len({each[2].permId for each in session.all('openOrder', start)})}")


def prices_of(session, request, start=0):
    """Prices by their names. Delayed ones count only when the program asked for such data."""
    names = LIVE if session.options.type < 3 else LIVE | DELAYED
    return {names[tick[1]]: tick[2] for tick in mine(session, "tickPrice", request, start)
            if tick[1] in names}


@doing
def ticks(session):
    if session.options.type != 1:
        session.reqMarketDataType(session.options.type)
    start = session.mark()
    session.lines = {
        contract.symbol: session.ask(lambda request: session.reqMktData(
            request, contract, session.options.generic, False, False, []))[0]
        for contract in session.contracts}
    session.until(lambda: all(
        {"bid", "ask", "last"} <= set(prices_of(session, request))
        or session.refusal(request, start) for request in session.lines.values()))
    for symbol, request in session.lines.items():
        if error := session.refusal(request, start):
            session.failed = True
            say(f"ticks {symbol}: error {error[1]}")
        else:
            have = prices_of(session, request)
            session.answer(f"ticks {symbol}", " ".join(sorted(have)))


@doing
def prices(session):
    for symbol, request in session.lines.items():
        found = prices_of(session, request)
        say(f"prices {symbol}: " + " ".join(
            f"{name} {found[name]:g}" for name in ("bid", "ask", "last", "close") if name in found))


@doing
def sizes(session):
    for symbol, request in session.lines.items():
        found = {tick[1]: tick[2] for tick in mine(session, "tickSize", request, 0)}
        say(f"sizes {symbol}: bid {found.get(0)} ask {found.get(3)}")


@doing
def watch(session):
    start = session.mark()
    alive = lambda request: any(
        mine(session, name, request, start) for name in ("tickPrice", "tickSize", "tickString"))
    session.until(lambda: all(alive(request) for request in session.lines.values()),
                  session.options.quiet)
    for symbol, request in session.lines.items():
        say(f"watch {symbol}: {'alive' if alive(request) else 'silent'}")


@doing
def renew(session):
    for request in session.lines.values():
        session.cancelMktData(request)
    ticks(session)


@doing
def cancel_ticks(session):
    start = session.mark()
    for request in session.lines.values():
        session.cancelMktData(request)
    after_cancel(session, start, ("tickPrice", "tickSize"))


def after_cancel(session, start, names):
    time.sleep(0.2)  # what was on its way
    later = session.mark()
    time.sleep(session.options.quiet)
    late = sum(len(session.all(name, later)) for name in names)
    say(f"cancelled, {'updates' if late else 'nothing'} since")
    for _, code, _ in session.all("error", start):
        say(f"error {code} since")


@doing
def snapshot(session):
    request, start = session.ask(lambda request: session.reqMktData(
        request, session.contract, "", True, False, []), "tickSnapshotEnd")
    session.answer("snapshot", " ".join(sorted(prices_of(session, request))))


@doing
def depth(session):
    session.request, session.start = session.ask(lambda request: session.reqMktDepth(
        request, session.contract, 5, False, []))
    session.until(lambda: len(session.all("updateMktDepth", session.start)) >= 10
                  or session.refusal(session.request, session.start))
    book(session)


@doing
def book(session):
    """Keeps rows in a list as the documentation tells; what lies outside it is counted."""
    sides, outside = {0: [], 1: []}, 0
    for _, position, operation, side, price, *_ in session.all("updateMktDepth", session.start):
        rows = sides[side]
        if operation == 0 and position <= len(rows):
            rows.insert(position, price)
        elif operation == 1 and position < len(rows):
            rows[position] = price
        elif operation == 2 and position < len(rows):
            del rows[position]
        else:
            outside += 1
    asks, bids = sides[0], sides[1]
    is_crossed = bids and asks and max(bids) >= min(asks)
    is_sorted = bids == sorted(bids, reverse=True) and asks == sorted(asks)
    say(f"depth: {len(bids)} bids, {len(asks)} asks"
        + (", crossed" if is_crossed else "") + ("" if is_sorted else ", out of order")
        + (f", {outside} rows outside" if outside else ""))


@doing
def cancel_depth(session):
    start = session.mark()
    session.cancelMktDepth(session.request, False)
    after_cancel(session, start, ("updateMktDepth",))


@doing
def buy(session):
    start = session.mark()
    order_id = session.all("nextValidId")[-1][0]
    session.placeOrder(order_id, session.contract, order("BUY", 1, "LMT", limit=1.0))
    session.until(lambda: session.all("orderStatus", start) or session.refusal(order_id, start))
    states = session.all("orderStatus", start)
    say(f"order: {states[-1][1] if states else 'no status'}")


DOING["order"] = DOING.pop("buy")


@doing
def cancel_order(session):
    """Places an order and cancels it. Tells whether the gateway's text confirms the cancel."""
    start = session.mark()
    order_id = session.all("nextValidId")[-1][0]
    buy(session)
    session.cancel(order_id)
    session.until(lambda: any(error[1] == 202 for error in session.all("error", start)))
    confirmed = any("Order Canceled" in text for _, _, text in session.all("error", start))
    status = session.all("orderStatus", start)[-1][1]
    say(f"order: {status}, {'confirmed' if confirmed else 'not confirmed'} by text")


@doing
def open_interest(session):
    """Subscribes with generic tick 101 and tells the open interest of calls."""
    request, start = session.ask(lambda request: session.reqMktData(
        request, session.contract, "101", False, False, []))
    sizes = lambda: [tick[2] for tick in mine(session, "tickSize", request, start) if tick[1] == 27]
    session.until(sizes)
    time.sleep(0.2)
    say(f"open interest: {'known' if sizes()[-1] > 0 else sizes()[-1]}")


@doing
def wait(session):
    time.sleep(session.options.quiet)


@doing
def reconnect(session):
    options = session.options
    session.disconnect()
    session.loop.join(5)
    session.seen.clear()
    # The package's reader keeps the socket, and so the old client id, for up to a second.
    options.client_id += 1
    code = session.start(options)
    if code != EXIT_OK:
        leave(code)
    session.wait_for(lambda: session.all("nextValidId"), options.timeout, "nextValidId")
    session.next_id = options.first_id
    say("connected again")


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--do", required=True, help="comma separated, of: " + ", ".join(DOING))
    parser.add_argument("--limit", type=float, default=10, help="seconds for each answer")
    parser.add_argument(
        "--quiet", type=float, default=0.5, help="seconds without news that mean silence")
    parser.add_argument("--symbols", default="AAPL", help="comma separated")
    parser.add_argument("--exchange", default="SMART")
    parser.add_argument("--bar-size", default="1 hour")
    parser.add_argument("--show", default="TRADES", help="what history shows")
    parser.add_argument("--end-time", default="", help="where history ends")
    parser.add_argument("--type", type=int, default=1, help="of market data: 1 live, 3 delayed")
    parser.add_argument("--generic", default="", help="generic ticks")
    parser.add_argument("--first-id", type=int, default=9000, help="request ids begin above it")
    parser.add_argument("--strict", action="store_true",
                        help="take every error about a request for its end, advice too")
    options = parser.parse_args()
    log_to_stderr()

    session = Session(options)
    code = session.start(options)
    if code != EXIT_OK:
        leave(code)
    try:
        session.wait_for(lambda: session.all("nextValidId"), options.timeout, "nextValidId")
    except Failure as failure:
        say(f"FAILED: {failure}")
        leave(EXIT_NOT_CONNECTED)
    say("connected")
    for name in options.do.split(","):
        try:
            DOING[name](session)
        except Exception as error:
            session.failed = True
            say(f"{name}: {error if isinstance(error, Failure) else repr(error)}")
        # The reader may still have messages when the socket has ended.
        if not session.isConnected() or not session.loop.is_alive():
            say("connection lost")
            leave(EXIT_NOT_CONNECTED)
    session.disconnect()
    say("disconnected")
    time.sleep(0.1)
    leave(EXIT_FAILED if session.failed else EXIT_OK)


if __name__ == "__main__":
    main()
