"""A bot that asks again when a gateway does not answer."""

import os

from ib_async import IB

ATTEMPTS = 3
TIMEOUT = 1  # second; a gateway on this machine answers in a tenth of it


def count_positions(host: str, port: int) -> int:
    for left in reversed(range(ATTEMPTS)):
        ib = IB()
        try:
            ib.connect(host, port, clientId=7, timeout=TIMEOUT)
            return len(ib.positions())
        except TimeoutError:
            if left == 0:
                raise
        finally:
            ib.disconnect()
    raise AssertionError("not reached")


if __name__ == "__main__":
    print(count_positions(os.environ["GATEWAY_HOST"], int(os.environ["GATEWAY_PORT"])))
