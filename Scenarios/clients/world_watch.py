"""Watches one share, one order of its own and its account, and prints every change it is told of.

It buys with a limit that rests (--order LIMIT). It says "watching" when it has begun, then "order …",
"error …", "position …", "halted …" and "value …" as news come, and "price …" when the last price is above
--beyond. Lines on standard input ask: "executions", "positions", "time"; the end of the input ends it.
"""

import sys

from _common import (
    EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, library, log_to_stderr, parser_for, say)
from _shared import lines_of_stdin, world_options

AAPL = Stock("AAPL", "SMART", "USD", conId=265598)


class Watch:
    def __init__(self, ib, options):
        self.ib, self.options, self.told = ib, options, {}
        ib.errorEvent += lambda number, code, text, *rest: number < 0 or say(f"error {code} {text}")
        ib.positionEvent += self.on_position
        ib.accountValueEvent += self.on_value
        ib.orderStatusEvent += self.on_status

    def tell(self, subject, text):
        """Says what differs from what was said of the same subject before."""
        if self.told.get(subject) != text:
            self.told[subject] = text
            say(f"{subject} {text}")

    def on_position(self, position):
        if position.contract.conId == AAPL.conId:
            self.tell("position", f"{position.position:g}")

    def on_value(self, value):
        if value.tag in self.options.values and value.currency in ("", "USD"):
            self.tell("value", f"{value.tag} {value.value}")

    def on_status(self, trade):
        status = trade.orderStatus
        self.tell("order", f"{status.status}, filled {status.filled:g} at {status.avgFillPrice:g}")

    def on_tick(self, ticker):
        if ticker.halted == ticker.halted:
            self.tell("halted", f"{ticker.halted:g}")
        if ticker.last > self.options.beyond and "price" not in self.told:
            self.tell("price", f"{ticker.last:g}, bid {ticker.bid:g}, ask {ticker.ask:g}")

    def start(self):
        if self.options.ticks:
            self.ib.reqMktData(AAPL).updateEvent += self.on_tick
        if self.options.order is not None:
            order = library.LimitOrder("BUY", 10, self.options.order, tif="DAY")
            order.orderRef = "watched"
            self.ib.placeOrder(AAPL, order)

    def answer(self, question):
        if question == "executions":
            fills = [fill for fill in self.ib.reqExecutions() if fill.contract.conId == AAPL.conId]
            say(f"executions {len(fills)} of {sum(f.execution.shares for f in fills):g}")
        elif question == "positions":
            held = [p for p in self.ib.reqPositions() if p.contract.conId == AAPL.conId]
            say(f"holds {held[0].position:g}")
        elif question == "time":
            say(f"time {self.ib.reqCurrentTime():%Y-%m-%d %H}")


def main():
    options = world_options(parser_for(__doc__, client_id=7))
    log_to_stderr()
    lines = lines_of_stdin()
    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    watch = Watch(ib, options)
    watch.start()
    say("watching")
    while ib.isConnected():
        ib.sleep(0.02)
        if not lines.empty():
            if (line := lines.get()) is None:
                break
            watch.answer(line)
    ib.disconnect()
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
