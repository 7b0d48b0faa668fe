"""The same as world_watch.py on the official package."""

import sys
import time

from _official import (
    EXIT_OK, Application, Failure, leave, log_to_stderr, order, parser_for, say, stock)
from _shared import lines_of_stdin, world_options
from ibapi.execution import ExecutionFilter

AAPL = 265598
TICKS, HALTED, EXECUTIONS = 9001, 49, 9002


class Watch(Application):
    def __init__(self, options):
        super().__init__()
        self.options, self.told, self.quote = options, {}, {}

    def tell(self, subject, text):
        """Says what differs from what was said of the same subject before."""
        if self.told.get(subject) != text:
            self.told[subject] = text
            say(f"{subject} {text}")

    def error(self, number, *rest):
        super().error(number, *rest)
        code, text = rest[0:2] if len(rest) == 2 else rest[1:3]
        if number >= 0:
            say(f"error {code} {text}")

    def position(self, account, contract, held, cost):
        self.note("position", account, contract, held, cost)
        if contract.conId == AAPL:
            self.tell("position", f"{float(held):g}")

    def updateAccountValue(self, key, value, currency, account):
        if key in self.options.values and currency in ("", "USD"):
            self.tell("value", f"{key} {value}")

    def orderStatus(self, number, status, filled, left, average, *rest):
        self.tell("order", f"{status}, filled {float(filled):g} at {average:g}")

    def tickPrice(self, number, kind, price, attributes):
        self.quote[kind] = price
        if kind == 4 and price > self.options.beyond and "price" not in self.told:
            self.tell("price", f"{price:g}, bid {self.quote[1]:g}, ask {self.quote[2]:g}")

    def tickGeneric(self, number, kind, value):
        if kind == HALTED:
            self.tell("halted", f"{value:g}")

    def begin(self):
        account = self.wait_for(lambda: self.all("managedAccounts"), 5, "accounts")[0][0]
        first = self.wait_for(lambda: self.all("nextValidId"), 5, "nextValidId")[0][0]
        self.reqPositions()
        self.reqAccountUpdates(True, account.split(",")[0])
        share = stock("AAPL")
        if self.options.ticks:
            self.reqMktData(TICKS, share, "", False, False, [])
        if self.options.order is not None:
            resting = order("BUY", 10, "LMT", self.options.order)
            resting.orderRef = "watched"
            self.placeOrder(first, share, resting)

    def answer(self, question):
        seen = self.mark()
        if question == "executions":
            self.reqExecutions(EXECUTIONS, ExecutionFilter())
            self.wait_for(lambda: self.all("execDetailsEnd", seen), 5, "execDetailsEnd")
            fills = [call[2] for call in self.all("execDetails", seen) if call[1].conId == AAPL]
            say(f"executions {len(fills)} of {sum(float(f.shares) for f in fills):g}")
        elif question == "positions":
            self.reqPositions()
            self.wait_for(lambda: self.all("positionEnd", seen), 5, "positionEnd")
            held = [call[2] for call in self.all("position", seen) if call[1].conId == AAPL]
            say(f"holds {float(held[0]):g}")
        elif question == "time":
            self.reqCurrentTime()
            now = self.wait_for(lambda: self.all("currentTime", seen), 5, "currentTime")[0][0]
            say(f"time {time.strftime('%Y-%m-%d %H', time.gmtime(now))}")


def main():
    options = world_options(parser_for(__doc__, client_id=7))
    log_to_stderr()
    lines = lines_of_stdin()
    watch = Watch(options)
    code = watch.start(options)
    if code != EXIT_OK:
        leave(code)
    try:
        watch.begin()
        say("watching")
        while watch.isConnected() and (line := lines.get()) is not None:
            watch.answer(line)
    except Failure as reason:
        say(f"failed: {reason}")
        code = 1
    watch.disconnect()
    leave(code)


sys.exit(main())
