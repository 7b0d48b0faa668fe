"""Leaves orders behind, comes back with the same client id, and hears of them without asking.

Gateways show a client its open orders before they tell it the accounts and the next valid id. Order ids
go on above the highest that the client has seen. Fails when an order is not shown, or when a new order
is refused. `--asks` is for gateways that show nothing unasked.
"""

import sys
import time

from _official import (
    EXIT_FAILED, EXIT_OK, Application, Failure, leave, log_to_stderr, order, parser_for, say,
    stock)


def connect(options):
    app = Application()
    code = app.start(options)
    if code:
        leave(code)
    app.wait_for(lambda: app.all("nextValidId") and app.all("managedAccounts"), options.timeout,
                 "nextValidId and managedAccounts")
    return app


def shown(app):
    """Ids of the orders that were shown, each by openOrder and orderStatus."""
    return {call[0] for call in app.all("openOrder")} & {call[0] for call in app.all("orderStatus")}


def place(app, count, floor):
    """Buy orders far below the market; returns their ids, which are above the floor."""
    first = max(app.all("nextValidId")[0][0], floor + 1)
    ids = list(range(first, first + count))
    for order_id in ids:
        new = order("BUY", 1, "LMT", 200)
        new.tif = "GTC"
        app.placeOrder(order_id, stock("AAPL"), new)
    app.wait_for(lambda: set(ids) <= shown(app), 10, "the orders at work")
    return ids


def session(options):
    app = connect(options)
    left = place(app, options.orders, 0)
    say(f"left {len(left)} orders")
    app.disconnect()
    app.loop.join(options.timeout)
    time.sleep(1)  # the package closes its socket up to a second later

    app = connect(options)
    names = [name for name, _ in app.seen]
    early = {arguments[0] for name, arguments in app.seen[:names.index("managedAccounts")]
             if name == "openOrder"}
    say(f"shown {len(early & set(left))} of them before the accounts, openOrderEnd "
        f"{'before them' if 'openOrderEnd' in names[:names.index('managedAccounts')] else 'not'}")
    if options.asks:
        app.reqOpenOrders()
        app.wait_for(lambda: app.all("openOrderEnd"), options.timeout, "openOrderEnd")
        early = shown(app)
    say(f"next valid id is {'above' if app.all('nextValidId')[0][0] > max(left) else 'not above'} "
        "those used")
    (new,) = place(app, 1, max(left))
    for order_id in left + [new]:
        app.cancel(order_id)
    app.wait_for(lambda: len([call for call in app.all("orderStatus") if call[1] == "Cancelled"])
                 >= len(left) + 1, 10, "all orders cancelled")
    say("cancelled all")
    app.disconnect()
    return EXIT_OK if set(left) <= early else EXIT_FAILED


def main():
    parser = parser_for(__doc__, client_id=21)
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--asks", action="store_true", help="ask for the open orders")
    options = parser.parse_args()
    log_to_stderr()
    try:
        leave(session(options))
    except Failure as reason:
        say(f"failed: {reason}")
        leave(EXIT_FAILED)


sys.exit(main())
