"""Asks for the same contract many times at once, and leaves the pace to the library.

ib_async and ib_insync send 45 requests in a second and keep the others back. Fails when an answer does
not come, or when the gateway refuses one.
"""

import asyncio
import sys
import time

from _common import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, log_to_stderr, parser_for, say)


async def ask(ib, count):
    contract = Stock("AAPL", "SMART", "USD")
    return await asyncio.gather(*(ib.reqContractDetailsAsync(contract) for _ in range(count)))


def main():
    parser = parser_for(__doc__, client_id=6)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--limit", type=float, default=30, help="seconds for all answers")
    options = parser.parse_args()
    log_to_stderr()
    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    refused = []
    ib.errorEvent += lambda request, code, *rest: refused.append(code) if code == 100 else None
    started = time.monotonic()
    try:
        answers = ib.run(asyncio.wait_for(ask(ib, options.count), options.limit))
    except Exception as error:
        say(f"failed: {error!r}, {len(refused)} refused")
        return EXIT_FAILED
    finally:
        ib.disconnect()
    answered = sum(1 for answer in answers if answer)
    say(f"{answered} of {options.count} answered, {len(refused)} refused")
    say(f"in {time.monotonic() - started:.1f} s")
    return EXIT_OK if answered == options.count and not refused else EXIT_FAILED


sys.exit(main())
