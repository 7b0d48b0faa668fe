"""What the programs for the official ibapi package share.

The package calls back from its own threads. `Application` notes every callback in one list and
lets the program wait for what it needs, always with a limit. It hides what changed between
ibapi 9.81, 10.46 and 10.51: the arguments of error(), the name of the commission report, cancelOrder().
"""

import argparse
import logging
import os
import sys
import threading
import time

from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.order import Order
from ibapi.wrapper import EWrapper

try:
    from ibapi.order_cancel import OrderCancel
except ModuleNotFoundError:
    OrderCancel = None

EXIT_OK, EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_BLOCKED = 0, 1, 2, 3

NOTED = """connectAck connectionClosed nextValidId managedAccounts currentTime
    position positionEnd openOrder orderStatus openOrderEnd completedOrder completedOrdersEnd
    updateAccountValue updatePortfolio accountDownloadEnd accountSummary accountSummaryEnd
    execDetails execDetailsEnd contractDetails contractDetailsEnd tickPrice
    historicalData historicalDataEnd""".split()


class Failure(Exception):
    """A wait that ended without what it waited for."""


class Application(EWrapper, EClient):
    def __init__(self):
        self.leaving = threading.RLock()
        EWrapper.__init__(self)
        EClient.__init__(self, wrapper=self)
        self.news = threading.Condition()
        self.seen = []  # (callback name, its arguments)

    def note(self, name, *arguments):
        with self.news:
            self.seen.append((name, arguments))
            self.news.notify_all()

    def disconnect(self):
        """Leaves once; run() calls it too as it ends, and the package breaks on both together."""
        with self.leaving:
            super().disconnect()

    def error(self, reqId, *rest):
        code, text = rest[0:2] if len(rest) == 2 else rest[1:3]
        print(f"error {reqId} {code} {text}", file=sys.stderr, flush=True)
        self.note("error", reqId, code, text)

    def commissionReport(self, report):
        self.note("commission", report.execId, report.commission)

    def commissionAndFeesReport(self, report):
        self.note("commission", report.execId, report.commissionAndFees)

    def hear_out(self, bound=2.0):
        """Lets the message loop handle what came before the connection's end."""
        if not self.isConnected():
            self.loop.join(bound)

    def cancel(self, order_id):
        if OrderCancel is None:
            self.cancelOrder(order_id)
        else:
            self.cancelOrder(order_id, OrderCancel())

    def all(self, name, since=0):
        with self.news:
            return [arguments for seen, arguments in self.seen[since:] if seen == name]

    def mark(self):
        """Returns a place in the list: what is noted later comes after it."""
        with self.news:
            return len(self.seen)

    def wait_for(self, condition, bound, what):
        """Returns the first true value of the condition; raises Failure past the bound."""
        end = time.monotonic() + bound
        with self.news:
            while not (value := condition()):
                left = end - time.monotonic()
                if left <= 0:
                    raise Failure(f"no {what} within {bound:g} s")
                if not self.isConnected() and not self.loop.is_alive():
                    raise Failure(f"connection lost before {what}")
                self.news.wait(min(left, 0.1))
            return value

    def start(self, options):
        """Connects within --timeout and starts the message loop; returns an exit code.

        connect() itself has no limit: against a gateway that accepts and says nothing it blocks
        for ever, so it runs in a thread of its own.
        """
        attempt = threading.Thread(
            target=self.connect, args=(options.host, options.port, options.client_id), daemon=True)
        attempt.start()
        attempt.join(options.timeout)
        if attempt.is_alive():
            say(f"connect() still blocked after {options.timeout:g}s")
            return EXIT_BLOCKED
        # The gateway may have hung up since; the message loop then reads what came before.
        if not self.all("connectAck"):
            say("connect() returned without a connection")
            return EXIT_NOT_CONNECTED
        self.loop = threading.Thread(target=self.run, daemon=True)
        self.loop.start()
        return EXIT_OK


for callback in NOTED:
    setattr(Application, callback, lambda self, *arguments, name=callback: self.note(name, *arguments))


def stock(symbol):
    contract = Contract()
    contract.symbol, contract.secType = symbol, "STK"
    contract.exchange, contract.currency = "SMART", "USD"
    return contract


def order(action, quantity, kind, limit=None):
    new = Order()
    new.action, new.totalQuantity, new.orderType = action, quantity, kind
    new.tif = "DAY"  # recorded: a gateway of 225 refuses an order without one (10052)
    new.eTradeOnly = new.firmQuoteOnly = False  # ibapi 9.81 sets both; gateways refuse them
    if limit is not None:
        new.lmtPrice = limit
    return new


def parser_for(description, client_id=1, timeout=5.0):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4002)
    parser.add_argument("--client-id", type=int, default=client_id)
    parser.add_argument("--timeout", type=float, default=timeout, help="seconds, for connect()")
    return parser


def log_to_stderr():
    logging.basicConfig(stream=sys.stderr, level=logging.INFO,
                        format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def say(text):
    # In one piece, since threads may speak at the same time.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def leave(code):
    """Ends the process whatever the package's threads are doing; a blocked one would keep it alive."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
