"""Connects, and then finds out whether the session is alive: it asks for something, with a limit.

With --wait it asks when a line comes on standard input, and again for each further line. With --reconnect
it drops a session that does not answer and connects anew, as a watchdog does.
"""

import sys
import threading
import time

from _common import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, library, log_to_stderr, parser_for,
    say)


class Unanswered(Exception):
    """An order that got no status."""


def place_order(ib):
    """Places an order far below the market and waits until it is at work."""
    trade = ib.placeOrder(Stock("AAPL", "SMART", "USD"), library.LimitOrder("BUY", 1, 200, tif="GTC"))
    end = time.monotonic() + ib.RequestTimeout
    while trade.orderStatus.status not in ("Submitted", "PreSubmitted"):
        if time.monotonic() > end:
            raise Unanswered(trade.orderStatus.status)
        ib.sleep(0.05)


REQUESTS = {
    "order": place_order,
    "time": lambda ib: ib.reqCurrentTime(),
    "positions": lambda ib: ib.reqPositions(),
    "orders": lambda ib: ib.reqAllOpenOrders(),
    "details": lambda ib: ib.reqContractDetails(Stock("AAPL", "SMART", "USD")),
    "executions": lambda ib: ib.reqExecutions(),
}


def waits_for_line(ib):
    """Keeps the library reading until a line comes; False when standard input has ended."""
    lines = []
    reader = threading.Thread(target=lambda: lines.append(sys.stdin.readline()), daemon=True)
    reader.start()
    while reader.is_alive():
        ib.sleep(0.05)
    return lines[0] != ""


def ask(ib, what, limit):
    """Returns whether the gateway answers."""
    ib.RequestTimeout = limit
    try:
        answer = REQUESTS[what](ib)
    except Exception as error:  # a time-out, or what the connection's end has left in the request
        say(f"no answer ({what}): {error!r}, isConnected() {ib.isConnected()}")
        return False
    if what == "executions":
        say(f"first at {min(fill.execution.time for fill in answer).isoformat()}")
    say(f"answered ({what}): {len(answer) if isinstance(answer, list) else 'yes'}")
    return True


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--answers", type=float, default=1.0, help="seconds to wait for an answer")
    parser.add_argument("--asks", choices=REQUESTS, nargs="+", default=["time"])
    parser.add_argument("--wait", action="store_true", help="ask whenever a line comes")
    parser.add_argument("--reconnect", action="store_true", help="connect anew when no answer comes")
    options = parser.parse_args()
    log_to_stderr()

    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    say(f"positions {len(ib.positions())}")
    library.util.getLoop().set_exception_handler(lambda *_: None)

    is_alive = True
    while not options.wait or waits_for_line(ib):
        is_alive = all([ask(ib, what, options.answers) for what in options.asks])
        if not is_alive and options.reconnect:
            ib.disconnect()
            say("reconnecting")
            ib = connect(options, client_id=options.client_id + 1)
            if ib is None:
                return EXIT_NOT_CONNECTED
            is_alive = all([ask(ib, what, options.timeout) for what in options.asks])
        if not options.wait:
            break
    ib.disconnect()
    return EXIT_OK if is_alive else EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
