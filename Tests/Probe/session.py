"""Tells whether a stock client gets a session: HOST PORT CLIENT-ID SECONDS. Prints "session" or "none"."""

import logging
import os
import sys
import threading


def with_ib_async(host, port, client_id, seconds):
    """The library's own word for it: the ids and the accounts are there."""
    import ib_async

    logging.disable(logging.CRITICAL)
    ib = ib_async.IB()
    try:
        ib.client.connect(host, port, client_id, seconds)
        return ib.client.isReady()
    except Exception:
        return False
    finally:
        ib.disconnect()


def with_ibapi(host, port, client_id, seconds):
    from ibapi.client import EClient
    from ibapi.wrapper import EWrapper

    class Client(EWrapper, EClient):
        def __init__(self):
            EClient.__init__(self, self)
            self.told = set()
            self.ready = threading.Event()

        def note(self, what):
            self.told.add(what)
            if len(self.told) == 2:
                self.ready.set()

        def nextValidId(self, orderId):
            self.note("id")

        def managedAccounts(self, accountsList):
            self.note("accounts")

        def error(self, *arguments):
            pass

    client = Client()

    def talk():
        try:
            client.connect(host, port, client_id)
            client.run()
        except Exception:
            pass

    threading.Thread(target=talk, daemon=True).start()
    return client.ready.wait(seconds)


def main():
    host, port, client_id, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    try:
        import ib_async  # noqa: F401
        attempt = with_ib_async
    except ModuleNotFoundError:
        attempt = with_ibapi
    print("session" if attempt(host, port, client_id, seconds) else "none", flush=True)


if __name__ == "__main__":
    main()
    # connect() of the official client may block for ever in its thread.
    os._exit(0)
