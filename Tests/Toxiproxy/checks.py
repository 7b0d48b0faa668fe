"""Holds fakegw's control port against what clients of Toxiproxy rely on.

Usage: checks.py FAKEGW           run every check; exits 1 at the end when one fails
       checks.py --markdown       the table of docs/toxiproxy.md

Each check is a behaviour of Toxiproxy 2.12, and says what fakegw does. Lower bounds of times are exact.
Upper bounds only tell a stall, so that a loaded machine fails nothing.
"""

import sys
import time
import traceback

import checks_api
import checks_data
from daemon import Daemon

CHECKS = sorted(checks_api.CHECKS + checks_data.CHECKS, key=lambda check: check.number)


def markdown():
    yield "| no. | Toxiproxy | fakegw |"
    yield "|---|---|---|"
    for check in CHECKS:
        yield f"| {check.number} | {check.theirs} | {check.ours} |"


def main():
    if sys.argv[1:] == ["--markdown"]:
        print("\n".join(markdown()))
        return 0
    numbers = [check.number for check in CHECKS]
    assert numbers == list(range(1, len(numbers) + 1)), "every number once"
    failed = 0
    began = time.monotonic()
    daemon = Daemon(sys.argv[1])
    for check in CHECKS:
        try:
            check.run(daemon)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {check.number} {check.theirs}; here: {check.ours}")
            traceback.print_exc()
        else:
            print(f"ok {check.number} {check.theirs}; here: {check.ours}")
    daemon.end()
    took = time.monotonic() - began
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} checks hold ({took:.1f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
