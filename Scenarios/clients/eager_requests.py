"""Asks for contract details as soon as connect() returns, as the reported program did.

With --wait-for-sync it is the corrected one: it waits for nextValidId and the three farm notices,
settles for a moment, and only then asks. Exit code 3: connect() never returned.
"""

import time

from _official import (
    EXIT_FAILED, EXIT_OK, Application, Failure, leave, log_to_stderr, parser_for, say, stock)

FARMS_OK = {2104, 2106, 2158}  # market data, historical data, security definitions
REQUEST_ID = 9001


def farms_ok(application):
    return FARMS_OK <= {code for _, code, _ in application.all("error")}


def answer(application):
    """Returns what came back for the request: its details, or the error that ended it."""
    if application.all("contractDetailsEnd"):
        return f"contract details: {len(application.all('contractDetails'))}"
    for about, code, text in application.all("error"):
        if about == REQUEST_ID:
            raise Failure(f"error {code} {text} instead of contract details")
    return None


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--wait-for-sync", action="store_true")
    parser.add_argument("--sync-timeout", type=float, default=30.0, help="seconds")
    parser.add_argument("--settle", type=float, default=0.5, help="seconds after synchronization")
    parser.add_argument("--bound", type=float, default=4.0, help="seconds to wait for the answer")
    options = parser.parse_args()
    log_to_stderr()

    application = Application()
    code = application.start(options)
    if code != EXIT_OK:
        leave(code)
    say("connected")
    try:
        if options.wait_for_sync:
            application.wait_for(lambda: application.all("nextValidId"),
                                 options.sync_timeout, "nextValidId")
            application.wait_for(lambda: farms_ok(application),
                                 options.sync_timeout, "farm notices 2104, 2106 and 2158")
            time.sleep(options.settle)
            say("synchronized")
        application.reqContractDetails(REQUEST_ID, stock("AAPL"))
        say(application.wait_for(lambda: answer(application), options.bound,
                                 "answer to reqContractDetails"))
        code = EXIT_OK
    except Failure as failure:
        say(f"FAILED: {failure}")
        code = EXIT_FAILED
    application.disconnect()
    leave(code)


if __name__ == "__main__":
    main()
