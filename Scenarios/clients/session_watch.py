"""Stays connected, watches prices and notices, and asks for things when told to.

--ask lists what it asks for after connect(); each line on standard input is one more. Every answer is
"ok NAME: DETAIL" or "FAILED NAME: REASON". --ticks subscribes to AAPL and says when ticks begin and when
they stop. --resubscribe is what a careful program does: it subscribes again on these notices, or on silence.
"""

import sys
import time

from _common import EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, IB, Stock, library, log_to_stderr
from _common import parser_for, say
from _shared import lines_of_stdin, watch_options

AAPL = Stock("AAPL", "SMART", "USD", conId=265598)
ASK = {
    "positions": lambda ib: f"{len(ib.reqPositions())}",
    "known-positions": lambda ib: f"{len(ib.positions())}",
    "known-orders": lambda ib: f"{len(ib.openTrades())}",
    "known-values": lambda ib: f"{len(ib.accountValues()) > 0}, portfolio {len(ib.portfolio())}",
    "known-fills": lambda ib: f"{len(ib.fills())}",
    "open-orders": lambda ib: f"{len(ib.reqAllOpenOrders())}",
    "completed-orders": lambda ib: f"{len(ib.reqCompletedOrders(False))}",
    "executions": lambda ib: f"{len(ib.reqExecutions())}",
    "details": lambda ib: f"{len(ib.reqContractDetails(AAPL))}",
    "qualify": lambda ib: f"{len(ib.qualifyContracts(Stock('AAPL', 'SMART', 'USD')))}",
    "time": lambda ib: "a time" if ib.reqCurrentTime() else "nothing",
    "history": lambda ib: f"{len(bars(ib)) > 0}",
    "summary": lambda ib: summary(ib),
    "order": lambda ib: order(ib),
    "buy": lambda ib: buy(ib),
    "worth": lambda ib: f"{sum(item.marketValue for item in ib.portfolio()):.4g}",
}


class Failure(Exception):
    """An answer that never came."""


def bars(ib):
    """The library gives up by a limit of this method, 60 s when nothing is said."""
    bound, ib.RequestTimeout = ib.RequestTimeout, 0
    return ib.reqHistoricalData(
        AAPL, endDateTime="", durationStr="1 D", barSizeSetting="1 hour", whatToShow="TRADES",
        useRTH=True, timeout=bound)


def summary(ib):
    """Asks under a new id each time and cancels it, as a polling program does."""
    ib.wrapper.acctSummary.clear()
    first = ib.client._reqIdSeq
    try:
        ib.reqAccountSummary()
    finally:
        for request in range(first, ib.client._reqIdSeq):
            ib.client.cancelAccountSummary(request)
    return cash_rows([value.tag for value in ib.wrapper.acctSummary.values()])


def cash_rows(tags):
    """How many rows a program finds that looks for CashBalance, and for the newer key."""
    if not tags:
        raise Failure("no rows")
    return f"CashBalance in {tags.count('CashBalance')} rows, $LEDGER-CashBalance in " \
           f"{tags.count('$LEDGER-CashBalance')}"


def order(ib):
    trade = ib.placeOrder(AAPL, library.LimitOrder("BUY", 1, 1.0, tif="DAY"))
    end = time.monotonic() + ib.RequestTimeout
    while trade.orderStatus.status not in ("Submitted", "PreSubmitted") and not trade.isDone():
        if time.monotonic() > end:
            raise Failure(f"order stays {trade.orderStatus.status}")
        ib.sleep(0.02)
    return trade.orderStatus.status


def buy(ib):
    """Buys one share, and waits until the portfolio is told of it as the positions are."""
    before = held(ib.positions())
    trade = ib.placeOrder(AAPL, library.MarketOrder("BUY", 1, tif="DAY"))
    bound, end = ib.RequestTimeout, time.monotonic() + 10
    while not trade.isDone() or held(ib.positions()) == before:
        if time.monotonic() > end:
            raise Failure(f"order stays {trade.orderStatus.status}")
        ib.sleep(0.02)
    end = time.monotonic() + bound
    while held(ib.positions()) != held(ib.portfolio()):
        if time.monotonic() > end:
            more = held(ib.positions()) - held(ib.portfolio())
            raise Failure(f"positions have {more:g} more than the portfolio")
        ib.sleep(0.02)
    return "positions and portfolio agree"


def held(items):
    return sum(item.position for item in items if item.contract.symbol == "AAPL"
               and item.contract.secType == "STK")


class Watch:
    def __init__(self, ib, options):
        self.ib, self.options = ib, options
        self.ticker, self.last_tick, self.flows = None, 0.0, False
        ib.errorEvent += self.on_error
        ib.disconnectedEvent += lambda: say("disconnected")

    def on_error(self, request, code, text, *rest):
        say(f"{'notice' if request == -1 else 'error'} {code} {text}")
        if str(code) in self.options.resubscribe and self.ticker is not None:
            self.subscribe()

    def subscribe(self):
        if self.ticker is not None:
            self.ib.cancelMktData(AAPL)
            say("subscribes again")
        self.flows = False
        self.ticker = self.ib.reqMktData(AAPL)
        self.ticker.updateEvent += lambda _: self.on_tick()

    def on_tick(self):
        self.last_tick = time.monotonic()
        if not self.flows:
            say("ticks come")
        self.flows = True

    def next_tick(self):
        self.flows, end = False, time.monotonic() + self.ib.RequestTimeout
        while not self.flows:
            if time.monotonic() > end:
                raise Failure("no tick")
            self.ib.sleep(0.02)
        return "a tick"

    def resubscribe(self):
        self.subscribe()
        return self.next_tick()

    def look(self):
        if self.flows and time.monotonic() > self.last_tick + self.options.quiet:
            self.flows = False
            say(f"no tick for {self.options.quiet:g} s")
            if "silence" in self.options.resubscribe:
                self.subscribe()

    def ask(self, name):
        name, _, bound = name.partition("@")
        self.ib.RequestTimeout = float(bound or self.options.bound)
        own = {"next-tick": self.next_tick, "resubscribe": self.resubscribe}
        try:
            say(f"ok {name}: {own[name]() if name in own else ASK[name](self.ib)}")
            return True
        except Exception as error:
            say(f"FAILED {name}: {error if isinstance(error, Failure) else repr(error)}")
            return False


def main():
    options = watch_options(parser_for(__doc__), ASK)
    log_to_stderr()

    ib = IB()
    watch = Watch(ib, options)
    try:
        ib.connect(options.host, options.port, clientId=options.client_id,
                   timeout=options.timeout, readonly=options.readonly)
    except Exception as error:
        say(f"API connection failed: {error!r}")
        return EXIT_NOT_CONNECTED
    say("connected")
    good = all([watch.ask(name) for name in options.ask.split(",") if name])
    if options.ticks:
        watch.subscribe()
    lines = lines_of_stdin() if options.stay else None
    while options.stay and ib.isConnected():
        try:
            ib.sleep(0.02)
        except ConnectionError as error:
            say(f"connection error: {error}")
        watch.look()
        if not lines.empty():
            if (line := lines.get()) is None:
                break
            good = watch.ask(line) and good
    say(f"isConnected() {ib.isConnected()}")
    if not ib.isConnected():
        return EXIT_NOT_CONNECTED
    ib.disconnect()
    return EXIT_OK if good else EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
