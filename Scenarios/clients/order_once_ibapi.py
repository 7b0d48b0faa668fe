"""Places orders, waits for them, changes or cancels them, and tells what it heard of them.

Fails when an order does not become what --until names within --limit seconds. --careful is the
better program: it goes by executions as well as by statuses, and counts each of them once.
"""

import sys
import time

from _official import (
    EXIT_FAILED, EXIT_OK, Application, Failure, leave, log_to_stderr, order, parser_for, say,
    stock)
from _shared import order_options
from ibapi.execution import ExecutionFilter

WORKING = ("PreSubmitted", "Submitted")
DONE = ("Filled", "Cancelled", "ApiCancelled", "Inactive")


class Trader(Application):
    def orderStatus(self, order_id, status, *rest):
        if status == "Filled" and not any(call[1] == "Filled" for call in self.updates(order_id)):
            say(f"at Filled {executed(self, order_id, True):g} of {float(rest[0]):g} executed")
        self.note("orderStatus", order_id, status, *rest)

    def orderBound(self, *numbers):
        self.note("orderBound", *numbers)

    def pnl(self, *values):
        self.note("pnl", *values)

    def updates(self, order_id):
        """The statuses of an order, in their order, with filled and remaining."""
        return [call for call in self.all("orderStatus") if call[0] == order_id]

    def executions(self, order_id):
        return [call[2] for call in self.all("execDetails") if call[2].orderId == order_id]

    def errors(self, number):
        return [call[1] for call in self.all("error") if call[0] == number]


def executed(app, order_id, careful):
    """Shares by executions; a correction replaces what it corrects when the program is careful."""
    fills = {}
    for number, execution in enumerate(app.executions(order_id)):
        known = execution.execId.rpartition(".")[0]
        fills[known if careful else number] = float(execution.shares)
    return sum(fills.values())


def is_as_wanted(app, order_id, options):
    statuses = [call[1] for call in app.updates(order_id)]
    if options.until == "working":
        return bool(statuses) and statuses[-1] in WORKING
    if options.careful and executed(app, order_id, True) >= options.quantity:
        return True
    return "Filled" in statuses


def is_over(app, order_id):
    """An ordinary program takes every error with the order's id for its end."""
    return bool(app.errors(order_id)) or any(call[1] in DONE for call in app.updates(order_id))


def wait(app, condition, limit):
    try:
        return app.wait_for(condition, limit, "change")
    except Failure:
        return False


def new_order(options):
    kind = {"market": "MKT", "limit": "LMT", "on-close": "MOC"}[options.place]
    new = order("BUY", options.quantity, kind, options.price if kind == "LMT" else None)
    new.tif = options.tif
    return new


def preview(app, order_id, options):
    asked = new_order(options)
    asked.whatIf = True
    app.placeOrder(order_id, stock(options.symbol), asked)
    answer = wait(app, lambda: app.all("openOrder"), options.limit)
    state = answer[0][3] if answer else None
    say(f"preview: {state.status}, margin {state.initMarginChange}" if state else
        f"preview: none within {options.limit:g} s, errors {app.errors(order_id)}")
    return EXIT_OK if state else EXIT_FAILED


def work(app, first, options):
    contract = stock(options.symbol)
    ids = list(range(first, first + options.count))
    for order_id in ids:
        app.placeOrder(order_id, contract, new_order(options))
    good = True
    for order_id in ids:
        wait(app, lambda: is_over(app, order_id) or is_as_wanted(app, order_id, options),
             options.limit)
        good = is_as_wanted(app, order_id, options) and good
    if options.modify is not None:
        changed = new_order(options)
        changed.lmtPrice = options.modify
        app.placeOrder(first, contract, changed)
        time.sleep(options.settle)
    for _ in range(options.cancel):
        seen = app.mark()
        app.cancel(first)
        good = wait(app, lambda: any(call[1] in DONE for call in app.updates(first)) or any(
            call[0] == first for call in app.all("error", seen)), options.limit) and good
        time.sleep(options.settle)
    time.sleep(options.settle)
    for order_id in ids:
        tell(app, order_id, options)
    return EXIT_OK if good else EXIT_FAILED


def tell(app, order_id, options):
    updates = app.updates(order_id)
    status, filled, left = updates[-1][1:4] if updates else ("unknown", 0, 0)
    own = {execution.execId for execution in app.executions(order_id)}
    reports = app.all("commission")
    kinds = [call[2].orderType for call in app.all("openOrder") if call[0] == order_id]
    say(f"order {order_id} {status}, filled {float(filled):g} left {float(left):g}, "
        f"{executed(app, order_id, options.careful):g} executed, "
        f"commission {sum(call[1] for call in reports if call[0] in own):.2f}, "
        f"type {kinds[-1] if kinds else 'unknown'}")
    for perm_id, client, bound in app.all("orderBound"):
        if bound == order_id:
            say(f"order {order_id} is bound to permanent id {perm_id} of client {client}")
    strange = [call for call in reports if call[0] not in own]
    if strange:
        say(f"commissions of no execution: {len(strange)}")


def ask(app, options):
    """Prints the list that was asked for."""
    seen = app.mark()
    if options.list == "executions":
        app.reqExecutions(7, ExecutionFilter())
        app.reqPositions()
        app.wait_for(lambda: app.all("execDetailsEnd", seen) and app.all("positionEnd", seen),
                     options.limit, "execDetailsEnd and positionEnd")
        calls = [call for call in app.all("execDetails", seen) if call[0] == 7]
        held = {call[1].conId: call[1].exchange for call in app.all("position", seen)}
        say(f"listed {len(calls)} executions of {sum(float(c[2].shares) for c in calls):g} shares")
        for _, contract, execution in calls[-3:]:
            say(f"execution {contract.symbol} on {contract.exchange} at {execution.exchange}, "
                f"position on {held.get(contract.conId, 'nothing')}, time {execution.time}")
        return
    app.reqAllOpenOrders() if options.list == "open" else app.reqOpenOrders()
    app.wait_for(lambda: app.all("openOrderEnd", seen), options.limit, "openOrderEnd")
    # An order that has just been accepted is told again, perhaps amid the list.
    orders = {call[2].permId: call for call in app.all("openOrder", seen)}
    rows = sorted(f"{call[2].clientId}/{call[0]} {call[3].status}" for call in orders.values())
    say(f"listed {len(rows)} orders: {', '.join(rows)}")


def profit(app, options):
    app.reqPnL(8, app.all("managedAccounts")[0][0].split(",")[0], "")
    _, today, open_, realized = app.wait_for(lambda: app.all("pnl"), options.limit, "profit")[0]
    say(f"profit today {today:g}, unrealized {open_:g}, realized {realized:g}")


def diary(app, seen):
    """What was called back about orders, in its order; repetitions are counted."""
    lines = []
    for name, call in app.seen[seen:]:
        line = {
            "openOrder": "openOrder", "execDetails": "execution", "commission": "commission",
            "orderStatus": f"status {call[1]}" if name == "orderStatus" else "",
            "error": f"error {call[1]}" if name == "error" and call[0] >= 0 else "",
            "orderBound": "orderBound",
        }.get(name)
        if line and lines and lines[-1][0] == line:
            lines[-1][1] += 1
        elif line:
            lines.append([line, 1])
    return ", ".join(line + (f" x{count}" if count > 1 else "") for line, count in lines)


def session(options):
    app = Trader()
    code = app.start(options)
    if code:
        return code
    try:
        app.wait_for(lambda: app.all("nextValidId") and app.all("managedAccounts"), options.timeout,
                     "nextValidId and managedAccounts")
        first = app.all("nextValidId")[-1][0] if options.from_id is None else options.from_id
        say("connected")
        seen = app.mark()
        if options.place != "nothing":
            code = (preview if options.what_if else work)(app, first, options)
        say(f"heard: {diary(app, seen)}")
        if options.list:
            ask(app, options)
        if options.cancel_id is not None:
            app.cancel(options.cancel_id)
            wait(app, lambda: is_over(app, options.cancel_id), options.limit)
        if options.profit:
            profit(app, options)
        say("connected at the end" if app.isConnected() else "connection lost")
    except Failure as reason:
        say(f"failed: {reason}")
        code = EXIT_FAILED
    app.disconnect()
    return code


def main():
    options = order_options(parser_for(__doc__, client_id=31))
    log_to_stderr()
    leave(session(options))


sys.exit(main())
