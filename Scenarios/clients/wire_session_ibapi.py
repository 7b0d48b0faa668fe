"""The same as wire_session.py on the official package: connects, and asks with a limit.

Exit code 3: connect() never returned.
"""

import sys
import threading

from _official import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Application, Failure, leave, log_to_stderr,
    order, parser_for, say, stock)
from ibapi.execution import ExecutionFilter

REQUEST_ID = 9001


def place_order(app):
    app.placeOrder(app.all("nextValidId")[-1][0], stock("AAPL"), order("BUY", 1, "LMT", 200))


# What is asked, the callback that ends the answer, and the one for each item.
REQUESTS = {
    "time": (lambda app: app.reqCurrentTime(), "currentTime", None),
    "positions": (lambda app: app.reqPositions(), "positionEnd", "position"),
    "orders": (lambda app: app.reqAllOpenOrders(), "openOrderEnd", "openOrder"),
    "details": (lambda app: app.reqContractDetails(REQUEST_ID, stock("AAPL")),
                "contractDetailsEnd", "contractDetails"),
    "executions": (lambda app: app.reqExecutions(REQUEST_ID, ExecutionFilter()),
                   "execDetailsEnd", "execDetails"),
    "order": (place_order, "orderStatus", None),
}


def request(app, what, limit):
    """Asks, and counts what comes until the answer's end; raises Failure past the limit."""
    send, end, item = REQUESTS[what]
    start = app.mark()
    send(app)
    app.wait_for(lambda: app.all(end, since=start), limit, end)
    return len(app.all(item, since=start)) if item else "yes"


def start(options, client_id):
    """Connects and waits for the ids, as far as that can be waited for."""
    app = Application()
    options.client_id = client_id
    code = app.start(options)
    if code != EXIT_OK:
        leave(code)
    try:
        app.wait_for(lambda: app.all("nextValidId"), options.timeout, "nextValidId")
        say("connected")
        say(f"positions {request(app, 'positions', options.timeout)}")
    except Failure as failure:
        say(f"FAILED: {failure}")
        leave(EXIT_NOT_CONNECTED)
    return app


def ask(app, what, limit):
    """Returns whether the gateway answers."""
    try:
        answer = request(app, what, limit)
    except (Failure, OSError, AttributeError) as error:
        say(f"no answer ({what}): {error}, isConnected() {app.isConnected()}")
        return False
    if what == "executions":
        say(f"first at {min(call[2].time for call in app.all('execDetails'))}")
    say(f"answered ({what}): {answer}")
    return True


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--answers", type=float, default=1.0, help="seconds to wait for an answer")
    parser.add_argument("--asks", choices=REQUESTS, nargs="+", default=["time"])
    parser.add_argument("--wait", action="store_true", help="ask whenever a line comes")
    parser.add_argument("--reconnect", action="store_true", help="connect anew when no answer comes")
    options = parser.parse_args()
    log_to_stderr()

    app = start(options, options.client_id)
    is_alive = True
    while not options.wait or sys.stdin.readline():
        is_alive = all([ask(app, what, options.answers) for what in options.asks])
        if not is_alive and options.reconnect:
            # A dead socket can keep disconnect() waiting for the package's reader.
            threading.Thread(target=app.disconnect, daemon=True).start()
            say("reconnecting")
            app = start(options, options.client_id + 1)
            is_alive = all([ask(app, what, options.timeout) for what in options.asks])
        if not options.wait:
            break
    app.disconnect()
    leave(EXIT_OK if is_alive else EXIT_FAILED)


if __name__ == "__main__":
    main()
