"""The production monitor: one attempt, always the same client id, then the positions.

Given a fallback port (a TWS beside the gateway), a failed attempt is followed by exactly one
there: the gateway is not tried again.
"""

import sys

from _common import EXIT_NOT_CONNECTED, EXIT_OK, connect, log_to_stderr, parser_for, say


def main():
    parser = parser_for(__doc__, client_id=10)
    parser.add_argument("--fallback-port", type=int, help="port to use when the first one fails")
    options = parser.parse_args()
    log_to_stderr()

    ib = connect(options)
    if ib is None and options.fallback_port is not None:
        say(f"falling back to port {options.fallback_port}")
        ib = connect(options, port=options.fallback_port)
    if ib is None:
        return EXIT_NOT_CONNECTED

    say(f"Retrieved {len(ib.positions())} positions for account {ib.managedAccounts()[0]}")
    say(f"{len(ib.positions())} positions")
    say(f"{len(ib.openTrades())} active orders")
    ib.disconnect()
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
