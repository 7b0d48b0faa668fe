"""Tries everything a stock ib_async or ib_insync program commonly does, one step after the other.

Each step prints "ok <step>: <detail>" or "FAILED <step>: <reason>" and has its own time limit.
"""

import math
import sys
import time

from _common import EXIT_FAILED, EXIT_OK, IB, Stock, library, log_to_stderr, parser_for, say

STEPS = {}


class Failure(Exception):
    """A step that ran and did not get what it asked for."""


def step(function):
    STEPS[function.__name__.replace("_", "-")] = function
    return function


class Tour:
    def __init__(self, options):
        self.options = options
        self.ib = IB()
        self.ib.RequestTimeout = options.bound
        self.contract = Stock("AAPL", "SMART", "USD")
        self.limit_trade = None
        self.errors = []  # (request or order id, code, text)
        self.ib.errorEvent += lambda *error: self.errors.append(error[:3])

    def until(self, condition, what):
        end = time.monotonic() + self.options.bound
        while not condition():
            if not self.ib.isConnected():
                raise Failure(f"connection lost before {what()}")
            if time.monotonic() > end:
                raise Failure(f"no {what()} within {self.options.bound:g} s")
            self.ib.sleep(0.02)

    def qualified(self):
        if not self.contract.conId:
            self.ib.qualifyContracts(self.contract)
        if not self.contract.conId:
            raise Failure("no contract details for AAPL")
        return self.contract

    def place(self, order, wanted):
        trade = self.ib.placeOrder(self.qualified(), order)
        status = trade.orderStatus
        self.until(lambda: status.status == wanted or trade.isDone(),
                   lambda: f"{wanted} (order {order.orderId} is {status.status})")
        if status.status != wanted:
            raise Failure(f"order {order.orderId} is {status.status}: {trade.log[-1].message}")
        return trade


@step
def connect(tour):
    options = tour.options
    tour.ib.connect(options.host, options.port, clientId=options.client_id,
                    timeout=options.timeout, readonly=options.readonly)
    return f"server version {tour.ib.client.serverVersion()}, " \
           f"accounts {','.join(tour.ib.managedAccounts())}"


@step
def positions(tour):
    return len(tour.ib.reqPositions())


@step
def open_orders(tour):
    return len(tour.ib.reqAllOpenOrders())


@step
def completed_orders(tour):
    return len(tour.ib.reqCompletedOrders(False))


@step
def account_values(tour):
    values = tour.ib.accountValues()
    if not values:
        raise Failure("connect() brought none")
    return f"{len(values)}, portfolio {len(tour.ib.portfolio())}"


@step
def account_summary(tour):
    summary = tour.ib.accountSummary()
    if not any(value.tag == "NetLiquidation" for value in summary):
        raise Failure(f"no NetLiquidation among {len(summary)} values")
    return len(summary)


@step
def executions(tour):
    return len(tour.ib.reqExecutions())


@step
def contract_details(tour):
    details = tour.ib.reqContractDetails(Stock("AAPL", "SMART", "USD"))
    if not details:
        raise Failure("none")
    return f"{len(details)}, conId {details[0].contract.conId}, {details[0].longName}"


@step
def current_time(tour):
    return tour.ib.reqCurrentTime().isoformat()


@step
def ticks(tour):
    ticker = tour.ib.reqMktData(tour.qualified())
    prices = lambda: (ticker.bid, ticker.ask, ticker.last)
    try:
        tour.until(lambda: not any(math.isnan(price) for price in prices()),
                   lambda: f"bid, ask and last (have {prices()})")
    finally:
        tour.ib.cancelMktData(tour.contract)
    return "bid {:g}, ask {:g}, last {:g}".format(*prices())


@step
def historical_bars(tour):
    bars = tour.ib.reqHistoricalData(
        tour.qualified(), endDateTime="", durationStr="1 D", barSizeSetting="1 hour",
        whatToShow="TRADES", useRTH=True, timeout=tour.options.bound)
    if not bars:
        raise Failure("none")
    return f"{len(bars)}, last close {bars[-1].close:g} at {bars[-1].date}"


@step
def limit_order(tour):
    tour.limit_trade = tour.place(library.LimitOrder("BUY", 1, 1.0), "Submitted")
    return f"order {tour.limit_trade.order.orderId} Submitted"


@step
def market_order(tour):
    trade = tour.place(library.MarketOrder("BUY", 1), "Filled")
    tour.until(lambda: trade.fills and all(fill.commissionReport.execId for fill in trade.fills),
               lambda: "commission report")
    fill = trade.fills[-1]
    return f"order {trade.order.orderId} Filled at {trade.orderStatus.avgFillPrice:g}, " \
           f"execution {fill.execution.execId}, commission {fill.commissionReport.commission:g}"


@step
def cancel(tour):
    if tour.limit_trade is None:
        raise Failure("the limit-order step left no open order to cancel")
    trade = tour.limit_trade
    tour.ib.cancelOrder(trade.order)
    tour.until(trade.isDone, lambda: f"cancellation (order is {trade.orderStatus.status})")
    return f"order {trade.order.orderId} {trade.orderStatus.status}"


@step
def unknown_contract(tour):
    before = len(tour.errors)
    details = tour.ib.reqContractDetails(Stock("NOSUCHSYMBOL", "SMART", "USD"))
    refused = [error for error in tour.errors[before:] if error[1] == 200]
    if details or not refused:
        raise Failure(f"{len(details)} details and errors {tour.errors[before:]}")
    return "error 200, {}".format(refused[0][2])


@step
def disconnect(tour):
    tour.ib.disconnect()
    return "connected" if tour.ib.isConnected() else "disconnected"


PLACES_ORDERS = ("limit-order", "market-order", "cancel")


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--steps", help="comma separated, of: " + ", ".join(STEPS))
    parser.add_argument("--bound", type=float, default=10.0, help="seconds for each step")
    options = parser.parse_args()
    names = options.steps.split(",") if options.steps else list(STEPS)
    if unknown := [name for name in names if name not in STEPS]:
        parser.error(f"unknown step {unknown[0]!r}; steps are {', '.join(STEPS)}")
    if options.readonly and not options.steps:
        names = [name for name in names if name not in PLACES_ORDERS]
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
            if not tour.ib.isConnected():
                break
    say(f"{done} of {len(names)} steps tried, {failed} failed")
    return EXIT_FAILED if failed else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
