"""Leaves orders behind, comes back with the same client id, finds them, and goes on above their ids.

Fails when an order is not there after the second connect(), or when a new order is refused.
"""

import sys
import time

from _common import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, library, log_to_stderr, parser_for,
    say)


class Missing(Exception):
    """Something that never came."""


def wait_for(ib, what, is_true, bound=10.0):
    end = time.monotonic() + bound
    while not is_true():
        if time.monotonic() > end or not ib.isConnected():
            raise Missing(what)
        ib.waitOnUpdate(timeout=0.2)


def place(ib, count):
    """Buy orders far below the market, good until cancelled."""
    contract = Stock("AAPL", "SMART", "USD")
    ib.qualifyContracts(contract)
    trades = []
    for _ in range(count):
        order = library.LimitOrder("BUY", 1, 200, tif="GTC", orderRef="come-back")
        trades.append(ib.placeOrder(contract, order))
    wait_for(ib, "orders at work", lambda: all(
        trade.orderStatus.status in ("Submitted", "PreSubmitted") and trade.order.permId
        for trade in trades))
    return trades


def own(ib):
    return {trade.order.permId: trade for trade in ib.openTrades()
            if trade.order.orderRef == "come-back"}


def session(options, count):
    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    left = place(ib, count)
    highest = max(trade.order.orderId for trade in left)
    say(f"left {count} orders")
    ib.disconnect()

    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    found = own(ib)
    say(f"found {len(found)} of them, {sum(1 for t in left if t.order.permId in found)} by permId")
    (new,) = place(ib, 1)
    say("went on above their ids" if new.order.orderId > highest else
        f"went on with {new.order.orderId}, though {highest} was used")
    for trade in own(ib).values():
        ib.cancelOrder(trade.order)
    wait_for(ib, "all orders cancelled", lambda: not own(ib))
    say("cancelled all")
    ib.disconnect()
    return EXIT_OK if len(found) == count and new.order.orderId > highest else EXIT_FAILED


def main():
    parser = parser_for(__doc__, client_id=21)
    parser.add_argument("--orders", type=int, default=3)
    options = parser.parse_args()
    log_to_stderr()
    try:
        return session(options, options.orders)
    except Missing as what:
        say(f"failed: never saw {what}")
        return EXIT_FAILED


sys.exit(main())
