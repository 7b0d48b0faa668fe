"""The same as session_watch.py on the official package: watches prices and notices, asks when told to.

What it knows before it asks is nothing: the package keeps no state. Exit code 3: connect() never returned.
"""

import time

from ibapi.execution import ExecutionFilter

from _official import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Application, Failure, leave, order, parser_for, say,
    stock)
from _shared import lines_of_stdin, watch_options


class Watch(Application):
    def __init__(self, options):
        super().__init__()
        self.options = options
        self.ready = {"id": "nextValidId", "accounts": "managedAccounts"}[options.ready]
        self.next_id = 5000
        self.next_order = None
        self.line, self.last_tick, self.flows = None, 0.0, False

    def note(self, name, *arguments):
        # Said by the thread that reads, so that it stands before whatever comes next.
        if name == self.ready and not self.all(name):
            say("connected")
        super().note(name, *arguments)

    def error(self, request, *rest):
        code, text = rest[0:2] if len(rest) == 2 else rest[1:3]
        say(f"{'notice' if request == -1 else 'error'} {code} {text}")
        super().error(request, *rest)
        if str(code) in self.options.resubscribe and self.line is not None:
            self.subscribe()

    def tickPrice(self, *arguments):
        if arguments[0] == self.line:
            self.on_tick()

    def tickSize(self, *arguments):
        if arguments[0] == self.line:
            self.on_tick()

    def new_id(self):
        self.next_id += 1
        return self.next_id

    def subscribe(self):
        if self.line is not None:
            self.cancelMktData(self.line)
            say("subscribes again")
        self.flows, self.line = False, self.new_id()
        self.reqMktData(self.line, stock("AAPL"), "", False, False, [])

    def on_tick(self):
        if not self.flows:
            say("ticks come")
        self.last_tick = time.monotonic()
        self.flows = True

    def look(self):
        if self.flows and time.monotonic() > self.last_tick + self.options.quiet:
            self.flows = False
            say(f"no tick for {self.options.quiet:g} s")
            if "silence" in self.options.resubscribe:
                self.subscribe()

    def collect(self, send, end, item, request=None):
        """Counts what comes until the end, or fails with the request's error."""
        start = self.mark()
        send()

        def finished():
            for about, code, text in self.all("error", since=start):
                if request is not None and about == request:
                    raise Failure(f"error {code} {text}")
            return self.all(end, since=start)
        self.wait_for(finished, self.bound, end)
        return self.all(item, since=start)

    def next_tick(self):
        self.flows, end = False, time.monotonic() + self.bound
        while not self.flows:
            if time.monotonic() > end:
                raise Failure("no tick")
            time.sleep(0.02)
        return "a tick"

    def resubscribe(self):
        self.subscribe()
        return self.next_tick()

    def ask(self, name):
        name, _, bound = name.partition("@")
        self.bound = float(bound or self.options.bound)
        own = {"next-tick": self.next_tick, "resubscribe": self.resubscribe}
        try:
            say(f"ok {name}: {own[name]() if name in own else ASK[name](self)}")
            return True
        except Exception as error:
            say(f"FAILED {name}: {error if isinstance(error, Failure) else repr(error)}")
            return False


def place(app):
    number, app.next_order = app.next_order, app.next_order + 1
    app.placeOrder(number, stock("AAPL"), order("BUY", 1, "LMT", 1.0))

    def status():
        return [call[1] for call in app.all("orderStatus") if call[0] == number]
    return app.wait_for(status, app.bound, "orderStatus")[0]


def buy(app):
    """Buys one share; the portfolio should be told of it."""
    start, number, app.next_order = app.mark(), app.next_order, app.next_order + 1
    app.placeOrder(number, stock("AAPL"), order("BUY", 1, "MKT"))
    app.wait_for(lambda: ("Filled" in [call[1] for call in app.all("orderStatus", since=start)
                                       if call[0] == number]), 10, "fill")
    app.wait_for(lambda: [call for call in app.all("updatePortfolio", since=start)
                          if call[0].symbol == "AAPL"], app.bound, "updatePortfolio")
    return "the portfolio follows"


def ask_for(name, item, send):
    """A request with an id, an item and an end called NAMEEnd."""
    def ask(app):
        request = app.new_id()
        return len(app.collect(lambda: send(app, request), name, item, request))
    return ask


def summary(app):
    """Asks under a new id each time and cancels it, as a polling program does."""
    request = app.new_id()
    try:
        rows = app.collect(
            lambda: app.reqAccountSummary(request, "All", "NetLiquidation,$LEDGER:ALL"),
            "accountSummaryEnd", "accountSummary", request)
    finally:
        app.cancelAccountSummary(request)
    tags = [row[2] for row in rows]
    return f"CashBalance in {tags.count('CashBalance')} rows, $LEDGER-CashBalance in " \
           f"{tags.count('$LEDGER-CashBalance')}"


def account(app):
    rows = app.collect(lambda: app.reqAccountUpdates(True, ""), "accountDownloadEnd",
                       "updatePortfolio")
    return f"portfolio {len(rows)}, worth {sum(row[3] for row in rows):.4g}"


ASK = {
    "positions": lambda app: len(app.collect(app.reqPositions, "positionEnd", "position")),
    "open-orders": lambda app: len({call[2].permId for call in app.collect(
        app.reqAllOpenOrders, "openOrderEnd", "openOrder")}),
    "completed-orders": lambda app: len(app.collect(
        lambda: app.reqCompletedOrders(False), "completedOrdersEnd", "completedOrder")),
    "executions": ask_for("execDetailsEnd", "execDetails",
                          lambda app, request: app.reqExecutions(request, ExecutionFilter())),
    "details": ask_for("contractDetailsEnd", "contractDetails",
                       lambda app, request: app.reqContractDetails(request, stock("AAPL"))),
    "history": ask_for("historicalDataEnd", "historicalData",
                       lambda app, request: app.reqHistoricalData(
                           request, stock("AAPL"), "", "1 D", "1 hour", "TRADES", 1, 1, False, [])),
    "time": lambda app: "a time" if app.collect(
        app.reqCurrentTime, "currentTime", "currentTime") else "",
    "ids": lambda app: "an id" if app.collect(
        lambda: app.reqIds(-1), "nextValidId", "nextValidId") else "",
    "account": account,
    "summary": summary,
    "order": place,
    "buy": buy,
}


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--ready", choices=["id", "accounts"], default="id",
                        help="what it waits for before it asks")
    options = watch_options(parser, ASK)

    app = Watch(options)
    code = app.start(options)
    if code != EXIT_OK:
        leave(code)
    try:
        found = app.wait_for(lambda: app.all(app.ready), options.timeout, app.ready)[0][0]
    except Failure as failure:
        say(f"FAILED: {failure}")
        leave(EXIT_NOT_CONNECTED)
    app.next_order = found if options.ready == "id" else None
    good = all([app.ask(name) for name in options.ask.split(",") if name])
    if options.ticks:
        app.subscribe()
    lines = lines_of_stdin() if options.stay else None
    while options.stay and app.isConnected():
        time.sleep(0.02)
        app.look()
        if not lines.empty():
            if (line := lines.get()) is None:
                break
            good = app.ask(line) and good
    app.hear_out()
    say(f"isConnected() {app.isConnected()}")
    if not app.isConnected():
        say("disconnected")
        leave(EXIT_NOT_CONNECTED)
    app.disconnect()
    leave(EXIT_OK if good else EXIT_FAILED)


if __name__ == "__main__":
    main()
