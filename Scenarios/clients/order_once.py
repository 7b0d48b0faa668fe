"""Places orders, waits for them, changes or cancels them, and tells what it heard of them.

Fails when an order does not become what --until names within --limit seconds. --careful is the
better program: it goes by executions as well as by statuses, and counts each of them once.
"""

import sys
import time

from _common import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, library, log_to_stderr, parser_for,
    say)
from _shared import order_options

WORKING = ("PreSubmitted", "Submitted")


class Diary:
    """What the library told, in its order; repetitions are counted."""

    def __init__(self, ib):
        self.lines = []
        ib.openOrderEvent += lambda trade: self.note("openOrder")
        ib.orderStatusEvent += lambda trade: self.note(f"status {trade.orderStatus.status}")
        ib.execDetailsEvent += lambda trade, fill: self.note("execution")
        ib.commissionReportEvent += lambda trade, fill, report: self.note("commission")
        ib.errorEvent += lambda number, code, *rest: number < 0 or self.note(f"error {code}")

    def note(self, line):
        if self.lines and self.lines[-1][0] == line:
            self.lines[-1][1] += 1
        else:
            self.lines.append([line, 1])

    def __str__(self):
        return ", ".join(line + (f" x{count}" if count > 1 else "") for line, count in self.lines)


def wait(ib, is_true, limit):
    end = time.monotonic() + limit
    while not is_true() and ib.isConnected() and time.monotonic() < end:
        ib.waitOnUpdate(timeout=0.05)
    return bool(is_true())


def executed(trade, careful):
    """Shares by executions; a correction replaces what it corrects when the program is careful."""
    fills = {}
    for number, fill in enumerate(trade.fills):
        known = fill.execution.execId.rpartition(".")[0]
        fills[known if careful else number] = fill.execution.shares
    return sum(fills.values())


def is_as_wanted(trade, options):
    status = trade.orderStatus.status
    if options.until == "working":
        return status in WORKING and trade.order.permId != 0
    if options.careful and executed(trade, True) >= trade.order.totalQuantity:
        return True
    return status == "Filled"


def new_order(options):
    if options.place == "limit":
        return library.LimitOrder("BUY", options.quantity, options.price, tif=options.tif)
    kind = {"market": "MKT", "on-close": "MOC"}[options.place]
    return library.Order(
        action="BUY", totalQuantity=options.quantity, orderType=kind, tif=options.tif)


def preview(ib, contract, options):
    ib.RequestTimeout = options.limit
    state = ib.whatIfOrder(contract, new_order(options))
    say(f"preview: {state.status or 'empty'}, margin {state.initMarginChange or 'empty'}"
        if state else f"preview: {state!r}")
    return EXIT_OK if state and state.initMarginChange else EXIT_FAILED


def place(ib, contract, options):
    trades = []
    for number in range(options.count):
        order = new_order(options)
        if options.from_id is not None:
            order.orderId = options.from_id + number
        trade = ib.placeOrder(contract, order)
        trade.filledEvent += lambda trade: say(
            f"at Filled {executed(trade, options.careful):g} of "
            f"{trade.order.totalQuantity:g} executed")
        trades.append(trade)
    return trades


def work(ib, contract, options):
    trades = place(ib, contract, options)
    good = True
    for trade in trades:
        good = wait(ib, lambda: trade.isDone() or is_as_wanted(trade, options), options.limit) \
            and is_as_wanted(trade, options) and good
    if options.modify is not None:
        trades[0].order.lmtPrice = options.modify
        ib.placeOrder(contract, trades[0].order)
        ib.sleep(options.settle)
    over = []
    trades[0].cancelledEvent += over.append
    for _ in range(options.cancel):
        ib.cancelOrder(trades[0].order)
        good = wait(ib, lambda: over or trades[0].isDone(), options.limit) and good
        ib.sleep(options.settle)
    ib.sleep(options.settle)
    for trade in trades:
        status = trade.orderStatus
        commission = sum(fill.commissionReport.commission for fill in trade.fills)
        say(f"order {trade.order.orderId} {status.status}, filled {status.filled:g} "
            f"left {status.remaining:g}, {executed(trade, options.careful):g} executed, "
            f"commission {commission:.2f}, type {trade.order.orderType}")
    return EXIT_OK if good else EXIT_FAILED


def ask(ib, options):
    """Prints the list that was asked for; order ids and clients in the library's order."""
    ib.RequestTimeout = options.limit
    if options.list == "executions":
        fills = ib.reqExecutions()
        say(f"listed {len(fills)} executions of {sum(f.execution.shares for f in fills):g} shares")
        held = {p.contract.conId: p.contract.exchange for p in ib.positions()}
        for fill in fills[-3:]:
            known = held.get(fill.contract.conId, "nothing")
            say(f"execution {fill.contract.symbol} on {fill.contract.exchange} at "
                f"{fill.execution.exchange}, position on {known}, "
                f"time {fill.execution.time.isoformat()}")
        return
    trades = ib.reqAllOpenOrders() if options.list == "open" else ib.reqOpenOrders()
    rows = sorted(f"{t.order.clientId}/{t.order.orderId} {t.orderStatus.status}" for t in trades)
    say(f"listed {len(rows)} orders: {', '.join(rows)}")
    say(f"the library knows {len(ib.openTrades())} open orders")


def profit(ib, options):
    value = ib.reqPnL(ib.managedAccounts()[0])
    wait(ib, lambda: value.dailyPnL == value.dailyPnL, options.limit)
    say(f"profit today {value.dailyPnL:g}, unrealized {value.unrealizedPnL:g}, "
        f"realized {value.realizedPnL:g}")


def session(ib, options):
    code = EXIT_OK
    diary = Diary(ib)
    if options.place != "nothing":
        contract = Stock(options.symbol, "SMART", "USD")
        ib.qualifyContracts(contract)
        code = preview(ib, contract, options) if options.what_if else work(ib, contract, options)
    say(f"heard: {diary}")
    if options.list:
        ask(ib, options)
    if options.cancel_id is not None:
        refused = []
        ib.errorEvent += lambda number, *rest: number == options.cancel_id and refused.append(rest)
        ib.cancelOrder(library.Order(orderId=options.cancel_id))
        wait(ib, lambda: refused, options.limit)
    if options.profit:
        profit(ib, options)
    say("connected at the end" if ib.isConnected() else "connection lost")
    return code


def main():
    options = order_options(parser_for(__doc__, client_id=31))
    log_to_stderr()
    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    try:
        return session(ib, options)
    except Exception as error:
        say(f"failed: {error!r}")
        return EXIT_FAILED
    finally:
        ib.disconnect()


sys.exit(main())
