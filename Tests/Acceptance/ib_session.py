"""One connection of ib_async or ib_insync that remembers errors and what arrived."""

import functools
import inspect
import math

try:
    import ib_async as library
except ModuleNotFoundError:
    import ib_insync as library

import cells
from cells import BOUND, require

IB = library.IB
Client = library.client.Client
NOTICES = range(2100, 2200)
IS_INSYNC = library.__name__ == "ib_insync"


def public(kind):
    return sorted(name for name, _ in inspect.getmembers(kind, inspect.isfunction)
                  if not name.startswith("_"))


IB_METHODS = public(IB)
CLIENT_METHODS = public(Client)
CALLED = set()  # methods of IB, and of Client as "client.name"


def count(kind, names, prefix=""):
    for name in names:
        method = inspect.getattr_static(kind, name)
        if isinstance(method, staticmethod):
            continue

        def counting(method=method, key=prefix + name):
            @functools.wraps(method)
            def call(self, *arguments, **named):
                CALLED.add(key)
                return method(self, *arguments, **named)
            return call
        setattr(kind, name, counting())


count(IB, IB_METHODS)
count(Client, CLIENT_METHODS, "client.")


class Session:
    def __init__(self, options, client_id):
        self.options = options
        self.own_id = client_id
        self.ib = IB()
        self.ib.RequestTimeout = BOUND
        self.errors = []  # (request or order id, code, text) nobody expected yet
        self.frames = []  # fields of every message, as they arrived
        self.others = []  # further connections of a case
        self.ib.errorEvent += self.heard_error
        interpret = self.ib.client.decoder.interpret

        def listening(fields):
            self.frames.append(list(fields))
            interpret(fields)
        self.ib.client.decoder.interpret = listening

    def heard_error(self, request, code, text, *_):
        if code not in NOTICES:
            self.errors.append((request, code, text))

    def open(self, port=None):
        self.ib.connect(self.options.host, port or self.options.port, clientId=self.own_id,
                        timeout=BOUND)
        return self

    def another(self, client_id, port=None):
        """A second connection, to the same gateway by default."""
        self.others.append(Session(self.options, client_id).open(port))
        return self.others[-1]

    def advisor(self):
        """A connection to the gateway with a financial advisor's login."""
        return self.another(1, self.options.advisor_port)

    def leave(self):
        self.ib.disconnect()

    @property
    def client(self):
        return self.ib.client

    def new_id(self):
        return self.ib.client.getReqId()

    def until(self, condition, what, bound=BOUND):
        def step():
            require(self.ib.isConnected(), f"connection lost before {what}")
            self.ib.waitOnUpdate(timeout=0.05)
        return cells.wait_for(condition, what, step, bound)

    def mark(self):
        return len(self.frames)

    def arrived(self, message_id, since=0):
        return [frame for frame in self.frames[since:] if frame[0] == str(message_id)]

    def answer(self, send, message_id):
        """Sends and returns the first message of that id, which the library may pass over."""
        since = self.mark()
        send()
        return self.until(lambda: self.arrived(message_id, since), f"message {message_id}")[0]

    def fence(self):
        """Returns once the gateway has worked off everything sent so far."""
        return self.ib.reqCurrentTime()

    def silent(self, send):
        """Sends what is not answered, and makes sure that no error comes of it."""
        before = len(self.errors)
        result = send()
        self.fence()
        require(len(self.errors) == before, f"errors {self.errors[before:]}")
        return result

    def refused(self, code, send, containing=""):
        """Does what has to be refused; returns the cell's text."""
        before = len(self.errors)
        send()
        self.until(lambda: len(self.errors) > before, f"error {code}")
        _, found, text = self.errors.pop(before)
        require(found == code and containing in text,
                f"error {found} {text}, expected {code} {containing}")
        return f"error {code}: {' '.join(text.split())}"

    def claim(self, code, request):
        """Waits for an error that is part of a right answer."""
        found = self.until(
            lambda: [error for error in self.errors if error[:2] == (request, code)],
            f"error {code} about {request}")
        self.errors.remove(found[0])

    def finish_case(self, name):
        require(name in CALLED, f"the case never called {name}()")
        left, self.errors = self.errors, []
        require(not left, f"unexpected errors {left}")

    def abandon_case(self):
        self.errors = []
        for other in self.others:
            other.leave()

    # What several cases need.

    @functools.cached_property
    def apple(self):
        contract, = self.ib.qualifyContracts(library.Stock("AAPL", "SMART", "USD"))
        return contract

    @functools.cached_property
    def bitcoin(self):
        """Trades at every hour of every day."""
        contract, = self.ib.qualifyContracts(library.Crypto("BTC", "PAXOS", "USD"))
        return contract

    @functools.cached_property
    def option(self):
        """The option of the default world that is held."""
        contract, = self.ib.qualifyContracts(
            library.Option("AAPL", "20271217", 250, "C", "SMART"))
        return contract

    def live_price(self, contract=None):
        """Bid, ask and last of Apple, or of another contract."""
        contract = contract or self.apple
        ticker = self.ib.reqMktData(contract)
        self.until(lambda: has(ticker.bid, ticker.ask, ticker.last), "bid, ask and last")
        prices = ticker.bid, ticker.ask, ticker.last
        self.ib.cancelMktData(contract)
        return prices

    def place(self, order, wanted, contract=None):
        trade = self.ib.placeOrder(contract or self.apple, order)
        self.until(lambda: trade.orderStatus.status == wanted or trade.isDone(), wanted)
        require(trade.orderStatus.status == wanted,
                f"order is {trade.orderStatus.status}: {trade.log[-1].message}")
        return trade

    def fill(self, action, quantity, contract=None):
        """Fills a market order; returns its trade once every commission is there."""
        trade = self.place(library.MarketOrder(action, quantity), "Filled", contract)
        self.until(lambda: sum(fill.execution.shares for fill in trade.fills) == quantity
                   and all(fill.commissionReport.execId for fill in trade.fills),
                   "executions and commissions")
        return trade

    def resting(self):
        return self.place(library.LimitOrder("BUY", 1, 1.0), "Submitted")

    def cancel(self, trade):
        self.ib.cancelOrder(trade.order)
        self.until(lambda: any("Cancelled" == frame[2] for frame in self.arrived(3)
                               if frame[1] == str(trade.order.orderId)), "Cancelled")
        self.claim(202, trade.order.orderId)
        require(trade.orderStatus.status == "Cancelled", f"{trade.orderStatus}")


def has(*prices):
    return all(price is not None and math.isfinite(price) for price in prices)
