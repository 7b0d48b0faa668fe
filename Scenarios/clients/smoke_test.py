"""The handshake test that runs once before anything else: one attempt, five steps, no retry.

Exit code 0: nextValidId arrived. 1: no connection. 2: the handshake or nextValidId timed out.
"""

import time

from _official import (
    EXIT_BLOCKED, EXIT_OK, Application, Failure, leave, log_to_stderr, parser_for, say)

NO_CONNECTION, TIMED_OUT = 1, 2


def main():
    parser = parser_for(__doc__, client_id=10, timeout=10.0)
    options = parser.parse_args()
    log_to_stderr()
    say(f"Attempting: {options.host}:{options.port} clientId={options.client_id}")

    application, start = Application(), time.monotonic()
    say("[1/5] Calling connect()...")
    code = application.start(options)
    if code != EXIT_OK:
        leave(TIMED_OUT if code == EXIT_BLOCKED else NO_CONNECTION)
    say("[2/5] Reader started")
    say("[3/5] Message processing started")
    say("[4/5] startApi() sent by connect()")
    say(f"[5/5] Waiting for nextValidId ({options.timeout:g}s timeout)...")
    try:
        application.wait_for(lambda: application.all("nextValidId"), options.timeout, "nextValidId")
    except Failure as failure:
        say(f"FAILED: {failure}")
        application.disconnect()
        leave(TIMED_OUT)
    say(f"nextValidId({application.all('nextValidId')[0][0]})")
    say(f"SUCCESS in {(time.monotonic() - start) * 1000:.0f}ms")
    application.disconnect()
    leave(EXIT_OK)


if __name__ == "__main__":
    main()
