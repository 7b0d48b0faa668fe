"""A program restarted in a hurry: several short-lived attempts, then the one that has to work.

Each round connects and is ended at once, by disconnect() or by killing its process, as someone
does who starts a program again and again to see whether the gateway is up yet. With --rounds 0
and a pause it is the corrected program: one controlled attempt.
"""

import os
import signal
import subprocess
import sys
import time

from _common import EXIT_NOT_CONNECTED, EXIT_OK, connect, log_to_stderr, parser_for, say


def connect_and_kill(options):
    """Runs the monitor in its own process and kills it once it has everything and is idle."""
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "connect_once.py")
    child = subprocess.Popen(
        [sys.executable, program, "--host", options.host, "--port", str(options.port),
         "--client-id", str(options.client_id), "--timeout", str(options.timeout),
         "--hold", "until-eof"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    connected = any("open orders" in line for line in iter(child.stdout.readline, ""))
    child.send_signal(signal.SIGKILL)
    child.wait()
    return connected


def connect_and_disconnect(options):
    ib = connect(options)
    if ib is None:
        return False
    ib.disconnect()
    return True


def main():
    parser = parser_for(__doc__, client_id=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--end-rounds-by", choices=["disconnect", "kill"], default="disconnect")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds before each attempt")
    options = parser.parse_args()
    log_to_stderr()

    attempt = connect_and_kill if options.end_rounds_by == "kill" else connect_and_disconnect
    for number in range(1, options.rounds + 1):
        time.sleep(options.pause)
        say(f"round {number}: {'connected' if attempt(options) else 'failed'}")

    time.sleep(options.pause)
    say("the attempt that has to work")
    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    say(f"{len(ib.positions())} positions")
    ib.disconnect()
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
