"""Buys SPY: connects, makes sure the account is of the kind it was written for, places one order.

As reported, its client id is hard-coded and its port is whatever the script was last edited to.
Corrected, it takes a client id nobody else has and refuses an account of the wrong kind. Paper
accounts start with D.
"""

import random
import sys
import time

from _common import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, library, log_to_stderr, parser_for,
    say)


def main():
    parser = parser_for(__doc__, client_id=15)
    parser.add_argument("--dynamic-client-id", action="store_true")
    parser.add_argument("--account-kind", choices=["live", "paper", "any"], default="any")
    parser.add_argument("--quantity", type=float, default=1)
    parser.add_argument("--bound", type=float, default=10.0, help="seconds to wait for the fill")
    options = parser.parse_args()
    log_to_stderr()

    client_id = options.client_id
    if options.dynamic_client_id:
        client_id = int(time.time() % 10000) + random.randint(100, 999)
    ib = connect(options, client_id=client_id)
    if ib is None:
        return EXIT_NOT_CONNECTED

    account = ib.managedAccounts()[0]
    kind = "paper" if account.startswith("D") else "live"
    say(f"account {account} ({kind})")
    if options.account_kind not in ("any", kind):
        say(f"refusing to trade: port {options.port} serves a {kind} account, "
            f"this run is meant for {options.account_kind}")
        ib.disconnect()
        return EXIT_FAILED

    spy = Stock("SPY", "SMART", "USD")
    ib.RequestTimeout = options.bound
    ib.qualifyContracts(spy)
    trade = ib.placeOrder(spy, library.MarketOrder("BUY", options.quantity))
    end = time.monotonic() + options.bound
    while not trade.isDone() and ib.isConnected() and time.monotonic() < end:
        ib.sleep(0.02)
    status = trade.orderStatus
    say(f"order {trade.order.orderId} {status.status}: "
        f"{status.filled:g} SPY at {status.avgFillPrice:g}")
    ib.disconnect()
    return EXIT_OK if status.status == "Filled" else EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
