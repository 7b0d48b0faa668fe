"""A start script in one file: a connectivity pre-test in its own process, then the trader itself.

The pre-test either says goodbye (disconnect), dies while messages it never read wait in its
socket (die-busy), dies with everything read (die-idle), or is left out (none). The trader ends
without disconnect(), as the report's corrected program does.
"""

import select
import subprocess
import sys

from _common import (
    EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, leave_at_once, log_to_stderr, parser_for, say,
    stay_connected)


def pretest(options):
    """Connects, then ends this process in the way asked for."""
    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    say("pre-test: connectivity OK")
    if options.pretest == "disconnect":
        ib.disconnect()
        return EXIT_OK
    if options.pretest == "die-busy":
        ib.client.reqContractDetails(ib.client.getReqId(), Stock("AAPL", "SMART", "USD"))
        ib.client.reqPositions()
        # The requests have left; running the event loop now might read their answers.
        connection = ib.client.conn.transport.get_extra_info("socket")
        select.select([connection], [], [], 5.0)  # an answer arrives; nobody reads it
    leave_at_once(EXIT_OK)


def trade(options):
    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    say(f"trading account {ib.managedAccounts()[0]} with {len(ib.positions())} positions")
    stay_connected(ib, options.hold)
    leave_at_once(EXIT_OK if ib.isConnected() else EXIT_NOT_CONNECTED)


def main():
    parser = parser_for(__doc__)
    parser.add_argument(
        "--pretest", choices=["disconnect", "die-busy", "die-idle", "none"], default="disconnect")
    parser.add_argument("--only-pretest", action="store_true", help="what the start script runs first")
    parser.add_argument("--hold", metavar="SECONDS|until-eof", default="0.2")
    options = parser.parse_args()
    log_to_stderr()

    if options.only_pretest:
        return pretest(options)
    if options.pretest != "none":
        tested = subprocess.run([sys.executable, *sys.argv, "--only-pretest"])
        if tested.returncode != EXIT_OK:
            say("pre-test failed, not starting the trader")
            return tested.returncode
    return trade(options)


if __name__ == "__main__":
    sys.exit(main())
