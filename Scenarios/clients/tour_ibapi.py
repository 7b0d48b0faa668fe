"""Tries everything a program on the official ibapi package commonly does, one step after the other.

Works with ibapi 9.81 and 10.46. Each step prints "ok <step>: <detail>" or "FAILED <step>:
<reason>" and has its own time limit. Exit code 3: connect() never returned.
"""

import datetime
import time

from ibapi.execution import ExecutionFilter

from _official import (
    EXIT_FAILED, EXIT_OK, Application, Failure, leave, log_to_stderr, order, parser_for, say,
    stock)

STEPS = {}


def step(function):
    STEPS[function.__name__.replace("_", "-")] = function
    return function


class Tour(Application):
    def __init__(self, options):
        super().__init__()
        self.options = options
        self.next_id = None
        self.limit_id = None

    def new_id(self):
        self.next_id += 1
        return self.next_id - 1

    def collect(self, send, end, *items, request=None):
        """Sends a request and returns the items noted until its end, or fails with its error."""
        start = self.mark()
        send()

        def finished():
            self.fail_on_error(request, start)
            return self.all(end, since=start)
        self.wait_for(finished, self.options.bound, end)
        return [self.all(item, since=start) for item in items]

    def fail_on_error(self, request, start):
        for about, code, text in self.all("error", since=start):
            if about == request and request is not None:
                raise Failure(f"error {code} {text}")

    def place(self, new, wanted):
        """Places an order and returns its id once its status is the wanted one."""
        start, order_id = self.mark(), self.new_id()
        if self.serverVersion() < 111:
            new.cashQty = 0  # ibapi 10 refuses its own default below 111
        self.placeOrder(order_id, stock("AAPL"), new)
        self.wait_for_status(order_id, wanted, start)
        opened = [each for each in self.all("openOrder", since=start) if each[0] == order_id]
        if not opened:
            raise Failure(f"order {order_id} is {wanted} without an openOrder message")
        return order_id

    def wait_for_status(self, order_id, wanted, start):
        def reached():
            states = [s for o, s, *_ in self.all("orderStatus", since=start) if o == order_id]
            errors = [e for e in self.all("error", since=start) if e[0] == order_id]
            if errors and not (wanted == "Cancelled" and errors[0][1] == 202):
                raise Failure("error {} {}".format(*errors[0][1:]))
            return wanted in states
        self.wait_for(reached, self.options.bound, f"{wanted} for order {order_id}")


@step
def connect(tour):
    code = tour.start(tour.options)
    if code != EXIT_OK:
        leave(code)
    bound = tour.options.timeout
    tour.next_id = tour.wait_for(lambda: tour.all("nextValidId"), bound, "nextValidId")[0][0]
    accounts = tour.wait_for(lambda: tour.all("managedAccounts"), bound, "managedAccounts")[0][0]
    tour.account = accounts.split(",")[0]
    return f"server version {tour.serverVersion()}, accounts {accounts}"


@step
def positions(tour):
    found, = tour.collect(tour.reqPositions, "positionEnd", "position")
    tour.cancelPositions()
    return len(found)


@step
def open_orders(tour):
    found, = tour.collect(tour.reqAllOpenOrders, "openOrderEnd", "openOrder")
    return len({each[2].permId for each in found})


@step
def completed_orders(tour):
    if tour.serverVersion() < 150:
        return "not asked for, the request came with server version 150"
    found, = tour.collect(
        lambda: tour.reqCompletedOrders(False), "completedOrdersEnd", "completedOrder")
    return len(found)


@step
def account_values(tour):
    values, portfolio = tour.collect(
        lambda: tour.reqAccountUpdates(True, tour.account), "accountDownloadEnd",
        "updateAccountValue", "updatePortfolio")
    tour.reqAccountUpdates(False, tour.account)
    if not values:
        raise Failure("none")
    return f"{len(values)}, portfolio {len(portfolio)}"


@step
def account_summary(tour):
    request = tour.new_id()
    values, = tour.collect(
        lambda: tour.reqAccountSummary(request, "All", "NetLiquidation,BuyingPower"),
        "accountSummaryEnd", "accountSummary", request=request)
    tour.cancelAccountSummary(request)
    if not any(value[2] == "NetLiquidation" for value in values):
        raise Failure(f"no NetLiquidation among {len(values)} values")
    return len(values)


@step
def executions(tour):
    request = tour.new_id()
    found, = tour.collect(lambda: tour.reqExecutions(request, ExecutionFilter()),
                          "execDetailsEnd", "execDetails", request=request)
    return len(found)


def details_of(tour, symbol):
    request = tour.new_id()
    return tour.collect(lambda: tour.reqContractDetails(request, stock(symbol)),
                        "contractDetailsEnd", "contractDetails", request=request)[0]


@step
def contract_details(tour):
    found = details_of(tour, "AAPL")
    if not found:
        raise Failure("none")
    details = found[0][1]
    return f"{len(found)}, conId {details.contract.conId}, {details.longName}"


@step
def current_time(tour):
    (seconds,), = tour.collect(tour.reqCurrentTime, "currentTime", "currentTime")[0]
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat()


@step
def ticks(tour):
    request, start = tour.new_id(), tour.mark()
    names = {1: "bid", 2: "ask", 4: "last"}

    def prices():
        tour.fail_on_error(request, start)
        return {names[tick[1]]: tick[2] for tick in tour.all("tickPrice", since=start)
                if tick[0] == request and tick[1] in names}
    tour.reqMktData(request, stock("AAPL"), "", False, False, [])
    try:
        tour.wait_for(lambda: len(prices()) == 3, tour.options.bound, "bid, ask and last")
    finally:
        tour.cancelMktData(request)
    return ", ".join(f"{name} {price:g}" for name, price in sorted(prices().items()))


@step
def historical_bars(tour):
    request = tour.new_id()
    bars, = tour.collect(
        lambda: tour.reqHistoricalData(
            request, stock("AAPL"), "", "1 D", "1 hour", "TRADES", 1, 1, False, []),
        "historicalDataEnd", "historicalData", request=request)
    if not bars:
        raise Failure("none")
    return f"{len(bars)}, last close {bars[-1][1].close:g} at {bars[-1][1].date}"


@step
def limit_order(tour):
    tour.limit_id = tour.place(order("BUY", 1, "LMT", limit=1.0), "Submitted")
    return f"order {tour.limit_id} Submitted"


@step
def market_order(tour):
    start = tour.mark()
    order_id = tour.place(order("BUY", 1, "MKT"), "Filled")
    fills = tour.wait_for(
        lambda: [e for _, _, e in tour.all("execDetails", since=start) if e.orderId == order_id],
        tour.options.bound, "execDetails")
    ids = {fill.execId for fill in fills}
    reports = tour.wait_for(
        lambda: [c for c in tour.all("commission", since=start) if c[0] in ids],
        tour.options.bound, "commission report")
    return f"order {order_id} Filled at {fills[-1].price:g}, execution {fills[-1].execId}, " \
           f"commission {reports[-1][1]:g}"


@step
def cancel(tour):
    if tour.limit_id is None:
        raise Failure("the limit-order step left no open order to cancel")
    start = tour.mark()
    tour.cancel(tour.limit_id)
    tour.wait_for_status(tour.limit_id, "Cancelled", start)
    return f"order {tour.limit_id} Cancelled"


@step
def unknown_contract(tour):
    try:
        found = details_of(tour, "NOSUCHSYMBOL")
    except Failure as failure:
        if not str(failure).startswith("error 200 "):
            raise
        return str(failure).replace("error 200 ", "error 200, ", 1)
    raise Failure(f"{len(found)} details instead of error 200")


@step
def disconnect(tour):
    tour.disconnect()
    time.sleep(0.3)  # the reader thread lets go of the socket a little later
    return "connected" if tour.isConnected() else "disconnected"


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--steps", help="comma separated, of: " + ", ".join(STEPS))
    parser.add_argument("--bound", type=float, default=10.0, help="seconds for each step")
    options = parser.parse_args()
    names = options.steps.split(",") if options.steps else list(STEPS)
    if unknown := [name for name in names if name not in STEPS]:
        parser.error(f"unknown step {unknown[0]!r}; steps are {', '.join(STEPS)}")
    log_to_stderr()

    tour = Tour(options)
    done = failed = 0
    for name in names:
        done += 1
        try:
            say(f"ok {name}: {STEPS[name](tour)}")
        except Exception as error:
            failed += 1
            say(f"FAILED {name}: {error if isinstance(error, Failure) else repr(error)}")
            if not tour.isConnected():
                break
    say(f"{done} of {len(names)} steps tried, {failed} failed")
    leave(EXIT_FAILED if failed else EXIT_OK)


if __name__ == "__main__":
    main()
