"""Asks for the same contract many times, 45 times a second at most, as trading frameworks do.

The official package has no pace of its own, so frameworks on top of it keep one. Fails when an answer
does not come, or when the gateway refuses one.
"""

import sys
import time

from _official import (
    EXIT_FAILED, EXIT_OK, Application, Failure, leave, log_to_stderr, parser_for, say, stock)

PER_SECOND = 45


def ask(app, count):
    """Sends `count` requests, the first 45 at once; no second has more."""
    sent = []
    for request in range(1, count + 1):
        if len(sent) >= PER_SECOND:
            time.sleep(max(sent[-PER_SECOND] + 1 - time.monotonic(), 0))
        sent.append(time.monotonic())
        app.reqContractDetails(request, stock("AAPL"))


def main():
    parser = parser_for(__doc__, client_id=6)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--limit", type=float, default=30, help="seconds for all answers")
    options = parser.parse_args()
    log_to_stderr()
    app = Application()
    code = app.start(options)
    if code:
        leave(code)
    try:
        app.wait_for(lambda: app.all("nextValidId"), options.timeout, "nextValidId")
        ask(app, options.count)
        app.wait_for(lambda: len(app.all("contractDetailsEnd")) >= options.count, options.limit,
                     f"{options.count} answers")
    except Failure as reason:
        say(f"failed: {reason}, {len(app.all('contractDetailsEnd'))} answered")
        leave(EXIT_FAILED)
    refused = sum(1 for _, code, _ in app.all("error") if code == 100)
    say(f"{len(app.all('contractDetailsEnd'))} of {options.count} answered, {refused} refused")
    app.disconnect()
    leave(EXIT_FAILED if refused else EXIT_OK)


sys.exit(main())
