"""The same as connect_once.py on the official package: connects, counts, stays and disconnects.

Exit code 3: connect() never returned.
"""

import sys
import threading
import time

from _official import (
    EXIT_NOT_CONNECTED, EXIT_OK, Application, Failure, leave, log_to_stderr, parser_for, say, stock)

MARKET_DATA_ID = 9001


def count(application, send, end, item, key):
    """Sends a request and counts what comes until its end, each thing once."""
    # A gateway may have shown open orders unasked, as the connection began.
    start = application.mark()
    send()
    application.wait_for(lambda: application.all(end, since=start), 10.0, end)
    return len({key(found) for found in application.all(item, since=start)})


def stay_connected(application, hold):
    """Stays for some seconds, or until standard input ends."""
    ended = threading.Event()
    if hold == "until-eof":
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    else:
        threading.Timer(float(hold), ended.set).start()
    while not ended.wait(0.05) and application.isConnected():
        pass


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--hold", metavar="SECONDS|until-eof", default="0")
    parser.add_argument("--goodbye", choices=["disconnect", "none"], default="disconnect",
                        help="call disconnect(), or end the process at once")
    parser.add_argument("--busy", action="store_true", help="subscribe to prices while it stays")
    parser.add_argument("--burst", type=int, default=0, metavar="N",
                        help="then ask for the time N times in one go")
    options = parser.parse_args()
    log_to_stderr()

    application = Application()
    code = application.start(options)
    if code != EXIT_OK:
        leave(code)
    try:
        application.wait_for(
            lambda: application.all("nextValidId"), options.timeout, "nextValidId")
        say("connected")
        say("accounts {}".format(application.wait_for(
            lambda: application.all("managedAccounts"), options.timeout, "managedAccounts")[0][0]))
        say("positions {}".format(count(
            application, application.reqPositions, "positionEnd", "position",
            lambda found: found[1].conId)))
        say("open orders {}".format(count(
            application, application.reqAllOpenOrders, "openOrderEnd", "openOrder",
            lambda found: found[2].permId)))
    except Failure as failure:
        say(f"FAILED: {failure}")
        leave(EXIT_NOT_CONNECTED)

    try:
        for _ in range(options.burst):
            application.reqCurrentTime()
    except (OSError, AttributeError) as error:
        # The gateway may hang up before the last is sent; what it said first is still to be heard.
        # The library's reader thread then sets its connection to None under the sender's hands.
        say(f"connection error: {error}")
    if options.busy:
        application.reqMktData(MARKET_DATA_ID, stock("AAPL"), "", False, False, [])
        say("busy")
    stay_connected(application, options.hold)
    if not application.isConnected():
        application.hear_out()
        say("connection lost")
        leave(EXIT_NOT_CONNECTED)
    if options.goodbye == "disconnect":
        application.disconnect()
        say("disconnected")
        time.sleep(0.2)
    leave(EXIT_OK)


if __name__ == "__main__":
    main()
