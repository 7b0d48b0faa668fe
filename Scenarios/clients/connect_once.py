"""Connects once, counts positions and open orders, stays (--hold) and disconnects (--goodbye)."""

import sys
import time

from _common import (
    EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, leave_at_once, log_to_stderr, parser_for, say,
    stay_connected)


def stay_busy(ib, hold):
    """Lets what the gateway sends pile up unread, for some seconds or until standard input ends."""
    ib.client.reqMktData(ib.client.getReqId(), Stock("AAPL", "SMART", "USD"), "", False, False, [])
    ib.sleep(0)  # lets the request leave
    say("busy")
    if hold == "until-eof":
        sys.stdin.read()
    else:
        time.sleep(float(hold))


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--hold", metavar="SECONDS|until-eof", default="0")
    parser.add_argument(
        "--goodbye", choices=["disconnect", "exit", "none"], default="disconnect",
        help="call disconnect(), return from main (the library then disconnects by itself), "
        "or end the process at once")
    parser.add_argument(
        "--busy", action="store_true",
        help="subscribe to prices, then stay without reading them, as a program stuck in a "
        "long calculation does")
    parser.add_argument(
        "--burst", type=int, default=0, metavar="N",
        help="then ask for the time N times in one go, without the library's own restraint")
    options = parser.parse_args()
    log_to_stderr()

    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    say(f"accounts {','.join(ib.managedAccounts())}")
    say(f"positions {len(ib.positions())}")
    ib.RequestTimeout = options.timeout
    say(f"open orders {len(ib.reqAllOpenOrders())}")

    if options.burst:
        ib.client.MaxRequests = 0
        for _ in range(options.burst):
            ib.client.reqCurrentTime()
    if options.busy:
        stay_busy(ib, options.hold)
    else:
        try:
            stay_connected(ib, options.hold)
        except ConnectionError as error:
            say(f"connection error: {error}")
    if not ib.isConnected():
        say("connection lost")
        return EXIT_NOT_CONNECTED
    if options.goodbye == "disconnect":
        ib.disconnect()
        say("disconnected")
    elif options.goodbye == "none":
        leave_at_once(EXIT_OK)
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
